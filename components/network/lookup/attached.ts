// Looks up gateways and peering connections of an existing VPC that the network did not create. Reads only.
import * as aws from "@pulumi/aws";
import { optional, type Options } from "../../aws/lookup";
import { managedFilters } from "../managed-tags";
import { type NetworkRequest } from "../request";

type Filters = { name: string; values: string[] }[];

/**
 * NAT gateways, the virtual private gateway and VPC peering connections of a VPC. The provider omits routes that a virtual
 * private gateway propagates. The routes of the subnets show transit gateways and egress-only internet gateways.
 */
export async function lookupAttached(request: NetworkRequest, vpcId: string, opts: Options): Promise<string[]> {
  const inUse = { name: "state", values: ["available", "pending"] };
  const natGateways = async (filters: Filters) => (await aws.ec2.getNatGateways({ vpcId, filters: [inUse, ...filters] }, opts)).ids ?? [];
  const peerings = async (filters: Filters) =>
    (await aws.ec2.getVpcPeeringConnections({ filters: [{ name: "status-code", values: ["active"] }, ...filters] }, opts)).ids ?? [];
  const managed = managedFilters(request);
  const [nat, requested, accepted, managedNat, managedPeerings, vpn] = await Promise.all([
    natGateways([]),
    peerings([{ name: "requester-vpc-info.vpc-id", values: [vpcId] }]),
    peerings([{ name: "accepter-vpc-info.vpc-id", values: [vpcId] }]),
    managed ? natGateways(managed) : [],
    managed ? peerings(managed) : [],
    optional(aws.ec2.getVpnGateway({ attachedVpcId: vpcId }, opts)),
  ]);
  const others = [...nat, ...requested, ...accepted].filter((id) => ![...managedNat, ...managedPeerings].includes(id));
  return [...new Set([...others, ...(vpn ? [vpn.id] : [])])].sort();
}
