import { type Rule } from "../../frame";
import { isNatVpc, natAllowed, natSettings, vpcOf } from "./shared";

const fix = "Remove it. For packages and AWS services use a mirror and VPC endpoints; for NAT name the VPC in the pack's config (natVpcs).";
const internetGateways = ["aws:ec2/internetGateway:InternetGateway", "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment"];

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
    ...Object.fromEntries(
      internetGateways.map((type) => [
        type,
        // With NAT, which VPC it is for shows only between resources.
        (_resource: unknown, report: (message: string) => void, settings: Record<string, unknown>) =>
          void (natAllowed(settings) || report(`This internet gateway opens a way to and from the internet. ${fix}`)),
      ]),
    ),
    "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway": (_resource, report) =>
      report("An egress-only gateway lets everything inside send data to the internet over IPv6. Remove it; NAT is no reason for one."),
    "aws:ec2/carrierGateway:CarrierGateway": (_resource, report) =>
      report("A carrier gateway connects the VPC to a telecommunication network. Remove it; NAT is no reason for one."),
  },
  stack(resources, report, settings) {
    if (!natAllowed(settings)) return;
    const seen = new Set<unknown>();
    for (const gateway of resources.filter(({ type }) => type === internetGateways[0])) {
      const attachment = resources.find(
        ({ type, sources }) => type === internetGateways[1] && sources("internetGatewayId").includes(gateway),
      );
      const vpc = vpcOf(gateway) ?? (attachment && vpcOf(attachment));
      if (!isNatVpc(vpc, settings)) report(gateway, `This internet gateway is for no VPC that natVpcs names. ${fix}`);
      else if (seen.has(vpc)) report(gateway, "NAT needs one internet gateway for a VPC; this is another. Remove it.");
      seen.add(vpc);
    }
  },
};
