// Converts the zod schema of settings to a tree, from which messages and documentation are generated. Pure.
import { z } from "zod";

/** The settings of a project. Nested objects are strict, so that a misspelt key is reported at any depth. */
export type SettingsSchema = z.ZodObject;

/** The part of JSON Schema that zod generates for settings, with additional metadata. */
export interface SchemaNode {
  type?: string;
  description?: string;
  /** Completes "must be", where a pattern or a check is not descriptive. Set by `.meta({ allowed })`. */
  allowed?: string;
  default?: unknown;
  /** Default that depends on other values, in Markdown, for the documentation. Set by `.meta({ computedDefault })`. */
  computedDefault?: string;
  enum?: unknown[];
  pattern?: string;
  /** Values or keys of earlier versions, and why each no longer exists. Set by `.meta({ removed })`. */
  removed?: Record<string, string>;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  properties?: Record<string, SchemaNode>;
  /** Schema of the values in an object with any keys; false for strict objects. */
  additionalProperties?: SchemaNode | false;
  /** Schema of the keys in an object with any keys. */
  propertyNames?: SchemaNode;
  required?: string[];
  items?: SchemaNode;
}

export const nodeOf = (schema: SettingsSchema) =>
  z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    // zod omits a default that is false, 0 or "".
    override: ({ zodSchema, jsonSchema }) => {
      const { def } = zodSchema._zod;
      if (def.type === "prefault") jsonSchema.default = def.defaultValue;
    },
  }) as SchemaNode;

export function nodeAt(node: SchemaNode, path: PropertyKey[]): SchemaNode | undefined {
  return path.reduce<SchemaNode | undefined>(
    (at, key) => (typeof key === "number" ? at?.items : (at?.properties?.[String(key)] ?? (at?.additionalProperties || undefined))),
    node,
  );
}

/** A key in a path. Pulumi reads periods, brackets and quotes as syntax unless the key is in brackets and quotes. */
const keyText = (key: string) => (/[.[\]"]/.test(key) ? `[${JSON.stringify(key)}]` : `.${key}`);

/** `network.zones`, `accounts[1].id`, `tags["cost.center"]` */
export const pathText = (path: PropertyKey[]) =>
  path.map((key, i) => (typeof key === "number" ? `[${key}]` : i === 0 ? String(key) : keyText(String(key)))).join("");

/** The part of a path that the schema defines. The remaining keys come from a value. */
export function definedPath(node: SchemaNode, path: PropertyKey[]): PropertyKey[] {
  const end = path.findIndex((key, i) => typeof key !== "number" && !nodeAt(node, path.slice(0, i))?.properties?.[String(key)]);
  return end < 0 ? path : path.slice(0, end);
}

function numberText({ type, minimum, maximum }: SchemaNode): string {
  const kind = type === "integer" ? "an integer" : "a number";
  // zod sets the bounds of exact JavaScript integers on every integer.
  const isBound = (bound?: number) => bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER;
  if (isBound(minimum) && isBound(maximum)) return `${kind} from ${minimum} to ${maximum}`;
  return isBound(minimum) ? `${kind} from ${minimum}` : kind;
}

function listText({ minItems, items }: SchemaNode): string {
  const size = minItems ? ` with at least ${minItems} ${minItems === 1 ? "item" : "items"}` : "";
  return `a list${size}${items ? `, each ${allowedText(items)}` : ""}`;
}

/** The allowed values of a setting, as text that completes "must be". */
export function allowedText(node: SchemaNode): string {
  if (node.allowed) return node.allowed;
  if (node.enum) return `one of ${node.enum.map(String).join(", ")}`;
  switch (node.type) {
    case "integer":
    case "number":
      return numberText(node);
    case "boolean":
      return "true or false";
    case "array":
      return listText(node);
    case "object":
      return node.properties ? `an object with the keys ${Object.keys(node.properties).join(", ")}` : "an object";
    default:
      return "a string";
  }
}
