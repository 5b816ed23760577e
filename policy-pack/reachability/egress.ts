// What security groups let out.
import { coverEverything, isEverything, isPublic, itemsAt, look, spanOf, type StackResource, textAt, textsAt } from "../rule-kit";
import { type Graph } from "./graph";
import { label, types } from "./perimeter";

const EGRESS_RULE = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const GROUP_RULE = "aws:ec2/securityGroupRule:SecurityGroupRule";

export function overlap(a: string, b: string): boolean {
  const [x, y] = [spanOf(a), spanOf(b)];
  return x !== undefined && y !== undefined && x.kind === y.kind && x.start < y.end && y.start < x.end;
}

/** What a security group lets out by address; what it lets to other groups stays inside. */
export class Permit {
  constructor(
    readonly name: string,
    private readonly ranges: string[],
    /** Whether it may let out more. */
    private readonly unknown: boolean,
    /** Addresses of an AWS service, such as those of S3. */
    private readonly aws = false,
  ) {}

  get letsNothing(): boolean {
    return this.ranges.length === 0 && !this.unknown && !this.aws;
  }

  lets(destinations: string[] | undefined): "yes" | "no" | "unknown" {
    if (!destinations) {
      if (this.ranges.some(isEverything)) return "yes";
      return this.letsNothing ? "no" : "unknown";
    }
    if (this.ranges.some((range) => destinations.some((one) => overlap(range, one)))) return "yes";
    // Of an AWS service only that its addresses are public is known here.
    if (this.aws && (coverEverything(destinations) || destinations.some(isPublic))) return "yes";
    return this.unknown ? "unknown" : "no";
  }
}

/** A group of which nothing is known, or one that may not be meant. */
export const vaguePermit = (name: string) => new Permit(name, [], true);

/** Ranges of a prefix list; nothing when not all are known. */
export function rangesOfList(graph: Graph, list: StackResource): string[] | undefined {
  const { sure, maybe } = graph.attached("aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry", "prefixListId", types.prefixList, list);
  if (maybe.length > 0 || look(list.props, "entries").state === "unknown") return undefined;
  const found = [
    ...itemsAt(list.props, "entries").map((item) => (item.state === "known" ? textAt(item.value, "cidr") : undefined)),
    ...sure.map(({ props }) => textAt(props, "cidr")),
  ];
  return found.every((one) => one !== undefined && spanOf(one) !== undefined) ? (found as string[]) : undefined;
}

/** What a group of the graph lets out: by rules written in it, by separate ones, and by those that may be meant for it. */
export function permitOf(graph: Graph, group: StackResource): Permit {
  const ranges: string[] = [];
  let unknown = look(group.props, "egress").state === "unknown";
  let aws = false;
  const take = (from: StackResource, names: string[], listName: string, element?: { list: string; props: object }) => {
    const props = element?.props ?? from.props;
    for (const name of names) {
      if (look(props, name).state === "unknown") unknown = true;
      if (itemsAt(props, name).some((item) => item.state !== "known" || spanOf(String(item.value)) === undefined)) unknown = true;
      ranges.push(...textsAt(props, name));
    }
    const lists = graph.refer(from, [listName], [...types.prefixList, ...types.endpoint], element);
    for (const list of lists.resources) {
      if (types.endpoint.includes(list.type)) aws = true;
      else {
        const found = rangesOfList(graph, list);
        if (found) ranges.push(...found);
        else unknown = true;
      }
    }
    if (lists.foreign.length > 0 || lists.unknown) unknown = true;
  };
  for (const item of itemsAt(group.props, "egress"))
    if (item.state === "known")
      take(group, ["cidrBlocks", "ipv6CidrBlocks"], "prefixListIds", { list: "egress", props: item.value as object });
    else unknown = true;
  for (const [type, names, listName] of [
    [EGRESS_RULE, ["cidrIpv4", "cidrIpv6"], "prefixListId"],
    [GROUP_RULE, ["cidrBlocks", "ipv6CidrBlocks"], "prefixListIds"],
  ] as const) {
    const { sure, maybe } = graph.attached(type, "securityGroupId", types.group, group);
    for (const rule of sure) if (textAt(rule.props, "type") !== "ingress") take(rule, [...names], listName);
    // A rule between groups changes nothing, whichever group it is for.
    for (const { props } of maybe)
      if (textAt(props, "type") !== "ingress" && [...names, listName].some((name) => look(props, name).state !== "missing")) unknown = true;
  }
  return new Permit(label(group), ranges, unknown, aws);
}
