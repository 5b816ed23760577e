// Reads and validates the stack configuration before resources are created, with one zod schema for each namespace.
import * as pulumi from "@pulumi/pulumi";
import { closest, distance } from "fastest-levenshtein";
import { type z } from "zod";
import { failOnProblems } from "./errors";
import { removeCommand, setCommand } from "./fix-command";
import { type Problem } from "./preflight";
import { allowedText, definedPath, nodeAt, nodeOf, pathText, type SchemaNode, type SettingsSchema } from "./schema";

/** The configuration of one namespace: values by key, and which keys are secret. */
interface Configuration {
  namespace: string;
  node: SchemaNode;
  values: Record<string, unknown>;
  isSecret: (key: string) => boolean;
}

const valueAt = (value: unknown, path: PropertyKey[]): unknown =>
  path.reduce((at, key) => (typeof at === "object" && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined), value);

/** An example value for the command that fixes a setting: the default, if the default is a plain word. */
function exampleOf(node: SchemaNode | undefined): string {
  const text = typeof node?.default === "object" ? "" : String(node?.default ?? "");
  return /^[\w./-]+$/.test(text) ? text : "<value>";
}

/** Whether digits are a valid string: an account ID, the value of a tag. */
const canBeDigits = (node: SchemaNode | undefined) =>
  node?.type === "string" && !node.enum && new RegExp(node.pattern ?? "").test("111122223333");

function unknownKeyProblems({ keys, path }: z.core.$ZodIssueUnrecognizedKeys, { namespace, node }: Configuration): Problem[] {
  const { properties = {}, removed = {} } = nodeAt(node, path) ?? {};
  const known = Object.keys(properties);
  return keys.map((key) => {
    const setting = `${namespace}:${pathText([...path, key])}`;
    const text = Object.hasOwn(removed, key)
      ? `was removed because ${removed[key]}`
      : `is not a setting. Did you mean '${closest(key, known)}'? Known settings: ${known.join(", ")}`;
    return { setting, text: `${text}. Fix: ${removeCommand(setting)}` };
  });
}

/** A problem with a secret. Shows no value, no key in the value, and no result of a check. */
function secretProblem(issue: z.core.$ZodIssue, { namespace, node }: Configuration): Problem {
  const setting = `${namespace}:${pathText(definedPath(node, issue.path))}`;
  const text =
    issue.code === "unrecognized_keys"
      ? `has an unknown key (got [secret]). Known settings: ${Object.keys(nodeAt(node, issue.path)?.properties ?? {}).join(", ")}.`
      : `must be ${allowedText(nodeAt(node, issue.path) ?? {})} (got [secret]).`;
  return { setting, text: `${text} Fix: ${setCommand(setting, "<value>", { isSecret: true })}` };
}

/** A problem with a value that an earlier version allowed. */
const removedText = (at: SchemaNode | undefined, value: unknown) => {
  const reason = typeof value === "string" ? at?.removed?.[value] : undefined;
  return reason && `must not contain '${String(value)}', which was removed because ${reason}. Fix: remove '${String(value)}' from the list`;
};

/** A value as JSON, shortened. */
function shown(value: unknown): string {
  const text = JSON.stringify(value);
  const most = 100;
  return text.length <= most ? text : `${text.slice(0, most)}…, ${typeof value === "string" ? value.length : text.length} characters`;
}

/** The value of a list of words that a misspelt value means. `undefined` if no value is similar. */
function nearestValue(value: unknown, { enum: known = [] }: SchemaNode = {}): string | undefined {
  const distanceTo = (word: string) => distance(word.toLowerCase(), String(value).toLowerCase());
  const [nearest] = known.map(String).sort((a, b) => distanceTo(a) - distanceTo(b));
  return typeof value === "string" && nearest !== undefined && distanceTo(nearest) <= value.length / 2 ? nearest : undefined;
}

/** A problem with a key in an object with any keys. */
function keyProblem({ path }: z.core.$ZodIssueInvalidKey, { namespace, node }: Configuration): Problem {
  const setting = `${namespace}:${pathText(path.slice(0, -1))}`;
  const allowed = allowedText(nodeAt(node, path.slice(0, -1))?.propertyNames ?? {});
  return {
    setting,
    text: `must have keys that are ${allowed} (got ${shown(path.at(-1))}). Fix: ${removeCommand(`${namespace}:${pathText(path)}`)}`,
  };
}

