// Builds VPC endpoint policies. Pure. The Sids are part of the deployed policies.
import { type AwsObjects, type EndpointName, type FeatureName } from "./catalogue";
import { endpointKind, featureOf } from "./endpoints";
import { imageRegistries } from "./image-registries";

/** The organization, or otherwise the accounts, whose principals and resources the endpoint policies allow. */
export interface Ownership {
  /** Account of the network and of its buckets, twelve digits. */
  accountId: string;
  /** All accounts, including `accountId`. */
  accountIds: string[];
  /** `o-…` */
  organizationId?: string;
  /** Other accounts from which images can be pulled. */
  imageAccountIds: string[];
}

export interface OwnershipSettings {
  accountIds: string[];
  organizationId?: string;
  imageAccounts: string[];
}

interface NetworkLocation {
  /** Account of the network, twelve digits. */
  accountId: string;
  /** `eu-central-1` */
  region: string;
}

/** Accounts from which images can be pulled, other than `accountIds`: AWS's registries of the region, and the settings'. */
const imageAccountIds = (region: string, settings: OwnershipSettings) => [
  ...new Set([...imageRegistries(region), ...settings.imageAccounts]),
];

/** The network's account, and the accounts and organization that the settings specify. */
export const ownershipOf = ({ accountId, region }: NetworkLocation, settings: OwnershipSettings): Ownership => ({
  accountId,
  accountIds: [...new Set([accountId, ...settings.accountIds])],
  organizationId: settings.organizationId,
  imageAccountIds: imageAccountIds(region, settings),
});

/** All accounts from which roles can pull images. */
export function pullableAccounts(location: NetworkLocation, settings: OwnershipSettings): string[] {
  const ownership = ownershipOf(location, settings);
  return [...new Set([...ownership.accountIds, ...ownership.imageAccountIds])];
}

const principals = ({ accountIds, organizationId }: Ownership) =>
  organizationId ? { "aws:PrincipalOrgID": organizationId } : { "aws:PrincipalAccount": accountIds };
const resources = ({ accountIds, organizationId }: Ownership) =>
  organizationId ? { "aws:ResourceOrgID": organizationId } : { "aws:ResourceAccount": accountIds };

/** A statement for every principal that meets the condition. */
const allow = (Sid: string, Action: string | string[], Resource: string | string[], Condition?: Record<string, object>) => ({
  Sid,
  Effect: "Allow",
  Principal: "*",
  Action,
  Resource,
  ...(Condition && { Condition }),
});
const policy = (Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });

/**
 * Interface endpoint policy: principals in the accounts can call resources in the accounts, and public resources where
 * required. Credentials of other accounts do not work, and no call can write to resources in other accounts.
 * Source: AWS "Building a data perimeter on AWS", network perimeter; data perimeter policy examples.
 */
export function interfacePolicy(name: EndpointName, ownership: Ownership): string {
  const { publicReads } = endpointKind(name);
  const published = publicReads && {
    ...principals(ownership),
    ...(publicReads.inAccounts && { "aws:ResourceAccount": ownership.imageAccountIds }),
  };
  return policy([
    allow("OurPrincipalsAtOurResources", "*", "*", { StringEquals: { ...principals(ownership), ...resources(ownership) } }),
    ...(publicReads
      ? [allow("OurPrincipalsReadWhatIsPublished", publicReads.actions, publicReads.resources, { StringEquals: published! })]
      : []),
  ]);
}

/** Objects in AWS-owned buckets that features read, by signer of the requests, as `bucket/key` patterns. */
function awsObjectsOf(features: readonly FeatureName[], region: string, signers: AwsObjects["signedBy"][]): string[] {
  const objects = features.flatMap((name) => {
    const { awsObjects, awsAccounts } = featureOf(name);
    if (!awsObjects || !signers.includes(awsObjects.signedBy)) return [];
    return awsObjects.objects.map((object) => object.replaceAll("<region>", region).replace("<account>", awsAccounts?.[region] ?? ""));
  });
  return [...new Set(objects)];
}

/** AWS documents this value of `aws:PrincipalAccount` for anonymous requests. Source: AWS "global condition context keys". */
const anonymous = "anonymous";

interface AwsObjectArgs {
  features: readonly FeatureName[];
  region: string;
  partition: string;
}

/** Statements that allow reading from the AWS-owned buckets that features need. */
function readsOfAwsObjects({ features, region, partition }: AwsObjectArgs, ownership: Ownership): object[] {
  const read = (Sid: string, signers: AwsObjects["signedBy"][], Condition?: Record<string, object>) => {
    const objects = awsObjectsOf(features, region, signers);
    const actions = objects.some((object) => !object.endsWith("/*")) ? ["s3:GetObject", "s3:ListBucket"] : ["s3:GetObject"];
    const arns = objects.map((object) => `arn:${partition}:s3:::${object}`);
    return objects.length > 0 ? [allow(Sid, actions, arns, Condition)] : [];
  };
  return [
    ...read("ObjectsOfAws", ["caller", "unsigned"], { StringEquals: principals(ownership) }),
    ...read("UnsignedReadsOfAwsObjects", ["unsigned"], { StringEqualsIfExists: { "aws:PrincipalAccount": anonymous } }),
    ...read("ObjectsOfAwsByUrlsOfAws", ["aws"]),
  ];
}

/**
 * S3 gateway endpoint policy of the VPC for shared endpoints. Principals in the accounts can read the accounts' buckets.
 * For example, a package mirror in the VPC reads its packages.
 */
export const sharedS3Policy = ({ ownership, ...args }: AwsObjectArgs & { ownership: Ownership }) =>
  policy([
    allow("OurPrincipalsReadOurBuckets", ["s3:GetObject", "s3:ListBucket", "s3:GetBucketLocation"], "*", {
      StringEquals: { ...principals(ownership), ...resources(ownership) },
    }),
    ...readsOfAwsObjects(args, ownership),
  ]);

/**
 * Statement that allows reading approved packages, without signature because pip does not sign requests.
 * A request through an access point is allowed only if both ARNs are. Source: AWS S3 "Creating access points restricted to a VPC".
 */
const readPackages = (packageArns: string[], { accountId }: Ownership) =>
  allow("ApprovedPackages", "s3:GetObject", packageArns, {
    StringEqualsIfExists: { "aws:PrincipalAccount": [anonymous, accountId], "aws:ResourceAccount": accountId },
  });

/**
 * S3 gateway endpoint policy: principals in the accounts can use the listed buckets, while the network's account owns
 * them. Reading is also allowed from the AWS-owned buckets that features need.
 * Source: AWS "Gateway endpoints for Amazon S3"; data perimeter policy examples, service-owned resources.
 */
export function s3Policy(args: AwsObjectArgs & { ownership: Ownership; bucketArns: string[]; packageArns?: string[] }): string {
  const { ownership, bucketArns, packageArns = [] } = args;
  return policy([
    allow(
      "OurBuckets",
      [
        "s3:GetObject",
        "s3:PutObject",
        "s3:DeleteObject",
        "s3:AbortMultipartUpload",
        "s3:ListBucket",
        "s3:ListBucketMultipartUploads",
        "s3:ListMultipartUploadParts",
        "s3:GetBucketLocation",
      ],
      bucketArns.flatMap((arn) => [arn, `${arn}/*`]),
      // A deleted bucket's name is free for every account.
      { StringEquals: { ...principals(ownership), "aws:ResourceAccount": ownership.accountId } },
    ),
    ...(packageArns.length > 0 ? [readPackages(packageArns, ownership)] : []),
    ...readsOfAwsObjects(args, ownership),
  ]);
}
