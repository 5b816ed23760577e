// The properties of every resource that the rows create, as recorded in `recorded-resources/`. Other tests cover policies and scripts.
import * as fs from "node:fs";
import * as path from "node:path";
import { type Run } from "./changes";
import { type Row, type Runs } from "./table";

/** Properties by title, for the base of a table or for the resources that only a row has. */
export type Recorded = Record<string, Record<string, unknown>>;

const fileOf = (project: string) => path.join(__dirname, "recorded-resources", `${project}.json`);
export const recordingOf = (project: string) => JSON.parse(fs.readFileSync(fileOf(project), "utf8")) as Record<string, Recorded>;
export const writeRecording = (project: string, recording: Record<string, Recorded>) =>
  fs.writeFileSync(fileOf(project), `${JSON.stringify(recording, null, 2)}\n`);

/** Key of the resources that exist in every run. */
export const BASE = "base";
/** Key of a row: its path and its position among the rows of the path. */
export const keyOf = (settingPath: string, index: number) => `${settingPath} (${index + 1})`;

/** Documents that `tests/permissions` and the tests of the components evaluate, and the text of scripts. */
const coveredElsewhere = new Set(["policy", "policies", "inlinePolicies", "dashboardBody"]);

/** Lines of scripts that come from files. */
const scripts = path.resolve(__dirname, "..", "..", "..", "components", "studio", "scripts");
const linesOfFiles = new Set(fs.readdirSync(scripts).flatMap((name) => fs.readFileSync(path.join(scripts, name), "utf8").split("\n")));

/** Properties without defaults, without the given keys at any depth, and without lines of scripts that come from files. */
export function shortened(value: unknown, omitted: ReadonlySet<string> = new Set()): unknown {
  if (Array.isArray(value)) return value.map((item) => shortened(item, omitted));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, value]) => value !== undefined && value !== false && !omitted.has(key))
      .map(([key, value]) => [
        key,
        key === "lines" ? (value as string[]).filter((line) => !linesOfFiles.has(line)) : shortened(value, omitted),
      ]),
  );
}

/** The resources of a run, sorted by title because the order of registration can change. Outputs are the last entry. */
export const recordedOf = (run: Run): Recorded =>
  Object.fromEntries(
    run
      .map(({ title, properties }) => [title, shortened(properties, coveredElsewhere) as Record<string, unknown>] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

/** The resources that a row adds. */
export const addedBy = ({ before, after }: Runs): Recorded => {
  const titles = new Set(before.map(({ title }) => title));
  return recordedOf(after.filter(({ title }) => !titles.has(title)));
};

/** Rows that add resources. A row that changes a name adds all resources again. */
export const recordsAdditions = (row: Row): boolean =>
  !("rejected" in row) && row.renames === undefined && row.changes.some((line) => line.startsWith("+ "));
