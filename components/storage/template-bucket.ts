import * as pulumi from "@pulumi/pulumi";
import { templateBucketPolicy } from "./policy";
import { privateBucket } from "./private-bucket";

export interface TemplateBucketArgs {
  partition: string;
  /** `arn:…:key/…` */
  keyArn: pulumi.Input<string>;
  /** Roles that deploy the products, `arn:…:role/…`. */
  deployRoleArns: readonly string[];
  breakGlassRoleArns: readonly string[];
}

/**
 * The bucket for the templates of products. A destroy always deletes it, because each deployment creates the templates.
 * Source: AWS Security Hub S3.5, S3.8, S3.17.
 */
export class TemplateBucket extends pulumi.ComponentResource {
  /** Known once the bucket policy exists. */
  readonly bucketName: pulumi.Output<string>;

  constructor(name: string, { partition, keyArn, ...access }: TemplateBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:storage:TemplateBucket", name, {}, opts);
    const { bucket, setPolicy } = privateBucket(name, { keyArn, purge: true }, this);
    const policy = setPolicy(bucket.bucket.apply((bucketName) => templateBucketPolicy(bucketName, partition, access)));
    this.bucketName = policy.bucket;
    this.registerOutputs({ bucketName: this.bucketName });
  }
}
