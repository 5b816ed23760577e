// Reading a resource's values. At preview some are unknown, and the SDK's proxy throws when one of them is read: a rule that reads on its own would lose
// all its other findings. So every value is read through `look`, which answers with what is known about it.
import { UnknownValueError } from "@pulumi/policy";

/** A value as a rule sees it. Missing and empty (`""`, `[]`, `{}`, `null`) are the same thing. */
export type Look = { state: "known"; value: unknown } | { state: "missing" } | { state: "unknown" };

const isEmpty = (value: unknown) =>
  value === undefined ||
  value === null ||
  value === "" ||
  (typeof value === "object" && Object.keys(value as object).filter((key) => key !== "__defaults").length === 0);

/** The value at a path; unknown when it, or anything on the way to it, is known only after the update. */
export function look(from: unknown, ...path: (string | number)[]): Look {
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

/** The value at a path that a program should write out. Where it comes from another resource the SDK says at preview that the rule can't judge it yet. */
export function lookNow(from: object, property: string): Exclude<Look, { state: "unknown" }> {
  const value = (from as Record<string, unknown>)[property];
  return isEmpty(value) ? { state: "missing" } : { state: "known", value };
}

/** Whether anything in a value is known only after the update. */
export function holdsUnknown(from: unknown, ...path: (string | number)[]): boolean {
  const found = look(from, ...path);
  if (found.state !== "known") return found.state === "unknown";
  return typeof found.value === "object" && Object.keys(found.value as object).some((key) => holdsUnknown(found.value, key));
}

/** Whether there is a value, known or not: for rules that only ask for presence. */
export const isPresent = (from: unknown, ...path: (string | number)[]) => look(from, ...path).state !== "missing";

/** The text at a path, or nothing when it is missing, unknown or no text. */
export function textAt(from: unknown, ...path: (string | number)[]): string | undefined {
  const found = look(from, ...path);
  return found.state === "known" && typeof found.value === "string" ? found.value : undefined;
}

/** Each element of the list at a path, to be looked at in turn. A single value counts as a list of one; an unknown list has none. */
export function itemsAt(from: unknown, ...path: (string | number)[]): Look[] {
  const found = look(from, ...path);
  if (found.state !== "known") return [];
  const list = found.value;
  return Array.isArray(list) ? Array.from({ length: list.length }, (_, i) => look(list, i)) : [found];
}

/** The known texts of the list at a path. */
export const textsAt = (from: unknown, ...path: (string | number)[]) =>
  itemsAt(from, ...path).flatMap((item) => (item.state === "known" && typeof item.value === "string" ? [item.value] : []));

/** The known objects of the list at a path. */
export const objectsAt = (from: unknown, ...path: (string | number)[]) =>
  itemsAt(from, ...path).flatMap((item) => (item.state === "known" && typeof item.value === "object" ? [item.value as object] : []));
