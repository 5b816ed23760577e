// The tags by which a network recognizes what an earlier deployment of it created. Pure.
import { type NetworkRequest } from "./request";

/** Tags of a resource with a role such as `sts` or `eu-central-1a`. */
export const managedTags = (
  { name, identifyingTags = { "cloister:environment": name } }: NetworkRequest,
  role: string,
): Record<string, string> => ({
  ...identifyingTags,
  Name: `${name}-${role}`,
});

/** Whether the network created a resource with these tags in this role. */
export const isManaged = (request: NetworkRequest, tags: Record<string, string>, role: string) =>
  Object.entries(managedTags(request, role)).every(([key, value]) => tags[key] === value);

/** Whether the network created a subnet: a private one, or a public one for NAT. */
export const isManagedSubnet = (request: NetworkRequest, { tags, zone }: { tags: Record<string, string>; zone: string }) =>
  [zone, `public-${zone}`].some((role) => isManaged(request, tags, role));
