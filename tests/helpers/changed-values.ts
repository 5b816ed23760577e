// Lists small changes of an object or a list: one value inside is absent, unknown at preview or different.
import { UNKNOWN } from "./evaluate";

type Change<T> = [change: string, value: T];

const isPlain = (value: unknown): value is object =>
  typeof value === "object" && value !== null && [Object.prototype, Array.prototype].includes(Object.getPrototypeOf(value) as never[]);

const different = (value: unknown): Change<unknown>[] => {
  if (typeof value === "boolean") return [[`is ${!value}`, !value]];
  if (typeof value === "number") return [[`is ${value + 1}`, value + 1]];
  return typeof value === "string" && value !== UNKNOWN ? [["is another text", "another"]] : [];
};

/** Copies of a value with one change inside. `at` names the value. */
export function changesOf<T extends object>(value: T, at: string): Change<T>[] {
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  const isList = Array.isArray(value);
  const without = (key: string) =>
    isList ? value.filter((_, i) => String(i) !== key) : Object.fromEntries(entries.filter(([other]) => other !== key));
  const withItem = (key: string, item: unknown) =>
    isList ? value.map((same: unknown, i) => (String(i) === key ? item : same)) : { ...value, [key]: item };
  return entries.flatMap(([key, item]) => {
    const place = isList ? `${at}[${key}]` : `${at}.${key}`;
    const inside: Change<unknown>[] = [
      ...(item === UNKNOWN ? [] : ([[`${place} is unknown`, UNKNOWN]] as Change<unknown>[])),
      ...different(item).map(([change, one]): Change<unknown> => [`${place} ${change}`, one]),
      ...(isPlain(item) ? changesOf(item, place) : []),
    ];
    return [[`${place} is absent`, without(key)], ...inside.map(([change, one]) => [change, withItem(key, one)])] as Change<T>[];
  });
}
