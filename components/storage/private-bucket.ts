import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/**
 * Lifecycle of objects.
 * Incomplete multipart uploads are always deleted after a week, because they cost money and object lists omit them.
 */
export interface Lifecycle {
  /** Days after which noncurrent versions are deleted. Default: never. */
  noncurrentDays?: number | undefined;
  /** Days after which objects are deleted, by prefix. Default: never. */
  expirations?: Record<string, number> | undefined;
  /** Storage class for objects older than `days`. Minimum: 30 days. */
  transition?: { days: number; storageClass: string } | undefined;
}

/** S3 Object Lock with a default retention. */
export interface ObjectLock {
  mode: "GOVERNANCE" | "COMPLIANCE";
  days: number;
}

const incompleteUploadDays = 7;

/** Source: AWS S3 "Managing the lifecycle of objects". */
export function lifecycleRules({
  noncurrentDays,
  expirations = {},
  transition,
}: Lifecycle): aws.types.input.s3.BucketLifecycleConfigurationRule[] {
  const rule = (id: string, actions: Partial<aws.types.input.s3.BucketLifecycleConfigurationRule>) => ({
    id,
    status: "Enabled",
    filter: { prefix: "" },
    ...actions,
  });
  return [
    rule("abandoned-uploads", { abortIncompleteMultipartUpload: { daysAfterInitiation: incompleteUploadDays } }),
    ...(noncurrentDays === undefined ? [] : [rule("noncurrent-versions", { noncurrentVersionExpiration: { noncurrentDays } })]),
    ...Object.entries(expirations).map(([prefix, days]) =>
      rule(`expired-${prefix.replace(/\/$/, "")}`, { filter: { prefix }, expiration: { days } }),
    ),
    ...(transition ? [rule("old-objects", { transitions: [transition] })] : []),
  ];
}

interface BucketArgs {
  /** `arn:…:key/…`. Default: SSE-S3. */
  keyArn?: pulumi.Input<string>;
  /** Default: no lifecycle rules. */
  lifecycle?: Lifecycle;
  /** Default retention of each object version, in days. AWS keeps Object Lock enabled when the setting is removed. */
  objectLock?: ObjectLock | undefined;
  /** Bucket for server access logs. Default: no access logs. */
  logBucketName?: pulumi.Input<string> | undefined;
  purge: boolean;
}

/**
 * Creates a versioned, private, encrypted bucket with ACLs disabled. A retained bucket also retains these settings.
 */
export function privateBucket(name: string, args: BucketArgs, parent: pulumi.Resource) {
  const retained = { parent, retainOnDelete: !args.purge };
  const bucket = new aws.s3.Bucket(`${name}-bucket`, { forceDestroy: args.purge }, retained);
  const target = { bucket: bucket.id };
  const access = new aws.s3.BucketPublicAccessBlock(
    `${name}-private`,
    { ...target, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    retained,
  );
  new aws.s3.BucketOwnershipControls(`${name}-owner`, { ...target, rule: { objectOwnership: "BucketOwnerEnforced" } }, retained);
  const versioning = new aws.s3.BucketVersioning(
    `${name}-versions`,
    { ...target, versioningConfiguration: { status: "Enabled" } },
    retained,
  );
  new aws.s3.BucketServerSideEncryptionConfiguration(
    `${name}-encryption`,
    {
      ...target,
      rules: [
        args.keyArn
          ? { applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: args.keyArn }, bucketKeyEnabled: true }
          : { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
      ],
    },
    retained,
  );
  // A bucket that only AWS services write to has no lifecycle rules: creating rules takes the provider almost a minute.
  if (args.lifecycle)
    new aws.s3.BucketLifecycleConfiguration(
      `${name}-lifecycle`,
      { ...target, rules: lifecycleRules(args.lifecycle) },
      // A rule for noncurrent versions requires versioning.
      { ...retained, dependsOn: [versioning] },
    );
  // Enables Object Lock on the bucket. The bucket's own setting would replace an existing bucket.
  if (args.objectLock)
    new aws.s3.BucketObjectLockConfiguration(
      `${name}-lock`,
      { ...target, rule: { defaultRetention: args.objectLock } },
      { ...retained, dependsOn: [versioning] },
    );
  if (args.logBucketName)
    new aws.s3.BucketLogging(
      `${name}-access-log`,
      { ...target, targetBucket: args.logBucketName, targetPrefix: pulumi.interpolate`access/${bucket.id}/` },
      retained,
    );
  const setPolicy = (policy: pulumi.Output<string>) =>
    // S3 rejects concurrent changes of a bucket's public access block and policy.
    new aws.s3.BucketPolicy(`${name}-policy`, { ...target, policy }, { ...retained, dependsOn: [access] });
  return { bucket, versioning, setPolicy };
}
