import {
  coverAllAddresses,
  forTypes,
  isAllAddresses,
  isPublic,
  isWithin,
  type Report,
  type Rule,
  type Settings,
  parseCidr,
  type StackResource,
  stringAt,
  stringsAt,
} from "../../rule-kit";
import { Graph } from "../../reachability";
import {
  findCombinedRanges,
  groupOf,
  prefixListSettings,
  prefixListsIn,
  rangesIn,
  rangesWithLists,
  unreviewedPrefixLists,
} from "./security-group-ranges";
import { vpcOf } from "./shared";

const association = "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation";
const types = Object.keys(rangesIn).filter((type) => !type.endsWith("EgressRule"));

const advice = "Set referencedSecurityGroupId: <group that connects>, or a private CIDR range.";

const combinedMessage = (ranges: string[]) =>
  `Ingress from ${ranges.join(", ")} together allows all addresses, so any host can connect as soon as the VPC has a gateway. ${advice}`;

/** IPv4 CIDR ranges of a security group's VPC, when the VPC is in the stack. */
function vpcRanges(group: StackResource, resources: StackResource[]): string[] {
  const vpc = vpcOf(group);
  if (typeof vpc !== "object") return [];
  const more = resources.filter(({ type, sources }) => type === association && sources("vpcId").includes(vpc));
  return [vpc, ...more].flatMap(({ props }) => stringAt(props, "cidrBlock") ?? []);
}

/** Whether a CIDR range is wider than all these ranges of the same family; false when no range has that family. */
function isWider(range: string, others: string[]): boolean {
  const parsed = parseCidr(range);
  const prefixes = others.map(parseCidr).flatMap((other) => (other && other.family === parsed?.family ? other.prefix : []));
  return parsed !== undefined && prefixes.length > 0 && parsed.prefix < Math.min(...prefixes);
}

/** Reports a range that contains public addresses. `source` names the range in the message. */
function evaluateRange(range: string, source: string, report: Report, settings: Settings): void {
  const allowed = stringsAt(settings, "allowedSources");
  if (isAllAddresses(range))
    report(`Ingress from all addresses (${source}) is allowed, so any host can connect as soon as the VPC has a gateway. ${advice}`);
  else if (isPublic(range) && !allowed.some((other) => isWithin(range, other)))
    report(
      `Ingress from public range ${source} is allowed, so hosts on the internet can connect. ${advice} A range that is required can be listed in policy setting 'allowedSources'.`,
    );
}

/** The ranges of prefix lists of the stack, alone and together with the ranges of the same rules. */
function evaluatePrefixLists(graph: Graph, resource: StackResource, report: Report, settings: Settings): void {
  const lists = prefixListsIn(graph, resource, "ingress");
  for (const { label, ranges = [] } of lists) for (const range of ranges) evaluateRange(range, `${range} in ${label}`, report, settings);
  const all = rangesWithLists(graph, resource, "ingress");
  if (
    lists.length > 0 &&
    !all.some(isAllAddresses) &&
    coverAllAddresses(all) &&
    !coverAllAddresses(rangesIn[resource.type]!(resource.props, "ingress"))
  )
    report(combinedMessage(all));
}

/** A rule with a source security group or `self` is also rejected when the rule has an open CIDR range. */
export const sgNoOpenIngress: Rule = {
  name: "network-sg-no-open-ingress",
  description: "No security group allows ingress from the internet.",
  risk: "Anyone can connect to the members of the group as soon as the VPC has a gateway.",
  fix: advice,
  severity: "high",
  control: { reference: "AC-4", specification: "Information flow enforcement" },
  publicIds: [
    "Security Hub EC2.13, EC2.14, EC2.18, EC2.19",
    "Config vpc-sg-open-only-to-authorized-ports",
    "Checkov CKV_AWS_24, CKV_AWS_25, CKV_AWS_260, CKV_AWS_277",
    "Prowler ec2_securitygroup_allow_ingress_from_internet_to_any_port",
    "Trivy AWS-0107",
    "cdk-nag AwsSolutions-EC23",
  ],
  settings: {
    ...prefixListSettings,
    allowedSources: {
      type: "array",
      items: { type: "string" },
      default: [],
      description: "Public ranges that can connect, such as those of an office.",
    },
  },
  resource: forTypes(types, ({ type, props }, report, settings) => {
    const ranges = rangesIn[type]!(props, "ingress");
    for (const range of ranges) evaluateRange(range, range, report, settings);
    if (!ranges.some(isAllAddresses) && coverAllAddresses(ranges)) report(combinedMessage(ranges));
  }),
  stack(all, report, settings, advise) {
    const graph = new Graph(all);
    const { resources } = graph;
    const rangesOf = (resource: StackResource) => rangesWithLists(graph, resource, "ingress");
    for (const { on, ranges } of findCombinedRanges(resources, types, rangesOf)) report(on, combinedMessage(ranges));
    for (const resource of resources.filter(({ type }) => types.includes(type)))
      evaluatePrefixLists(graph, resource, (message) => report(resource, message), settings);
    for (const { on, list } of unreviewedPrefixLists(graph, types, "ingress", settings))
      advise(
        on,
        `Ingress from ${list} is allowed, and its CIDR ranges cannot be read. Specify a security group, or review the list and add it to policy setting 'allowedPrefixLists'.`,
      );
    for (const resource of resources.filter(({ type }) => types.includes(type))) {
      const group = groupOf(resource, resources);
      const vpc = typeof group === "object" ? vpcRanges(group, resources) : [];
      for (const range of rangesOf(resource))
        if (!isPublic(range) && isWider(range, vpc))
          advise(
            resource,
            `Ingress from ${range} is allowed, which is wider than the VPC (${vpc.join(", ")}), so networks that are connected later can connect too. Specify a security group, or the exact CIDR range.`,
          );
    }
  },
};
