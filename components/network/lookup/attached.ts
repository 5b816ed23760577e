// Looks up gateways and peering connections of an existing VPC that the network did not create. Reads only.
import * as aws from "@pulumi/aws";
import { optional, type Options } from "../../aws/lookup";
import { managedFilters } from "../managed-tags";
import { type NetworkRequest } from "../request";

type Filters = { name: string; values: string[] }[];

/**
 * NAT gateways, the virtual private gateway and VPC peering connections of a VPC, without NAT gateways of the network and
 * peering connections with core. The provider omits routes that a virtual
 * private gateway propagates. The routes of the subnets show transit gateways and egress-only internet gateways.
 */
export async function lookupAttached(request: NetworkRequest, vpcId: string, opts: Options): Promise<string[]> {
  const { network, sharedEndpoints } = request;
  const inUse = { name: "state", values: ["available", "pending"] };
  const natGateways = async (filters: Filters) => (await aws.ec2.getNatGateways({ vpcId, filters: [inUse, ...filters] }, opts)).ids ?? [];
  const peerings = async (filters: Filters) =>
    (await aws.ec2.getVpcPeeringConnections({ filters: [{ name: "status-code", values: ["active"] }, ...filters] }, opts)).ids ?? [];
  // Any principal that can tag resources can set the tags of the network, so tags are not enough.
  const managed = network.egress === "nat" ? managedFilters(request) : undefined;
  const requester = { name: "requester-vpc-info.vpc-id", values: [vpcId] };
  const coreVpcId = sharedEndpoints?.vpcId;
  const [nat, requested, accepted, managedNat, corePeerings, vpn] = await Promise.all([
    natGateways([]),
    peerings([requester]),
    peerings([{ name: "accepter-vpc-info.vpc-id", values: [vpcId] }]),
    managed ? natGateways(managed) : [],
    coreVpcId ? peerings([requester, { name: "accepter-vpc-info.vpc-id", values: [coreVpcId] }]) : [],
    optional(aws.ec2.getVpnGateway({ attachedVpcId: vpcId }, opts)),
  ]);
  const others = [...nat, ...requested, ...accepted].filter((id) => ![...managedNat, ...corePeerings].includes(id));
  return [...new Set([...others, ...(vpn ? [vpn.id] : [])])].sort();
}
