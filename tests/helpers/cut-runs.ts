import * as assert from "node:assert/strict";
import * as path from "node:path";
import { deployStack, destroyStack, root, type StackPlan } from "@cloister/cli";
import { Interrupted } from "@cloister/common";
import { callsBefore, cut } from "./cuts";
import { descendantsOf, quiet, type Stage } from "./engine";

/** Kills all processes of the engine that this process started. */
function killEngine(): void {
  for (const { pid, command } of descendantsOf(process.pid))
    if (/pulumi/.test(command))
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // The process exited in the meantime.
      }
}

/**
 * Deploys and destroys a small environment. Cuts each run after a number of calls that depends on the seed, and runs it again.
 * Prints the cuts, so that a failure can be repeated with CUT_SEED.
 */
export async function cutUpdateAndDestroy(stage: Stage, plan: StackPlan, seed: number): Promise<void> {
  const set = { "cloister-environment:purge": true, "cloister-environment:confirmPurge": plan.stack };
  const options = { ...quiet, set, previewed: true, program: path.join(root, "tests", "engine", "small-environment") };
  const session = { ...stage.session, policyPack: undefined };
  const report = (run: string, calls: number, ended: object) =>
    console.log(`    seed ${seed}: ${run} cut after ${calls} calls${"error" in ended ? "" : ", complete"}`);
  // An update completes its running calls, as after Ctrl-C: Pulumi cannot know what a killed call has created.
  const controller = new AbortController();
  const interrupt = { signal: controller.signal, engine: controller.signal };
  const up = () => deployStack(session, plan, { ...options, interrupt });
  const ofUpdate = callsBefore(seed, 60);
  report("update", ofUpdate, await cut(stage.control, ofUpdate, up, () => controller.abort(new Interrupted())));
  await deployStack(session, plan, options);
  assert.deepEqual((await deployStack(session, plan, options)).steps, []);
  // A destroy is killed at once.
  const ofDestroy = callsBefore(seed, 70);
  report("destroy", ofDestroy, await cut(stage.control, ofDestroy, () => destroyStack(session, plan, options), killEngine));
  await destroyStack(session, plan, options);
}
