import { noElasticIp } from "@cloister/policy-pack/rules/network/no-elastic-ip";
import { UNKNOWN } from "../../helpers/judge";
import { testRule } from "../table";

const address = "aws:ec2/eip:Eip";
const association = "aws:ec2/eipAssociation:EipAssociation";
const natGateway = "aws:ec2/natGateway:NatGateway";
const nat = { natVpcs: ["egress"] };
const only = /With NAT, only the addresses of NAT gateways are accepted\. Remove it, or give it/;

testRule(noElasticIp, {
  resource: [
    {
      it: "refuses an address",
      type: address,
      inputs: { domain: "vpc" },
      want: [/^This is a public address, .* Remove it; reach AWS services by VPC endpoints\./],
    },
    {
      it: "refuses an address of which nothing is known",
      type: address,
      inputs: { instance: UNKNOWN, networkInterface: UNKNOWN },
      want: [/This is a public address/],
    },
    {
      it: "refuses an association",
      type: association,
      inputs: { allocationId: "eipalloc-1", instanceId: "i-1" },
      want: [/^This gives something a public address/],
    },
    { it: "leaves an address to the stack view, with NAT", type: address, inputs: { domain: "vpc" }, settings: nat },
    {
      it: "refuses an address of an instance with NAT",
      type: address,
      inputs: { instance: UNKNOWN },
      settings: nat,
      want: [/instance is set/],
    },
    {
      it: "refuses an address of a network interface with NAT",
      type: address,
      inputs: { networkInterface: "eni-1" },
      settings: nat,
      want: [/networkInterface is set/],
    },
    { it: "refuses an association with NAT", type: association, inputs: { networkInterfaceId: "eni-1" }, settings: nat, want: [only] },
  ],
  stack: [
    { it: "has nothing to add without NAT", resources: [{ type: address, name: "loose" }] },
    ...["allocationId", "secondaryAllocationIds", "availabilityZoneAddresses"].map((property) => ({
      it: `accepts an address that a NAT gateway has by ${property}`,
      settings: nat,
      resources: [
        { type: address, name: "outside" },
        { type: natGateway, name: "gateway", propertyDependencies: { [property]: ["outside"] } },
      ],
    })),
    {
      it: "refuses an address that no NAT gateway has",
      settings: nat,
      resources: [
        { type: address, name: "outside" },
        { type: address, name: "loose" },
        { type: natGateway, name: "gateway", propertyDependencies: { allocationId: ["outside"] } },
      ],
      want: [["loose", /goes into no NAT gateway/]],
    },
    {
      it: "leaves an address of an instance to the resource view",
      settings: nat,
      resources: [{ type: address, name: "server", props: { instance: "i-1" } }],
    },
  ],
});
