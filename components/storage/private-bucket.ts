import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** How objects grow old. Uploads that were begun and not ended go after a week in any case: they are paid for, and nobody sees them. */
export interface Lifecycle {
  /** Days after which versions that were overwritten or deleted go for good. Without, they are kept. */
  noncurrentDays?: number | undefined;
  /** Age in days, at least 30, and storage class of what is old. */
  transition?: { days: number; storageClass: string } | undefined;
}

const abandonedUploadDays = 7;

/** Source: AWS S3 "Managing the lifecycle of objects". */
export function lifecycleRules({ noncurrentDays, transition }: Lifecycle): aws.types.input.s3.BucketLifecycleConfigurationRule[] {
  const rule = (id: string, what: Partial<aws.types.input.s3.BucketLifecycleConfigurationRule>) => ({
    id,
    status: "Enabled",
    filter: { prefix: "" },
    ...what,
  });
  return [
    rule("abandoned-uploads", { abortIncompleteMultipartUpload: { daysAfterInitiation: abandonedUploadDays } }),
    ...(noncurrentDays === undefined ? [] : [rule("noncurrent-versions", { noncurrentVersionExpiration: { noncurrentDays } })]),
    ...(transition ? [rule("old-objects", { transitions: [transition] })] : []),
  ];
}

interface BucketArgs {
  /** Without a key the bucket is encrypted by S3's own. */
  keyArn?: pulumi.Input<string>;
  /** Whether its versions can be locked. */
  isLocked?: boolean;
  /** Without one there is no lifecycle. */
  lifecycle?: Lifecycle;
  purge: boolean;
}

/** A bucket as all of ours are: versioned, private, owned by the account, encrypted. A bucket that is kept on destroy keeps all of this with it. */
export function privateBucket(name: string, args: BucketArgs, parent: pulumi.Resource) {
  const kept = { parent, retainOnDelete: !args.purge };
  const bucket = new aws.s3.Bucket(`${name}-bucket`, { forceDestroy: args.purge, ...(args.isLocked && { objectLockEnabled: true }) }, kept);
  const companion = { bucket: bucket.id };
  const access = new aws.s3.BucketPublicAccessBlock(
    `${name}-private`,
    { ...companion, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    kept,
  );
  new aws.s3.BucketOwnershipControls(`${name}-owner`, { ...companion, rule: { objectOwnership: "BucketOwnerEnforced" } }, kept);
  const versioning = new aws.s3.BucketVersioning(
    `${name}-versions`,
    { ...companion, versioningConfiguration: { status: "Enabled" } },
    kept,
  );
  new aws.s3.BucketServerSideEncryptionConfiguration(
    `${name}-encryption`,
    {
      ...companion,
      rules: [
        args.keyArn
          ? { applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: args.keyArn }, bucketKeyEnabled: true }
          : { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
      ],
    },
    kept,
  );
  // The provider takes most of a minute for it, which a bucket that only services write to need not.
  if (args.lifecycle)
    new aws.s3.BucketLifecycleConfiguration(
      `${name}-lifecycle`,
      { ...companion, rules: lifecycleRules(args.lifecycle) },
      // It rules over versions, so these come first.
      { ...kept, dependsOn: [versioning] },
    );
  const setPolicy = (policy: pulumi.Output<string>) =>
    // S3 refuses two changes of a bucket's access at once, hence the order.
    new aws.s3.BucketPolicy(`${name}-policy`, { ...companion, policy }, { ...kept, dependsOn: [access] });
  return { bucket, versioning, setPolicy };
}
