// Lists small changes of an object or a list: one value inside is absent, unknown at preview or different.
import { type Problem, problemText } from "@cloister/components/stack/preflight";
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
    const path = isList ? `${at}[${key}]` : `${at}.${key}`;
    const inside: Change<unknown>[] = [
      ...(item === UNKNOWN ? [] : ([[`${path} is unknown`, UNKNOWN]] as Change<unknown>[])),
      ...different(item).map(([change, changed]): Change<unknown> => [`${path} ${change}`, changed]),
      ...(isPlain(item) ? changesOf(item, path) : []),
    ];
    return [[`${path} is absent`, without(key)], ...inside.map(([change, changed]) => [change, withItem(key, changed)])] as Change<T>[];
  });
}

/**
 * The problems with a value, and by their effect the changes of the value: `+ network.zones` if a change adds a problem with
 * this setting, `-` if a problem is absent.
 */
export function problemsWith<T extends object>(value: T, at: string, evaluate: (value: T) => readonly Problem[]): Record<string, string[]> {
  const problems = evaluate(value).map(problemText);
  const effectOf = (changed: T): string => {
    try {
      const found = evaluate(changed).map(problemText);
      const settings = (sign: string, texts: string[]) => texts.map((text) => `${sign} ${text.split("'")[1]}`);
      const added = found.filter((text) => !problems.includes(text));
      const absent = problems.filter((text) => !found.includes(text));
      return [...new Set([...settings("+", added), ...settings("-", absent)])].sort().join(", ");
    } catch (error) {
      return `throws ${(error as Error).name}`;
    }
  };
  const effects = new Map<string, string[]>();
  for (const [change, changed] of changesOf(value, at).filter(([change]) => !change.endsWith(" is unknown"))) {
    const effect = effectOf(changed);
    if (effect !== "") effects.set(effect, [...(effects.get(effect) ?? []), change]);
  }
  return { problems, ...Object.fromEntries(effects) };
}
