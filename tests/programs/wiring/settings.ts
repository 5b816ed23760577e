// Lists every setting of a project from its schema, and sets a setting in a configuration. Pure.
import { isObject } from "@cloister/common";
import { type SchemaNode, type SettingsSchema, nodeOf } from "@cloister/components/stack/schema";

/** Settings as in the configuration file of a stack, without the namespace. */
export type Settings = Record<string, unknown>;

export interface Setting {
  /** `studio.notebooks[].idleMinutes`; the setting of each item has `[]`. */
  path: string;
  default?: unknown;
  /** All values of an enumeration. */
  values?: unknown[];
}

const childrenOf = ({ properties, items }: SchemaNode) => properties ?? items?.properties;
const valuesOf = (node: SchemaNode & { anyOf?: { const?: unknown }[] }) => node.enum ?? node.anyOf?.map((choice) => choice.const);

/**
 * Every setting that a row must cover: single values, lists, objects with any keys, and objects that are absent by default.
 */
export function settingsOf(schema: SettingsSchema): Setting[] {
  const below = (node: SchemaNode, path: string, isRequired: boolean): Setting[] => {
    const children = childrenOf(node);
    if (!children) return [{ path, default: node.default, values: valuesOf(node) }];
    const isSetting = node.items !== undefined || (!isRequired && node.default === undefined);
    return [...(isSetting ? [{ path, default: node.default }] : []), ...childSettings(node, path)];
  };
  const childSettings = (node: SchemaNode, path: string): Setting[] =>
    Object.entries(childrenOf(node) ?? {}).flatMap(([key, child]) =>
      below(
        child,
        `${path}${node.properties ? "" : "[]"}${path && "."}${key}`,
        (node.properties ? node : node.items)?.required?.includes(key) ?? false,
      ),
    );
  return childSettings(nodeOf(schema), "");
}

/** Merges objects at every depth. Lists and single values replace each other. */
export const merged = (settings: Settings, others: Settings): Settings => ({
  ...settings,
  ...Object.fromEntries(
    Object.entries(others).map(([key, value]) => {
      const before = settings[key];
      return [key, isObject(before) && isObject(value) ? merged(before, value) : value];
    }),
  ),
});

/** The value of a setting. `[]` is the last item of a list, so that a row with two items shows that only one changes. */
export const valueAt = (settings: Settings, path: string): unknown =>
  path.split(".").reduce<unknown>((at, key) => {
    const value = (at as Settings | undefined)?.[key.replace("[]", "")];
    return key.endsWith("[]") ? (value as unknown[] | undefined)?.at(-1) : value;
  }, settings);

/** The settings with another value at a path. `[]` is the last item of a list. */
export function withValue(settings: Settings, path: string, value: unknown): Settings {
  const copy = structuredClone(settings);
  const keys = path.split(".");
  const last = keys.pop()!;
  const holder = keys.reduce<Settings>((at, key) => {
    const name = key.replace("[]", "");
    if (!key.endsWith("[]")) return (at[name] ??= {}) as Settings;
    const item = (at[name] as unknown[] | undefined)?.at(-1);
    if (!isObject(item)) throw new Error(`${path} requires an object in the list '${name}': add it to 'with'.`);
    return item;
  }, copy);
  holder[last] = value;
  return copy;
}
