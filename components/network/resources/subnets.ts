import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type NetworkPlan } from "../plan/network-plan";
import { type SubnetPlan } from "../subnets";
import { type AclRules } from "./acl-rules";
import { nameTag } from "./name-tag";

/** A subnet in an Availability Zone. */
export interface ZoneSubnet {
  zone: string;
  subnetId: pulumi.Output<string>;
  /** Absent for an existing subnet whose route table was not found. */
  routeTableId?: pulumi.Input<string>;
}

/**
 * One private subnet per Availability Zone, without routes out of the VPC.
 * Each subnet has its own route table, or all share one, so that later routes also apply to a new Availability Zone.
 */
export function createPrivateSubnets(
  name: string,
  vpcId: pulumi.Output<string>,
  subnets: SubnetPlan[],
  parent: pulumi.Resource,
  routeTables: "per-zone" | "shared" = "per-zone",
): ZoneSubnet[] {
  const createRouteTable = (resourceName: string, role: string) =>
    new aws.ec2.RouteTable(resourceName, { vpcId, ...nameTag(name, role) }, { parent });
  const sharedTable = routeTables === "shared" ? createRouteTable(`${name}-routes`, "routes") : undefined;
  return subnets.map(({ zone, cidr }) => {
    const subnet = new aws.ec2.Subnet(
      `${name}-subnet-${zone}`,
      { vpcId, cidrBlock: cidr, availabilityZone: zone, ...nameTag(name, zone) },
      { parent },
    );
    const table = sharedTable ?? createRouteTable(`${name}-routes-${zone}`, zone);
    new aws.ec2.RouteTableAssociation(`${name}-routes-of-${zone}`, { subnetId: subnet.id, routeTableId: table.id }, { parent });
    return { zone, subnetId: subnet.id, routeTableId: table.id };
  });
}

export const existingSubnets = ({ subnets }: NetworkPlan): ZoneSubnet[] =>
  subnets.map(({ zone, id, routeTableId }) => ({ zone, subnetId: pulumi.output(id!), ...(routeTableId && { routeTableId }) }));

export function createNetworkAcl(
  name: string,
  role: string,
  { vpcId, subnets, rules }: { vpcId: pulumi.Output<string>; subnets: ZoneSubnet[]; rules: AclRules },
  parent: pulumi.Resource,
): void {
  new aws.ec2.NetworkAcl(
    `${name}-${role}`,
    { vpcId, subnetIds: subnets.map(({ subnetId }) => subnetId), ...rules, ...nameTag(name, role) },
    { parent },
  );
}
