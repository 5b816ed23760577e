// Selects the settings that leads choose at launch, and reads the values that they choose. Pure.
import { parse } from "yaml";
import { allowedText, nodeAt, nodeOf, type SchemaNode, type SettingsSchema } from "../../stack/schema";
import { type Problem } from "../../stack/preflight";
import { type Parameter } from "./artifact";

const namespace = "cloister-environment";

/** Settings that are safe for leads: names, contacts, tags and cost. Everything else is fixed in the version. */
const safeParameters: {
  key: string;
  path: string[];
  example?: string;
  /** The keys of objects in a list that leads can set. Other keys would name roles or change limits. */
  itemKeys?: string[];
}[] = [
  { key: "team", path: ["team"] },
  { key: "stage", path: ["stage"] },
  { key: "owner", path: ["owner"] },
  { key: "profiles", path: ["studio", "profiles"], example: "[ana-horvat, ben-ito]", itemKeys: ["name", "person", "gitName"] },
  { key: "monthlyBudgetUsd", path: ["monitoring", "budget", "monthlyUsd"] },
  { key: "tags", path: ["tags"], example: "{ cost-center: '4711' }" },
];

const oneOf = (values: readonly string[]) => `one of ${values.join(", ")}`;

/** The problem with a team that the version does not allow. */
export const teamProblems = (team: unknown, teams: readonly string[] | undefined): string[] =>
  !teams || typeof team !== "string" || teams.includes(team) ? [] : [`'team' must be ${oneOf(teams)} (got ${shown(team)}).`];

const isText = (node: SchemaNode) => node.type === "string" || node.enum !== undefined;

