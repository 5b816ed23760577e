// A zod schema of settings as a tree that messages and documentation are made from. Pure.
import { z } from "zod";

/** The settings of a project. Nested objects are strict, so that a misspelt key is reported at any depth. */
export type SettingsSchema = z.ZodObject;

/** The part of JSON Schema that zod generates for settings. */
export interface SchemaNode {
  type?: string;
  description?: string;
  /** Completes "must be", where a pattern or a check says too little. Set by `.meta({ allowed })`. */
  allowed?: string;
  default?: unknown;
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  minItems?: number;
  properties?: Record<string, SchemaNode>;
  /** Values of an object with any keys; false for strict objects. */
  additionalProperties?: SchemaNode | false;
  required?: string[];
  items?: SchemaNode;
}

export const nodeOf = (schema: SettingsSchema) =>
  z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    // zod leaves out a default that is false, 0 or "".
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

/** `network.zones`, `accounts[1].id` */
export const pathText = (path: PropertyKey[]) =>
  path.map((key, i) => (typeof key === "number" ? `[${key}]` : `${i > 0 ? "." : ""}${String(key)}`)).join("");

/** The start of a path that the schema defines. The keys after it come from a value. */
export function definedPath(node: SchemaNode, path: PropertyKey[]): PropertyKey[] {
  const end = path.findIndex((key, i) => typeof key !== "number" && !nodeAt(node, path.slice(0, i))?.properties?.[String(key)]);
  return end < 0 ? path : path.slice(0, end);
}

function numberText({ type, minimum, maximum }: SchemaNode): string {
  const kind = type === "integer" ? "an integer" : "a number";
  // zod gives every integer the bounds of exact JavaScript integers.
  const isBound = (bound?: number) => bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER;
  if (isBound(minimum) && isBound(maximum)) return `${kind} from ${minimum} to ${maximum}`;
  return isBound(minimum) ? `${kind} from ${minimum}` : kind;
}

function listText({ minItems, items }: SchemaNode): string {
  const size = minItems ? ` with at least ${minItems} ${minItems === 1 ? "item" : "items"}` : "";
  return `a list${size}${items ? `, each ${allowedText(items)}` : ""}`;
}

/** What a setting allows, in words that complete "must be". */
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
