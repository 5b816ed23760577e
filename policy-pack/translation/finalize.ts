// Converts translated inputs into the format that guardrails read.
import { unknownCheckingProxy } from "@pulumi/policy";
import { FromPulumi, FromResource, isTree, Unresolved } from "./intrinsics";

/** Placeholder of the engine for unknown values. Source: Pulumi, `sdk/go/common/resource`. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Dependencies of one input. */
export interface Dependencies {
  /** Resources of the same template. */
  logicalIds: string[];
  /** Properties of the Pulumi resource. */
  properties: string[];
  /** Why the value, or a part of it, cannot be read. */
  unresolved: string[];
}

function replace(value: unknown, asText: boolean, found: Dependencies): unknown {
  if (Array.isArray(value)) return value.map((item) => replace(item, asText, found));
  if (value instanceof FromResource) {
    found.logicalIds.push(...value.logicalIds);
    return asText ? value.text : UNKNOWN;
  }
  if (value instanceof FromPulumi) {
    found.properties.push(...value.properties);
    return UNKNOWN;
  }
  if (value instanceof Unresolved) {
    found.unresolved.push(value.reason);
    return UNKNOWN;
  }
  if (!isTree(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replace(item, asText, found)]));
}

/** Inputs as guardrails read them, and the dependencies of each input. */
export function finalize(inputs: Record<string, unknown>): { props: Record<string, unknown>; dependencies: Record<string, Dependencies> } {
  const dependencies: Record<string, Dependencies> = {};
  const props = Object.fromEntries(
    Object.entries(inputs).map(([input, value]) => {
      const found: Dependencies = { logicalIds: [], properties: [], unresolved: [] };
      dependencies[input] = found;
      // References in a policy document are compared with each other, so they keep their text.
      return [input, replace(value, input === "policy", found)];
    }),
  );
  // Removes undefined values, as in the inputs of the engine.
  return { props: unknownCheckingProxy(JSON.parse(JSON.stringify(props)) as object) as Record<string, unknown>, dependencies };
}
