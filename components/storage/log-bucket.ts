import * as pulumi from "@pulumi/pulumi";
import { logBucketPolicy } from "./policy";
import { privateBucket } from "./private-bucket";

export interface LogBucketArgs {
  accountId: string;
  partition: string;
  purge: boolean;
}

/**
 * The bucket for server access logs.
 * It is encrypted with SSE-S3, because S3 delivers no access logs to a bucket with a customer managed key.
 * Source: AWS "Enabling Amazon S3 server access logging".
 */
export class LogBucket extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;

  constructor(name: string, args: LogBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:storage:LogBucket", name, {}, opts);
    const { bucket, setPolicy } = privateBucket(name, args, this);
    // Uses the bucket name, because the ARN is unknown at preview. Guardrails identify a log bucket by its policy.
    setPolicy(bucket.bucket.apply((bucketName) => logBucketPolicy(bucketName, args.accountId, args.partition)));
    this.bucketName = bucket.bucket;
    this.registerOutputs({ bucketName: this.bucketName });
  }
}
