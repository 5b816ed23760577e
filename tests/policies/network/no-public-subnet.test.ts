import assert from "node:assert/strict";
import { noPublicSubnet } from "@cloister/policy-pack/rules/network/no-public-subnet";
import { remediate, type TestResource, UNKNOWN, UNKNOWN_BOOLEAN } from "../../helpers/evaluate";
import { testRule } from "../table";

const subnet = "aws:ec2/subnet:Subnet";
const defaultSubnet = "aws:ec2/defaultSubnet:DefaultSubnet";
const flags = ["mapPublicIpOnLaunch", "assignIpv6AddressOnCreation", "mapCustomerOwnedIpOnLaunch"];

const network: TestResource[] = [
  { type: "aws:ec2/vpc:Vpc", name: "vpc" },
  { type: "aws:ec2/internetGateway:InternetGateway", name: "internet" },
  { type: subnet, name: "studio", propertyDependencies: { vpcId: ["vpc"] } },
  { type: "aws:ec2/routeTable:RouteTable", name: "table", propertyDependencies: { vpcId: ["vpc"] } },
];
const toInternet: TestResource = {
  type: "aws:ec2/route:Route",
  name: "out",
  props: { destinationCidrBlock: "0.0.0.0/0", gatewayId: UNKNOWN },
  propertyDependencies: { routeTableId: ["table"], gatewayId: ["internet"] },
};
const associated: TestResource = {
  type: "aws:ec2/routeTableAssociation:RouteTableAssociation",
  name: "associated",
  propertyDependencies: { subnetId: ["studio"], routeTableId: ["table"] },
};
const main: TestResource = {
  type: "aws:ec2/defaultRouteTable:DefaultRouteTable",
  name: "main",
  propertyDependencies: { defaultRouteTableId: ["vpc"] },
};
const openMain = { ...main, props: { routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: "igw-1" }] } };
const uses = (table: string) => new RegExp(`^This subnet uses route table '${table}', which has a route to the internet`);

testRule(noPublicSubnet, {
  resource: [
    {
      it: "accepts a subnet without flags, which default to false",
      type: subnet,
      inputs: { vpcId: "vpc-1", cidrBlock: "10.0.0.0/24", ipv6CidrBlock: "2001:db8::/64" },
    },
    { it: "accepts flags that are false", type: subnet, inputs: Object.fromEntries(flags.map((flag) => [flag, false])) },
    ...flags.map((flag) => ({
      it: `rejects ${flag}`,
      type: subnet,
      inputs: { [flag]: true },
      want: [new RegExp(`^${flag} is true, so interfaces in this subnet get .* Set ${flag}: false\\.`)],
    })),
    { it: "accepts a flag that is unknown at preview", type: subnet, inputs: { mapPublicIpOnLaunch: UNKNOWN_BOOLEAN } },
    {
      it: "evaluates the other flags when one is unknown at preview",
      type: subnet,
      inputs: { mapPublicIpOnLaunch: UNKNOWN_BOOLEAN, assignIpv6AddressOnCreation: true },
      want: [/^assignIpv6AddressOnCreation is true/],
    },
    { it: "accepts a default subnet with the flag set to false", type: defaultSubnet, inputs: { mapPublicIpOnLaunch: false } },
    {
      it: "rejects a default subnet without flags, which default to true",
      type: defaultSubnet,
      inputs: { availabilityZone: "eu-central-1a" },
      want: [/^mapPublicIpOnLaunch is not set/],
    },
    {
      it: "rejects flags in a default subnet",
      type: defaultSubnet,
      inputs: { mapPublicIpOnLaunch: true, assignIpv6AddressOnCreation: true },
      want: [/^mapPublicIpOnLaunch is true/, /^assignIpv6AddressOnCreation is true/],
    },
    {
      it: "accepts a flag in a default subnet that is unknown at preview",
      type: defaultSubnet,
      inputs: { mapPublicIpOnLaunch: UNKNOWN_BOOLEAN },
    },
    {
      it: "rejects the flags in a NAT VPC",
      type: subnet,
      inputs: { mapPublicIpOnLaunch: true },
      settings: { natVpcs: ["egress"] },
      want: [/mapPublicIpOnLaunch/],
    },
  ],
  stack: [
    { it: "accepts a subnet with a closed route table", resources: [...network, associated] },
    { it: "accepts a subnet that does not use the open route table", resources: [...network, toInternet] },
    {
      it: "rejects a subnet with an open route table",
      resources: [...network, toInternet, associated],
      want: [["studio", uses("table")]],
    },
    {
      it: "rejects a subnet whose route table has an inline route to the internet",
      resources: [
        ...network.slice(0, 3),
        { ...network[3]!, props: { routes: [{ cidrBlock: "0.0.0.0/0", natGatewayId: UNKNOWN }] } },
        associated,
      ],
      want: [["studio", uses("table")]],
    },
    {
      it: "accepts a subnet with an open route table in a NAT VPC",
      resources: [...network, toInternet, associated],
      settings: { natVpcs: ["vpc"] },
    },
    { it: "accepts a subnet with a closed main route table", resources: [...network, main] },
    {
      it: "rejects a subnet with an open main route table",
      resources: [...network, openMain],
      want: [["studio", uses("main")]],
    },
    { it: "accepts a subnet with its own closed table beside an open main table", resources: [...network, openMain, associated] },
    {
      it: "rejects a subnet whose VPC has an open table as its main table",
      resources: [
        ...network,
        toInternet,
        {
          type: "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation",
          name: "as-main",
          propertyDependencies: { vpcId: ["vpc"], routeTableId: ["table"] },
        },
      ],
      want: [["studio", uses("table")]],
    },
  ],
});

describe("network-no-public-subnet at the level remediate", () => {
  it("sets the flags to false and keeps all other values", async () =>
    assert.deepEqual(
      await remediate(noPublicSubnet, subnet, { vpcId: UNKNOWN, mapPublicIpOnLaunch: true, assignIpv6AddressOnCreation: false }),
      {
        outcome: "ran",
        inputs: { vpcId: UNKNOWN, mapPublicIpOnLaunch: false, assignIpv6AddressOnCreation: false },
      },
    ));
  it("does not change a compliant subnet", async () =>
    assert.deepEqual(await remediate(noPublicSubnet, subnet, { vpcId: "vpc-1", mapPublicIpOnLaunch: UNKNOWN_BOOLEAN }), {
      outcome: "ran",
      inputs: undefined,
    }));
  it("sets the flag of a default subnet to false", async () =>
    assert.deepEqual(await remediate(noPublicSubnet, defaultSubnet, { availabilityZone: "eu-central-1a" }), {
      outcome: "ran",
      inputs: { availabilityZone: "eu-central-1a", mapPublicIpOnLaunch: false },
    }));
  it("ignores other types", async () => assert.equal((await remediate(noPublicSubnet, "aws:ec2/vpc:Vpc", {})).outcome, "not-applicable"));
});
