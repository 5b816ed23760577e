import { isPresent, type Rule } from "../../rule-kit";
import { natAllowed, natSettings } from "./shared";

const fix = "Remove the address and use VPC endpoints for AWS services. For NAT, list the VPC in policy setting 'natVpcs'.";
const natOnly = "Only NAT gateways can have an Elastic IP address. Remove the address, or set it as the allocationId of a NAT gateway.";
const address = "aws:ec2/eip:Eip";
const association = "aws:ec2/eipAssociation:EipAssociation";

export const noElasticIp: Rule = {
  name: "network-no-elastic-ip",
  description: "No resource has an Elastic IP address.",
  risk: "A public address is reachable from the internet as soon as an internet gateway exists.",
  fix,
  severity: "high",
  control: { reference: "SC-7", specification: "Boundary protection" },
  publicIds: ["near Security Hub EC2.12", "Config eip-attached"],
  settings: natSettings,
  resource: {
    [address]: ({ props }, report, settings) => {
      if (!natAllowed(settings))
        return report(`An Elastic IP address is reachable from the internet as soon as an internet gateway exists. ${fix}`);
      for (const property of ["instance", "networkInterface"])
        if (isPresent(props, property)) report(`${property} is set, so the address makes it reachable from the internet. ${natOnly}`);
    },
    [association]: (_resource, report, settings) =>
      report(
        `This association makes an instance or network interface reachable from the internet. ${natAllowed(settings) ? natOnly : fix}`,
      ),
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
      if (!used.has(resource))
        report(resource, `No NAT gateway uses this Elastic IP address, so any instance can be given a public address. ${natOnly}`);
  },
};
