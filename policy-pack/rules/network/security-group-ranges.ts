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
import { type Graph } from "../../reachability";
import { type PrefixList, prefixListsOf } from "./prefix-lists";

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

const groupTypes = Object.keys(rangesIn).filter((type) => type.endsWith("SecurityGroup"));
const isGroup = ({ type }: StackResource) => groupTypes.includes(type);

/** The security group whose rules a resource defines: itself, a group of the stack, or the ID of another group. */
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
 * separate rule does alone. Only resources of these types are read; `rangesOf` includes the ranges of prefix lists.
 */
export function findCombinedRanges(
  resources: StackResource[],
  types: readonly string[],
  rangesOf: (resource: StackResource) => string[],
): CombinedRanges[] {
  return groupByOwner(resources, (resource) => groupOf(resource, resources), types).flatMap(({ on, parts }): CombinedRanges[] => {
    // After a refresh, a group also has its separate rules as inline rules, so only separate rules are checked one by
    // one.
    const separate = parts
      .filter((part) => !isGroup(part))
      .map(rangesOf)
      .filter((ranges) => ranges.length > 0);
    const ranges = [...new Set(parts.flatMap(rangesOf))];
    return separate.length > 0 && !separate.some(coverAllAddresses) && coverAllAddresses(ranges) ? [{ on, ranges }] : [];
  });
}

export const prefixListSettings = {
  allowedPrefixLists: {
    type: "array" as const,
    items: { type: "string" as const },
    default: [],
    description:
      "IDs of prefix lists of other stacks whose ranges were reviewed, such as the list of an S3 endpoint. Lists of the same stack are evaluated.",
  },
};

/** Prefix lists that a security group or rule refers to, without the lists of VPC endpoints. */
export function prefixListsIn(graph: Graph, on: StackResource, direction: Direction): PrefixList[] {
  if (isGroup(on))
    return objectsAt(on.props, direction).flatMap((props) => prefixListsOf(graph, on, "prefixListIds", { list: direction, props }));
  const ofDirection = on.type.endsWith(":SecurityGroupRule")
    ? stringAt(on.props, "type") === direction
    : on.type.toLowerCase().endsWith(`${direction}rule`);
  return ofDirection ? ["prefixListId", "prefixListIds"].flatMap((property) => prefixListsOf(graph, on, property)) : [];
}

/** CIDR ranges of a security group or rule, with the ranges of prefix lists of the stack. */
export const rangesWithLists = (graph: Graph, on: StackResource, direction: Direction) => [
  ...rangesIn[on.type]!(on.props, direction),
  ...prefixListsIn(graph, on, direction).flatMap(({ ranges }) => ranges ?? []),
];

/** Prefix lists whose ranges cannot be read, and that `allowedPrefixLists` does not list. */
export function unreviewedPrefixLists(
  graph: Graph,
  types: readonly string[],
  direction: Direction,
  settings: Settings,
): { on: StackResource; list: string }[] {
  const reviewed = stringsAt(settings, "allowedPrefixLists");
  return graph.resources
    .filter((resource) => types.includes(resource.type))
    .flatMap((on) => prefixListsIn(graph, on, direction).map((list) => ({ on, list })))
    .filter(({ list: { ranges, names } }) => !ranges && !names.some((name) => reviewed.includes(name)))
    .map(({ on, list: { label } }) => ({ on, list: label }));
}
