// Helpers that all lookups share. Reads only.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { deployRoleText } from "./caller";
import { type AwsContext } from "./context";
import { type Limit } from "./limits";

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

/** The result of a lookup; undefined if it fails, for example because the deploying role has no permission. */
export const ifReadable = async <T>(lookup: () => Promise<T>): Promise<T | undefined> => lookup().catch(() => undefined);

/** The region of each partition in which Service Quotas has the quotas of IAM. Source: AWS "Service Quotas", global quotas. */
const globalRegions: Record<string, string> = { aws: "us-east-1", "aws-us-gov": "us-gov-west-1", "aws-cn": "cn-north-1" };

/** The value of a quota in the account; undefined if it cannot be read. A deploying role needs no permission for it. */
export const appliedQuota = ({ quota }: Limit, opts: Options): Promise<number | undefined> =>
  ifReadable(async () => {
    if (!quota) return undefined;
    const region = quota.service === "iam" ? globalRegions[(await aws.getPartition({}, opts)).partition] : undefined;
    const location = region === undefined ? {} : { region };
    const { value } = await aws.servicequotas.getServiceQuota({ serviceCode: quota.service, quotaCode: quota.code, ...location }, opts);
    return value;
  });

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
