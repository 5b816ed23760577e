import * as assert from "node:assert/strict";
import * as path from "node:path";
import { deployStack, destroyStack, root, type StackPlan } from "@cloister/cli";
import { Interrupted, silent } from "@cloister/common";
import { callsBefore, cut } from "./cuts";
import { type Destruction } from "./destroy-process";
import { begin, descendantsOf, type Running, type Stage } from "./engine";

/** Calls before the last resource of the small environment is created, and calls of its destroy. */
const calls = { update: 26, destroy: 60 };

/** Kills a process and all its descendants at once. */
function killTree({ pid, kill }: Running): void {
  const descendants = descendantsOf(pid);
  kill("SIGKILL");
  for (const descendant of descendants)
    try {
      process.kill(descendant.pid, "SIGKILL");
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
  const options = { set, previewed: true, program: path.join(root, "tests", "engine", "small-environment") };
  const quietly = { ...options, progress: silent };
  const session = { ...stage.session, policyPack: undefined };
  const cutAt = (run: keyof typeof calls) => {
    const after = callsBefore(seed, calls[run]);
    console.log(`    seed ${seed}: ${run} cut after ${after} calls`);
    return after;
  };
  // An update completes its running calls, as after Ctrl-C: Pulumi cannot know what a killed call has created.
  const controller = new AbortController();
  const interrupt = { signal: controller.signal, engine: controller.signal };
  const up = () => deployStack(session, plan, { ...quietly, interrupt });
  const updated = await cut(stage.control, cutAt("update"), up, () => controller.abort(new Interrupted()));
  assert.ok("error" in updated, "the update was complete before the cut");
  await deployStack(session, plan, quietly);
  assert.deepEqual((await deployStack(session, plan, quietly)).steps, []);
  // A destroy is killed at once.
  const destruction: Destruction = { world: stage.world.name, plan, options };
  const script = ["-r", "ts-node/register/transpile-only", path.join(__dirname, "destroy-process.ts"), JSON.stringify(destruction)];
  const command = begin(process.execPath, script);
  const destroyed = await cut(
    stage.control,
    cutAt("destroy"),
    () => command.exited,
    () => killTree(command),
  );
  assert.deepEqual(destroyed, { result: null }, `the destroy exited before the cut: ${command.output()}`);
  await destroyStack(session, plan, quietly);
}
