// Compares with a recording which values each setting accepts, and the texts of the errors.
// Does not prove that AWS accepts the values: tests/property/api-inputs.test.ts does.
import * as path from "node:path";
import { isObject } from "@cloister/common";
import { parseSettings } from "@cloister/components/stack/config";
import { nodeAt, nodeOf, type SchemaNode } from "@cloister/components/stack/schema";
import { assertRecorded, type Recording } from "../../helpers/recording";
import { core } from "./core";
import { environment } from "./environment";
import { type Settings, settingsOf, valueAt, withValue } from "./settings";
import { settingsOfRow, type Table } from "./table";
import { targetAccounts } from "./target-accounts";

/** Texts similar to a valid text: other ends, cases, characters and lengths. */
const similarTexts = (text: string): string[] => [
  "",
  text.slice(1),
  text.slice(0, -1),
  `${text}\n`,
  ...["-", "_", ".", "/", ":", "*", " ", "A", "z", "7"].flatMap((item) => [
    `${item}${text}`,
    `${text}${item}`,
    text.slice(0, 2) + item + text.slice(2),
  ]),
  ...[...text.matchAll(/[^-.:/]+/g)].slice(0, 12).map(({ index, 0: part }) => text.slice(0, index) + text.slice(index + part.length)),
  text.toUpperCase(),
  text.replace(/\d/g, ""),
  text.replace(/[-.:/]/, ""),
  ...[2, 3, 8, 20, 100].map((times) => text.repeat(times)),
];

/** Values similar to a valid value, and values of other kinds. */
function similarTo(value: unknown, { minimum, maximum }: SchemaNode): unknown[] {
  const others = [null, true, 3, "text", [], {}];
  if (typeof value === "string") return [...similarTexts(value), ...others];
  if (typeof value === "number") {
    const bounds = [minimum, maximum].filter((item) => item !== undefined && Math.abs(item) < Number.MAX_SAFE_INTEGER) as number[];
    return [...[value, ...bounds].flatMap((bound) => [bound - 1, bound, bound + 1]), 1.5, "7", ...others];
  }
  if (Array.isArray(value)) {
    const [first] = value as unknown[];
    return [
      [...(value as unknown[]), first],
      ...(typeof first === "string" ? similarTexts(first).map((similarText) => [similarText]) : []),
      ...others,
    ];
  }
  if (!isObject(value)) return others;
  const [entry] = Object.entries(value);
  return [{ ...value, another: "text" }, ...(entry ? similarTexts(entry[0]).map((key) => ({ [key]: entry[1] })) : []), ...others];
}

const shown = (value: unknown) => {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}… (${text.length})` : text;
};

/** The texts of the problems with settings. */
const problemsOf = ({ project, schema }: Table, settings: Settings): string[] => {
  const raw = Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]),
  );
  return parseSettings(project, schema, raw).problems.map(({ setting, text }) => `${setting} ${text}`);
};

/** By setting: which values of its rows, and which similar values, are accepted, and the first error. */
function recordingOf(table: Table): Recording {
  const node = nodeOf(table.schema);
  const found: Recording = { "": { defaults: table.schema.parse(table.base) } };
  for (const { path: at, default: byDefault } of settingsOf(table.schema)) {
    const entries: Record<string, unknown> = (found[at] = byDefault === undefined ? {} : { default: byDefault });
    const keys = at.split(".").flatMap((key) => (key.endsWith("[]") ? [key.slice(0, -2), 0] : [key]));
    const [accepted, rejected] = [new Set<string>(), new Set<string>()];
    for (const row of [table.rows[at] ?? []].flat().slice(0, 2)) {
      const { before, after } = settingsOfRow(table, at, row);
      const values = [valueAt(before, at), valueAt(after, at)].filter((item) => item !== undefined);
      for (const item of values.flatMap((value) => [value, ...similarTo(value, nodeAt(node, keys) ?? {})])) {
        const settings = withValue(after, at, item);
        const isAccepted = table.schema.safeParse(settings).success;
        if (!isAccepted && rejected.size === 0) entries.error = problemsOf(table, settings);
        (isAccepted ? accepted : rejected).add(shown(item));
      }
    }
    const { minimum, maximum, minLength, maxLength, minItems, maxItems, pattern } = (nodeAt(node, keys) ?? {}) as Record<string, unknown>;
    entries.schema = { minimum, maximum, minLength, maxLength, minItems, maxItems, pattern };
    Object.assign(entries, { accepted: [...accepted], rejected: [...rejected] });
  }
  return found;
}

for (const table of [core, environment, targetAccounts])
  it(`settings of ${table.project} accept the recorded values`, function () {
    assertRecorded(path.join(__dirname, "recorded-values", `${table.project}.json`), this.test!.file!, recordingOf(table));
  });
