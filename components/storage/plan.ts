// From settings and what AWS told to all that is in the way of an environment's buckets. Pure.
import { perimeterPolicy, policyId } from "./policy";
import { type StorageFindings, type StorageRequest, type FoundBucket } from "./request";

type Bucket = StorageRequest["buckets"][number];
type Existing = NonNullable<Bucket["settings"]["existing"]>;
/** Tells a problem of a setting below the bucket's own. */
type Tell = (key: string, text: string) => void;

/** Whose a policy is; nothing when there is none. */
function ownerOf(policy: string | undefined): string | undefined {
  if (!policy) return undefined;
  const { Id } = JSON.parse(policy) as { Id?: unknown };
  return typeof Id === "string" && Id !== "" ? Id : "somebody else";
}

function checkBucket({ bucketName, policy }: Existing, request: StorageRequest, findings: StorageFindings, tell: Tell): void {
  const { region, accountId, name } = request;
  const says = (text: string) => tell("existing.bucketName", `is '${bucketName}', ${text}`);
  const found: FoundBucket = findings.buckets[bucketName] ?? { state: "missing" };
  if (found.state === "missing") return says("which does not exist. Make it, or leave out `existing` for a bucket of ours.");
  if (found.state === "refused")
    return says(
      `which is a bucket of another account, or one that this role may not look at. Name one of account ${accountId}, and let the role that deploys read its policy (s3:ListBucket, s3:GetBucketPolicy).`,
    );
  if (found.region !== region)
    return says(`a bucket in ${found.region ?? "another region"}. The network reaches buckets of ${region} only: name one there.`);
  const owner = ownerOf(found.policy);
  if (policy === "enclose" && owner !== undefined && owner !== policyId(name))
    tell(
      "existing.policy",
      `is 'enclose', and '${bucketName}' has a policy already (its Id: ${owner}), which would be overwritten. Remove that one if nobody needs it: aws s3api delete-bucket-policy --bucket ${bucketName}. Or write 'leave', and what is here is not closed by us.`,
    );
}

function checkKey({ keyArn }: Existing, request: StorageRequest, findings: StorageFindings, tell: Tell): void {
  const { region, accountId } = request;
  const says = (text: string) => tell("existing.keyArn", `is ${keyArn}, ${text}`);
  const [, , , keyRegion, keyAccount] = keyArn.split(":");
  if (keyRegion !== region) return says(`a key of ${keyRegion}; S3 uses keys of the bucket's own region. Name one of ${region}.`);
  if (keyAccount !== accountId) return says(`a key of account ${keyAccount}. Name one of account ${accountId}.`);
  const key = findings.keys[keyArn];
  if (!key) return says("which does not exist. Name the key that the bucket's contents are under.");
  if (key.state !== "Enabled")
    return says(
      `whose state is ${key.state}, so nothing under it can be read. ${
        key.state === "PendingDeletion"
          ? `Take its deletion back: aws kms cancel-key-deletion --key-id ${keyArn}, and then enable it`
          : "Enable it"
      }: aws kms enable-key --key-id ${keyArn}`,
    );
  if (key.usage !== "ENCRYPT_DECRYPT" || key.spec !== "SYMMETRIC_DEFAULT")
    return says(`a ${key.spec} key for ${key.usage}; S3 uses symmetric keys that encrypt and decrypt. Name one of these.`);
  if (key.manager !== "CUSTOMER") says("a key that AWS manages, whose use you can neither restrict nor withdraw. Name one of your own.");
}

/** A bucket that is there is kept as its owner keeps it. */
function checkSettings({ settings }: Bucket, { purge }: StorageRequest, tell: Tell): void {
  for (const key of ["noncurrentDays", "transition", "objectLock"] as const)
    if (settings.existing && settings[key] !== undefined)
      tell(key, "is set, and `existing` brings a bucket, which is kept as its owner keeps it. Remove it.");
  if (!settings.existing && purge && settings.objectLock?.mode === "COMPLIANCE")
    tell(
      "objectLock.mode",
      `is 'COMPLIANCE', and \`purge\` is true: for ${settings.objectLock.days} days nobody can delete what is in the bucket, so a destroy would fail. Set purge to false, or the mode to GOVERNANCE.`,
    );
}

/** Whether AWS will take the policy that comes of so many roles, at the longest that names of ours can be, and with the role of pipelines. */
function checkLength({ partition, region, accountId, name, perimeterAccess, buckets }: StorageRequest): string[] {
  const serviceRoleArns = [...(perimeterAccess.serviceRoleArns ?? []), `arn:${partition}:iam::${accountId}:role/${"p".repeat(150)}`];
  try {
    perimeterPolicy({
      ...perimeterAccess,
      serviceRoleArns,
      owner: name,
      bucketArn: `arn:${partition}:s3:::${"b".repeat(63)}`,
      keyArn: `arn:${partition}:kms:${region}:${accountId}:key/${"k".repeat(36)}`,
      vpcEndpointIds: [`vpce-${"0".repeat(17)}`],
    });
    return [];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return [`${buckets.map(({ path }) => `'${path}'`).join(" and ")} can't be closed: ${error.message}.`];
  }
}

/** All that is in the way of the buckets that the settings ask for; nothing when they can be made, or used, as they are. */
export function planStorage(request: StorageRequest, findings: StorageFindings): { problems: string[] } {
  const problems: string[] = [];
  const seen = new Map<string, string>();
  for (const bucket of request.buckets) {
    const tell: Tell = (key, text) => problems.push(`'${bucket.path}.${key}' ${text}`);
    checkSettings(bucket, request, tell);
    const { existing } = bucket.settings;
    if (!existing) continue;
    const other = seen.get(existing.bucketName);
    if (other) {
      tell("existing.bucketName", `is '${existing.bucketName}', and so is that of '${other}'. Each needs a bucket of its own.`);
      continue;
    }
    seen.set(existing.bucketName, bucket.path);
    checkBucket(existing, request, findings, tell);
    checkKey(existing, request, findings, tell);
  }
  return { problems: [...problems, ...checkLength(request)] };
}
