import * as pulumi from "@pulumi/pulumi";
import { bucketPerimeterPolicy, type PerimeterArgs, type PerimeterBucket } from "./perimeter-bucket";
import { type Lifecycle, type ObjectLock, privateBucket } from "./private-bucket";

export interface DataBucketArgs {
  /** Key that encrypts the bucket, `arn:…:key/…`. */
  keyArn: pulumi.Input<string>;
  /** Bucket for server access logs. Default: no access logs. */
  logBucketName?: pulumi.Input<string>;
  /** Lifecycle rules. Default: delete incomplete multipart uploads only. */
  lifecycle?: Lifecycle;
  /** Default retention of each object version, in days. AWS keeps Object Lock enabled when the setting is removed. */
  objectLock?: ObjectLock | undefined;
  /**
   * Whether `pulumi destroy` deletes the bucket with its objects. Objects locked in mode COMPLIANCE cannot be deleted.
   */
  purge: boolean;
}

/**
 * A bucket for data. `restrictToPerimeter` restricts access to the perimeter.
 * The bucket policy is a separate step: it names the VPC endpoint, whose endpoint policy names the bucket.
 * Source: AWS Security Hub S3.5, S3.8, S3.9, S3.13, S3.14, S3.17; NIST SP 800-53 AC-3, SC-28.
 */
export class DataBucket extends pulumi.ComponentResource implements PerimeterBucket {
  readonly bucketName: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  readonly keyArn: pulumi.Output<string>;
  readonly restrictToPerimeter: (args: PerimeterArgs) => void;

  constructor(name: string, args: DataBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:storage:DataBucket", name, {}, opts);
    const { bucket, setPolicy } = privateBucket(name, { ...args, lifecycle: args.lifecycle ?? {} }, this);
    this.bucketName = bucket.bucket;
    this.arn = bucket.arn;
    this.keyArn = pulumi.output(args.keyArn);
    this.restrictToPerimeter = (perimeterAccess) => setPolicy(bucketPerimeterPolicy(this, perimeterAccess));
    this.registerOutputs({ bucketName: this.bucketName });
  }
}
