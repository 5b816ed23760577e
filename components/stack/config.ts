// Settings: what a project may be told, as a zod schema, read from Pulumi's configuration before the first resource.
import * as pulumi from "@pulumi/pulumi";
import { closest } from "fastest-levenshtein";
import { z } from "zod";
import { failOnProblems } from "./errors";

/** A project's settings. Nested objects are strict, so that a misspelt key is found at any depth. */
export type SettingsSchema = z.ZodObject;

/** The part of JSON Schema that zod gives for our settings. */
interface Node {
  type?: string;
  description?: string;
  /** In words what a pattern or a check allows; set by `.meta({ allowed })`. */
  allowed?: string;
  default?: unknown;
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  minItems?: number;
  properties?: Record<string, Node>;
  /** Of an object with keys of any name. Strict objects say false here. */
  additionalProperties?: Node | false;
  required?: string[];
  items?: Node;
}

const nodeOf = (schema: SettingsSchema) =>
  z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    // zod leaves out a default that is false, 0 or "".
    override: ({ zodSchema, jsonSchema }) => {
      const { def } = zodSchema._zod;
      if (def.type === "prefault") jsonSchema.default = def.defaultValue;
    },
  }) as Node;

function nodeAt(node: Node, path: PropertyKey[]): Node | undefined {
  return path.reduce<Node | undefined>(
    (at, key) => (typeof key === "number" ? at?.items : (at?.properties?.[String(key)] ?? (at?.additionalProperties || undefined))),
    node,
  );
}

/** What a setting allows, in words. */
function allowedBy(node: Node): string {
  if (node.allowed) return node.allowed;
  if (node.enum) return `one of ${node.enum.map(String).join(", ")}`;
  if (node.type === "integer" || node.type === "number") {
    const kind = node.type === "integer" ? "a whole number" : "a number";
    // zod bounds every integer by what JavaScript counts exactly; that is no range to tell.
    const told = (bound?: number) => bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER;
    if (told(node.minimum) && told(node.maximum)) return `${kind} from ${node.minimum} to ${node.maximum}`;
    return told(node.minimum) ? `${kind} from ${node.minimum}` : kind;
  }
  if (node.type === "boolean") return "true or false";
  if (node.type === "array")
    return `a list${node.minItems ? ` of at least ${node.minItems}` : ""}${node.items ? `, each ${allowedBy(node.items)}` : ""}`;
  if (node.type === "object") return node.properties ? `an object with ${Object.keys(node.properties).join(", ")}` : "an object";
  return "text";
}

/** `network.zones`, `accounts[1].id` */
const pathText = (path: PropertyKey[]) =>
  path.map((key, i) => (typeof key === "number" ? `[${key}]` : `${i > 0 ? "." : ""}${String(key)}`)).join("");

function valueAt(value: unknown, path: PropertyKey[]): unknown {
  return path.reduce((at, key) => (typeof at === "object" && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined), value);
}

/** The part of a path that a schema knows; keys beyond it were found in a value. */
function knownPath(node: Node, path: PropertyKey[]): PropertyKey[] {
  const end = path.findIndex((key, i) => typeof key !== "number" && !nodeAt(node, path.slice(0, i))?.properties?.[String(key)]);
  return end < 0 ? path : path.slice(0, end);
}

/** One line for each problem: the setting, what was found, what is allowed, what to do. Nothing of a secret's value is shown, neither keys in it nor what a check says of it. */
function explain(
  issue: z.core.$ZodIssue,
  node: Node,
  found: Record<string, unknown>,
  namespace: string,
  isSecret: (key: string) => boolean,
): string[] {
  const name = (path: PropertyKey[]) => `'${namespace}:${pathText(path)}'`;
  const secret = issue.path.length > 0 && isSecret(String(issue.path[0]));
  if (issue.code === "unrecognized_keys") {
    const known = Object.keys(nodeAt(node, issue.path)?.properties ?? {});
    if (secret) {
      const path = knownPath(node, issue.path);
      return [
        `${name(path)} is [secret], with a key that is not a setting. Known here: ${known.join(", ")}. Set it with: pulumi config set --secret --path ${pathText(path)} <value>`,
      ];
    }
    return issue.keys.map((key) => {
      const path = pathText([...issue.path, key]);
      return `${name([...issue.path, key])} is not a setting. Did you mean '${closest(key, known)}'? Known here: ${known.join(", ")}. Remove it with: pulumi config rm --path ${path}`;
    });
  }
  const at = nodeAt(node, issue.path);
  const path = secret ? knownPath(node, issue.path) : issue.path;
  const value = valueAt(found, issue.path);
  const allowed = issue.code === "custom" && !secret ? issue.message : `allowed is ${at ? allowedBy(at) : issue.message}`;
  const shown = secret ? "[secret]" : JSON.stringify(value);
  const set = `Set it with: pulumi config set ${secret ? "--secret " : ""}--path ${pathText(path)} <value>`;
  // YAML reads 444455556666 as a number, and 012345678901 as another number.
  const quotes = at?.type === "string" && typeof value === "number" ? " Write it in quotes." : "";
  return [value === undefined ? `${name(path)} is missing; ${allowed}. ${set}` : `${name(path)} is ${shown}; ${allowed}.${quotes} ${set}`];
}