function valueProblem(issue: z.core.$ZodIssue, { namespace, node, values }: Configuration): Problem {
  const setting = `${namespace}:${pathText(issue.path)}`;
  const at = nodeAt(node, issue.path);
  const value = valueAt(values, issue.path);
  const removed = removedText(at, value);
  if (removed !== undefined) return { setting, text: removed };
  // The message of a custom check completes the sentence that starts with the setting.
  const rule = issue.code === "custom" ? issue.message : at ? `must be ${allowedText(at)}` : `is invalid: ${issue.message}`;
  const nearest = nearestValue(value, at);
  // YAML reads 444455556666 as a number, and 012345678901 as another number.
  const fix =
    at?.type === "string" && typeof value === "number"
      ? `put the value in quotes in the configuration file of the stack`
      : setCommand(setting, nearest ?? exampleOf(at), { isText: issue.path.length > 1 && canBeDigits(at) });
  const suggestion = nearest === undefined ? "" : ` Did you mean '${nearest}'?`;
  return {
    setting,
    text: value === undefined ? `is missing. It ${rule}. Fix: ${fix}` : `${rule} (got ${shown(value)}).${suggestion} Fix: ${fix}`,
  };
}

function problemsOf(issue: z.core.$ZodIssue, configuration: Configuration): Problem[] {
  if (issue.path.length > 0 && configuration.isSecret(String(issue.path[0]))) return [secretProblem(issue, configuration)];
  if (issue.code === "invalid_key") return [keyProblem(issue, configuration)];
  return issue.code === "unrecognized_keys" ? unknownKeyProblems(issue, configuration) : [valueProblem(issue, configuration)];
}

/** Parses a configuration value. Lists, objects, numbers and booleans are JSON. */
function parseValue(text: string, node: SchemaNode | undefined): unknown {
  if (!node || node.type === "string" || node.enum) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/**
 * Validates the configuration of one namespace. Returns the settings, or all problems with the settings.
 * `raw` contains the values that Pulumi passes to a program, by key without namespace.
 */
export function parseSettings(
  namespace: string,
  schema: SettingsSchema,
  raw: Record<string, string>,
  isSecret: (key: string) => boolean = () => false,
): { problems: Problem[]; value?: unknown } {
  const node = nodeOf(schema);
  const values = Object.fromEntries(Object.entries(raw).map(([key, text]) => [key, parseValue(text, node.properties?.[key])]));
  const result = schema.safeParse(values);
  if (result.success) return { problems: [], value: result.data };
  const problems = result.error.issues.flatMap((issue) => problemsOf(issue, { namespace, node, values, isSecret }));
  // A value can violate a length and a pattern, which have the same message.
  return {
    problems: problems.filter(
      ({ setting, text }, i) => problems.findIndex((problem) => problem.setting === setting && problem.text === text) === i,
    ),
  };
}

/** Namespaces of Pulumi and of the AWS providers. Their keys configure the deployment, not the program. */
const otherNamespaces = ["aws", "aws-native", "pulumi"];

/**
 * Keys in namespaces that no program, provider or Pulumi reads. Otherwise a misspelt namespace would have no effect.
 * `keys` are full names: `cloister-enviroment:tags`. Shows no value. Pure.
 */
export function namespaceProblems(keys: readonly string[], schemas: Schemas): Problem[] {
  const known = [...Object.keys(schemas), ...otherNamespaces];
  return keys.flatMap((setting) => {
    const [namespace = "", key = ""] = setting.split(/:(.*)/);
    if (known.includes(namespace)) return [];
    // `pulumi config set owner` without a namespace uses the name of the project, which is `cloister` for the quickstart.
    const readers = Object.keys(schemas).filter((item) => Object.hasOwn(nodeOf(schemas[item]!).properties ?? {}, key));
    const nearest = closest(namespace, readers.length > 0 ? readers : known);
    const isSimilar = readers.length > 0 || distance(namespace, nearest) <= Math.ceil(namespace.length / 5);
    const suggestion = isSimilar ? ` Did you mean '${nearest}:${key}'?` : "";
    const text = `is not a setting of this project.${suggestion} Known namespaces: ${known.join(", ")}. Fix: ${removeCommand(setting)}`;
    return [{ setting, text }];
  });
}

/** Schemas by namespace. */
type Schemas = Record<string, SettingsSchema>;
type SettingsOf<S extends Schemas> = { [N in keyof S]: z.output<S[N]> };

/**
 * Reads the settings of one or more namespaces from the configuration of the stack.
 * Errors: one `UserError` with all problems, also of unknown namespaces, before the first resource is created.
 */
export function readSettings<S extends Schemas>(schemas: S): SettingsOf<S> {
  // The SDK reads the secret keys from this environment variable, and exports no function that returns them.
  const secrets = JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS || "[]") as string[];
  const all = pulumi.runtime.allConfig();
  const parsed = Object.entries(schemas).map(([namespace, schema]) => {
    const prefix = `${namespace}:`;
    const raw = Object.fromEntries(
      Object.entries(all)
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, value]) => [key.slice(prefix.length), value]),
    );
    return { namespace, ...parseSettings(namespace, schema, raw, (key) => secrets.includes(`${prefix}${key}`)) };
  });
  failOnProblems([...namespaceProblems(Object.keys(all), schemas), ...parsed.flatMap(({ problems }) => problems)]);
  return Object.fromEntries(parsed.map(({ namespace, value }) => [namespace, value])) as SettingsOf<S>;
}
