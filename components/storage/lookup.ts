// Looks up existing buckets and keys in AWS before the first resource is created. Reads only.
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type FoundBucket, type FoundKey, type StorageFindings, type StorageRequest } from "./request";

/** Errors that are valid lookup results. Any other error, such as a missing permission on a key, ends the program. */
const expectedErrors = {
  missing: /no matching|NotFound|NoSuchBucket|couldn't find|does not exist|empty result/i,
  otherRegion: /PermanentRedirect|MovedPermanently|StatusCode: 301|AuthorizationHeaderMalformed|IllegalLocationConstraint/i,
  inaccessible: /Forbidden|AccessDenied|MethodNotAllowed|StatusCode: 40[35]/i,
} as const;
type ExpectedError = keyof typeof expectedErrors;

async function attempt<T>(invoke: Promise<T>, expected: ExpectedError[]): Promise<{ value: T } | { error: ExpectedError }> {
  try {
    return { value: await invoke };
  } catch (thrown) {
    const error = expected.find((kind) => expectedErrors[kind].test((thrown as Error).message));
    if (!error) throw thrown;
    return { error };
  }
}

async function lookupBucket(bucket: string, region: string, opts: pulumi.InvokeOptions): Promise<FoundBucket> {
  const found = await attempt(aws.s3.getBucket({ bucket }, opts), ["missing", "otherRegion", "inaccessible"]);
  if ("error" in found) return { state: found.error === "otherRegion" ? "found" : found.error };
  const { bucketRegion } = found.value;
  // S3 does not return the policy of a bucket in another region.
  if (bucketRegion !== region) return { state: "found", region: bucketRegion };
  // Only the account that owns a bucket can read its policy.
  const policy = await attempt(aws.s3.getBucketPolicy({ bucket }, opts), ["missing", "inaccessible"]);
  if ("error" in policy) return policy.error === "inaccessible" ? { state: "inaccessible" } : { state: "found", region: bucketRegion };
  return { state: "found", region: bucketRegion, ...(policy.value.policy && { policy: policy.value.policy }) };
}

async function lookupKey(keyId: string, opts: pulumi.InvokeOptions): Promise<FoundKey | undefined> {
  const found = await attempt(aws.kms.getKey({ keyId }, opts), ["missing"]);
  if ("error" in found) return undefined;
  const { keyState, keyUsage, keySpec, keyManager } = found.value;
  return { state: keyState, usage: keyUsage, spec: keySpec, manager: keyManager };
}

/** Looks up each existing bucket and key in the settings once. Makes no AWS call if the settings specify none. */
export async function lookupStorage(request: StorageRequest, opts: pulumi.InvokeOptions): Promise<StorageFindings> {
  const existing = request.buckets.flatMap(({ settings }) => settings.existing ?? []);
  const names = [...new Set(existing.map(({ bucketName }) => bucketName))];
  // KMS describes only keys in the same region. `planStorage` rejects a key in another region or account by the ARN.
  const arnPrefix = `arn:${request.partition}:kms:${request.region}:${request.accountId}:`;
  const arns = [...new Set(existing.map(({ keyArn }) => keyArn))].filter((arn) => arn.startsWith(arnPrefix));
  const [buckets, keys] = await Promise.all([
    Promise.all(names.map(async (name) => [name, await lookupBucket(name, request.region, opts)] as const)),
    Promise.all(arns.map(async (arn) => [arn, await lookupKey(arn, opts)] as const)),
  ]);
  return {
    buckets: Object.fromEntries(buckets),
    keys: Object.fromEntries(keys.flatMap(([arn, key]) => (key ? [[arn, key]] : []))),
  };
}
