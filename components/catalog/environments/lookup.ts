// Looks up the network and the image of the engine, and an engine that already exists. Reads only.
import * as aws from "@pulumi/aws";
import { optional, type Options } from "../../aws/lookup";
import { parserFunctionName } from "../engine/names";
import { imageOf } from "./image";
import { type EnvironmentCatalogFindings, type EnvironmentCatalogRequest } from "./plan";

/** A role or user of the account that a setting names. */
interface FoundPrincipal {
  exists: boolean;
  /** Trust policy of an existing role, as JSON. */
  trustPolicy?: string;
}

/** The role or user with the name in the ARN. Names are unique in an account, without their paths. */
async function lookupPrincipal(arn: string, opts: Options): Promise<FoundPrincipal> {
  const name = arn.split("/").at(-1)!;
  if (arn.split(":")[5]!.startsWith("user/")) return { exists: (await optional(aws.iam.getUser({ userName: name }, opts))) !== undefined };
  const role = await optional(aws.iam.getRole({ name }, opts));
  return { exists: role !== undefined, trustPolicy: role?.assumeRolePolicy };
}

/** Roles and users of the account. Patterns, groups and principals of other accounts cannot be looked up. */
const isPrincipalOf = (arn: string, account: string) => new RegExp(`:iam::${account}:(role|user)/`).test(arn);

export async function lookupEnvironmentCatalog(
  { context, lookupSubnet, settings: { engine, leads } }: EnvironmentCatalogRequest,
  opts: Options,
): Promise<EnvironmentCatalogFindings> {
  const image = imageOf(engine.image);
  const isOwnRegistry = image.accountId === context.accountId && image.region === context.region;
  const [subnets, groups, found, existing, principals] = await Promise.all([
    Promise.all(engine.subnetIds.map((id) => lookupSubnet(id, opts))),
    Promise.all(engine.securityGroupIds.map(async (id) => [id, (await optional(aws.ec2.getSecurityGroup({ id }, opts)))?.vpcId] as const)),
    isOwnRegistry ? optional(aws.ecr.getImage({ repositoryName: image.repository, imageDigest: image.digest }, opts)) : true,
    optional(aws.lambda.getFunction({ functionName: parserFunctionName }, opts)),
    Promise.all(
      leads.filter((arn) => isPrincipalOf(arn, context.accountId)).map(async (arn) => [arn, await lookupPrincipal(arn, opts)] as const),
    ),
  ]);
  return {
    subnets: subnets.filter((subnet) => subnet !== undefined),
    groupVpcIds: Object.fromEntries(groups.filter((group): group is [string, string] => group[1] !== undefined)),
    hasImage: found !== undefined,
    missingLeads: principals.filter(([, { exists }]) => !exists).map(([arn]) => arn),
    leadTrust: Object.fromEntries(
      principals.flatMap(([arn, { trustPolicy }]): [string, string][] => (trustPolicy === undefined ? [] : [[arn, trustPolicy]])),
    ),
    ...(existing && { engineRoleArn: existing.role }),
  };
}
