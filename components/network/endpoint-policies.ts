// Builds VPC endpoint policies. Pure. The Sids are part of the deployed policies.
import { type EndpointName, type FeatureName } from "./catalogue";
import { endpointKind, featureOf } from "./endpoints";

/** The organization, or otherwise the accounts, whose principals and resources the endpoint policies allow. */
export interface Ownership {
  /** Twelve digits each. */
  accountIds: string[];
  /** `o-…` */
  organizationId?: string;
}

/** The network's account, and the accounts and organization that the settings specify. */
export const ownershipOf = (accountId: string, settings: { accountIds: string[]; organizationId?: string }): Ownership => ({
  accountIds: [...new Set([accountId, ...settings.accountIds])],
  organizationId: settings.organizationId,
});

const principals = ({ accountIds, organizationId }: Ownership) =>
  organizationId ? { "aws:PrincipalOrgID": organizationId } : { "aws:PrincipalAccount": accountIds };
const resources = ({ accountIds, organizationId }: Ownership) =>
  organizationId ? { "aws:ResourceOrgID": organizationId } : { "aws:ResourceAccount": accountIds };

/**
 * Interface endpoint policy: principals in the accounts can call resources in the accounts, and read public resources
 * where required. Credentials of other accounts do not work, and no call can write to resources in other accounts.
 * Source: AWS "Building a data perimeter on AWS", network perimeter; data perimeter policy examples.
 */
export function interfacePolicy(name: EndpointName, ownership: Ownership): string {
  const { publicReads } = endpointKind(name);
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "OurPrincipalsAtOurResources",
        Effect: "Allow",
        Principal: "*",
        Action: "*",
        Resource: "*",
        Condition: { StringEquals: { ...principals(ownership), ...resources(ownership) } },
      },
      ...(publicReads
        ? [
            {
              Sid: "OurPrincipalsReadWhatIsPublished",
              Effect: "Allow",
              Principal: "*",
              Action: publicReads.actions,
              Resource: publicReads.resources,
              Condition: { StringEquals: principals(ownership) },
            },
          ]
        : []),
    ],
  });
}

/** Objects in AWS-owned buckets that a feature reads, as `bucket/key` patterns. */
function awsObjectsOf(name: FeatureName, region: string): string[] {
  const { awsObjects = [], awsAccounts } = featureOf(name);
  return awsObjects.map((object) => object.replaceAll("<region>", region).replace("<account>", awsAccounts?.[region] ?? ""));
}

/**
 * S3 gateway endpoint policy: principals in the accounts can use the listed buckets.
 * Reading is also allowed from the AWS-owned buckets that features need.
 * Source: AWS "Gateway endpoints for Amazon S3"; data perimeter policy examples, service-owned resources.
 */
export function s3Policy(args: {
  ownership: Ownership;
  bucketArns: string[];
  features: readonly FeatureName[];
  region: string;
  partition: string;
}): string {
  const { ownership, bucketArns, partition, region } = args;
  const awsObjects = [...new Set(args.features.flatMap((feature) => awsObjectsOf(feature, region)))];
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "OurBuckets",
        Effect: "Allow",
        Principal: "*",
        Action: [
          "s3:GetObject*",
          "s3:PutObject*",
          "s3:DeleteObject*",
          "s3:AbortMultipartUpload",
          "s3:ListBucket*",
          "s3:ListMultipartUploadParts",
          "s3:GetBucketLocation",
        ],
        Resource: bucketArns.flatMap((arn) => [arn, `${arn}/*`]),
        Condition: { StringEquals: principals(ownership) },
      },
      ...(awsObjects.length > 0
        ? [
            {
              Sid: "ObjectsOfAws",
              Effect: "Allow",
              Principal: "*",
              Action: awsObjects.some((object) => !object.endsWith("/*")) ? ["s3:GetObject", "s3:ListBucket"] : ["s3:GetObject"],
              Resource: awsObjects.map((object) => `arn:${partition}:s3:::${object}`),
            },
          ]
        : []),
    ],
  });
}
