// Defines egress paths, and how messages show them.
import { readValue, type StackResource } from "../rule-kit";

/** A path that leaves the perimeter, or whose end cannot be determined. */
export interface NetworkPath {
  /** `subnet a`, `route table x`, `0.0.0.0/0`, `internet gateway y` */
  steps: string[];
  /** CIDR ranges whose traffic takes the path; all ranges when absent. */
  destinations?: string[];
  end: "outside" | "unknown";
}

const words = (type: string) =>
  type
    .split(":")
    .at(-1)!
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();

/** `internet gateway y` */
export const label = (resource: StackResource) => `${words(resource.type)} ${resource.name}`;

export const unknownAtPreview = (noun: string) => `${noun} (unknown at preview)`;
export const notInStack = (noun: string, id: string | undefined) =>
  id === undefined || id === "" ? unknownAtPreview(noun) : `${noun} ${id} (not in this stack)`;

/** Paths that exist only under a condition that cannot be determined. */
export const uncertain = (paths: NetworkPath[]): NetworkPath[] => paths.map((path) => ({ ...path, end: "unknown" }));

/** Adds a step before each path. */
export const prefixed = (step: string | string[], paths: NetworkPath[]): NetworkPath[] =>
  paths.map((path) => ({ ...path, steps: [step, path.steps].flat() }));

/** A path whose end cannot be determined. */
export const unknownPath = (...steps: string[]): NetworkPath => ({ steps, end: "unknown" });

export const outsidePath = (...steps: string[]): NetworkPath => ({ steps, end: "outside" });

/** Merges the paths of one route table that differ only in the destination, such as `0.0.0.0/1` and `128.0.0.0/1`. */
export function mergeDestinations(paths: NetworkPath[]): NetworkPath[] {
  const merged = new Map<string, NetworkPath>();
  for (const path of paths) {
    const key = JSON.stringify([path.steps.slice(1), path.end, path.destinations === undefined]);
    const same = merged.get(key);
    if (!same) merged.set(key, path);
    else
      merged.set(key, {
        ...same,
        steps: [`${same.steps[0]}, ${path.steps[0]}`, ...same.steps.slice(1)],
        ...(same.destinations ? { destinations: [...same.destinations, ...path.destinations!] } : {}),
      });
  }
  return [...merged.values()];
}

/** A known value as a string; undefined when it is missing or unknown. */
export const knownValue = (props: object, property: string) => {
  const found = readValue(props, property);
  return found.state === "known" ? String(found.value) : undefined;
};
