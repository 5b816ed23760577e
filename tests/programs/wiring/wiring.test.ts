// Shows what every setting changes: runs each program under mocks with and without the setting, and compares all
// resources and outputs. Does not prove that AWS accepts the values: tests/engine does.
import assert from "node:assert/strict";
import { compared } from "./changes";
import { core } from "./core";
import { environment } from "./environment";
import { recorded, rowsOf as titledRowsOf } from "./recorded";
import { addedBy, BASE, keyOf, type Recorded, recordedOf, recordingOf, recordsAdditions } from "./resources";
import { type Setting, settingsOf } from "./settings";
import { type Row, runnerOf, type Table } from "./table";
import { targetAccounts } from "./target-accounts";

const rowsOf = ({ rows }: Table, path: string): Row[] => [rows[path] ?? []].flat();
const textOf = (value: unknown) => {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
};

function assertChanges(changes: string[], expected: string[]): void {
  const { missing, unexpected } = compared(changes, expected);
  const list = (title: string, lines: string[]) => (lines.length > 0 ? `\n${title}:${lines.map((line) => `\n  ${line}`).join("")}` : "");
  assert.ok(
    missing.length + unexpected.length === 0,
    `The setting does not change what its row expects.${list("Expected, but unchanged", missing)}${list("Changed, but not expected", unexpected)}`,
  );
}

const RECORD = "Fix: node -r ts-node/register/transpile-only tests/programs/wiring/record.ts, and npm run docs";
/** Components, stashes and providers are no resources in AWS. */
const components = [
  "Administrator",
  "AuditAlerts",
  "AuditBucket",
  "AccessAnalyzers",
  "AuditTrail",
  "CodeArtifactFront",
  "ConfigBucket",
  "ConfigRecorder",
  "BucketMonitor",
  "FindingsHub",
  "ThreatDetector",
  "Boundary",
  "BroughtBucket",
  "ClosedVpc",
  "CustomerKey",
  "DataBucket",
  "EndpointHub",
  "Engine",
  "EnvironmentLaunchRole",
  "EnvironmentPortfolio",
  "Evaluator",
  "FargateFront",
  "LaunchBoundary",
  "LaunchRole",
  "MirrorAccessPoint",
  "MirrorBucket",
  "ModelRole",
  "ProjectPortfolio",
  "SavedQueries",
  "SharedLogGroups",
  "Stash",
  "TargetAccount",
  "TemplateBucket",
  "aws",
];

/** A change such as `+ Key hub-key`, `- Key hub-key` or `Key hub-key: policy + Statement`. */
const kindsOf = (changes: string[], sign: "+" | "-") =>
  changes.flatMap((change) => (change.startsWith(`${sign} `) ? (change.split(" ")[1] ?? []) : []));

function assertRecorded(resources: Recorded, recorded: Recorded | undefined): void {
  try {
    assert.deepEqual(resources, recorded);
  } catch (error) {
    (error as Error).message += "\nIf the difference is intended, record the resources again: see record-resources.ts.";
    throw error;
  }
}

for (const table of [core, environment, targetAccounts])
  describe(`wiring of ${table.project}`, () => {
    const settings = settingsOf(table.schema);
    const runner = runnerOf(table);
    const recording = recordingOf(table.project);
    const valueBefore = (setting: Setting, row: Row) => runner.valueBefore(setting.path, row) ?? setting.default;

    it("has rows for exactly the settings of the project", () =>
      assert.deepEqual(Object.keys(table.rows).sort(), settings.map(({ path }) => path).sort()));

    it("has a row for every value of an enumeration", () =>
      assert.deepEqual(
        settings.flatMap((setting) => {
          const covered = rowsOf(table, setting.path).flatMap((row) => [valueBefore(setting, row), row.to]);
          return (setting.values ?? []).filter((value) => !covered.includes(value)).map((value) => `${setting.path}: ${String(value)}`);
        }),
        [],
      ));

    it("has a recorded effect for every row", () =>
      assert.deepEqual(
        recorded[table.project]!.map(({ setting, from, to, rejected }) => ({
          setting,
          from,
          to,
          ...(rejected !== undefined && { rejected }),
        })),
        titledRowsOf(table).map(({ row: _, ...titled }) => titled),
        RECORD,
      ));

    it("deletes a resource before its replacement, if AWS rejects the replacement while the old resource exists", () =>
      assert.deepEqual(
        recorded[table.project]!.flatMap(({ setting, conflicts = [] }) => conflicts.map((kind) => `${setting}: ${kind}`)),
        [],
      ));

    it("has the recorded resources without the change of a row", async () =>
      assertRecorded(recordedOf(await runner.base()), recording[BASE]));

    it("has a record for exactly the rows that add resources", () =>
      assert.deepEqual(
        Object.keys(recording).filter((key) => key !== BASE),
        Object.entries(table.rows).flatMap(([path, rows]) =>
          [rows].flat().flatMap((row, i) => (recordsAdditions(row) ? [keyOf(path, i)] : [])),
        ),
      ));

    for (const setting of settings)
      for (const [i, row] of rowsOf(table, setting.path).entries())
        it(`${setting.path} ${textOf(valueBefore(setting, row) ?? "unset")} -> ${textOf(row.to)}`, async () => {
          assert.notDeepEqual(row.to, valueBefore(setting, row), "The row does not change the setting.");
          if ("rejected" in row) {
            await assert.rejects(runner.runs(setting.path, row), (error: Error) => {
              assert.ok(error.message.includes(row.rejected), error.message);
              return true;
            });
            return;
          }
          const runs = await runner.runs(setting.path, row);
          const changes = runner.changes(runs, row);
          if (row.renames === undefined)
            assert.ok(row.changes.length > 0, "The row must name what changes, or a message of the preflight.");
          assertChanges(changes, row.changes);
          const effect = recorded[table.project]!.filter((item) => item.setting === setting.path)[i];
          if (row.renames !== undefined) return;
          for (const [sign, kinds] of [
            ["+", effect?.create],
            ["-", effect?.delete],
          ] as const)
            assert.deepEqual([...new Set(kindsOf(changes, sign))].filter((kind) => !components.includes(kind)).sort(), kinds ?? [], RECORD);
          if (recordsAdditions(row)) assertRecorded(addedBy(runs), recording[keyOf(setting.path, i)]);
        });
  });
