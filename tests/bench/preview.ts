// How long a preview takes: the whole environment with the policy pack, against a program without resources, in turn in one run. `npm run bench`.
// A benchmark, not a test: machines differ, so quote ratios of one run.
import * as path from "node:path";
import { deployStack, previewStack, root } from "@cloister/cli";
import { terminalProgress } from "@cloister/common";
import { ensureToolchain } from "@cloister/toolchain";
import { planOf, quiet, setUp } from "../helpers/engine";

const RUNS = 3;
const empty = path.join(root, "tests", "engine", "empty");

async function main(): Promise<void> {
  const progress = terminalProgress();
  await ensureToolchain(progress);
  const stage = await setUp("bench");
  try {
    const hub = planOf("bank-hub");
    const nothing = { ...hub, stack: "empty-hub" };
    const team = planOf("fraud-dev");
    const step = progress.step("Deploying what is measured");
    await deployStack(stage.session, nothing, { ...quiet, program: empty });
    await deployStack(stage.session, hub, quiet);
    await deployStack(stage.session, team, quiet);
    step.done();
    const withoutPack = { ...stage.session, policyPack: undefined };
    const cases: [string, () => Promise<unknown>][] = [
      ["empty program", () => previewStack(withoutPack, nothing, { ...quiet, program: empty })],
      ["empty program, pack", () => previewStack(stage.session, nothing, { ...quiet, program: empty })],
      ["environment", () => previewStack(withoutPack, team, quiet)],
      ["environment, pack", () => previewStack(stage.session, team, quiet)],
    ];
    const seconds = new Map<string, number[]>(cases.map(([name]) => [name, []]));
    for (let run = 0; run <= RUNS; run++)
      for (const [name, work] of cases) {
        const began = Date.now();
        await work();
        // The first round warms caches.
        if (run > 0) seconds.get(name)!.push((Date.now() - began) / 1000);
      }
    const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
    const base = median(seconds.get("empty program")!);
    for (const [name, values] of seconds)
      progress.note(
        `${name.padEnd(22)} median ${median(values).toFixed(1)} s (${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)}), ${(median(values) / base).toFixed(1)} times the empty program`,
      );
  } finally {
    await stage.end();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
