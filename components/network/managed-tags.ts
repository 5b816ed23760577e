// Builds the tags that identify resources from earlier deployments of a network. Pure.
import { type NetworkRequest } from "./request";

/** Tags of every resource created by the network. */
const identifyingTagsOf = ({ name, identifyingTags = { "cloister:environment": name } }: NetworkRequest) => identifyingTags;

/** Filters that match every resource created by the network; undefined if no tag identifies them. */
export function managedFilters(request: NetworkRequest): { name: string; values: string[] }[] | undefined {
  const tags = Object.entries(identifyingTagsOf(request));
  return tags.length > 0 ? tags.map(([key, value]) => ({ name: `tag:${key}`, values: [value] })) : undefined;
}

/** Tags for a resource with a role in the network such as `sts` or `eu-central-1a`. */
export const managedTags = (request: NetworkRequest, role: string): Record<string, string> => ({
  ...identifyingTagsOf(request),
  Name: `${request.name}-${role}`,
});

/** Whether a resource with these tags was created by the network for this role. */
export const isManaged = (request: NetworkRequest, tags: Record<string, string>, role: string) =>
  Object.entries(managedTags(request, role)).every(([key, value]) => tags[key] === value);

/** Whether a subnet was created by the network: as a private subnet, or as a public subnet for NAT. */
export const isManagedSubnet = (request: NetworkRequest, { tags, zone }: { tags: Record<string, string>; zone: string }) =>
  [zone, `public-${zone}`].some((role) => isManaged(request, tags, role));