/** Configuration values arrive as text, those of lists, objects, numbers and booleans as JSON. */
function parse(raw: string, node: Node | undefined): unknown {
  if (!node || node.type === "string" || node.enum) return raw;
  try {
    return JSON.parse(raw) as unknown;
  } catch {
    return raw;
  }
}

/**
 * All problems of a configuration, one line each; empty when it can be used.
 * `raw` has the values without namespace, as Pulumi hands them to a program.
 */
export function settingsProblems(
  namespace: string,
  schema: SettingsSchema,
  raw: Record<string, string>,
  isSecret: (key: string) => boolean = () => false,
): { problems: string[]; value?: unknown } {
  const node = nodeOf(schema);
  const found = Object.fromEntries(Object.entries(raw).map(([key, text]) => [key, parse(text, node.properties?.[key])]));
  const result = schema.safeParse(found);
  if (result.success) return { problems: [], value: result.data };
  return { problems: result.error.issues.flatMap((issue) => explain(issue, node, found, namespace, isSecret)) };
}

/** Schemas by namespace, and the settings that come of them. */
type Schemas = Record<string, SettingsSchema>;
type SettingsOf<S extends Schemas> = { [N in keyof S]: z.output<S[N]> };

/**
 * Reads the settings of one or more namespaces from the stack's configuration.
 * Errors: one `UserError` with all problems, before the first resource.
 */
export function readSettings<S extends Schemas>(schemas: S): SettingsOf<S> {
  // The SDK reads this list of keys too, and offers no function for it.
  const secrets = JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS || "[]") as string[];
  const read = Object.entries(schemas).map(([namespace, schema]) => {
    const prefix = `${namespace}:`;
    const raw = Object.fromEntries(
      Object.entries(pulumi.runtime.allConfig())
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, value]) => [key.slice(prefix.length), value]),
    );
    return { namespace, ...settingsProblems(namespace, schema, raw, (key) => secrets.includes(`${prefix}${key}`)) };
  });
  failOnProblems(read.flatMap(({ problems }) => problems));
  return Object.fromEntries(read.map(({ namespace, value }) => [namespace, value])) as SettingsOf<S>;
}

/** Rows of Markdown: setting, what is allowed, default, description; nested settings by their path. */
export function settingsTable(schema: SettingsSchema): string {
  const rows: string[] = [];
  const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");
  const walk = (node: Node, path: string, required: boolean) => {
    const inner = node.properties ?? node.items?.properties;
    const leaf = !inner || Object.keys(inner).length === 0;
    const standard = node.default === undefined ? (required ? "**required**" : "none") : `\`${JSON.stringify(node.default)}\``;
    if (path !== "")
      rows.push(
        `| \`${path}\` | ${cell(leaf ? allowedBy(node) : (node.type ?? ""))} | ${leaf ? standard : ""} | ${cell(node.description ?? "")} |`,
      );
    const owner = node.properties ? node : node.items;
    for (const [key, child] of Object.entries(inner ?? {}))
      walk(child, path === "" ? key : `${path}${node.properties ? "" : "[]"}.${key}`, owner?.required?.includes(key) ?? false);
  };
  walk(nodeOf(schema), "", false);
  return ["| setting | allowed | default | what it does |", "| --- | --- | --- | --- |", ...rows].join("\n");
}
