// What every look-up shares. Reads only.
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type AwsContext } from "./context";

export type Options = pulumi.InvokeOptions;

/** How AWS and its provider report that a resource does not exist. */
const notFound = /NoSuchEntity|NotFound|no matching|no results|couldn't find|does not exist|empty result/i;

/** What a look-up finds; nothing when there is no such thing. Other failures, such as missing rights, stay failures. */
export async function found<T>(look: Promise<T>): Promise<T | undefined> {
  try {
    return await look;
  } catch (error) {
    if (notFound.test((error as Error).message)) return undefined;
    throw error;
  }
}

/** Account, region and partition that a provider works in, asked before the first resource, and the role that deploys. */
export async function lookupAwsContext(opts: Options): Promise<AwsContext & { deployRoleArn: string }> {
  const [caller, region, partition] = await Promise.all([
    aws.getCallerIdentity({}, opts),
    aws.getRegion({}, opts),
    aws.getPartition({}, opts),
  ]);
  // A session's ARN lacks the path of its role; for a user it is the user's own ARN.
  const session = await aws.iam.getSessionContext({ arn: caller.arn }, opts);
  return { accountId: caller.accountId, region: region.region, partition: partition.partition, deployRoleArn: session.issuerArn };
}
