import { reachability } from "@cloister/policy-pack/rules/network/reachability";
import { type TestResource, UNKNOWN } from "../../helpers/evaluate";
import { testRule } from "../table";

// Tests what the guardrail reports. tests/policies/reachability covers every kind of path.

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
      it: "rejects and names an egress path",
      resources: [...network, route({ gatewayId: "igw-1" })],
      want: [["studio", /: subnet studio -> route table table -> 0\.0\.0\.0\/0 -> gateway igw-1\. Remove one part of this path/]],
    },
    {
      it: "accepts a path that cannot be determined",
      resources: [...network, route({ natGatewayId: "nat-1" })],
    },
    {
      it: "rejects a path that cannot be determined with requireClosed",
      resources: [...network, route({ natGatewayId: "nat-1" })],
      settings: { requireClosed: true },
      want: [
        [
          "studio",
          /cannot be determined, so data can leave the perimeter unnoticed: subnet studio -> route table table -> 0\.0\.0\.0\/0 -> NAT gateway nat-1/,
        ],
      ],
    },
    { it: "accepts a closed network with requireClosed", resources: network, settings: { requireClosed: true } },
    {
      it: "reports an open path as open with requireClosed",
      resources: [...network, route({ gatewayId: "igw-1" })],
      settings: { requireClosed: true },
      want: [["studio", /has a network path that leaves the perimeter/]],
    },
    {
      it: "rejects a transit gateway",
      resources: [...network, route({ transitGatewayId: "tgw-1" })],
      want: [["studio", /transit gateway tgw-1/]],
    },
    {
      it: "accepts a transit gateway inside the perimeter",
      resources: [...network, route({ transitGatewayId: "tgw-1" })],
      settings: { inside: ["tgw-1"] },
    },
    {
      it: "accepts a NAT VPC",
      resources: [...network, route({ gatewayId: "igw-1" })],
      settings: { natVpcs: ["vpc"] },
    },
    {
      it: "rejects a NAT gateway in a VPC that natVpcs does not list",
      resources: [...network, route({ gatewayId: "igw-1" })],
      settings: { natVpcs: ["other"] },
      want: [["studio", /igw-1/]],
    },
    { it: "accepts a subnet of another stack", resources: [inOthers] },
    {
      it: "rejects a subnet of another stack with requireClosed",
      resources: [inOthers],
      settings: { requireClosed: true },
      want: [
        [
          "sts",
          /A subnet that this resource names has a network path that cannot be determined, .*: subnet subnet-other \(not in this stack\)/,
        ],
      ],
    },
    {
      it: "accepts a subnet of another stack inside the perimeter",
      resources: [inOthers],
      settings: { requireClosed: true, inside: ["subnet-other"] },
    },
    { it: "rejects an endpoint service in another account", resources: [vendor], want: [["vendor", /service of another account/]] },
    {
      it: "accepts an endpoint service inside the perimeter",
      resources: [vendor],
      settings: { inside: ["com.amazonaws.vpce.eu-central-1.vpce-svc-0123"] },
    },
  ],
});
