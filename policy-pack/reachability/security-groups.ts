// Evaluates which egress security groups allow.
import {
  coverAllAddresses,
  isAllAddresses,
  isPublic,
  itemsAt,
  overlap,
  parseCidr,
  readValue,
  type StackResource,
  stringAt,
  stringsAt,
} from "../rule-kit";
import { type Graph } from "./graph";
import { label, unknownAtPreview } from "./network-path";
import { types } from "./resource-types";

const EGRESS_RULE = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const GROUP_RULE = "aws:ec2/securityGroupRule:SecurityGroupRule";
const PREFIX_LIST_ENTRY = "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry";

/** Addresses to which one security group allows egress. Egress to other security groups stays inside and is ignored. */
export class GroupEgress {
  constructor(
    readonly name: string,
    private readonly ranges: string[],
    /** Whether the security group can have more rules than these. */
    private readonly hasUnknownRules: boolean,
    /** Whether the security group allows the prefix list of an AWS service, such as S3. */
    private readonly allowsAwsService = false,
  ) {}

  get isEmpty(): boolean {
    return this.ranges.length === 0 && !this.hasUnknownRules && !this.allowsAwsService;
  }

  allows(destinations: string[] | undefined): "yes" | "no" | "unknown" {
    if (!destinations) {
      if (this.ranges.some(isAllAddresses)) return "yes";
      return this.isEmpty ? "no" : "unknown";
    }
    if (this.ranges.some((range) => destinations.some((destination) => overlap(range, destination)))) return "yes";
    // The CIDR ranges of an AWS service are not known here, but they are public.
    if (this.allowsAwsService && (coverAllAddresses(destinations) || destinations.some(isPublic))) return "yes";
    return this.hasUnknownRules ? "unknown" : "no";
  }
}

/** Egress of a security group with unknown rules. */
export const unknownEgress = (name: string) => new GroupEgress(name, [], true);

/** CIDR ranges in a managed prefix list; undefined when one range is unknown. */
export function rangesOfPrefixList(graph: Graph, list: StackResource): string[] | undefined {
  const { certain, possible } = graph.attached(PREFIX_LIST_ENTRY, "prefixListId", types.prefixList, list);
  if (possible.length > 0 || readValue(list.props, "entries").state === "unknown") return undefined;
  const ranges = [
    ...itemsAt(list.props, "entries").map((item) => (item.state === "known" ? stringAt(item.value, "cidr") : undefined)),
    ...certain.map(({ props }) => stringAt(props, "cidr")),
  ];
  return ranges.every((range) => range !== undefined && parseCidr(range) !== undefined) ? (ranges as string[]) : undefined;
}

/** Collected rules of one security group. */
interface Collected {
  ranges: string[];
  hasUnknownRules: boolean;
  allowsAwsService: boolean;
}

/** The properties of a rule that name CIDR ranges and prefix lists. */
interface RuleShape {
  ranges: string[];
  prefixLists: string;
}
const inlineRule: RuleShape = { ranges: ["cidrBlocks", "ipv6CidrBlocks"], prefixLists: "prefixListIds" };
const separateRules: Record<string, RuleShape> = {
  [EGRESS_RULE]: { ranges: ["cidrIpv4", "cidrIpv6"], prefixLists: "prefixListId" },
  [GROUP_RULE]: inlineRule,
};

/** Adds the CIDR ranges and prefix lists of one rule. */
function collect(graph: Graph, into: Collected, from: StackResource, shape: RuleShape, inline?: { list: string; props: object }): void {
  const props = inline?.props ?? from.props;
  for (const name of shape.ranges) {
    const isUnknown = readValue(props, name).state === "unknown";
    if (isUnknown || itemsAt(props, name).some((item) => item.state !== "known" || parseCidr(String(item.value)) === undefined))
      into.hasUnknownRules = true;
    into.ranges.push(...stringsAt(props, name));
  }
  const lists = graph.refer(from, [shape.prefixLists], [...types.prefixList, ...types.endpoint], inline);
  for (const list of lists.resources) {
    if (types.endpoint.includes(list.type)) {
      into.allowsAwsService = true;
      continue;
    }
    const ranges = rangesOfPrefixList(graph, list);
    if (ranges) into.ranges.push(...ranges);
    else into.hasUnknownRules = true;
  }
  if (lists.foreign.length > 0 || lists.unknown) into.hasUnknownRules = true;
}

/** Egress of a security group of the stack: inline rules, separate rules, and rules that can belong to the group. */
export function egressOf(graph: Graph, group: StackResource): GroupEgress {
  const found: Collected = { ranges: [], hasUnknownRules: readValue(group.props, "egress").state === "unknown", allowsAwsService: false };
  for (const item of itemsAt(group.props, "egress"))
    if (item.state === "known") collect(graph, found, group, inlineRule, { list: "egress", props: item.value as object });
    else found.hasUnknownRules = true;
  for (const [type, shape] of Object.entries(separateRules)) {
    const { certain, possible } = graph.attached(type, "securityGroupId", types.group, group);
    for (const rule of certain) if (stringAt(rule.props, "type") !== "ingress") collect(graph, found, rule, shape);
    // A rule whose destination is another security group is ignored, whichever group the rule belongs to.
    const namesAddresses = (props: object) =>
      [...shape.ranges, shape.prefixLists].some((name) => readValue(props, name).state !== "missing");
    if (possible.some(({ props }) => stringAt(props, "type") !== "ingress" && namesAddresses(props))) found.hasUnknownRules = true;
  }
  return new GroupEgress(label(group), found.ranges, found.hasUnknownRules, found.allowsAwsService);
}

/** Egress of the security groups that a property names. */
export function egressOfReferences(graph: Graph, from: StackResource, path: string[]): GroupEgress[] {
  const { resources, foreign, unknown } = graph.refer(from, path, types.group);
  return [
    ...resources.map((group) => egressOf(graph, group)),
    ...foreign.map((id) => unknownEgress(`security group ${id} (not in this stack)`)),
    ...(unknown ? [unknownEgress(unknownAtPreview("security group"))] : []),
  ];
}

/** Egress of the default security groups in the subnets' VPCs. AWS creates them with a rule to all addresses. */
export function defaultEgress(graph: Graph, subnets: StackResource[]): GroupEgress[] {
  const adopted = subnets.flatMap((subnet) =>
    graph
      .refer(subnet, ["vpcId"], types.vpc)
      .resources.flatMap((vpc) => graph.attached("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "vpcId", types.vpc, vpc).certain),
  );
  if (adopted.length > 0) return [...new Set(adopted)].map((group) => egressOf(graph, group));
  return [new GroupEgress("default security group", ["0.0.0.0/0", "::/0"], false)];
}
