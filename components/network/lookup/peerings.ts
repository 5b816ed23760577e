// Looks up VPC peering connections with the VPC of the shared endpoints. Reads only.
import * as aws from "@pulumi/aws";
import { optional, type Options } from "../../aws/lookup";
import { type NetworkRequest } from "../request";
import { type FoundPeerings } from "./findings";

export async function lookupPeerings({ name, sharedEndpoints, vpcSettings }: NetworkRequest, opts: Options): Promise<FoundPeerings> {
  const lookupIds = async (filters: { name: string; values: string[] }[]) =>
    (await aws.ec2.getVpcPeeringConnections({ filters: [{ name: "status-code", values: ["active"] }, ...filters] }, opts)).ids ?? [];
  const routeTableId = sharedEndpoints?.routeTableIds[0];
  const toCore = sharedEndpoints?.vpcId ? [{ name: "accepter-vpc-info.vpc-id", values: [sharedEndpoints.vpcId] }] : [];
  const betweenVpcs =
    toCore.length > 0 && vpcSettings.vpcId ? [{ name: "requester-vpc-info.vpc-id", values: [vpcSettings.vpcId] }, ...toCore] : undefined;
  const [managed, all, table] = await Promise.all([
    lookupIds([{ name: "tag:Name", values: [`${name}-central`] }, ...toCore]),
    betweenVpcs ? lookupIds(betweenVpcs) : [],
    routeTableId ? optional(aws.ec2.getRouteTable({ routeTableId }, opts)) : undefined,
  ]);
  return {
    managed,
    others: all.filter((id) => !managed.includes(id)),
    routes: (table?.routes ?? []).map(({ cidrBlock, vpcPeeringConnectionId }) => ({
      destination: cidrBlock || "",
      target: vpcPeeringConnectionId || "",
    })),
  };
}
