import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type SharedEndpointsPlan } from "../plan/network-plan";
import { nameTag } from "./name-tag";
import { allowHttps, type Callers } from "./security-groups";
import { type ZoneSubnet } from "./subnets";

/** Values of the core stack's shared endpoints that the resources of a network need. */
export interface SharedEndpointArgs {
  /** VPC of the endpoints, `vpc-…`. */
  vpcId: string;
  /** Route tables of that VPC, `rtb-…`. */
  routeTableIds: string[];
  /** Security group of the endpoints, `sg-…`. */
  securityGroupId: string;
  /** Hosted zone (`zoneId`) for each domain of the endpoints. */
  zoneIds: Record<string, Record<string, string>>;
}

export interface SharedEndpointConnectionArgs {
  vpcId: pulumi.Output<string>;
  /** `eu-central-1` */
  region: string;
  subnets: ZoneSubnet[];
  callers: Callers;
  plan: SharedEndpointsPlan;
  sharedEndpoints: SharedEndpointArgs;
}

/**
 * Connects a network to the shared endpoints: a VPC peering connection, routes in both directions for only the planned
 * CIDR ranges, and hosted zones. The other VPC contains only the endpoints, and a peering connection is not transitive.
 */
export function connectSharedEndpoints(name: string, args: SharedEndpointConnectionArgs, parent: pulumi.Resource): void {
  const { vpcId, region, callers, plan, sharedEndpoints } = args;
  const peering = new aws.ec2.VpcPeeringConnection(
    `${name}-central`,
    { vpcId, peerVpcId: sharedEndpoints.vpcId, autoAccept: true, ...nameTag(name, "central") },
    { parent },
  );
  createRoutes(name, args, peering, parent);
  // Rules can name a security group in another VPC only while the VPCs are peered.
  const afterPeering = { parent, dependsOn: [peering] };
  const { securityGroupId } = sharedEndpoints;
  const description = "AWS services through the shared endpoints of core";
  allowHttps(name, { callers, to: securityGroupId, target: "central", description }, afterPeering);
  for (const domain of plan.domains)
    new aws.route53.ZoneAssociation(
      `${name}-names-${domain}`,
      { zoneId: sharedEndpoints.zoneIds[domain]!.zoneId!, vpcId, vpcRegion: region },
      afterPeering,
    );
}

/** Creates routes from the network to the shared endpoints, and from the shared endpoints to the network. */
function createRoutes(
  name: string,
  { subnets, plan, sharedEndpoints }: SharedEndpointConnectionArgs,
  { id: vpcPeeringConnectionId }: aws.ec2.VpcPeeringConnection,
  parent: pulumi.Resource,
): void {
  // Existing subnets can share a route table.
  const tables = subnets.filter(({ routeTableId }, i) => subnets.findIndex((other) => other.routeTableId === routeTableId) === i);
  for (const { zone, routeTableId } of tables)
    new aws.ec2.Route(
      `${name}-central-${zone}`,
      { routeTableId: routeTableId!, destinationCidrBlock: plan.cidr, vpcPeeringConnectionId },
      { parent },
    );
  for (const { role, cidr } of plan.ranges)
    for (const [i, routeTableId] of sharedEndpoints.routeTableIds.entries())
      new aws.ec2.Route(`${name}-${role}-${i + 1}`, { routeTableId, destinationCidrBlock: cidr, vpcPeeringConnectionId }, { parent });
}
