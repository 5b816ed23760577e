import * as pulumi from "@pulumi/pulumi";
import { logBucketPolicy } from "./policy";
import { privateBucket } from "./private-bucket";

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
