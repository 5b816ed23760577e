// Measures time, CPU time and memory of `npm start` with warm caches: create, update without changes, destroy.
// Run it with `npm run bench -- start`. This is a benchmark and not a test: quote the machine with the results.
import * as path from "node:path";
import { root } from "@cloister/cli";
import { silent, terminalProgress } from "@cloister/common";
import { stopWorld } from "@cloister/sandbox";
import { ensureToolchain } from "@cloister/toolchain";
import { cost, costText } from "./measure";

const world = `bench-start-${process.pid}`;

async function main(): Promise<void> {
  const progress = terminalProgress();
  await ensureToolchain(silent);
  const start = (...args: string[]) =>
    cost(process.execPath, [path.join(root, "tools", "cli", "bootstrap.mjs"), "start", "--world", world, ...args]);
  try {
    for (const [name, args] of [["new world"], ["update without changes"], ["destroy", "--destroy"]] as const) {
      const step = progress.step(`npm start: ${name}`);
      step.done(costText(await start(...(args ? [args] : []))));
    }
  } finally {
    await stopWorld(world);
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
