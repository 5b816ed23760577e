import * as pulumi from "@pulumi/pulumi";
import { auditBucketPolicy } from "./policy";
import { type ObjectLock, privateBucket } from "./private-bucket";

export interface AuditBucketArgs {
  accountId: string;
  partition: string;
  /** Trail that writes to the bucket, `arn:…:trail/…`. */
  trailArn: string;
  /** `arn:…:key/…` */
  keyArn: pulumi.Input<string>;
  objectLock: ObjectLock;
  /** Bucket for server access logs. */
  logBucketName: pulumi.Input<string>;
  purge: boolean;
}

/**
 * The write-once bucket for the log files and digest files of a trail. Only the trail can write.
 * Source: AWS "Amazon S3 bucket policy for CloudTrail"; AWS Security Hub CloudTrail.2, CloudTrail.6, CloudTrail.7, S3.15.
 */
export class AuditBucket extends pulumi.ComponentResource {
  /** Known once the bucket policy exists, because CloudTrail validates the policy when a trail is created. */
  readonly bucketName: pulumi.Output<string>;

  constructor(name: string, args: AuditBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:storage:AuditBucket", name, {}, opts);
    const { bucket, setPolicy } = privateBucket(name, { ...args, lifecycle: {} }, this);
    const policy = setPolicy(bucket.bucket.apply((bucketName) => auditBucketPolicy(bucketName, args)));
    this.bucketName = policy.bucket;
    this.registerOutputs({ bucketName: this.bucketName });
  }
}
