import {
  groupByOwner,
  coverAllAddresses,
  objectsAt,
  ownerOf,
  type Settings,
  type StackResource,
  stringAt,
  stringsAt,
} from "../../rule-kit";

export type Direction = "ingress" | "egress";

/** Reads the values of each rule for one direction in a resource. */
type Reader = (props: object, direction: Direction) => string[];

/**
 * Readers for inline rules and for both kinds of separate rules: types whose properties are lists, and types whose
 * properties have one value.
 */
const readers = (lists: string[], singles: string[]): Record<string, Reader> => {
  const inLists = (rule: object) => lists.flatMap((property) => stringsAt(rule, property));
  const inSingles = (rule: object) => singles.flatMap((property) => stringAt(rule, property) ?? []);
  return {
    "aws:ec2/securityGroup:SecurityGroup": (props, direction) => objectsAt(props, direction).flatMap(inLists),
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": (props, direction) => objectsAt(props, direction).flatMap(inLists),
    "aws:ec2/securityGroupRule:SecurityGroupRule": (props, direction) => (stringAt(props, "type") === direction ? inLists(props) : []),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": (props, direction) => (direction === "ingress" ? inSingles(props) : []),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": (props, direction) => (direction === "egress" ? inSingles(props) : []),
  };
};

/** CIDR ranges of each rule, by type. Rules that name security groups or prefix lists have no CIDR ranges. */
export const rangesIn = readers(["cidrBlocks", "ipv6CidrBlocks"], ["cidrIpv4", "cidrIpv6"]);

/** Prefix lists that each security group rule refers to, by Pulumi resource type. */
const prefixListsIn = readers(["prefixListIds"], ["prefixListId"]);

const groupTypes = Object.keys(rangesIn).filter((type) => type.endsWith("SecurityGroup"));
const isGroup = ({ type }: StackResource) => groupTypes.includes(type);

/** The security group whose rules a resource defines: itself, a group of the stack, or the id of another group. */
export const groupOf = (resource: StackResource, resources: StackResource[]) =>
  isGroup(resource) ? resource : ownerOf(resource, "securityGroupId", resources.filter(isGroup));

/** CIDR ranges that several resources together allow for one security group. */
export interface CombinedRanges {
  /** The security group, or its first rule when the group is not in the stack. */
  on: StackResource;
  ranges: string[];
}

/**
 * Security groups whose separate and inline rules together allow all addresses of a family in a direction, although no
 * separate rule does alone. Only resources of these types are read.
 */
export function findCombinedRanges(resources: StackResource[], types: readonly string[], direction: Direction): CombinedRanges[] {
  const read = (parts: StackResource[]) => parts.map(({ type, props }) => rangesIn[type]!(props, direction));
  return groupByOwner(resources, (one) => groupOf(one, resources), types).flatMap(({ on, parts }): CombinedRanges[] => {
    // After a refresh, a group also has its separate rules as inline rules, so only separate rules are checked one by
    // one.
    const separate = read(parts.filter((one) => !isGroup(one))).filter((ranges) => ranges.length > 0);
    const ranges = [...new Set(read(parts).flat())];
    return separate.length > 0 && !separate.some(coverAllAddresses) && coverAllAddresses(ranges) ? [{ on, ranges }] : [];
  });
}

export const prefixListSettings = {
  allowedPrefixLists: {
    type: "array" as const,
    items: { type: "string" as const },
    default: [],
    description: "Ids of prefix lists whose ranges were reviewed, such as the list of an S3 endpoint in another stack.",
  },
};

/**
 * Rules with a prefix list that no endpoint of the stack has and that `allowedPrefixLists` does not list: its ranges
 * cannot be read. The update evaluates prefix lists that are unknown at preview.
 */
export function unreviewedPrefixLists(
  resources: StackResource[],
  types: readonly string[],
  direction: Direction,
  settings: Settings,
): { on: StackResource; list: string }[] {
  const isEndpoint = ({ type }: StackResource) => type === "aws:ec2/vpcEndpoint:VpcEndpoint";
  const isOfEndpoint = (on: StackResource) =>
    ["prefixListId", "prefixListIds"].some((property) => on.sources(property).length > 0 && on.sources(property).every(isEndpoint));
  const reviewed = [
    ...stringsAt(settings, "allowedPrefixLists"),
    ...resources.filter(isEndpoint).flatMap(({ props }) => stringAt(props, "prefixListId") ?? []),
  ];
  return resources
    .filter((one) => types.includes(one.type) && !isOfEndpoint(one))
    .flatMap((on) => prefixListsIn[on.type]!(on.props, direction).map((list) => ({ on, list })))
    .filter(({ list }) => !reviewed.includes(list));
}
