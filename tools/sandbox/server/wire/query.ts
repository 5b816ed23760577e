// Reads and writes the query protocols: `Action=…` and flattened members in a form body. EC2 has its own variant.
import { type ServiceModel, type Shape, type ShapeRef } from "../model";

type Form = [name: string, value: string][];

const isEc2 = (model: ServiceModel): boolean => model.metadata.protocol === "ec2";
const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** The name of a structure member in a form. */
function memberName(ec2: boolean, name: string, ref: ShapeRef): string {
  if (ec2) return ref.queryName ?? capital(ref.locationName ?? name);
  return ref.locationName ?? name;
}

/** The prefix for the element number in a list. */
function elementPrefix(ec2: boolean, prefix: string, shape: Shape): string {
  if (ec2) return prefix;
  // A flattened list uses the `locationName` of its element, if that exists, instead of its own name.
  if (shape.flattened) return shape.member?.locationName ? prefix.replace(/[^.]+$/, shape.member.locationName) : prefix;
  return `${prefix}.${shape.member?.locationName ?? "member"}`;
}

const mapNames = (prefix: string, shape: Shape) => ({
  entry: shape.flattened ? prefix : `${prefix}.entry`,
  key: shape.key?.locationName ?? "key",
  value: shape.value?.locationName ?? "value",
});

/** The form body for an operation. */
export function encodeForm(model: ServiceModel, operation: string, input: object): string {
  const ec2 = isEc2(model);
  const form: Form = [
    ["Action", operation],
    ["Version", model.metadata.apiVersion],
  ];
  const put = (ref: ShapeRef, prefix: string, value: unknown): void => {
    const shape = model.shapes[ref.shape]!;
    if (value === undefined || value === null) return;
    if (shape.type === "structure")
      for (const [name, member] of Object.entries(shape.members ?? {})) {
        const full = prefix ? `${prefix}.${memberName(ec2, name, member)}` : memberName(ec2, name, member);
        put(member, full, (value as Record<string, unknown>)[name]);
      }
    else if (shape.type === "list")
      (value as unknown[]).forEach((element, i) => put(shape.member!, `${elementPrefix(ec2, prefix, shape)}.${i + 1}`, element));
    else if (shape.type === "map") {
      const names = mapNames(prefix, shape);
      Object.entries(value).forEach(([key, element], i) => {
        put(shape.key!, `${names.entry}.${i + 1}.${names.key}`, key);
        put(shape.value!, `${names.entry}.${i + 1}.${names.value}`, element);
      });
    } else form.push([prefix, shape.type === "blob" ? Buffer.from(value as Buffer).toString("base64") : String(value)]);
  };
  const shape = model.operations[operation]?.input;
  if (shape) put(shape, "", input);
  return new URLSearchParams(form).toString();
}

/** Converts a form to a tree: `A.B.1=x` is `{ A: { B: { 1: "x" } } }`. */
interface Tree {
  value?: string;
  children: Map<string, Tree>;
}

function growTree(form: URLSearchParams): Tree {
  const root: Tree = { children: new Map() };
  for (const [name, value] of form) {
    let node = root;
    for (const part of name.split(".")) {
      const next = node.children.get(part) ?? { children: new Map() };
      node.children.set(part, next);
      node = next;
    }
    node.value = value;
  }
  return root;
}

/** Follows a dotted path down a tree. */
const descend = (node: Tree | undefined, path: string): Tree | undefined =>
  path === "" ? node : path.split(".").reduce<Tree | undefined>((at, part) => at?.children.get(part), node);

const numbered = (node: Tree | undefined): Tree[] =>
  [...(node?.children ?? [])]
    .filter(([name]) => /^\d+$/.test(name))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, child]) => child);

/** Reads an operation's input from a form body. Omits names that the model lacks. */
export function decodeForm(model: ServiceModel, operation: string, form: URLSearchParams): Record<string, unknown> {
  const ec2 = isEc2(model);
  const read = (ref: ShapeRef, node: Tree, parent: Tree, ownName: string): unknown => {
    const shape = model.shapes[ref.shape]!;
    if (shape.type === "structure") {
      const entries = Object.entries(shape.members ?? {}).flatMap(([name, member]) => {
        const formName = memberName(ec2, name, member);
        // A flattened list with a named element uses that name, in the structure that contains the list.
        const target = model.shapes[member.shape]!;
        const child = node.children.get(formName) ?? (target.flattened && target.member?.locationName ? node : undefined);
        const value = child && read(member, child, node, formName);
        return value === undefined ? [] : [[name, value] as const];
      });
      return Object.fromEntries(entries);
    }
    if (shape.type === "list") {
      const path = elementPrefix(ec2, ownName, shape);
      const elements = numbered(descend(parent, path)).map((child) => read(shape.member!, child, child, ""));
      // Clients send an empty list as the name of the list without a value.
      return elements.length > 0 || node.value === "" ? elements : undefined;
    }
    if (shape.type === "map") {
      const names = mapNames("", shape);
      const entries = numbered(descend(node, names.entry.replace(/^\./, ""))).map((entry) => {
        const value = entry.children.get(names.value);
        return [entry.children.get(names.key)?.value ?? "", value && read(shape.value!, value, entry, names.value)] as const;
      });
      return Object.fromEntries(entries);
    }
    return node.value === undefined ? undefined : scalar(shape, node.value);
  };
  const input = model.operations[operation]?.input;
  if (!input) return {};
  const root = growTree(form);
  return read(input, root, root, "") as Record<string, unknown>;
}

/** A scalar in the form of the JSON protocols. Text that does not fit the shape's type stays text, so that validation rejects it. */
export function scalar(shape: Shape, text: string): unknown {
  switch (shape.type) {
    case "boolean":
      return text === "true" ? true : text === "false" ? false : text;
    case "integer":
    case "long":
    case "float":
    case "double":
      return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
    default:
      return text;
  }
}
