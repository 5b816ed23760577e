import { coverAllAddresses, forTypes, isAllAddresses, type Report, type ResourceView, type Rule, type StackResource } from "../../rule-kit";
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
import { isNatVpc, natAllowed, natSettings, vpcOf } from "./shared";

const types = Object.keys(rangesIn).filter((type) => !/IngressRule$|DefaultSecurityGroup$/.test(type));
const advice = "Set referencedSecurityGroupId: <group of the endpoints>, or prefixListId: <prefix list of the S3 endpoint>.";

const combinedMessage = (ranges: string[]) =>
  `Egress to ${ranges.join(", ")} together allows all addresses, so data can leave by any route. ${advice}`;

function evaluate({ type, props }: Pick<ResourceView, "type" | "props">, report: Report): void {
  const ranges = rangesIn[type]!(props, "egress");
  for (const range of ranges.filter(isAllAddresses))
    report(`Egress to all addresses (${range}) is allowed, so data can leave by any route. ${advice}`);
  if (!ranges.some(isAllAddresses) && coverAllAddresses(ranges)) report(combinedMessage(ranges));
}

/** The ranges of prefix lists of the stack, alone and together with the ranges of the same rules. */
function evaluatePrefixLists(graph: Graph, resource: StackResource, report: Report): void {
  const lists = prefixListsIn(graph, resource, "egress");
  for (const { label, ranges = [] } of lists)
    for (const range of ranges.filter(isAllAddresses))
      report(`Egress to all addresses (${range} in ${label}) is allowed, so data can leave by any route. ${advice}`);
  const all = rangesWithLists(graph, resource, "egress");
  if (
    lists.length > 0 &&
    !all.some(isAllAddresses) &&
    coverAllAddresses(all) &&
    !coverAllAddresses(rangesIn[resource.type]!(resource.props, "egress"))
  )
    report(combinedMessage(all));
}

/** The VPC of a security group, or of the security group that a rule belongs to. */
function vpcOfGroup(resource: StackResource, resources: StackResource[]): StackResource | string | undefined {
  const group = groupOf(resource, resources);
  return typeof group === "object" ? vpcOf(group) : undefined;
}

/**
 * Missing or empty `egress` is accepted: the provider removes the rule that EC2 adds. Rules that name prefix lists or
 * security groups have no CIDR range. network-default-sg-closed evaluates default security groups.
 */
export const sgNoOpenEgress: Rule = {
  name: "network-sg-no-open-egress",
  description: "No security group allows egress to all addresses.",
  risk: "A workload can send data to every address that a route leads to.",
  fix: advice,
  severity: "high",
  control: { reference: "AC-4", specification: "Information flow enforcement" },
  publicIds: ["Checkov CKV_AWS_382", "Trivy AWS-0104"],
  settings: { ...natSettings, ...prefixListSettings },
  // When 'natVpcs' lists VPCs, only the stack view can determine the VPC of a security group.
  resource: forTypes(types, (resource, report, settings) => {
    if (!natAllowed(settings)) evaluate(resource, report);
  }),
  stack(all, report, settings, advise) {
    const graph = new Graph(all);
    const { resources } = graph;
    for (const { on, list } of unreviewedPrefixLists(graph, types, "egress", settings))
      advise(
        on,
        `Egress to ${list} is allowed, and its CIDR ranges cannot be read. Set the prefix list of an endpoint of this stack, or review the list and add it to policy setting 'allowedPrefixLists'.`,
      );
    const inNatVpc = (on: StackResource) => isNatVpc(vpcOfGroup(on, resources), settings);
    const rangesOf = (resource: StackResource) => rangesWithLists(graph, resource, "egress");
    for (const { on, ranges } of findCombinedRanges(resources, types, rangesOf)) if (!inNatVpc(on)) report(on, combinedMessage(ranges));
    for (const resource of resources.filter(({ type }) => types.includes(type))) {
      if (inNatVpc(resource)) continue;
      evaluatePrefixLists(graph, resource, (message) => report(resource, message));
      if (natAllowed(settings)) evaluate(resource, (message) => report(resource, message));
    }
  },
};