/** Descriptions are Markdown in the documentation, and plain text in AWS Service Catalog. */
const plain = (markdown: string) => markdown.replaceAll(/[`]|\*\*/g, "");

/** A text with only those keys of an object that leads can set. */
const withItemKeys = (text: string, itemKeys: readonly string[] | undefined) =>
  itemKeys ? text.replaceAll(/an object with the keys \w+(?:, \w+)*/g, `an object with the keys ${itemKeys.join(", ")}`) : text;

/** The schema of a parameter, as leads see it. */
function forLeads(node: SchemaNode, itemKeys: readonly string[] | undefined): SchemaNode {
  if (!itemKeys || !node.items) return node;
  return { ...node, items: { ...node.items, allowed: withItemKeys(allowedText(node.items), itemKeys) } };
}

type Tree = Record<string, unknown>;
const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null && !Array.isArray(value);

const valueAt = (settings: Tree, path: readonly string[]): unknown =>
  path.reduce<unknown>((at, key) => (isTree(at) ? at[key] : undefined), settings);

/** Whether Pulumi reads a value, or a part of it, as an encrypted value. Source: Pulumi, `isSecureValue` in `pkg/resource/config`. */
export const isSecret = (value: unknown): boolean =>
  typeof value === "object" && value !== null && ("secure" in value || Object.values(value).some(isSecret));

/** A copy of `settings` with the value at a path. */
function withValue(settings: Tree, [key, ...rest]: readonly string[], value: unknown): Tree {
  const below = settings[key!];
  return { ...settings, [key!]: rest.length === 0 ? value : withValue(isTree(below) ? below : {}, rest, value) };
}

/** Settings of an environment without their namespace. */
export const localSettings = (settings: Tree): Tree =>
  Object.fromEntries(
    Object.entries(settings).flatMap(([key, value]) => (key.startsWith(`${namespace}:`) ? [[key.slice(namespace.length + 1), value]] : [])),
  );

/**
 * The parameters of a version, with types, defaults and descriptions from the schema of the settings.
 * A value that the platform team set is the default. `settings`: by full name, `cloister-environment:stage`.
 * `teams`: the allowed values of the team, if the version limits them.
 */
export function parametersOf(schema: SettingsSchema, settings: Tree, teams?: readonly string[]): Parameter[] {
  const node = nodeOf(schema);
  return safeParameters.flatMap(({ key, path, example, itemKeys }): Parameter[] => {
    const known = nodeAt(node, path);
    if (!known) return [];
    const found = forLeads(known, itemKeys);
    const at = key === "team" && teams ? { ...found, allowed: oneOf(teams) } : found;
    const standard = valueAt(localSettings(settings), path) ?? at.default;
    const form = example === undefined ? "" : ` YAML or JSON, for example ${example}.`;
    const isRequired = path.every((part, i) => nodeAt(node, path.slice(0, i))?.required?.includes(part));
    // AWS Service Catalog requires a value for a parameter without a default.
    const text =
      standard === undefined ? (isRequired ? undefined : "") : typeof standard === "string" ? standard : JSON.stringify(standard);
    return [
      {
        key,
        path,
        type: "String",
        ...(text !== undefined && { default: text }),
        description: `${plain(at.description ?? "")} Must be ${plain(allowedText(at))}.${form}`.trim(),
        schema: at,
      },
    ];
  });
}

const shown = (text: string) => JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);

function parsed({ schema }: Parameter, text: string): unknown {
  return isText(schema) ? text : (parse(text, { logLevel: "error" }) as unknown);
}

const itemKeysOf = (parameter: Parameter | undefined) => safeParameters.find(({ key }) => key === parameter?.key)?.itemKeys;

/** Keys in the objects of a list that are not available to leads. */
function itemProblems(parameter: Parameter, value: unknown): string[] {
  const { key } = parameter;
  const itemKeys = itemKeysOf(parameter);
  if (!itemKeys || !Array.isArray(value)) return [];
  const unsafe = [...new Set(value.flatMap((item) => (isTree(item) ? Object.keys(item) : [])))].filter((name) => !itemKeys.includes(name));
  return unsafe.map((name) => `'${key}' must contain names, or objects with the keys ${itemKeys.join(", ")} (got '${name}').`);
}

/**
 * The settings of the version with the values that the lead chose, by full name. An empty value counts as no value.
 * Problems are unknown parameters, and values that are no YAML. The program validates the settings.
 */
export function settingsWith(
  settings: Tree,
  parameters: readonly Parameter[],
  chosen: Readonly<Record<string, string>>,
): { problems: string[]; settings: Tree } {
  const problems = Object.keys(chosen)
    .filter((key) => !parameters.some((parameter) => parameter.key === key))
    .map((key) => `'${key}' is not a parameter of this version. Parameters: ${parameters.map((parameter) => parameter.key).join(", ")}.`);
  let result = settings;
  for (const parameter of parameters) {
    const text = (chosen[parameter.key] ?? parameter.default ?? "").trim();
    if (text === "") continue;
    const [first, ...rest] = parameter.path;
    try {
      const value = parsed(parameter, text);
      problems.push(...itemProblems(parameter, value));
      result = withValue(result, [`${namespace}:${first}`, ...rest], value);
    } catch {
      problems.push(`'${parameter.key}' must be ${allowedText(parameter.schema)} (got ${shown(text)}, which is not YAML).`);
    }
  }
  return { problems, settings: result };
}

/** The part of a problem that a lead can act on: without commands, which are for the platform team. */
const withoutFix = (text: string) => text.replace(/\s*Fix: .*$/s, "").trim();

/** The parameter that decides a setting. */
const parameterOf = (setting: string, parameters: readonly Parameter[]): Parameter | undefined =>
  parameters.find(({ path }) => {
    const full = `${namespace}:${path.join(".")}`;
    return setting === full || [".", "["].some((next) => setting.startsWith(`${full}${next}`));
  });

/** The name that leads know of a setting: the parameter with the rest of the path. `undefined` for a setting of the platform team. */
export function nameForLead(setting: string, parameters: readonly Parameter[]): string | undefined {
  const found = parameterOf(setting, parameters);
  return found && `${found.key}${setting.slice(`${namespace}:${found.path.join(".")}`.length)}`;
}

/** Problems of settings, with the names that leads know. */
export function leadProblems(problems: readonly Problem[], parameters: readonly Parameter[]): string[] {
  return problems.map(({ setting, text }) => {
    const shownName = nameForLead(setting, parameters);
    return shownName === undefined
      ? `The settings of the version are not valid. Ask the platform team: '${setting}' ${withoutFix(text)}`
      : `'${shownName}' ${withItemKeys(withoutFix(text), itemKeysOf(parameterOf(setting, parameters)))}`;
  });
}
