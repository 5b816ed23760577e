// The recorded effects of the rows of the wiring tables, which `record.ts` writes.
import * as fs from "node:fs";
import * as path from "node:path";
import { type Operation, kindOf, type Step } from "./effects";
import { settingsOf, valueAt } from "./settings";
import { type Row, settingsOfRow, type Table } from "./table";

/** Resource kinds by operation. A replacement also names the properties that require it: `FlowLog (trafficType)`. */
export type Summary = Partial<Record<Operation, string[]>>;

/** A row of a wiring table with its effect. Without operations, the preflight rejects the change or no resource changes. */
export interface RecordedRow extends Summary {
  setting: string;
  from: string;
  to: string;
  rejected?: string;
  /** Kinds of resources whose replacement AWS rejects, because the old resource still exists. */
  conflicts?: string[];
}

export const file = path.join(__dirname, "recorded-effects.json");
/** By project. */
export const recorded = JSON.parse(fs.readFileSync(file, "utf8")) as Record<string, RecordedRow[]>;

const LONGEST = 60;
/** A value as in a settings file. */
export function textOf(value: unknown): string {
  if (value === undefined) return "";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** The rows of a table with the texts of their values, in the order of the settings. */
export function rowsOf(table: Table): { setting: string; row: Row; from: string; to: string; rejected?: string }[] {
  return settingsOf(table.schema).flatMap((setting) =>
    [table.rows[setting.path] ?? []].flat().map((row) => ({
      setting: setting.path,
      row,
      from: textOf(valueAt(settingsOfRow(table, setting.path, row).before, setting.path) ?? setting.default),
      to: textOf(row.to),
      ...("rejected" in row && { rejected: row.rejected }),
    })),
  );
}

/** The kinds of resources by operation, each once. */
export function summaryOf(steps: Step[]): Summary & Pick<RecordedRow, "conflicts"> {
  const summary: ReturnType<typeof summaryOf> = {};
  const conflicts = steps.filter((step) => step.conflicts).map(({ type }) => kindOf(type));
  if (conflicts.length > 0) summary.conflicts = [...new Set(conflicts)];
  for (const op of ["create", "update", "replace", "delete"] as const) {
    const kinds = steps
      .filter((step) => step.op === op)
      .map(({ type, properties }) => (op === "replace" ? `${kindOf(type)} (${properties.join(", ")})` : kindOf(type)));
    if (kinds.length > 0) summary[op] = [...new Set(kinds)].sort();
  }
  return summary;
}

/** JSON with one line for each row. */
export const recordedText = (projects: Record<string, RecordedRow[]>): string =>
  `{\n${Object.entries(projects)
    .map(([project, rows]) => `  ${JSON.stringify(project)}: [\n${rows.map((row) => `    ${JSON.stringify(row)}`).join(",\n")}\n  ]`)
    .join(",\n")}\n}\n`;
