import { byOwner, coverEverything, objectsAt, ownerOf, type Settings, type StackResource, textAt, textsAt } from "../../rule-kit";

export type Direction = "ingress" | "egress";

/** What is read of each rule that a resource holds for a direction. */
type Reader = (props: object, direction: Direction) => string[];

/** Where security groups' rules are written: inline, and in two kinds of separate resources. One value or a list of them. */
const readers = (lists: string[], singles: string[]): Record<string, Reader> => {
  const inLists = (rule: object) => lists.flatMap((property) => textsAt(rule, property));
  const inSingles = (rule: object) => singles.flatMap((property) => textAt(rule, property) ?? []);
  return {
    "aws:ec2/securityGroup:SecurityGroup": (props, direction) => objectsAt(props, direction).flatMap(inLists),
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": (props, direction) => objectsAt(props, direction).flatMap(inLists),
    "aws:ec2/securityGroupRule:SecurityGroupRule": (props, direction) => (textAt(props, "type") === direction ? inLists(props) : []),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": (props, direction) => (direction === "ingress" ? inSingles(props) : []),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": (props, direction) => (direction === "egress" ? inSingles(props) : []),
  };
};

/** The ranges of each rule, by type; rules of groups and prefix lists have none. */
export const rangesIn = readers(["cidrBlocks", "ipv6CidrBlocks"], ["cidrIpv4", "cidrIpv6"]);

/** The prefix lists of each rule, by type. */
const prefixListsIn = readers(["prefixListIds"], ["prefixListId"]);

const groupTypes = Object.keys(rangesIn).filter((type) => type.endsWith("SecurityGroup"));
const isGroup = ({ type }: StackResource) => groupTypes.includes(type);

/** The group that a resource writes rules of: itself, another of the stack, or one that only its id tells. */
export const groupOf = (resource: StackResource, resources: StackResource[]) =>
  isGroup(resource) ? resource : ownerOf(resource, "securityGroupId", resources.filter(isGroup));

/** What several resources together let through one group. */
export interface Together {
  /** The group, or the first of its rules when the group is not in the stack. */
  on: StackResource;
  ranges: string[];
}

/**
 * Groups whose separate rules, with each other or with inline ones, let everything through in one direction and one family, though none of these rules does by itself.
 * Only resources of these types are read.
 */
export function openTogether(resources: StackResource[], types: readonly string[], direction: Direction): Together[] {
  const read = (parts: StackResource[]) => parts.map(({ type, props }) => rangesIn[type]!(props, direction));
  return byOwner(resources, (one) => groupOf(one, resources), types).flatMap(({ on, parts }): Together[] => {
    // After a refresh a group shows its separate rules as its own ones as well, so only separate ones tell whether one is open by itself.
    const separate = read(parts.filter((one) => !isGroup(one))).filter((ranges) => ranges.length > 0);
    const ranges = [...new Set(read(parts).flat())];
    return separate.length > 0 && !separate.some(coverEverything) && coverEverything(ranges) ? [{ on, ranges }] : [];
  });
}

export const prefixListSettings = {
  allowedPrefixLists: {
    type: "array" as const,
    items: { type: "string" as const },
    default: [],
    description: "Ids of prefix lists whose ranges somebody has looked at, such as that of an S3 endpoint which is not in the stack.",
  },
};

/** Resources with rules for prefix lists that neither an endpoint of the stack has nor the pack's config lists: what these let through can't be read here. One that is known only after the update is judged then. */
export function opaqueLists(
  resources: StackResource[],
  types: readonly string[],
  direction: Direction,
  settings: Settings,
): { on: StackResource; list: string }[] {
  const isEndpoint = ({ type }: StackResource) => type === "aws:ec2/vpcEndpoint:VpcEndpoint";
  const isOfEndpoint = (on: StackResource) =>
    ["prefixListId", "prefixListIds"].some((property) => on.sources(property).length > 0 && on.sources(property).every(isEndpoint));
  const known = [
    ...textsAt(settings, "allowedPrefixLists"),
    ...resources.filter(isEndpoint).flatMap(({ props }) => textAt(props, "prefixListId") ?? []),
  ];
  return resources
    .filter((one) => types.includes(one.type) && !isOfEndpoint(one))
    .flatMap((on) => prefixListsIn[on.type]!(on.props, direction).map((list) => ({ on, list })))
    .filter(({ list }) => !known.includes(list));
}
