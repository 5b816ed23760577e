import {
  coverEverything,
  forTypes,
  isEverything,
  isPublic,
  isWithin,
  type Rule,
  spanOf,
  type StackResource,
  textAt,
  textsAt,
} from "../../rule-kit";
import { groupOf, opaqueLists, openTogether, prefixListSettings, rangesIn } from "./security-group-ranges";
import { vpcOf } from "./shared";

const association = "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation";
const types = Object.keys(rangesIn).filter((type) => !type.endsWith("EgressRule"));

const joined = (ranges: string[]) =>
  `The ranges ${ranges.join(", ")} together are everybody, who may connect as soon as there is a way in. Name the security group that may, or a private range.`;

/** The IPv4 ranges of a group's VPC, as far as the stack tells. */
function vpcRanges(group: StackResource, resources: StackResource[]): string[] {
  const vpc = vpcOf(group);
  if (typeof vpc !== "object") return [];
  const more = resources.filter(({ type, sources }) => type === association && sources("vpcId").includes(vpc));
  return [vpc, ...more].flatMap(({ props }) => textAt(props, "cidrBlock") ?? []);
}

/** Whether a range has more addresses than the widest of those of its family. Nothing is wider than what is not known. */
function isWider(range: string, others: string[]): boolean {
  const span = spanOf(range);
  const prefixes = others.map(spanOf).flatMap((other) => (other && other.kind === span?.kind ? other.prefix : []));
  return span !== undefined && prefixes.length > 0 && span.prefix < Math.min(...prefixes);
}

/** A source group or `self` in the same rule does not excuse an open range. */
export const sgNoOpenIngress: Rule = {
  name: "network-sg-no-open-ingress",
  description: "No security group lets the internet in.",
  why: "Everything in the group is reached by anybody as soon as a way in exists.",
  fix: "Name the security group that may connect (referencedSecurityGroupId), or a private range.",
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
      description: "Public ranges that may connect, e.g. those of an office.",
    },
  },
  resource: forTypes(types, ({ type, props }, report, settings) => {
    const ranges = rangesIn[type]!(props, "ingress");
    const allowed = textsAt(settings, "allowedSources");
    for (const range of ranges) {
      if (isEverything(range))
        report(`Everybody (${range}) may connect as soon as there is a way in. Name the security group that may, or a private range.`);
      else if (isPublic(range) && !allowed.some((source) => isWithin(range, source)))
        report(
          `The public range ${range} may connect, and the pack's config does not list it. Name a security group or a private range, or list it in allowedSources.`,
        );
    }
    if (!ranges.some(isEverything) && coverEverything(ranges)) report(joined(ranges));
  }),
  stack(resources, report, settings, advise) {
    for (const { on, ranges } of openTogether(resources, types, "ingress")) report(on, joined(ranges));
    for (const { on, list } of opaqueLists(resources, types, "ingress", settings))
      advise(
        on,
        `What the prefix list ${list} holds can't be read here, and all of it may connect. Name the security group that may, or look at the list and put it into allowedPrefixLists.`,
      );
    for (const resource of resources.filter(({ type }) => types.includes(type))) {
      const group = groupOf(resource, resources);
      const own = typeof group === "object" ? vpcRanges(group, resources) : [];
      for (const range of rangesIn[resource.type]!(resource.props, "ingress"))
        if (!isPublic(range) && isWider(range, own))
          advise(
            resource,
            `The range ${range} may connect and is wider than that of the VPC (${own.join(", ")}), so networks that are joined to it later may connect as well. Name the security group that may, or the range that is meant.`,
          );
    }
  },
};
