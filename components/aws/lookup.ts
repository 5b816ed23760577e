// Helpers that all lookups share. Reads only.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { deployRoleText } from "./caller";
import { type AwsContext } from "./context";

export type Options = pulumi.InvokeOptions;

/** How AWS and the Pulumi AWS provider report that a resource does not exist. */
const notFound = /NoSuchEntity|NotFound|no matching|no results|couldn't find|does not exist|empty result/i;

/**
 * The result of a lookup, or undefined if the resource does not exist.
 * Other errors, such as missing permissions, are thrown.
 */
export async function optional<T>(lookup: Promise<T>): Promise<T | undefined> {
  try {
    return await lookup;
  } catch (error) {
    if (notFound.test((error as Error).message)) return undefined;
    throw error;
  }
}

/**
 * Account, region and partition of a provider, and the deploying role: the ARN of a role or a user, or the ARN of another caller.
 * Errors: `RunError` without a stack trace if the caller cannot read its own role.
 */
export async function lookupAwsContext(opts: Options): Promise<AwsContext & { deployRoleArn: string }> {
  const [caller, region, partition] = await Promise.all([
    aws.getCallerIdentity({}, opts),
    aws.getRegion({}, opts),
    aws.getPartition({}, opts),
  ]);
  // A session ARN lacks the role's path, but the session issuer has it. For a user, the session issuer is the user.
  const session = await aws.iam.getSessionContext({ arn: caller.arn }, opts).catch((error: unknown) => {
    if (/AccessDenied|not authorized/i.test((error as Error).message))
      throw Object.assign(new pulumi.RunError(deployRoleText(caller.arn)), { stack: undefined });
    throw error;
  });
  return { accountId: caller.accountId, region: region.region, partition: partition.partition, deployRoleArn: session.issuerArn };
}
