import { noElasticIp } from "@cloister/policy-pack/rules/network/no-elastic-ip";
import { UNKNOWN } from "../../helpers/evaluate";
import { testRule } from "../table";

const address = "aws:ec2/eip:Eip";
const association = "aws:ec2/eipAssociation:EipAssociation";
const natGateway = "aws:ec2/natGateway:NatGateway";
const nat = { natVpcs: ["egress"] };
const only = /Only NAT gateways can have an Elastic IP address\. Remove the address, or set it as the allocationId/;

testRule(noElasticIp, {
  resource: [
    {
      it: "rejects an Elastic IP address",
      type: address,
      inputs: { domain: "vpc" },
      want: [/^An Elastic IP address is reachable from the internet .* Remove the address and use VPC endpoints for AWS services\./],
    },
    {
      it: "rejects an Elastic IP address with unknown properties",
      type: address,
      inputs: { instance: UNKNOWN, networkInterface: UNKNOWN },
      want: [/^An Elastic IP address is reachable/],
    },
    {
      it: "rejects an association",
      type: association,
      inputs: { allocationId: "eipalloc-1", instanceId: "i-1" },
      want: [/^This association makes an instance or network interface reachable/],
    },
    { it: "evaluates an Elastic IP address only in the stack view with NAT", type: address, inputs: { domain: "vpc" }, settings: nat },
    {
      it: "rejects an Elastic IP address on an instance with NAT",
      type: address,
      inputs: { instance: UNKNOWN },
      settings: nat,
      want: [/instance is set/],
    },
    {
      it: "rejects an Elastic IP address on a network interface with NAT",
      type: address,
      inputs: { networkInterface: "eni-1" },
      settings: nat,
      want: [/networkInterface is set/],
    },
    { it: "rejects an association with NAT", type: association, inputs: { networkInterfaceId: "eni-1" }, settings: nat, want: [only] },
  ],
  stack: [
    { it: "does not report an Elastic IP address in the stack view without NAT", resources: [{ type: address, name: "loose" }] },
    ...["allocationId", "secondaryAllocationIds", "availabilityZoneAddresses"].map((property) => ({
      it: `accepts an Elastic IP address that a NAT gateway names in ${property}`,
      settings: nat,
      resources: [
        { type: address, name: "outside" },
        { type: natGateway, name: "gateway", propertyDependencies: { [property]: ["outside"] } },
      ],
    })),
    {
      it: "rejects an Elastic IP address without a NAT gateway",
      settings: nat,
      resources: [
        { type: address, name: "outside" },
        { type: address, name: "loose" },
        { type: natGateway, name: "gateway", propertyDependencies: { allocationId: ["outside"] } },
      ],
      want: [["loose", /^No NAT gateway uses this Elastic IP address/]],
    },
    {
      it: "evaluates an instance's Elastic IP address only in the resource view",
      settings: nat,
      resources: [{ type: address, name: "server", props: { instance: "i-1" } }],
    },
  ],
});
