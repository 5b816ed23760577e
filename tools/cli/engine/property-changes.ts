// Lists the properties that a step of the engine changes. Pure.
import { runtime } from "@pulumi/pulumi";
import { type EngineEvent } from "@pulumi/pulumi/automation";

type Metadata = NonNullable<EngineEvent["resourcePreEvent"]>["metadata"];

/** A property that an update or a replacement changes. */
export interface PropertyChange {
  /** `tags.Name`, `ingress[0].cidrBlocks` */
  path: string;
  /** Value before the change. Absent if the property is added. */
  old?: unknown;
  /** Value after the change. Absent if the property is deleted. */
  new?: unknown;
  /** Whether the change replaces the resource. */
  replaces: boolean;
}

/** The keys in a path of the engine: `tags["a.b"]`, `ingress[0].cidrBlocks`. */
const keysOf = (path: string): string[] =>
  [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(([, quoted, index, key]) =>
    quoted === undefined ? (index ?? key!) : quoted.replace(/\\(.)/g, "$1"),
  );

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** A property of the object itself: a tag can be named `constructor`. */
const ownValue = (value: unknown, key: string): unknown => (isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined);

const valueAt = (value: unknown, path: string): unknown => keysOf(path).reduce(ownValue, value);

const isSecret = (value: unknown): boolean => isObject(value) && value[runtime.specialSigKey] === runtime.specialSecretSig;

/** Whether a value, or an object that contains the value, is secret. */
const isSecretAt = (value: unknown, path: string): boolean => {
  const keys = keysOf(path);
  return [...keys, ""].some((_, depth) => isSecret(keys.slice(0, depth).reduce(ownValue, value)));
};

const hasSecret = (value: unknown): boolean => isSecret(value) || (isObject(value) && Object.values(value).some(hasSecret));

/** A secret, asset or archive is one value. */
const isSpecial = (value: object): boolean => runtime.specialSigKey in value;
const isNested = (value: unknown): value is Record<string, unknown> => isObject(value) && !isSpecial(value);

const join = (path: string, key: string, isIndex: boolean): string =>
  isIndex ? `${path}[${key}]` : /^[\w-]+$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;

/** The changed values below a path. Values that were added or deleted as a whole are not divided. */
function leaves(path: string, before: unknown, after: unknown): Omit<PropertyChange, "replaces">[] {
  if (isNested(before) && isNested(after) && Array.isArray(before) === Array.isArray(after))
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
      leaves(join(path, key, Array.isArray(after)), ownValue(before, key), ownValue(after, key)),
    );
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  return [{ path, ...(before !== undefined && { old: before }), ...(after !== undefined && { new: after }) }];
}

/** The changed properties of a step. A path has no values if they are secret, or if the provider computes the new value. */
export function propertyChanges({ old, new: next, diffs, keys, detailedDiff }: Metadata): PropertyChange[] {
  const paths = Object.keys(detailedDiff ?? {});
  const states = [old?.inputs, old?.outputs, next?.inputs, next?.outputs];
  // An output without an input can be the copy of a secret input, such as `tagsAll` of `tags`.
  const outputs = hasSecret([old?.inputs, next?.inputs]) ? undefined : old?.outputs;
  /** A value that is secret in one state is secret in all: an earlier version of the program may have stored it as plain text. */
  const withoutSecrets = (change: Omit<PropertyChange, "replaces">) => {
    if (!states.some((state) => isSecretAt(state, change.path))) return change;
    const hidden = { [runtime.specialSigKey]: runtime.specialSecretSig };
    return { path: change.path, ...("old" in change && { old: hidden }), ...("new" in change && { new: hidden }) };
  };
  return (paths.length > 0 ? paths : (diffs ?? [])).flatMap((path) => {
    const kind: string | undefined = detailedDiff?.[path]?.diffKind;
    const replaces = kind?.endsWith("-replace") ?? keys?.includes(path) ?? false;
    const after = valueAt(next?.inputs, path);
    const [input, output] = [valueAt(old?.inputs, path), valueAt(outputs, path)];
    // The provider computes the new value of a property that no input has.
    if (input === undefined && after === undefined && kind?.startsWith("update")) return [{ path, replaces }];
    // A value that was changed in AWS differs only from the outputs.
    const changed = [input, ...(output === undefined ? [] : [output])]
      .map((before) => leaves(path, before, after))
      .find((found) => found.length > 0);
    return (changed ?? [{ path }]).map((change) => ({ ...withoutSecrets(change), replaces }));
  });
}

/** A value as JSON. Secrets, assets and values that are known only after the deployment have a name in brackets. */
export const valueText = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => {
    if (typeof part !== "object" || part === null || !isSpecial(part)) return part;
    return (part as Record<string, unknown>)[runtime.specialSigKey] === runtime.specialSecretSig ? "[secret]" : "[asset]";
  }).replaceAll(runtime.unknownValue, "[unknown]");
