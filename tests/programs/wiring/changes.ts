// Compares two runs of a program, and describes each difference in one line. Pure.
import * as zlib from "node:zlib";
import { isObject } from "@cloister/common";
import { type Registered } from "../../helpers/mocks";

/** A run of a program: its resources, and its outputs as one more resource. */
export type Run = RunResource[];

interface RunResource {
  /** `Key fraud-dev-data-key` */
  title: string;
  properties: unknown;
}

/** Properties that contain a shell script, encoded in base64. */
const scripts = ["studioLifecycleConfigContent", "onStart", "onCreate"];
const GZIP = "H4sI";

/** The lines of a script, also of a compressed script in the script, and the JSON values of its variables by name. */
function scriptOf(text: string): Record<string, unknown> {
  const lines = text
    .split("\n")
    .flatMap((line) => (line.startsWith(GZIP) ? zlib.gunzipSync(Buffer.from(line, "base64")).toString().split("\n") : line));
  const variables = lines.map((line) => /^(\w+)='(\{.*\})'$/.exec(line)).filter((match) => match !== null);
  return {
    lines: lines.filter((line) => !variables.some(([all]) => all === line)),
    ...Object.fromEntries(variables.map(([, name, value]) => [name!, parsedJson(value!)])),
  };
}

/** Parses JSON and decodes scripts in the properties, so that a line names one entry of a policy or one line of a script. */
function decoded(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) return value.map((item) => decoded(item));
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, decoded(child, name)]));
  if (typeof value !== "string") return value;
  if (scripts.includes(key)) return scriptOf(Buffer.from(value, "base64").toString());
  const parsed = parsedJson(value);
  return parsed === undefined ? value : decoded(parsed);
}

