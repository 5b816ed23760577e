// Looks up the network and the image of the engine, and an engine that already exists. Reads only.
import * as aws from "@pulumi/aws";
import { optional, type Options } from "../../aws/lookup";
import { parserFunctionName } from "../engine/names";
import { imageOf } from "./image";
import { type EnvironmentCatalogFindings, type EnvironmentCatalogRequest } from "./plan";

export async function lookupEnvironmentCatalog(
  { context, lookupSubnet, settings: { engine } }: EnvironmentCatalogRequest,
  opts: Options,
): Promise<EnvironmentCatalogFindings> {
  const image = imageOf(engine.image);
  const isOwnRegistry = image.accountId === context.accountId && image.region === context.region;
  const [subnets, groups, found, existing] = await Promise.all([
    Promise.all(engine.subnetIds.map((id) => lookupSubnet(id, opts))),
    Promise.all(engine.securityGroupIds.map(async (id) => [id, (await optional(aws.ec2.getSecurityGroup({ id }, opts)))?.vpcId] as const)),
    isOwnRegistry ? optional(aws.ecr.getImage({ repositoryName: image.repository, imageDigest: image.digest }, opts)) : true,
    optional(aws.lambda.getFunction({ functionName: parserFunctionName }, opts)),
  ]);
  return {
    subnets: subnets.filter((subnet) => subnet !== undefined),
    groupVpcIds: Object.fromEntries(groups.filter((group): group is [string, string] => group[1] !== undefined)),
    hasImage: found !== undefined,
    ...(existing && { engineRoleArn: existing.role }),
  };
}
