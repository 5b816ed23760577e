// Reads property values of a resource. The SDK's proxy throws when a rule reads a value that is unknown at preview, and
// all other findings of the rule are lost. `readValue` returns the state `unknown` instead.
import { UnknownValueError } from "@pulumi/policy";

/** A value of a resource. Missing and empty (`""`, `[]`, `{}`, `null`) are the same. */
export type ReadResult = { state: "known"; value: unknown } | { state: "missing" } | { state: "unknown" };

const isEmpty = (value: unknown) =>
  value === undefined ||
  value === null ||
  value === "" ||
  (typeof value === "object" && Object.keys(value as object).filter((key) => key !== "__defaults").length === 0);

/** The value at a path; unknown when this value, or a value above it in the path, is unknown at preview. */
export function readValue(from: unknown, ...path: (string | number)[]): ReadResult {
  try {
    let value = from;
    for (const key of path) {
      if (value === undefined || value === null) return { state: "missing" };
      value = (value as Record<string | number, unknown>)[key];
    }
    return isEmpty(value) ? { state: "missing" } : { state: "known", value };
  } catch (error) {
    if (error instanceof UnknownValueError) return { state: "unknown" };
    throw error;
  }
}

/**
 * A value that a program should set as a literal. When the value comes from another resource, the SDK reports at
 * preview that the value is unknown.
 */
export function readValueOrThrow(from: object, property: string): Exclude<ReadResult, { state: "unknown" }> {
  const value = (from as Record<string, unknown>)[property];
  return isEmpty(value) ? { state: "missing" } : { state: "known", value };
}

/** Whether a value, or any value in it, is unknown at preview. */
export function containsUnknown(from: unknown, ...path: (string | number)[]): boolean {
  const found = readValue(from, ...path);
  if (found.state !== "known") return found.state === "unknown";
  return typeof found.value === "object" && Object.keys(found.value as object).some((key) => containsUnknown(found.value, key));
}

/** Whether the property has a value, known or unknown. */
export const isPresent = (from: unknown, ...path: (string | number)[]) => readValue(from, ...path).state !== "missing";

/** The string at a path; undefined when the value is missing, unknown or not a string. */
export function stringAt(from: unknown, ...path: (string | number)[]): string | undefined {
  const found = readValue(from, ...path);
  return found.state === "known" && typeof found.value === "string" ? found.value : undefined;
}

/** Each element of the list at a path. A single value is a list of one; an unknown list has no elements. */
export function itemsAt(from: unknown, ...path: (string | number)[]): ReadResult[] {
  const found = readValue(from, ...path);
  if (found.state !== "known") return [];
  const list = found.value;
  return Array.isArray(list) ? Array.from({ length: list.length }, (_, i) => readValue(list, i)) : [found];
}

/** The known strings of the list at a path. */
export const stringsAt = (from: unknown, ...path: (string | number)[]) =>
  itemsAt(from, ...path).flatMap((item) => (item.state === "known" && typeof item.value === "string" ? [item.value] : []));

/** The known objects of the list at a path. */
export const objectsAt = (from: unknown, ...path: (string | number)[]) =>
  itemsAt(from, ...path).flatMap((item) => (item.state === "known" && typeof item.value === "object" ? [item.value as object] : []));

/** Every value at a path, in all elements of the lists along the path. Missing values are left out. */
export function valuesAt(from: unknown, first: string, ...rest: string[]): ReadResult[] {
  const found = readValue(from, first);
  const items = found.state === "unknown" ? [found] : itemsAt(from, first);
  const [next, ...more] = rest;
  if (next === undefined) return items.filter(({ state }) => state !== "missing");
  return items.flatMap((item) => (item.state === "known" ? valuesAt(item.value, next, ...more) : item.state === "unknown" ? [item] : []));
}
