import { type ClosedVpc, otherEntranceVpcIds, pullableAccounts } from "@cloister/components/network";
import { ExistingBucket } from "@cloister/components/storage";
import { type EnvironmentBuckets } from "./buckets";
import { type EnvironmentKeys } from "./keys";
import { type EnvironmentPlan, environmentTags } from "./preflight";

export type EnvironmentFacts = ReturnType<typeof environmentFacts>;

/**
 * Facts about an environment for roles, apps, notebook instances and other stacks.
 * A fact with the name of an output is the value of that output.
 */
export function environmentFacts(plan: EnvironmentPlan, keys: EnvironmentKeys, { data, models }: EnvironmentBuckets, vpc: ClosedVpc) {
  const { name, context, settings, network, sharedEndpoints } = plan;
  return {
    ...context,
    environment: name,
    tags: environmentTags(plan),
    vpcId: vpc.vpcId,
    subnetIds: vpc.subnetIds,
    workloadSecurityGroupId: vpc.workloadSecurityGroupId,
    endpointSecurityGroupId: vpc.endpointSecurityGroupId,
    s3EndpointId: vpc.s3EndpointId,
    // One group twice would use characters of the policies, whose length is limited.
    securityGroupIds: [...new Set([vpc.workloadSecurityGroupId, vpc.studioSecurityGroupId])],
    /** VPCs whose interface endpoints users can use to open Studio. */
    entranceVpcIds: [vpc.vpcId, ...otherEntranceVpcIds(network), ...(sharedEndpoints?.state === "core" ? [sharedEndpoints.vpcId] : [])],
    imageAccountIds: pullableAccounts(context, settings.network),
    dataBucketName: data.bucketName,
    dataBucketArn: data.arn,
    /** Key for the data bucket: `dataKeyArn`, or the key of an existing bucket. */
    dataBucketKeyArn: data.keyArn,
    modelBucketName: models.bucketName,
    modelBucketArn: models.arn,
    volumeKeyArn: keys.volumes.arn,
    dataKeyArn: keys.data.arn,
    logKeyArn: keys.logs.arn,
    /** Keys for volumes and buckets. */
    keyArns: [
      keys.data.arn,
      keys.volumes.arn,
      ...[data, models].filter((bucket) => bucket instanceof ExistingBucket).map(({ keyArn }) => keyArn),
    ],
  };
}

/**
 * Only the facts that permissions name, because Pulumi creates a policy after every resource that its facts depend on.
 */
export const roleFacts = (facts: EnvironmentFacts) => {
  const { accountId, region, partition, environment, vpcId, subnetIds, securityGroupIds, entranceVpcIds, imageAccountIds } = facts;
  const { dataBucketArn, modelBucketArn, keyArns, tags } = facts;
  const network = { vpcId, subnetIds, securityGroupIds, entranceVpcIds, imageAccountIds };
  return { accountId, region, partition, environment, tags, ...network, dataBucketArn, modelBucketArn, keyArns };
};
