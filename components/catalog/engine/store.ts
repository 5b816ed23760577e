// Creates the buckets for the state of environments and for the versions of the product.
import * as pulumi from "@pulumi/pulumi";
import { tlsOnlyPolicy } from "../../storage/policy";
import { privateBucket } from "../../storage/private-bucket";

export interface StoreArgs {
  partition: string;
  /** `arn:…:key/…` */
  keyArn: pulumi.Input<string>;
  purge: boolean;
}

/** Earlier states of environments, for repairs. */
const noncurrentDays = 90;

/** A private bucket. The returned name is known once the bucket has its policy and its versioning. */
export function createStore(name: string, { partition, keyArn, purge }: StoreArgs, parent: pulumi.Resource): pulumi.Output<string> {
  const { bucket, versioning, setPolicy } = privateBucket(name, { keyArn, purge, lifecycle: { noncurrentDays } }, parent);
  const policy = setPolicy(bucket.bucket.apply((bucketName) => tlsOnlyPolicy(bucketName, partition)));
  return pulumi.all([policy.bucket, versioning.id]).apply(([bucketName]) => bucketName);
}
