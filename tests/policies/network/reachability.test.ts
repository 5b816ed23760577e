import { reachability } from "@cloister/policy-pack/rules/network/reachability";
import { type TestResource, UNKNOWN } from "../../helpers/judge";
import { testRule } from "../table";

// That every kind of path is found is shown by tests/policies/reachability.test.ts; here only what the guardrail makes of it.

const network: TestResource[] = [
  { type: "aws:ec2/vpc:Vpc", name: "vpc" },
  { type: "aws:ec2/subnet:Subnet", name: "studio", props: { vpcId: UNKNOWN }, propertyDependencies: { vpcId: ["vpc"] } },
  { type: "aws:ec2/routeTable:RouteTable", name: "table", props: { vpcId: UNKNOWN }, propertyDependencies: { vpcId: ["vpc"] } },
  {
    type: "aws:ec2/routeTableAssociation:RouteTableAssociation",
    name: "association",
    props: { subnetId: UNKNOWN, routeTableId: UNKNOWN },
    propertyDependencies: { subnetId: ["studio"], routeTableId: ["table"] },
  },
];
const route = (target: object): TestResource => ({
  type: "aws:ec2/route:Route",
  name: "route",
  props: { routeTableId: UNKNOWN, destinationCidrBlock: "0.0.0.0/0", ...target },
  propertyDependencies: { routeTableId: ["table"] },
});
const vendor: TestResource = {
  type: "aws:ec2/vpcEndpoint:VpcEndpoint",
  name: "vendor",
  props: { serviceName: "com.amazonaws.vpce.eu-central-1.vpce-svc-0123" },
};

const inOthers: TestResource = {
  type: "aws:ec2/vpcEndpoint:VpcEndpoint",
  name: "sts",
  props: { vpcId: "vpc-other", subnetIds: ["subnet-other"], serviceName: "com.amazonaws.eu-central-1.sts" },
};

testRule(reachability, {
  stack: [
    { it: "accepts a closed network", resources: network },
    {
      it: "refuses a path, and prints it",
      resources: [...network, route({ gatewayId: "igw-1" })],
      want: [["studio", /: subnet studio -> route table table -> 0\.0\.0\.0\/0 -> gateway igw-1\. Remove one part of it/]],
    },
    {
      it: "accepts what it can't follow to its end: another rule, or the update, tells",
      resources: [...network, route({ natGatewayId: "nat-1" })],
    },
    {
      it: "refuses what it can't follow to its end where everything is to be proven",
      resources: [...network, route({ natGatewayId: "nat-1" })],
      settings: { requireClosed: true },
      want: [["studio", /can not be proven closed: subnet studio -> route table table -> 0\.0\.0\.0\/0 -> NAT gateway nat-1/]],
    },
    { it: "accepts a closed network where everything is to be proven", resources: network, settings: { requireClosed: true } },
    {
      it: "says of an open path that it is open where everything is to be proven",
      resources: [...network, route({ gatewayId: "igw-1" })],
      settings: { requireClosed: true },
      want: [["studio", /has a path that leaves/]],
    },
    {
      it: "refuses a transit gateway",
      resources: [...network, route({ transitGatewayId: "tgw-1" })],
      want: [["studio", /transit gateway tgw-1/]],
    },
    {
      it: "accepts a transit gateway of the perimeter",
      resources: [...network, route({ transitGatewayId: "tgw-1" })],
      settings: { inside: ["tgw-1"] },
    },
    {
      it: "accepts a VPC that is meant to have NAT",
      resources: [...network, route({ gatewayId: "igw-1" })],
      settings: { natVpcs: ["vpc"] },
    },
    {
      it: "refuses the same in another VPC than the one meant",
      resources: [...network, route({ gatewayId: "igw-1" })],
      settings: { natVpcs: ["other"] },
      want: [["studio", /igw-1/]],
    },
    { it: "accepts a subnet of another stack: that one tells", resources: [inOthers] },
    {
      it: "refuses a subnet of another stack where everything is to be proven",
      resources: [inOthers],
      settings: { requireClosed: true },
      want: [["sts", /A subnet that this resource names can not be proven closed: subnet subnet-other, which is not in this graph/]],
    },
    {
      it: "accepts one that is said to be closed",
      resources: [inOthers],
      settings: { requireClosed: true, inside: ["subnet-other"] },
    },
    { it: "refuses a service of another account", resources: [vendor], want: [["vendor", /service of another account/]] },
    {
      it: "accepts a service of the perimeter",
      resources: [vendor],
      settings: { inside: ["com.amazonaws.vpce.eu-central-1.vpce-svc-0123"] },
    },
  ],
});
