// Compares the time of an environment's preview with the time of simpler programs, as ratios of alternating runs.
// Run with `npm run bench`.
// This is a benchmark and not a test: machines differ, so quote ratios from one run on an idle machine.
import * as path from "node:path";
import { deployStack, previewStack, root } from "@cloister/cli";
import { terminalProgress } from "@cloister/common";
import { planOf, quiet, setUp } from "../helpers/engine";
import { organization, restore } from "../helpers/recorded";
import { median } from "./measure";

const RUNS = 3;
const program = (name: string) => path.join(root, "tests", "bench", "programs", name);

async function main(): Promise<void> {
  const progress = terminalProgress();
  const stage = await setUp("bench", (world) => restore(organization, world));
  try {
    const team = planOf("fraud-dev");
    const withoutPack = { ...stage.session, policyPack: undefined };
    const simple = ["empty", "bucket", "template"].map((name) => ({ name, plan: { ...planOf("bank-hub"), stack: `bench-${name}` } }));
    const step = progress.step("Deploying the simple programs");
    for (const { name, plan } of simple) await deployStack(withoutPack, plan, { ...quiet, program: program(name), previewed: true });
    step.done();
    const cases = new Map<string, () => Promise<unknown>>([
      ...simple.map(({ name, plan }) => [name, () => previewStack(withoutPack, plan, { ...quiet, program: program(name) })] as const),
      ["environment", () => previewStack(withoutPack, team, quiet)],
      ["environment with the pack", () => previewStack(stage.session, team, quiet)],
    ]);
    const seconds = new Map([...cases.keys()].map((name) => [name, [] as number[]]));
    for (let run = 0; run <= RUNS; run++)
      for (const [name, work] of cases) {
        const started = Date.now();
        await work();
        // The first round warms caches.
        if (run > 0) seconds.get(name)!.push((Date.now() - started) / 1000);
      }
    const of = (name: string) => median(seconds.get(name)!);
    for (const [name, values] of seconds)
      progress.note(
        `${name.padEnd(26)} median ${of(name).toFixed(1)} s (${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)})`,
      );
    const ratios = {
      "environment with the pack / one bucket, types not checked": of("environment with the pack") / of("bucket"),
      "environment with the pack / one bucket, default template": of("environment with the pack") / of("template"),
      "environment with the pack / empty program": of("environment with the pack") / of("empty"),
      "environment with the pack / environment": of("environment with the pack") / of("environment"),
    };
    for (const [name, ratio] of Object.entries(ratios)) progress.note(`${name.padEnd(60)} ${ratio.toFixed(2)}`);
  } finally {
    await stage.end();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