/** The list or object that a text contains as JSON. Filter patterns also begin with a brace, but are not JSON. */
function parsedJson(text: string): unknown {
  if (!/^[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The properties without a property at a dotted path. */
function without(properties: object, path: string): object {
  const [name, ...rest] = path.split(".") as [string, ...string[]];
  return Object.fromEntries(
    Object.entries(properties).flatMap(([key, value]: [string, unknown]) => {
      if (key !== name) return [[key, value]];
      return rest.length > 0 && isObject(value) ? [[key, without(value, rest.join("."))]] : [];
    }),
  );
}

const kindOf = (type: string) => type.split(":").at(-1)!;

export const runOf = (resources: Registered[], outputs: Record<string, unknown>): Run => [
  ...resources.map(({ type, name, inputs, parent, provider, retainOnDelete, options }) => ({
    title: `${kindOf(type)} ${name}`,
    properties: {
      // The engine ignores changes of these properties in an existing resource.
      ...(options.ignoreChanges ?? []).reduce(without, decoded(inputs) as object),
      "(parent)": parent && `${kindOf(parent.type)} ${parent.name}`,
      "(provider)": provider,
      "(retainOnDelete)": retainOnDelete,
    },
  })),
  { title: "outputs", properties: decoded(outputs) },
];

/** The run with strings replaced in names, properties and outputs. */
export function renamed(run: Run, renames: Record<string, string>): Run {
  const texts = Object.keys(renames).sort((a, b) => b.length - a.length);
  if (texts.length === 0) return run;
  const pattern = new RegExp(texts.map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|"), "g");
  return JSON.parse(JSON.stringify(run).replace(pattern, (text) => renames[text]!)) as Run;
}

interface Value {
  /** Values of a list of single values, or one value. */
  texts: string[];
  isList: boolean;
  /** Path of the policy statement that contains the value. */
  statement?: string;
}

const textOf = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
const isSingle = (value: unknown) => typeof value !== "object" || value === null;

/** Single values and lists of single values by path. A policy statement is identified by its `Sid`. */
function valuesOf(properties: unknown): Map<string, Value> {
  const values = new Map<string, Value>();
  const add = (value: unknown, path: string, statement?: string): void => {
    const join = (key: string) => (path === "" ? key : `${path}.${key}`);
    if (value === undefined || value === null) return;
    // In IAM, a single value is equivalent to a list with this value.
    if (isSingle(value)) values.set(path, { texts: [textOf(value)], isList: statement !== undefined, statement });
    else if (Array.isArray(value) && value.every(isSingle)) values.set(path, { texts: value.map(textOf), isList: true, statement });
    else if (Array.isArray(value)) value.forEach((item, i) => add(item, `${path}[${i}]`, statement));
    else
      for (const [key, child] of Object.entries(value as object))
        if (key === "Statement" && Array.isArray(child))
          child.forEach((entry: { Sid?: string }, i) => add(entry, `${path}.${entry.Sid ?? i}`, `${path}.${entry.Sid ?? i}`));
        else add(child, join(key), statement);
  };
  add(properties, "");
  return values;
}

const LONGEST = 400;
const shown = (text: string) => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

/** The differences of one value. */
function valueChanges(path: string, before: Value | undefined, after: Value | undefined): string[] {
  if (!(before?.isList ?? after?.isList)) {
    if (!after) return [`${path} unset`];
    return before?.texts[0] === after.texts[0] ? [] : [`${path} = ${shown(after.texts[0]!)}`];
  }
  const [old, now] = [before?.texts ?? [], after?.texts ?? []];
  const changes = [
    ...old.filter((text) => !now.includes(text)).map((text) => `${path} - ${shown(text)}`),
    ...now.filter((text) => !old.includes(text)).map((text) => `${path} + ${shown(text)}`),
  ];
  if (changes.length > 0 || old.join("\n") === now.join("\n")) return changes;
  return [before && after ? `${path} reordered` : `${path} ${after ? "= []" : "unset"}`];
}

/** The differences of one resource. A policy statement that only one run has is one difference. */
function propertyChanges(before: unknown, after: unknown): string[] {
  const [old, now] = [valuesOf(before), valuesOf(after)];
  const statementsOf = (values: Map<string, Value>) => new Set([...values.values()].flatMap(({ statement }) => statement ?? []));
  const [oldStatements, nowStatements] = [statementsOf(old), statementsOf(now)];
  const statementText = (path: string, sign: string) => path.replace(/\.([^.]*)$/, ` ${sign} $1`);
  const isWhole = ({ statement }: Value) => statement !== undefined && !(oldStatements.has(statement) && nowStatements.has(statement));
  return [
    ...[...oldStatements].filter((path) => !nowStatements.has(path)).map((path) => statementText(path, "-")),
    ...[...nowStatements].filter((path) => !oldStatements.has(path)).map((path) => statementText(path, "+")),
    ...[...new Set([...old.keys(), ...now.keys()])]
      .filter((path) => !isWhole((old.get(path) ?? now.get(path))!))
      .flatMap((path) => valueChanges(path, old.get(path), now.get(path))),
  ];
}

/**
 * All differences between two runs: `+ Subnet lab-c`, `- Subnet lab-c`, `Key lab-data: rotationPeriodInDays = 180`,
 * `Role lab-x: tags.owner unset`, and for lists and policy statements `path + value` and `path - value`.
 */
export function changesOf(before: Run, after: Run): string[] {
  const [old, now] = [before, after].map((run) => new Map(run.map(({ title, properties }) => [title, properties])));
  return [
    ...[...old!.keys()].filter((title) => !now!.has(title)).map((title) => `- ${title}`),
    ...[...now!.keys()].filter((title) => !old!.has(title)).map((title) => `+ ${title}`),
    ...[...old!.keys()]
      .filter((title) => now!.has(title))
      .flatMap((title) => propertyChanges(old!.get(title), now!.get(title)).map((change) => `${title}: ${change}`)),
  ];
}

/** The expanded lines of a line with `{a,b}`. */
function expanded(line: string): string[] {
  const braces = /(?<!\$)\{([^{}]*,[^{}]*)\}/.exec(line);
  if (!braces) return [line];
  const [all, list] = [braces[0], braces[1]!];
  return list.split(",").flatMap((choice) => expanded(line.slice(0, braces.index) + choice + line.slice(braces.index + all.length)));
}

/** `*` matches any string. */
const matches = (pattern: string, line: string) =>
  pattern === line ||
  (pattern.includes("*") && new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`, "s").test(line));

/** Expected lines that no change matches, and changes that no expected line matches. */
export function compared(changes: string[], expected: string[]): { missing: string[]; unexpected: string[] } {
  const patterns = expected.flatMap(expanded);
  return {
    missing: patterns.filter((pattern) => !changes.some((change) => matches(pattern, change))),
    unexpected: changes.filter((change) => !patterns.some((pattern) => matches(pattern, change))),
  };
}
