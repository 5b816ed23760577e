import { coverEverything, forTypes, isEverything, type Report, type ResourceView, type Rule, type StackResource } from "../../rule-kit";
import { groupOf, opaqueLists, openTogether, prefixListSettings, rangesIn } from "./security-group-ranges";
import { isNatVpc, natAllowed, natSettings, vpcOf } from "./shared";

const types = Object.keys(rangesIn).filter((type) => !/IngressRule$|DefaultSecurityGroup$/.test(type));
const advice =
  "Name the security group of the endpoints (referencedSecurityGroupId), or the prefix list of the S3 endpoint (prefixListId).";

const joined = (ranges: string[]) =>
  `The ranges ${ranges.join(", ")} together are everything, so data leaves by whatever route there is. ${advice}`;

function judge({ type, props }: Pick<ResourceView, "type" | "props">, report: Report): void {
  const ranges = rangesIn[type]!(props, "egress");
  for (const range of ranges.filter(isEverything))
    report(`Everything (${range}) may be sent to, so data leaves by whatever route there is. ${advice}`);
  if (!ranges.some(isEverything) && coverEverything(ranges)) report(joined(ranges));
}

/** The VPC of a group, or of the group that a rule belongs to. */
function homeOf(resource: StackResource, resources: StackResource[]): StackResource | string | undefined {
  const group = groupOf(resource, resources);
  return typeof group === "object" ? vpcOf(group) : undefined;
}

/** Missing or empty `egress` is clean: the provider removes the rule that EC2 adds. Prefix lists of gateway endpoints and references to groups have no range. The default group has a rule of its own. */
export const sgNoOpenEgress: Rule = {
  name: "network-sg-no-open-egress",
  description: "No security group lets everything out.",
  why: "A workload can send data to wherever a route leads.",
  fix: advice,
  severity: "high",
  control: { reference: "AC-4", specification: "Information flow enforcement" },
  publicIds: ["Checkov CKV_AWS_382", "Trivy AWS-0104"],
  settings: { ...natSettings, ...prefixListSettings },
  // With NAT, which VPC it is for shows only between resources.
  resource: forTypes(types, (resource, report, settings) => {
    if (!natAllowed(settings)) judge(resource, report);
  }),
  stack(resources, report, settings, advise) {
    for (const { on, list } of opaqueLists(resources, types, "egress", settings))
      advise(
        on,
        `What the prefix list ${list} holds can't be read here, and all of it may be sent to. Name the prefix list of an endpoint of this stack, or look at it and list it in allowedPrefixLists.`,
      );
    for (const { on, ranges } of openTogether(resources, types, "egress"))
      if (!isNatVpc(homeOf(on, resources), settings)) report(on, joined(ranges));
    if (!natAllowed(settings)) return;
    for (const resource of resources.filter(({ type }) => types.includes(type)))
      if (!isNatVpc(homeOf(resource, resources), settings)) judge(resource, (message) => report(resource, message));
  },
};
