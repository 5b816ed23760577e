// Defines the rows of a wiring table, and runs a program with and without the change of a row.
import { type SettingsSchema } from "@cloister/components/stack/schema";
import { type MockOptions, type Registered, runProgram, useMocks } from "../../helpers/mocks";
import { changesOf, renamed, runOf, type Run } from "./changes";
import { merged, type Settings, valueAt, withValue } from "./settings";

interface ChangedSetting {
  /** The effect of the setting, if the changes do not show the effect. */
  about?: string;
  /** Other settings of both runs, which the setting requires or affects. */
  with?: Settings;
  /** Value in the first run. If absent, the setting has the value in `with`, in the base, or its default. */
  from?: unknown;
  /** Value in the second run. */
  to: unknown;
  /** Other settings of the second run, which the value requires. */
  requires?: Settings;
  /** Lookup results that differ in the second run, for example because the first run is deployed. */
  lookups?: MockOptions["answers"];
}

/** All changes by a setting. */
interface ChangingRow extends ChangedSetting {
  /**
   * Every change, in the form that `changesOf` returns, without the prefix of resource names.
   * `{a,b}` stands for one line with `a` and one with `b`. `*` stands for any text, for dozens of lines.
   */
  changes: string[];
  /** Texts that change everywhere with the setting, such as the name of the environment. All other changes are in `changes`. */
  renames?: Record<string, string>;
}

/** The preflight error for a setting that is only validated. */
interface RejectedRow extends ChangedSetting {
  /** A part of the error message. */
  rejected: string;
}

export type Row = ChangingRow | RejectedRow;

export interface Table {
  /** The project, and the namespace of its settings. */
  project: string;
  folder: string;
  schema: SettingsSchema;
  stack: string;
  /** Prefix of resource names, which `changes` omit. */
  prefix: string;
  /** Settings without a default, and settings that keep the runs short. */
  base: Settings;
  mocks?: Partial<MockOptions>;
  /** Rows by the path of the setting. A path with several rows has one row for each value. */
  rows: Record<string, Row | Row[]>;
}

/** Runs the program once. A failed run has an error message without a stack trace. */
export async function runWith(
  { project, folder, stack, mocks }: Omit<Table, "rows" | "schema">,
  settings: Settings,
  replaced?: ReadonlySet<string>,
  lookups: MockOptions["answers"] = {},
): Promise<{ resources: Registered[]; outputs: Record<string, unknown> }> {
  const config = Object.fromEntries(Object.entries(settings).map(([key, value]) => [`${project}:${key}`, value]));
  const world = await useMocks({ project, stack, config, replaced, ...mocks, answers: { ...mocks?.answers, ...lookups } });
  const { stackTraceLimit } = Error;
  try {
    // The SDK records a stack trace for each promise, which takes half of the CPU time of a run.
    Error.stackTraceLimit = 0;
    const outputs = await runProgram(folder);
    return { resources: world.resources, outputs };
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

export interface Runs {
  before: Run;
  after: Run;
}

export interface Runner {
  /** The run with the settings of the base. */
  base: () => Promise<Run>;
  /** The runs without and with the change of a row. Rejects with the error of the program. */
  runs: (path: string, row: Row) => Promise<Runs>;
  /** The changes of a row. */
  changes: (runs: Runs, row: Row) => string[];
  /** The value of the setting in the first run. */
  valueBefore: (path: string, row: Row) => unknown;
}

const run = async (table: Table, settings: Settings, lookups?: MockOptions["answers"]): Promise<Run> => {
  const { resources, outputs } = await runWith(table, settings, undefined, lookups);
  return runOf(resources, outputs);
};

/** The settings of both runs of a row. */
export function settingsOfRow(table: Table, path: string, row: Row): { before: Settings; after: Settings } {
  const settings = merged(table.base, row.with ?? {});
  const before = row.from === undefined ? settings : withValue(settings, path, row.from);
  return { before, after: withValue(merged(before, row.requires ?? {}), path, row.to) };
}

/** Runs the rows of a table. Rows with equal settings before the change share one run. */
export function runnerOf(table: Table): Runner {
  const runs = new Map<string, Promise<Run>>();
  // A rejected run must not fail all rows with the same settings as an unhandled rejection.
  const shared = async (settings: Settings, key = JSON.stringify(settings)) =>
    await (runs.get(key) ?? runs.set(key, run(table, settings)).get(key)!);
  return {
    valueBefore: (path, row) => valueAt(settingsOfRow(table, path, row).before, path),
    base: () => shared(table.base),
    async runs(path, row) {
      const { before, after } = settingsOfRow(table, path, row);
      return { before: await shared(before), after: await run(table, after, row.lookups) };
    },
    changes({ before: first, after: second }, row) {
      const renames = "renames" in row ? (row.renames ?? {}) : {};
      const missing = Object.keys(renames).filter((text) => !JSON.stringify(first).includes(text));
      if (missing.length > 0) throw new Error(`The first run does not contain the renamed text ${missing.join(", ")}.`);
      return changesOf(renamed(first, renames), second).map((line) => line.replace(` ${table.prefix}-`, " "));
    },
  };
}
