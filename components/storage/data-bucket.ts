import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { perimeterOf, type PerimeterArgs, type PerimeterBucket } from "./perimeter-bucket";
import { type Lifecycle, privateBucket } from "./private-bucket";

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
export class DataBucket extends pulumi.ComponentResource implements PerimeterBucket {
  readonly bucketName: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  readonly keyArn: pulumi.Output<string>;
  readonly restrictToPerimeter: (args: PerimeterArgs) => void;

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
    this.restrictToPerimeter = (perimeterAccess) => setPolicy(perimeterOf(this, perimeterAccess));
    this.registerOutputs({ bucketName: this.bucketName });
  }
}
