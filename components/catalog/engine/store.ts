// Creates the buckets for the state of environments and for the versions of the product.
import * as pulumi from "@pulumi/pulumi";
import { engineStatePolicy, versionBucketPolicy } from "../../storage/policy";
import { privateBucket } from "../../storage/private-bucket";
import { expirationDays, stateFolders } from "./names";

export interface StoreArgs {
  partition: string;
  /** `arn:…:key/…` */
  keyArn: pulumi.Input<string>;
  purge: boolean;
}

/** Earlier states of environments, for repairs. */
const noncurrentDays = 90;

/** A private bucket. The returned name is known once the bucket has its policy and its versioning. */
function createStore(
  name: string,
  { keyArn, purge }: StoreArgs,
  expirations: Record<string, number>,
  policyOf: (bucketName: pulumi.Output<string>) => pulumi.Output<string>,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const { bucket, versioning, setPolicy } = privateBucket(name, { keyArn, purge, lifecycle: { noncurrentDays, expirations } }, parent);
  const policy = setPolicy(policyOf(bucket.bucket));
  return pulumi.all([policy.bucket, versioning.id]).apply(([bucketName]) => bucketName);
}

/** The bucket for versions. Of the principals with permissions for the bucket, only `publisherArns` write, or all without these. */
export const createArtifactStore = (
  name: string,
  { publisherArns, deniedRoles, ...args }: StoreArgs & { publisherArns: readonly string[]; deniedRoles: readonly string[] },
  parent: pulumi.Resource,
) =>
  createStore(
    name,
    args,
    {},
    (bucket) => bucket.apply((bucketName) => versionBucketPolicy(bucketName, args.partition, { publisherArns, deniedRoles })),
    parent,
  );

/** The bucket for states. Only `roleArns` write, and only they read states, settings and requests. */
export const createStateStore = (
  name: string,
  { roleArns, ...args }: StoreArgs & { roleArns: pulumi.Input<string>[] },
  parent: pulumi.Resource,
) =>
  createStore(
    name,
    args,
    Object.fromEntries(Object.entries(expirationDays).map(([folder, days]) => [`${folder}/`, days])),
    (bucket) =>
      pulumi
        .all([bucket, pulumi.all(roleArns)])
        .apply(([bucketName, arns]) => engineStatePolicy(bucketName, args.partition, { roleArns: arns, privateFolders: stateFolders })),
    parent,
  );
