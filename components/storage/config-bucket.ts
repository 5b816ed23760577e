import * as pulumi from "@pulumi/pulumi";
import { configBucketPolicy } from "./policy";
import { privateBucket } from "./private-bucket";

export interface ConfigBucketArgs {
  accountId: string;
  partition: string;
  /** `arn:…:key/…` */
  keyArn: pulumi.Input<string>;
  /** Bucket for server access logs. */
  logBucketName: pulumi.Input<string>;
  purge: boolean;
}

/**
 * The bucket for configurations of resources. AWS Config does not deliver to a bucket with S3 Object Lock.
 * Source: AWS Config "Permissions for the Amazon S3 Bucket for the AWS Config Delivery Channel"; AWS API `PutDeliveryChannel`.
 */
export class ConfigBucket extends pulumi.ComponentResource {
  /** Known once the bucket policy exists, because AWS Config validates the policy when a delivery channel is created. */
  readonly bucketName: pulumi.Output<string>;

  constructor(name: string, args: ConfigBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:storage:ConfigBucket", name, {}, opts);
    const { bucket, setPolicy } = privateBucket(name, { ...args, lifecycle: {} }, this);
    const policy = setPolicy(bucket.bucket.apply((bucketName) => configBucketPolicy(bucketName, args)));
    this.bucketName = policy.bucket;
    this.registerOutputs({ bucketName: this.bucketName });
  }
}
