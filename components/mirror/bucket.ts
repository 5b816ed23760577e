import * as pulumi from "@pulumi/pulumi";
import { mirrorBucketPolicy } from "../storage/policy";
import { privateBucket } from "../storage/private-bucket";
import { type MirrorSettings } from "./settings";

export interface MirrorBucketArgs {
  accountId: string;
  partition: string;
  settings: Pick<MirrorSettings, "publisherRoleArns" | "noncurrentDays">;
  /** Bucket for server access logs. */
  logBucketName: pulumi.Input<string>;
  /** Whether a destroy deletes the bucket with all packages. */
  purge: boolean;
}

/**
 * The bucket with the approved packages and their index, which environments read through access points in their VPCs.
 * It is encrypted with SSE-S3: pip does not sign requests, and S3 decrypts with a KMS key only for signed requests.
 * Source: AWS S3 "Using server-side encryption with AWS KMS keys"; AWS Security Hub S3.5, S3.8, S3.9, S3.14, S3.19.
 */
export class MirrorBucket extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;

  constructor(name: string, args: MirrorBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:mirror:MirrorBucket", name, {}, opts);
    const { settings, purge, accountId, partition, logBucketName } = args;
    const { publisherRoleArns, noncurrentDays } = settings;
    const { bucket, setPolicy } = privateBucket(name, { lifecycle: { noncurrentDays }, logBucketName, purge }, this);
    const policy = setPolicy(
      bucket.bucket.apply((bucketName) => mirrorBucketPolicy(bucketName, partition, { accountId, publisherRoleArns })),
    );
    // Known once the policy allows access points to read.
    this.bucketName = policy.bucket;
    this.registerOutputs({ bucketName: this.bucketName });
  }
}
