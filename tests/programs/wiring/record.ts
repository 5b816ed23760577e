// Records what each row of the wiring tables does to the resources, by the rules of the installed AWS provider:
// node -r ts-node/register/transpile-only tests/programs/wiring/record.ts [setting ...]
// Records rows without a recorded effect, and rows of settings that begin with an argument, such as `network.zones` or `studio.`.
// `all` records every row, which takes minutes.
import * as fs from "node:fs";
import { silent } from "@cloister/common";
import { ensureToolchain } from "@cloister/toolchain";
import { startAwsProvider } from "../../helpers/aws-provider";
import { core } from "./core";
import { environment } from "./environment";
import { file, type RecordedRow, recorded, recordedText, rowsOf, summaryOf } from "./recorded";
import { stepsOf } from "./effects";
import { runWith, settingsOfRow } from "./table";
import { targetAccounts } from "./target-accounts";

async function record(prefixes: string[]): Promise<void> {
  const { env } = await ensureToolchain(silent);
  const { version } = JSON.parse(fs.readFileSync(require.resolve("@pulumi/aws/package.json"), "utf8")) as { version: string };
  const provider = await startAwsProvider(env.PULUMI_HOME!, version);
  const projects: Record<string, RecordedRow[]> = {};
  for (const table of [core, environment, targetAccounts]) {
    const rows: RecordedRow[] = [];
    const olds = [...(recorded[table.project] ?? [])];
    for (const { setting, row, ...values } of rowsOf(table)) {
      // Rows that differ only in their other settings are in the same order in both lists.
      const at = olds.findIndex((old) => old.setting === setting && old.from === values.from && old.to === values.to);
      const old = at < 0 ? undefined : olds.splice(at, 1)[0];
      if (old && !prefixes.some((prefix) => prefix === "all" || setting.startsWith(prefix))) {
        rows.push(old);
        continue;
      }
      const { before, after } = settingsOfRow(table, setting, row);
      const first = (await runWith(table, before)).resources;
      const steps =
        "rejected" in row
          ? undefined
          : await stepsOf(provider, first, async (replaced) => (await runWith(table, after, replaced, row.lookups)).resources);
      rows.push({ setting, ...values, ...(steps && summaryOf(steps)) });
      console.log(`${table.project}:${setting}`);
    }
    projects[table.project] = rows;
  }
  provider.end();
  fs.writeFileSync(file, recordedText(projects));
}

record(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
