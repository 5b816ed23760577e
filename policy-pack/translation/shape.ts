// Describes how the properties of a CloudFormation resource type become the inputs of a resource type of @pulumi/aws.
import { FromPulumi, isTree, Unresolved } from "./intrinsics";

type Tree = Record<string, unknown>;
/** Reads a CloudFormation property by name, whatever its case. */
export type Get = (name: string) => unknown;

/**
 * By input: the name of the CloudFormation property, a property with nested properties (one or a list), or a value
 * that is computed from properties.
 */
export interface Shape {
  [input: string]: string | [name: string, shape: Shape] | { from: string[]; value: (get: Get) => unknown };
}

/** A resource of @pulumi/aws that a CloudFormation resource is evaluated as. */
export interface Target {
  type: string;
  shape: Shape;
  /** The property that must be set, when the target stands for one property of the resource. */
  when?: string;
  /** The list property whose elements are evaluated as one target each; `shape` reads from the element. */
  each?: string;
  /** The input that refers to the first target of the same resource. */
  ownerInput?: string;
}

/** The value of a property; names of CloudFormation and of aws-native differ only in case. */
export function read(tree: unknown, name: string): unknown {
  if (!isTree(tree)) return undefined;
  const [key] = keysOf(tree, name);
  return key === undefined ? undefined : tree[key];
}

/** The keys of a tree that stand for a CloudFormation property: one, or none. */
export const keysOf = (tree: Tree, name: string): string[] => Object.keys(tree).filter((key) => key.toLowerCase() === name.toLowerCase());

/** The value at a path. An unknown value on the path is returned. */
export function readPath(tree: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((value, name) => (isOpaque(value) ? value : read(value, name)), tree);
}

const isOpaque = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value) && !isTree(value);

/** The elements of a list. A value that is not a list is the only element. */
export const elements = (value: unknown): unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

/** CloudFormation accepts booleans as text. */
const asBoolean = (value: unknown) => (value === "true" ? true : value === "false" ? false : value);

function applyNested(value: unknown, shape: Shape): unknown {
  if (Array.isArray(value)) return value.map((item) => applyNested(item, shape));
  if (!isTree(value)) return value;
  const { inputs } = applyShape(value, shape);
  // A block that has only other properties is also present.
  return Object.keys(inputs).length === 0 && Object.keys(value).length > 0 ? { hasOtherProperties: true } : inputs;
}

/** Inputs, and the CloudFormation properties that each input comes from. */
export function applyShape(tree: Tree, shape: Shape): { inputs: Tree; origins: Record<string, string[]> } {
  const inputs: Tree = {};
  const origins: Record<string, string[]> = {};
  for (const [input, entry] of Object.entries(shape)) {
    const from = typeof entry === "string" ? [entry] : Array.isArray(entry) ? [entry[0]] : entry.from;
    const value =
      typeof entry === "string"
        ? asBoolean(read(tree, entry))
        : Array.isArray(entry)
          ? applyNested(read(tree, entry[0]), entry[1])
          : entry.value((name) => read(tree, name));
    if (value === undefined) continue;
    inputs[input] = value;
    origins[input] = from.flatMap((name) => keysOf(tree, name));
  }
  return { inputs, origins };
}

/** The first value that is not known among values that a computed input depends on. */
export const firstUnknown = (...values: unknown[]) =>
  values.find((value) => value instanceof Unresolved || value instanceof FromPulumi || isOpaque(value));
