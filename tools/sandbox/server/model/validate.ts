import { type ServiceModel, type Shape, type ShapeRef } from "./load";

/** One violation of the service model by an input. */
export interface Violation {
  kind: "missing" | "type" | "enum" | "pattern" | "length" | "range";
  /** Names from the input down to the member, as in the model. List elements are counted from 1. */
  path: (string | number)[];
  /** The value found. `undefined` for a missing member. */
  value?: unknown;
  /** The constraint, in AWS's wording. */
  constraint: string;
  sensitive?: boolean;
}

/** POSIX classes in Java patterns, with the characters that JavaScript needs instead. */
const posix: Record<string, string> = {
  Alpha: "a-zA-Z",
  Alnum: "a-zA-Z0-9",
  Digit: "0-9",
  Lower: "a-z",
  Upper: "A-Z",
  Punct: "!-/:-@\\[-`{-~",
  Graph: "!-~",
  Print: " -~",
  ASCII: "\\x00-\\x7F",
  Blank: " \\t",
  Space: "\\s",
};

const compiled = new Map<string, RegExp | undefined>();

/** AWS's pattern as a JavaScript pattern for the whole text, or `undefined` for the few patterns that JavaScript does not support. */
export function regexOf(pattern: string): RegExp | undefined {
  if (compiled.has(pattern)) return compiled.get(pattern);
  const source = pattern.replace(/\\p\{(\w+)\}/g, (all, name: string) => posix[name] ?? all);
  // Unicode classes require the `u` flag, which makes some other patterns invalid.
  const flags = /\\[pP]\{|\\u\{/.test(source) ? ["u"] : ["u", ""];
  const made = flags.flatMap((flag) => {
    try {
      return [new RegExp(`^(?:${source})$`, flag)];
    } catch {
      return [];
    }
  })[0];
  compiled.set(pattern, made);
  return made;
}

const numbers = new Set<Shape["type"]>(["integer", "long", "float", "double"]);

/** Whether a value has the JSON type of a shape. Timestamps and blobs have several formats. */
function fits(type: Shape["type"], value: unknown): boolean {
  if (numbers.has(type)) return typeof value === "number";
  if (type === "string" || type === "boolean") return typeof value === type;
  if (type === "list") return Array.isArray(value);
  if (type === "structure" || type === "map") return typeof value === "object" && !Array.isArray(value);
  return true;
}

/** Violations of a shape's `min` and `max`, with AWS's wording for lengths or for values. */
function limits(shape: Shape, size: number, kind: "length" | "range"): [Violation["kind"], string][] {
  const noun = kind === "length" ? "have length" : "have value";
  const found: [Violation["kind"], string][] = [];
  if (shape.min !== undefined && size < shape.min) found.push([kind, `Member must ${noun} greater than or equal to ${shape.min}`]);
  if (shape.max !== undefined && size > shape.max) found.push([kind, `Member must ${noun} less than or equal to ${shape.max}`]);
  return found;
}

function violatedConstraints(shape: Shape, value: unknown): [Violation["kind"], string][] {
  if (typeof value === "number" && numbers.has(shape.type)) return limits(shape, value, "range");
  if (Array.isArray(value)) return limits(shape, value.length, "length");
  if (shape.type === "map") return limits(shape, Object.keys(value as object).length, "length");
  if (typeof value !== "string" || shape.type !== "string") return [];
  const found = limits(shape, value.length, "length");
  if (shape.enum && !shape.enum.includes(value)) found.push(["enum", `Member must satisfy enum value set: [${shape.enum.join(", ")}]`]);
  if (shape.pattern && regexOf(shape.pattern)?.test(value) === false)
    found.push(["pattern", `Member must satisfy regular expression pattern: ${shape.pattern}`]);
  return found;
}

/** All violations of the service model by an operation's input: required members, types, enums, patterns, lengths, ranges. */
export function validate(model: ServiceModel, operation: string, input: Record<string, unknown>): Violation[] {
  const violations: Violation[] = [];
  const visit = (ref: ShapeRef, value: unknown, path: (string | number)[]): void => {
    const shape = model.shapes[ref.shape]!;
    if (value === undefined || value === null) return;
    if (!fits(shape.type, value)) {
      violations.push({ kind: "type", path, value, constraint: `Member must be a ${shape.type}` });
      return;
    }
    for (const [kind, constraint] of violatedConstraints(shape, value))
      violations.push({ kind, path, value, constraint, sensitive: shape.sensitive });
    if (shape.type === "list") (value as unknown[]).forEach((element, i) => visit(shape.member!, element, [...path, i + 1]));
    if (shape.type === "map")
      for (const [key, element] of Object.entries(value)) {
        visit(shape.key!, key, [...path, key]);
        visit(shape.value!, element, [...path, key]);
      }
    if (shape.type !== "structure") return;
    const given = value as Record<string, unknown>;
    for (const name of shape.required ?? [])
      if ((given[name] === undefined || given[name] === null) && !shape.members?.[name]?.idempotencyToken)
        violations.push({ kind: "missing", path: [...path, name], constraint: "Member must not be null" });
    for (const [name, member] of Object.entries(shape.members ?? {})) visit(member, given[name], [...path, name]);
  };
  const ref = model.operations[operation]?.input;
  if (ref) visit(ref, input, []);
  return violations;
}

/** `defaultUserSettings.executionRole`, `tags.1.member.key`: the path in AWS's format. */
const formatPath = (path: (string | number)[]): string =>
  path.map((part) => (typeof part === "number" ? `${part}.member` : part.charAt(0).toLowerCase() + part.slice(1))).join(".");

function formatValue({ kind, value, sensitive }: Violation): string {
  if (kind === "missing") return "Value null";
  if (sensitive) return "Value";
  return `Value '${typeof value === "object" ? JSON.stringify(value) : String(value)}'`;
}

/** All violations in AWS's wording, e.g. `1 validation error detected: Value null at 'domainName' failed to satisfy constraint: …`. */
export function validationMessage(violations: readonly Violation[]): string {
  const count = violations.length === 1 ? "1 validation error" : `${violations.length} validation errors`;
  const details = violations.map(
    (violation) => `${formatValue(violation)} at '${formatPath(violation.path)}' failed to satisfy constraint: ${violation.constraint}`,
  );
  return `${count} detected: ${details.join("; ")}`;
}
