import { forTypes, isPresent, type Rule } from "../../rule-kit";
import { isNatVpc, natAllowed, natSettings, vpcOf } from "./shared";

const fix = "Remove it. For packages and AWS services use a mirror and VPC endpoints; for NAT name the VPC in the pack's config (natVpcs).";
const gatewayType = "aws:ec2/internetGateway:InternetGateway";
const attachmentType = "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment";

/** A gateway without a VPC counts too: it can be attached later. */
export const noInternetGateway: Rule = {
  name: "network-no-internet-gateway",
  description: "No VPC has a gateway to the internet.",
  why: "A gateway is the first half of a way out; one route makes it whole.",
  fix,
  severity: "critical",
  control: { reference: "SC-7", specification: "Boundary protection" },
  publicIds: ["Config internet-gateway-authorized-vpc-only", "near Security Hub EC2.172"],
  settings: natSettings,
  resource: {
    // With NAT, which VPC it is for shows only between resources.
    ...forTypes([gatewayType, attachmentType], (_resource, report, settings) => {
      if (!natAllowed(settings)) report(`This internet gateway opens a way to and from the internet. ${fix}`);
    }),
    "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway": (_resource, report) =>
      report("An egress-only gateway lets everything inside send data to the internet over IPv6. Remove it; NAT is no reason for one."),
    "aws:ec2/carrierGateway:CarrierGateway": (_resource, report) =>
      report("A carrier gateway connects the VPC to a telecommunication network. Remove it; NAT is no reason for one."),
  },
  stack(resources, report, settings) {
    if (!natAllowed(settings)) return;
    const attachments = resources.filter(({ type }) => type === attachmentType);
    const gateways = resources.filter(({ type }) => type === gatewayType);
    // One entry for each gateway that gets into a VPC, or that could; an attachment may be of a gateway of another stack.
    const uses = [
      ...gateways.flatMap((gateway) => {
        const own = attachments.filter(({ sources }) => sources("internetGatewayId").includes(gateway));
        return own.length === 0 || isPresent(gateway.props, "vpcId") ? [{ resource: gateway, vpc: vpcOf(gateway) }] : [];
      }),
      ...attachments.map((resource) => ({ resource, vpc: vpcOf(resource) })),
    ];
    const served = new Set<unknown>();
    for (const { resource, vpc } of uses) {
      if (!isNatVpc(vpc, settings))
        report(resource, `This internet gateway is for no VPC that natVpcs names, so it opens one that should be closed. ${fix}`);
      else if (served.has(vpc)) report(resource, "NAT needs one internet gateway for a VPC; this is another way out. Remove it.");
      served.add(vpc);
    }
  },
};
