import { forTypes, isPresent, type Rule } from "../../rule-kit";
import { isNatVpc, natAllowed, natSettings, vpcOf } from "./shared";

const fix =
  "Remove the gateway and use VPC endpoints for AWS services and a package mirror. For NAT, list the VPC in policy setting 'natVpcs'.";
const gatewayType = "aws:ec2/internetGateway:InternetGateway";
const attachmentType = "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment";

/** A gateway without a VPC is also rejected: a VPC can be attached to the gateway later. */
export const noInternetGateway: Rule = {
  name: "network-no-internet-gateway",
  description: "No VPC has an internet, egress-only or carrier gateway.",
  risk: "With an internet gateway, one route is enough to send data to the internet.",
  fix,
  severity: "critical",
  control: { reference: "SC-7", specification: "Boundary protection" },
  publicIds: ["Config internet-gateway-authorized-vpc-only", "near Security Hub EC2.172"],
  settings: natSettings,
  resource: {
    // When 'natVpcs' lists VPCs, only the stack view can determine the VPC of a gateway.
    ...forTypes([gatewayType, attachmentType], (_resource, report, settings) => {
      if (!natAllowed(settings)) report(`This internet gateway connects a VPC to the internet. ${fix}`);
    }),
    "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway": (_resource, report) =>
      report(
        "An egress-only internet gateway allows the whole VPC to send data to the internet over IPv6. Remove the gateway; NAT does not need it.",
      ),
    "aws:ec2/carrierGateway:CarrierGateway": (_resource, report) =>
      report("A carrier gateway connects the VPC to a carrier network. Remove the gateway; NAT does not need it."),
  },
  stack(resources, report, settings) {
    if (!natAllowed(settings)) return;
    const attachments = resources.filter(({ type }) => type === attachmentType);
    const gateways = resources.filter(({ type }) => type === gatewayType);
    // One entry for each gateway that is in a VPC or can be attached to a VPC. An attachment can name a gateway of
    // another stack.
    const uses = [
      ...gateways.flatMap((gateway) => {
        const attached = attachments.filter(({ sources }) => sources("internetGatewayId").includes(gateway));
        return attached.length === 0 || isPresent(gateway.props, "vpcId") ? [{ resource: gateway, vpc: vpcOf(gateway) }] : [];
      }),
      ...attachments.map((resource) => ({ resource, vpc: vpcOf(resource) })),
    ];
    const served = new Set<unknown>();
    for (const { resource, vpc } of uses) {
      if (!isNatVpc(vpc, settings))
        report(resource, `This internet gateway connects a VPC to the internet that policy setting 'natVpcs' does not list. ${fix}`);
      else if (served.has(vpc))
        report(
          resource,
          "The VPC already has an internet gateway, and this one adds a second egress path. Remove this gateway; NAT needs only one internet gateway.",
        );
      served.add(vpc);
    }
  },
};
