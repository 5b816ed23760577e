// Finds the owner of a resource in the stack, such as the route table of a route.
import { stringAt } from "./read";
import { type StackResource } from "./rule";

/**
 * The owner that a property names: the one of these resources that has the ID or that the value comes from. Else the
 * ID, when the ID is known.
 */
export function ownerOf(part: StackResource, property: string, owners: readonly StackResource[]): StackResource | string | undefined {
  const id = stringAt(part.props, property);
  const named = id === undefined ? undefined : owners.find(({ props }) => stringAt(props, "id") === id);
  return named ?? part.sources(property).find((source) => owners.includes(source)) ?? id;
}

/**
 * Groups resources of these types by owner, in the order of the stack. Resources with an unknown owner are left out.
 * `on` is the owner, or the first part when the owner is not in the stack.
 */
export function groupByOwner(
  resources: readonly StackResource[],
  ownerOf: (resource: StackResource) => StackResource | string | undefined,
  types: readonly string[],
): { on: StackResource; parts: StackResource[] }[] {
  const groups = new Map<StackResource | string, StackResource[]>();
  for (const resource of resources.filter(({ type }) => types.includes(type))) {
    const owner = ownerOf(resource);
    if (owner !== undefined) groups.set(owner, [...(groups.get(owner) ?? []), resource]);
  }
  return [...groups].map(([owner, parts]) => ({ on: typeof owner === "string" ? parts[0]! : owner, parts }));
}
