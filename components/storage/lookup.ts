// What AWS tells about buckets and keys that are there, before the first resource. Reads only.
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type StorageFindings, type StorageRequest, type FoundBucket, type FoundKey } from "./request";

/** How AWS says what a look-up found instead of an answer. Other failures, such as missing rights on a key, stay failures. */
const answers = {
  missing: /no matching|NotFound|NoSuchBucket|couldn't find|does not exist|empty result/i,
  elsewhere: /PermanentRedirect|MovedPermanently|StatusCode: 301|AuthorizationHeaderMalformed|IllegalLocationConstraint/i,
  refused: /Forbidden|AccessDenied|MethodNotAllowed|StatusCode: 40[35]/i,
} as const;
type Instead = keyof typeof answers;

async function ask<T>(look: Promise<T>, expected: Instead[]): Promise<{ value: T } | { instead: Instead }> {
  try {
    return { value: await look };
  } catch (error) {
    const instead = expected.find((one) => answers[one].test((error as Error).message));
    if (!instead) throw error;
    return { instead };
  }
}

async function bucketOf(bucket: string, region: string, opts: pulumi.InvokeOptions): Promise<FoundBucket> {
  const found = await ask(aws.s3.getBucket({ bucket }, opts), ["missing", "elsewhere", "refused"]);
  if ("instead" in found) return { state: found.instead === "elsewhere" ? "found" : found.instead };
  const { bucketRegion } = found.value;
  // Another region does not answer for it.
  if (bucketRegion !== region) return { state: "found", region: bucketRegion };
  // Only the account that owns a bucket can read its policy.
  const policy = await ask(aws.s3.getBucketPolicy({ bucket }, opts), ["missing", "refused"]);
  if ("instead" in policy) return policy.instead === "refused" ? { state: "refused" } : { state: "found", region: bucketRegion };
  return { state: "found", region: bucketRegion, ...(policy.value.policy && { policy: policy.value.policy }) };
}

async function keyOf(keyId: string, opts: pulumi.InvokeOptions): Promise<FoundKey | undefined> {
  const found = await ask(aws.kms.getKey({ keyId }, opts), ["missing"]);
  if ("instead" in found) return undefined;
  const { keyState, keyUsage, keySpec, keyManager } = found.value;
  return { state: keyState, usage: keyUsage, spec: keySpec, manager: keyManager };
}

/** Asks AWS about the buckets and keys that the settings bring, each once. Asks nothing when they bring none. */
export async function lookupStorage(request: StorageRequest, opts: pulumi.InvokeOptions): Promise<StorageFindings> {
  const brought = request.buckets.flatMap(({ settings }) => settings.existing ?? []);
  const names = [...new Set(brought.map(({ bucketName }) => bucketName))];
  // KMS answers only for its own region, and the plan needs no answer to refuse a key of another account.
  const here = `arn:${request.partition}:kms:${request.region}:${request.accountId}:`;
  const arns = [...new Set(brought.map(({ keyArn }) => keyArn))].filter((arn) => arn.startsWith(here));
  const [buckets, keys] = await Promise.all([
    Promise.all(names.map(async (name) => [name, await bucketOf(name, request.region, opts)] as const)),
    Promise.all(arns.map(async (arn) => [arn, await keyOf(arn, opts)] as const)),
  ]);
  return {
    buckets: Object.fromEntries(buckets),
    keys: Object.fromEntries(keys.flatMap(([arn, key]) => (key ? [[arn, key]] : []))),
  };
}
