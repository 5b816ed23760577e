// Measures time, CPU time and memory of each `npm test` suite, one after another: `npm run bench -- suites`.
// This is a benchmark and not a test. `npm test` runs suites in parallel, so it takes less time than the sum.
import * as path from "node:path";
import { root } from "@cloister/cli";
import { terminalProgress } from "@cloister/common";
import { ensureToolchain } from "@cloister/toolchain";
import { cost, costText } from "./measure";

const suites = ["types", "lint", "format", "layering", "shell", "unit", "sandbox", "engine"];

async function main(): Promise<void> {
  const progress = terminalProgress();
  await ensureToolchain(progress);
  for (const suite of suites) {
    const step = progress.step(`npm test -- --only ${suite}`);
    step.done(costText(await cost(process.execPath, [path.join(root, "tools", "cli", "bootstrap.mjs"), "test", "--only", suite])));
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
