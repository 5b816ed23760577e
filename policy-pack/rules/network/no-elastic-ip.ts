import { forTypes, type Rule } from "../../frame";
import { natAllowed, natSettings } from "./shared";

const fix = "Remove it; reach AWS services by VPC endpoints. For NAT name the VPC in the pack's config (natVpcs).";
const address = "aws:ec2/eip:Eip";
const association = "aws:ec2/eipAssociation:EipAssociation";

export const noElasticIp: Rule = {
  name: "network-no-elastic-ip",
  description: "Nothing has a public address.",
  why: "A public address is reached from the internet as soon as a gateway is there.",
  fix,
  severity: "high",
  control: { reference: "SC-7", specification: "Boundary protection" },
  publicIds: ["near Security Hub EC2.12", "Config eip-attached"],
  settings: natSettings,
  resource: forTypes([address, association], (_resource, report, settings) => {
    if (!natAllowed(settings)) report(`This is a public address. ${fix}`);
  }),
  stack(resources, report, settings) {
    if (!natAllowed(settings)) return;
    const gateways = resources.filter(({ type }) => type === "aws:ec2/natGateway:NatGateway");
    const used = new Set(
      gateways.flatMap(({ sources }) =>
        ["allocationId", "secondaryAllocationIds", "availabilityZoneAddresses"].flatMap((property) => sources(property)),
      ),
    );
    for (const resource of resources)
      if (resource.type === association || (resource.type === address && !used.has(resource)))
        report(
          resource,
          "With NAT, only the addresses of NAT gateways are accepted, and this one goes into none. Remove it, or give it to a NAT gateway by allocationId.",
        );
  },
};
