// Validates the settings of buckets against what the lookup found. Pure.
import { type Planned, type Problem } from "../stack/preflight";
import { perimeterPolicy, policyId } from "./policy";
import { type FoundBucket, type StorageFindings, type StorageRequest } from "./request";

type Bucket = StorageRequest["buckets"][number];
type Existing = NonNullable<Bucket["settings"]["existing"]>;
/** Adds a problem with a setting under the bucket's path. */
type Report = (key: string, text: string) => void;

/** `Id` of a bucket policy. Undefined if the bucket has no policy. */
function idOfPolicy(policy: string | undefined): string | undefined {
  if (!policy) return undefined;
  const { Id } = JSON.parse(policy) as { Id?: unknown };
  return typeof Id === "string" && Id !== "" ? Id : "none";
}

function validateBucket({ bucketName, policy }: Existing, request: StorageRequest, findings: StorageFindings, report: Report): void {
  const { region, accountId, name } = request;
  const found: FoundBucket = findings.buckets[bucketName] ?? { state: "missing" };
  const reportName = (text: string) => report("existing.bucketName", text);
  if (found.state === "missing")
    return reportName(`must be the name of an existing bucket (got '${bucketName}'). Fix: create the bucket, or remove 'existing'.`);
  if (found.state === "inaccessible")
    return reportName(
      `must be a bucket of account ${accountId} that the deploy role can read (got '${bucketName}'). ` +
        "Fix: specify such a bucket, or allow the deploy role s3:ListBucket and s3:GetBucketPolicy.",
    );
  if (found.region !== region)
    return reportName(
      `must be a bucket in ${region} (got '${bucketName}' in ${found.region ?? "another region"}). ` +
        "The VPC endpoint reaches no other region. Fix: specify a bucket in that region.",
    );
  const id = idOfPolicy(found.policy);
  if (policy === "enclose" && id !== undefined && id !== policyId(name))
    report(
      "existing.policy",
      `must be 'leave' (got 'enclose'): bucket '${bucketName}' already has a policy (Id: ${id}), which 'enclose' would overwrite. ` +
        `Fix: set 'leave', or delete that policy: aws s3api delete-bucket-policy --bucket ${bucketName}`,
    );
}

function validateKey({ keyArn }: Existing, request: StorageRequest, findings: StorageFindings, report: Report): void {
  const { region, accountId } = request;
  const reportKey = (text: string) => report("existing.keyArn", text);
  const [, , , keyRegion, keyAccount] = keyArn.split(":");
  if (keyRegion !== region)
    return reportKey(`must be a key in ${region}, the region of the bucket (got ${keyArn}). Fix: specify a key in that region.`);
  if (keyAccount !== accountId)
    return reportKey(`must be a key of account ${accountId} (got ${keyArn}). Fix: specify a key of that account.`);
  const key = findings.keys[keyArn];
  if (!key) return reportKey(`must be an existing key (got ${keyArn}). Fix: specify the key that encrypts the bucket.`);
  if (key.state !== "Enabled") {
    const cancel = key.state === "PendingDeletion" ? `aws kms cancel-key-deletion --key-id ${keyArn} && ` : "";
    return reportKey(`must be an enabled key (got ${keyArn}, state ${key.state}). Fix: ${cancel}aws kms enable-key --key-id ${keyArn}`);
  }
  if (key.usage !== "ENCRYPT_DECRYPT" || key.spec !== "SYMMETRIC_DEFAULT")
    return reportKey(`must be a symmetric encryption key (got ${keyArn}, spec ${key.spec}, usage ${key.usage}). Fix: specify such a key.`);
  if (key.manager !== "CUSTOMER")
    reportKey(
      `must be a customer managed key (got ${keyArn}, managed by AWS), because its policy cannot be changed otherwise. Fix: specify such a key.`,
    );
}

function validateSettings({ settings }: Bucket, { purge }: StorageRequest, report: Report): void {
  for (const key of ["noncurrentDays", "transition", "objectLock"] as const)
    if (settings.existing && settings[key] !== undefined)
      report(key, "must not be set together with 'existing': Cloister does not change an existing bucket. Fix: remove it.");
  const { objectLock } = settings;
  if (!settings.existing && purge && objectLock?.mode === "COMPLIANCE")
    report(
      "objectLock.mode",
      "must be GOVERNANCE if 'purge' is true (got COMPLIANCE): " +
        `no principal can delete an object for ${objectLock.days} days, so 'pulumi destroy' would fail. ` +
        "Fix: set the mode to GOVERNANCE, or 'purge' to false.",
    );
}

/**
 * Validates the length of the bucket policy with the longest possible bucket name and pipeline role.
 * Bucket policies for all buckets name the same principals.
 */
function validatePolicyLength({ partition, region, accountId, name, perimeterAccess, buckets }: StorageRequest): Problem[] {
  const serviceRoleArns = [...(perimeterAccess.serviceRoleArns ?? []), `arn:${partition}:iam::${accountId}:role/${"p".repeat(150)}`];
  try {
    perimeterPolicy({
      ...perimeterAccess,
      serviceRoleArns,
      owner: name,
      bucketArn: `arn:${partition}:s3:::${"b".repeat(63)}`,
      keyArn: `arn:${partition}:kms:${region}:${accountId}:key/${"k".repeat(36)}`,
      vpcEndpointIds: [`vpce-${"0".repeat(17)}`],
      keepsRegistered: true,
    });
    return [];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const text =
      `cannot be restricted to the perimeter: ${error.message}. Fix: specify fewer roles in ` +
      "deployRoleArns, breakGlassRoleArns, serviceRoleArns, existingRoles and the profiles.";
    return buckets.slice(0, 1).map(({ path }) => ({ setting: path, text }));
  }
}

/** Problems with all buckets. No plan is needed, because the settings define how a bucket is created or used. */
export function planStorage(request: StorageRequest, findings: StorageFindings): Planned<undefined> {
  const problems: Problem[] = [];
  const pathByName = new Map<string, string>();
  for (const bucket of request.buckets) {
    const report: Report = (key, text) => problems.push({ setting: `${bucket.path}.${key}`, text });
    validateSettings(bucket, request, report);
    const { existing } = bucket.settings;
    if (!existing) continue;
    const duplicate = pathByName.get(existing.bucketName);
    if (duplicate) {
      report(
        "existing.bucketName",
        `must not repeat the bucket of '${duplicate}' (got '${existing.bucketName}'). Fix: specify another bucket.`,
      );
      continue;
    }
    pathByName.set(existing.bucketName, bucket.path);
    validateBucket(existing, request, findings, report);
    validateKey(existing, request, findings, report);
  }
  return { plan: undefined, problems: [...problems, ...validatePolicyLength(request)] };
}
