import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type NetworkPlan } from "../plan/network-plan";
import { publicAcl } from "./acl-rules";
import { nameTag } from "./name-tag";
import { createNetworkAcl, type ZoneSubnet } from "./subnets";

/** An egress path to the internet: one NAT gateway per Availability Zone. Returns the public subnets. */
export function createNat(
  name: string,
  { vpcId, privateSubnets, plan }: { vpcId: pulumi.Output<string>; privateSubnets: ZoneSubnet[]; plan: NetworkPlan },
  parent: pulumi.Resource,
): ZoneSubnet[] {
  const childOptions = { parent };
  const gatewayId =
    plan.internetGatewayId ?? new aws.ec2.InternetGateway(`${name}-internet`, { vpcId, ...nameTag(name, "internet") }, childOptions).id;
  const table = new aws.ec2.RouteTable(`${name}-public-routes`, { vpcId, ...nameTag(name, "public") }, childOptions);
  const internetRoute = new aws.ec2.Route(
    `${name}-public-route`,
    { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", gatewayId },
    childOptions,
  );
  const publicSubnets = plan.publicSubnets.map(({ zone, cidr }) => {
    const subnet = new aws.ec2.Subnet(
      `${name}-public-${zone}`,
      { vpcId, cidrBlock: cidr, availabilityZone: zone, ...nameTag(name, `public-${zone}`) },
      childOptions,
    );
    new aws.ec2.RouteTableAssociation(`${name}-public-routes-of-${zone}`, { subnetId: subnet.id, routeTableId: table.id }, childOptions);
    const address = new aws.ec2.Eip(`${name}-nat-${zone}`, { domain: "vpc", ...nameTag(name, `nat-${zone}`) }, childOptions);
    const nat = new aws.ec2.NatGateway(
      `${name}-nat-${zone}`,
      { subnetId: subnet.id, allocationId: address.id, ...nameTag(name, `nat-${zone}`) },
      { ...childOptions, dependsOn: [internetRoute] },
    );
    const routeTableId = privateSubnets.find((subnet) => subnet.zone === zone)!.routeTableId!;
    new aws.ec2.Route(`${name}-nat-route-${zone}`, { routeTableId, destinationCidrBlock: "0.0.0.0/0", natGatewayId: nat.id }, childOptions);
    return { zone, subnetId: subnet.id };
  });
  createNetworkAcl(name, "public-acl", { vpcId, subnets: publicSubnets, rules: publicAcl(plan.ranges) }, parent);
  return publicSubnets;
}
