// Counts what an account has of resources with a quota. Reads only.
import * as aws from "@pulumi/aws";
import { ifReadable, type Options } from "../../aws/lookup";
import { type NetworkRequest } from "../request";
import { type FoundCounts, type FoundPeerings } from "./findings";

const countOf = async (lookup: () => Promise<{ ids?: string[] }>) => (await ifReadable(lookup))?.ids?.length;

async function sharedCounts({ sharedEndpoints }: NetworkRequest, peerings: FoundPeerings | undefined, opts: Options): Promise<FoundCounts> {
  if (sharedEndpoints?.state !== "core" || !sharedEndpoints.vpcId || (peerings?.managed.length ?? 0) > 0) return {};
  const { vpcId, securityGroupId } = sharedEndpoints;
  const [sharedGroupRules, sharedPeerings] = await Promise.all([
    securityGroupId
      ? countOf(() => aws.vpc.getSecurityGroupRules({ filters: [{ name: "group-id", values: [securityGroupId] }] }, opts))
      : undefined,
    countOf(() =>
      aws.ec2.getVpcPeeringConnections(
        {
          filters: [
            { name: "accepter-vpc-info.vpc-id", values: [vpcId] },
            { name: "status-code", values: ["active"] },
          ],
        },
        opts,
      ),
    ),
  ]);
  return { sharedGroupRules, sharedPeerings };
}

async function lookupElasticIps({ name, network }: NetworkRequest, opts: Options): Promise<number | undefined> {
  if (network.egress !== "nat") return undefined;
  const ids = async (names: string[]) =>
    (await aws.ec2.getEips({ filters: names.map((value) => ({ name: "tag:Name", values: [value] })) }, opts)).allocationIds ?? [];
  return ifReadable(async () => (await ids([])).length - (await ids([`${name}-nat-*`])).length);
}

/** Counts only resources that this deployment adds to. `vpcId` is the VPC of the network, if it exists. */
export async function lookupCounts(
  request: NetworkRequest,
  { vpcId, peerings }: { vpcId?: string; peerings?: FoundPeerings },
  opts: Options,
): Promise<FoundCounts> {
  const [vpcs, otherElasticIps, shared] = await Promise.all([
    vpcId === undefined ? countOf(() => aws.ec2.getVpcs({}, opts)) : undefined,
    lookupElasticIps(request, opts),
    sharedCounts(request, peerings, opts),
  ]);
  const counts: FoundCounts = { vpcs, otherElasticIps, ...shared };
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== undefined));
}
