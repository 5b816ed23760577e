import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type Workers } from "../aws/principals";
import { lookAtBuckets } from "./lookup";
import { planBuckets } from "./plan";
import { logBucketPolicy, perimeterPolicy } from "./policy";
import { type BucketsRequest } from "./request";

export type { BucketsRequest } from "./request";

/** Looks at the buckets and keys that the settings bring, and tells all that is in the way of using them, before the first resource. */
export async function prepareBuckets(request: BucketsRequest, opts: pulumi.InvokeOptions = {}): Promise<{ problems: string[] }> {
  return planBuckets(request, await lookAtBuckets(request, opts));
}

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
function privateBucket(name: string, args: BucketArgs, parent: pulumi.Resource) {
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

/** What `enclose` needs to know: who gets through, and from where. */
export interface EncloseArgs {
  /** Whose bucket it is, `fraud-dev`. */
  owner: string;
  workers: pulumi.Input<Workers>;
  /** Endpoints of S3 that data is reached through, `vpce-…`. */
  vpcEndpointIds: pulumi.Input<string>[];
  /** VPCs that data is reached from, through whatever endpoint of S3 they have, `vpc-…`. */
  vpcIds?: pulumi.Input<string>[];
  /** Roles that deploy and repair, from anywhere, `arn:…:role/…`. At least one. */
  deployRoleArns: pulumi.Input<string[]>;
  /** Roles for emergencies, from anywhere. */
  breakGlassRoleArns?: pulumi.Input<string[]>;
  /** Roles that services use from a network of their own, such as that of pipelines. */
  serviceRoleArns?: pulumi.Input<pulumi.Input<string>[]>;
}

/** A bucket with data of an environment, ours or brought. */
export interface EnclosableBucket {
  readonly bucketName: pulumi.Output<string>;
  /** `arn:…:s3:::…` */
  readonly arn: pulumi.Output<string>;
  /** Key that its contents are under, `arn:…:key/…`. */
  readonly keyArn: pulumi.Output<string>;
  /** Closes the perimeter: data only for these roles, only through this network, only over TLS, only under the bucket's key. Call it once. */
  readonly enclose: (args: EncloseArgs) => void;
}

const perimeterOf = (bucket: Pick<EnclosableBucket, "arn" | "keyArn">, args: EncloseArgs): pulumi.Output<string> =>
  pulumi
    .all([
      bucket.arn,
      bucket.keyArn,
      args.workers,
      pulumi.all(args.vpcEndpointIds),
      pulumi.all(args.vpcIds ?? []),
      args.deployRoleArns,
      args.breakGlassRoleArns ?? [],
      args.serviceRoleArns ?? [],
    ])
    .apply(([bucketArn, keyArn, workers, vpcEndpointIds, vpcIds, deployRoleArns, breakGlassRoleArns, serviceRoleArns]) =>
      perimeterPolicy({
        owner: args.owner,
        bucketArn,
        keyArn,
        workers,
        vpcEndpointIds,
        vpcIds,
        deployRoleArns,
        breakGlassRoleArns,
        serviceRoleArns,
      }),
    );

export interface DataBucketArgs {
  /** `arn:…:key/…` */
  keyArn: pulumi.Input<string>;
  /** Name of the bucket that takes its access logs. Without one, none are written. */
  logBucketName?: pulumi.Input<string>;
  /** How objects grow old. Default: only abandoned uploads go. */
  lifecycle?: Lifecycle;
  /** Write once, read many, for so many days. Adding or removing it replaces the bucket. */
  objectLock?: { mode: "GOVERNANCE" | "COMPLIANCE"; days: number } | undefined;
  /** Whether destroying the stack deletes it with its contents. If not, it stays. What is locked in mode COMPLIANCE can't be deleted at all. */
  purge: boolean;
}

/**
 * A bucket for the inside of a perimeter, which `enclose` closes. Two steps, because the endpoint in the bucket's policy names the bucket in its own.
 * Source: AWS Security Hub S3.5, S3.8, S3.9, S3.13, S3.14, S3.17; NIST SP 800-53 AC-3, SC-28.
 */
export class DataBucket extends pulumi.ComponentResource implements EnclosableBucket {
  readonly bucketName: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  readonly keyArn: pulumi.Output<string>;
  readonly enclose: (args: EncloseArgs) => void;

  constructor(name: string, args: DataBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:storage:DataBucket", name, {}, opts);
    const kept = { parent: this, retainOnDelete: !args.purge };
    const { bucket, versioning, setPolicy } = privateBucket(
      name,
      { ...args, lifecycle: args.lifecycle ?? {}, isLocked: args.objectLock !== undefined },
      this,
    );
    if (args.objectLock)
      new aws.s3.BucketObjectLockConfiguration(
        `${name}-lock`,
        { bucket: bucket.id, rule: { defaultRetention: args.objectLock } },
        { ...kept, dependsOn: [versioning] },
      );
    if (args.logBucketName)
      new aws.s3.BucketLogging(
        `${name}-access-log`,
        { bucket: bucket.id, targetBucket: args.logBucketName, targetPrefix: pulumi.interpolate`access/${bucket.id}/` },
        kept,
      );
    this.bucketName = bucket.bucket;
    this.arn = bucket.arn;
    this.keyArn = pulumi.output(args.keyArn);
    this.enclose = (reach) => setPolicy(perimeterOf(this, reach));
    this.registerOutputs({ bucketName: this.bucketName });
  }
}

export interface BroughtBucketArgs {
  partition: string;
  bucketName: string;
  /** Key that its contents are under, `arn:…:key/…`. */
  keyArn: string;
  /** Whether `enclose` writes its policy, or its owner keeps that for himself. */
  policy: "enclose" | "leave";
}

/** A bucket that is there, with its key. Nothing of it is made, changed or deleted but its policy, if it is ours to write; that goes when the stack goes, because it names a network that goes as well. */
export class BroughtBucket extends pulumi.ComponentResource implements EnclosableBucket {
  readonly bucketName: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  readonly keyArn: pulumi.Output<string>;
  readonly enclose: (args: EncloseArgs) => void;

  constructor(name: string, args: BroughtBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:storage:BroughtBucket", name, {}, opts);
    this.bucketName = pulumi.output(args.bucketName);
    this.arn = pulumi.output(`arn:${args.partition}:s3:::${args.bucketName}`);
    this.keyArn = pulumi.output(args.keyArn);
    this.enclose = (reach) => {
      if (args.policy === "enclose")
        new aws.s3.BucketPolicy(`${name}-policy`, { bucket: args.bucketName, policy: perimeterOf(this, reach) }, { parent: this });
    };
    this.registerOutputs({ bucketName: this.bucketName });
  }
}

export interface LogBucketArgs {
  accountId: string;
  partition: string;
  purge: boolean;
}

/**
 * The bucket that takes access logs. Encrypted by S3's own key, because S3 writes no access logs to a bucket under a customer key.
 * Source: AWS "Enabling Amazon S3 server access logging".
 */
export class LogBucket extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;

  constructor(name: string, args: LogBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:storage:LogBucket", name, {}, opts);
    const { bucket, setPolicy } = privateBucket(name, args, this);
    // From the name, which a preview knows, and not from the ARN, which it does not: guardrails tell by the policy that this bucket takes logs.
    setPolicy(bucket.bucket.apply((bucketName) => logBucketPolicy(bucketName, args.accountId, args.partition)));
    this.bucketName = bucket.bucket;
    this.registerOutputs({ bucketName: this.bucketName });
  }
}
