// Adds translated resources to the resources of a stack.
import { type StackResource } from "../rule-kit/rule";
import { describe, translate, type Translated } from "./translate";

/**
 * The resources of a stack with the resources that other providers and CloudFormation create in it. References to a
 * translated resource lead to its translation.
 */
export function withTranslations(resources: StackResource[]): StackResource[] {
  const translations = resources.flatMap((container) => {
    const found = translate(container)?.resources ?? [];
    return found.length > 0 ? [{ container, found }] : [];
  });
  if (translations.length === 0) return resources;

  const replacements = new Map<StackResource, StackResource>();
  const follow = (sources: StackResource[]) => sources.map((source) => replacements.get(source) ?? source);
  for (const resource of resources) replacements.set(resource, { ...resource, sources: (property) => follow(resource.sources(property)) });
  const originals = [...replacements.values()];
  const added = translations.flatMap(({ container, found }) => {
    const byLogicalId = new Map<string, StackResource>();
    let owner: StackResource | undefined;
    return found.map((translated, i) => {
      const startsResource = i === 0 || translated.logicalId !== found[i - 1]!.logicalId;
      const ownerOfPart = startsResource ? undefined : owner;
      const resource = toStackResource(translated, container, follow, byLogicalId, ownerOfPart);
      if (startsResource) {
        owner = resource;
        if (translated.logicalId) byLogicalId.set(translated.logicalId, resource);
        // A template has many resources, so a reference to the template leads to none of them.
        else replacements.set(container, resource);
      }
      return resource;
    });
  });
  return [...originals, ...added];
}

function toStackResource(
  translated: Translated,
  container: StackResource,
  follow: (sources: StackResource[]) => StackResource[],
  byLogicalId: Map<string, StackResource>,
  owner: StackResource | undefined,
): StackResource {
  const { type, name, props, dependencies, ownerInput } = translated;
  return {
    type,
    name,
    props,
    urn: container.urn,
    describe: (message) => describe(translated, message),
    sources: (property) => [
      ...new Set([
        ...(owner && property === ownerInput ? [owner] : []),
        ...(dependencies[property]?.logicalIds ?? []).flatMap((id) => byLogicalId.get(id) ?? []),
        ...follow((dependencies[property]?.properties ?? []).flatMap((property) => container.sources(property))),
      ]),
    ],
  };
}
