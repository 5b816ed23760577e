// Looks up subnets and their routes. Reads only.
import * as aws from "@pulumi/aws";
import { optional, type Options } from "../../aws/lookup";
import { type FoundRoute, type FoundSubnet } from "./findings";

export const lookupSubnetIds = async (vpcIds: string[], opts: Options): Promise<string[]> =>
  vpcIds.length === 0 ? [] : (await aws.ec2.getSubnets({ filters: [{ name: "vpc-id", values: vpcIds }] }, opts)).ids;

/** The route table that a subnet uses: an associated route table, or otherwise the main route table of the VPC. */
async function lookupRouteTable(subnetId: string, vpcId: string, opts: Options) {
  const main = [
    { name: "vpc-id", values: [vpcId] },
    { name: "association.main", values: ["true"] },
  ];
  return (await optional(aws.ec2.getRouteTable({ subnetId }, opts))) ?? (await optional(aws.ec2.getRouteTable({ filters: main }, opts)));
}

type Route = aws.types.output.ec2.GetRouteTableRoute;

/** The ranges of a prefix list; empty if another account owns the list and does not share it. */
async function lookupPrefixList(id: string, opts: Options): Promise<Pick<FoundRoute, "ranges" | "isOfAws">> {
  const list = await optional(aws.ec2.getManagedPrefixList({ id }, opts));
  return { ranges: (list?.entries ?? []).map(({ cidr }) => cidr), ...(list?.ownerId === "AWS" && { isOfAws: true }) };
}

/** A route has one target. The fields for other kinds of targets are empty or absent. */
async function lookupRoute(route: Partial<Route>, opts: Options): Promise<FoundRoute> {
  const list = route.destinationPrefixListId;
  return {
    destination: route.cidrBlock || route.ipv6CidrBlock || list || "an unknown range",
    target: targetOf(route),
    ...(list && (await lookupPrefixList(list, opts))),
  };
}

const targetOf = (route: Partial<Route>): string =>
  [
    route.gatewayId,
    route.natGatewayId,
    route.egressOnlyGatewayId,
    route.carrierGatewayId,
    route.transitGatewayId,
    route.vpcPeeringConnectionId,
    route.networkInterfaceId,
    route.localGatewayId,
    route.coreNetworkArn,
    route.vpcEndpointId,
    route.instanceId,
  ].find(Boolean) ?? "";

export async function lookupSubnet(id: string, withRoutes: boolean, opts: Options): Promise<FoundSubnet | undefined> {
  const subnet = await optional(aws.ec2.getSubnet({ id }, opts));
  if (!subnet) return undefined;
  const table = withRoutes ? await lookupRouteTable(id, subnet.vpcId, opts) : undefined;
  return {
    id,
    vpcId: subnet.vpcId,
    zone: subnet.availabilityZone,
    cidr: subnet.cidrBlock || "",
    freeAddresses: subnet.availableIpAddressCount,
    assignsPublicAddresses: subnet.mapPublicIpOnLaunch || subnet.assignIpv6AddressOnCreation || false,
    isOnOutpost: Boolean(subnet.outpostArn),
    tags: subnet.tags ?? {},
    routeTableId: table?.routeTableId,
    routes: await Promise.all((table?.routes ?? []).map((route) => lookupRoute(route, opts))),
  };
}
