// Records the resources of the wiring tables. Review the difference like code:
//   node -r ts-node/register/transpile-only tests/programs/wiring/record-resources.ts
import { core } from "./core";
import { environment } from "./environment";
import { addedBy, BASE, keyOf, type Recorded, recordedOf, recordsAdditions, writeRecording } from "./resources";
import { runnerOf } from "./table";
import { targetAccounts } from "./target-accounts";

async function main(): Promise<void> {
  for (const table of [core, environment, targetAccounts]) {
    const runner = runnerOf(table);
    const recording: Record<string, Recorded> = { [BASE]: recordedOf(await runner.base()) };
    for (const [path, rows] of Object.entries(table.rows))
      for (const [i, row] of [rows].flat().entries())
        if (recordsAdditions(row)) recording[keyOf(path, i)] = addedBy(await runner.runs(path, row));
    writeRecording(table.project, recording);
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
