import { isPresent, type Rule } from "../../rule-kit";
import { natAllowed, natSettings } from "./shared";

const fix = "Remove it; reach AWS services by VPC endpoints. For NAT name the VPC in the pack's config (natVpcs).";
const natOnly = "With NAT, only the addresses of NAT gateways are accepted. Remove it, or give it to a NAT gateway by allocationId.";
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
  resource: {
    [address]: ({ props }, report, settings) => {
      if (!natAllowed(settings))
        return report(`This is a public address, which the internet reaches as soon as a gateway is there. ${fix}`);
      for (const property of ["instance", "networkInterface"])
        if (isPresent(props, property))
          report(`${property} is set, so this address is not for a NAT gateway and the internet reaches what has it. ${natOnly}`);
    },
    [association]: (_resource, report, settings) =>
      report(`This gives something a public address. ${natAllowed(settings) ? natOnly : fix}`),
  },
  stack(resources, report, settings) {
    if (!natAllowed(settings)) return;
    const gateways = resources.filter(({ type }) => type === "aws:ec2/natGateway:NatGateway");
    const used = new Set(
      gateways.flatMap(({ sources }) =>
        ["allocationId", "secondaryAllocationIds", "availabilityZoneAddresses"].flatMap((property) => sources(property)),
      ),
    );
    for (const resource of resources.filter(
      ({ type, props }) => type === address && !isPresent(props, "instance") && !isPresent(props, "networkInterface"),
    ))
      if (!used.has(resource)) report(resource, `This public address goes into no NAT gateway, so anything can take it. ${natOnly}`);
  },
};
