// Changes creations without an end in the state of a stack. Pure.
import { type StateResource } from "../../engine";

interface Operation {
  /** `creating`, `updating`, … */
  type: string;
  resource: StateResource;
}

/** The state of a stack, as Pulumi exports it. */
export interface Deployment {
  resources?: (StateResource & { pendingReplacement?: boolean; delete?: boolean })[];
  pending_operations?: Operation[];
}

/** Resources whose creation began and did not end. Components exist only in the state. */
export const pendingCreates = ({ pending_operations: operations = [] }: Deployment): StateResource[] =>
  operations.filter(({ type, resource }) => type === "creating" && resource.custom).map(({ resource }) => resource);

/** URNs of resources that exist, and that a new resource with the URN would replace. */
export const existingUrns = ({ resources = [] }: Deployment): Set<string> =>
  new Set(resources.filter(({ pendingReplacement, delete: isDeleted }) => !pendingReplacement && !isDeleted).map(({ urn }) => urn));

/** The state with found resources by URN. */
export function withFound<D extends Deployment>(state: D, found: ReadonlyMap<string, string>): D {
  // A URN has several pending creations if several builds ended while they created it.
  const added = new Map(pendingCreates(state).flatMap((resource) => (found.has(resource.urn) ? [[resource.urn, resource] as const] : [])));
  const isReplaced = ({ urn, pendingReplacement }: { urn: string; pendingReplacement?: boolean }) => pendingReplacement && found.has(urn);
  return {
    ...state,
    resources: [
      ...(state.resources ?? []).filter((resource) => !isReplaced(resource)),
      ...[...added.values()].map((resource) => ({ ...resource, id: found.get(resource.urn)! })),
    ],
  };
}

/** The state without resources of these URNs. */
export const without = <D extends Deployment>(state: D, urns: ReadonlySet<string>): D => ({
  ...state,
  resources: (state.resources ?? []).filter(({ urn }) => !urns.has(urn)),
});
