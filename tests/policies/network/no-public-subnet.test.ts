import assert from "node:assert/strict";
import { noPublicSubnet } from "@cloister/policy-pack/rules/network/no-public-subnet";
import { remediate, type TestResource, UNKNOWN, UNKNOWN_BOOLEAN } from "../../helpers/judge";
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
const uses = (table: string) => new RegExp(`^This subnet uses the route table '${table}', which leads to the internet`);

testRule(noPublicSubnet, {
  resource: [
    {
      it: "accepts a subnet that says nothing: AWS gives no addresses then",
      type: subnet,
      inputs: { vpcId: "vpc-1", cidrBlock: "10.0.0.0/24", ipv6CidrBlock: "2001:db8::/64" },
    },
    { it: "accepts flags that are off", type: subnet, inputs: Object.fromEntries(flags.map((flag) => [flag, false])) },
    ...flags.map((flag) => ({
      it: `refuses ${flag}`,
      type: subnet,
      inputs: { [flag]: true },
      want: [new RegExp(`^${flag} is true, so whatever starts .* Write ${flag}: false\\.`)],
    })),
    { it: "judges a flag known only later when it is known", type: subnet, inputs: { mapPublicIpOnLaunch: UNKNOWN_BOOLEAN } },
    {
      it: "judges the other flags beside it",
      type: subnet,
      inputs: { mapPublicIpOnLaunch: UNKNOWN_BOOLEAN, assignIpv6AddressOnCreation: true },
      want: [/^assignIpv6AddressOnCreation is true/],
    },
    { it: "accepts a default subnet that gives no addresses", type: defaultSubnet, inputs: { mapPublicIpOnLaunch: false } },
    {
      it: "refuses a default subnet that says nothing: AWS gives addresses then",
      type: defaultSubnet,
      inputs: { availabilityZone: "eu-central-1a" },
      want: [/^mapPublicIpOnLaunch is not set/],
    },
    {
      it: "refuses flags of a default subnet",
      type: defaultSubnet,
      inputs: { mapPublicIpOnLaunch: true, assignIpv6AddressOnCreation: true },
      want: [/^mapPublicIpOnLaunch is true/, /^assignIpv6AddressOnCreation is true/],
    },
    { it: "judges a default subnet's flag when it is known", type: defaultSubnet, inputs: { mapPublicIpOnLaunch: UNKNOWN_BOOLEAN } },
    {
      it: "refuses the flags with NAT too",
      type: subnet,
      inputs: { mapPublicIpOnLaunch: true },
      settings: { natVpcs: ["egress"] },
      want: [/mapPublicIpOnLaunch/],
    },
  ],
  stack: [
    { it: "accepts a subnet whose table stays inside", resources: [...network, associated] },
    { it: "accepts a subnet that does not use the table to the internet", resources: [...network, toInternet] },
    {
      it: "refuses a subnet whose table leads to the internet",
      resources: [...network, toInternet, associated],
      want: [["studio", uses("table")]],
    },
    {
      it: "refuses a subnet whose table has such a route inline",
      resources: [
        ...network.slice(0, 3),
        { ...network[3]!, props: { routes: [{ cidrBlock: "0.0.0.0/0", natGatewayId: UNKNOWN }] } },
        associated,
      ],
      want: [["studio", uses("table")]],
    },
    { it: "accepts it where NAT is meant", resources: [...network, toInternet, associated], settings: { natVpcs: ["vpc"] } },
    { it: "accepts a subnet under a main table that stays inside", resources: [...network, main] },
    {
      it: "refuses a subnet under a main table that leads to the internet",
      resources: [...network, openMain],
      want: [["studio", uses("main")]],
    },
    { it: "accepts a subnet with a table of its own beside that", resources: [...network, openMain, associated] },
    {
      it: "refuses a subnet whose VPC takes such a table as main",
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

describe("network-no-public-subnet, when it may mend,", () => {
  it("turns off what is on, and keeps the rest, known or not", async () =>
    assert.deepEqual(
      await remediate(noPublicSubnet, subnet, { vpcId: UNKNOWN, mapPublicIpOnLaunch: true, assignIpv6AddressOnCreation: false }),
      {
        outcome: "ran",
        inputs: { vpcId: UNKNOWN, mapPublicIpOnLaunch: false, assignIpv6AddressOnCreation: false },
      },
    ));
  it("leaves a subnet alone that needs nothing", async () =>
    assert.deepEqual(await remediate(noPublicSubnet, subnet, { vpcId: "vpc-1", mapPublicIpOnLaunch: UNKNOWN_BOOLEAN }), {
      outcome: "ran",
      inputs: undefined,
    }));
  it("says no for a default subnet that says nothing", async () =>
    assert.deepEqual(await remediate(noPublicSubnet, defaultSubnet, { availabilityZone: "eu-central-1a" }), {
      outcome: "ran",
      inputs: { availabilityZone: "eu-central-1a", mapPublicIpOnLaunch: false },
    }));
  it("leaves other types alone", async () =>
    assert.equal((await remediate(noPublicSubnet, "aws:ec2/vpc:Vpc", {})).outcome, "not-applicable"));
});
