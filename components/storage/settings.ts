// Defines the settings of buckets: lifecycle, S3 Object Lock, existing buckets, and exempt principals.
import { z } from "zod";
import { roleOrUserArn } from "../stack/common-settings";

/** Storage classes with immediate access. A job cannot read an archived object before it is restored. */
const readableClasses = ["STANDARD_IA", "INTELLIGENT_TIERING", "GLACIER_IR"] as const;

const keyArn = () =>
  z
    .string()
    .regex(/^arn:[\w-]+:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/)
    .meta({ allowed: "the ARN of a KMS key, not of an alias" });

const existingBucket = () =>
  z.strictObject({
    bucketName: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/)
      .meta({ allowed: "a bucket name" })
      .describe("Name of the bucket."),
    keyArn: keyArn().describe(
      "Key that encrypts the bucket. The key policy must allow the environment's roles to use the key (docs/data.md). Cloister does not change this policy.",
    ),
    policy: z
      .enum(["enclose", "leave"])
      .describe(
        "`enclose`: Cloister creates the bucket policy and restricts the bucket to the perimeter. The bucket must not have a policy yet. `leave`: the bucket keeps its own policy, and **Cloister does not restrict access to the bucket**.",
      ),
  });

const days = (min: number) => z.int().min(min).max(36500);

export const bucketSettings = (what: string) =>
  z
    .strictObject({
      existing: existingBucket()
        .optional()
        .describe("An existing bucket to use instead of a bucket created by Cloister. An existing bucket is never deleted."),
      noncurrentDays: days(1).optional().meta({ computedDefault: "never" }).describe("Days after which noncurrent versions are deleted."),
      transition: z
        .strictObject({
          days: days(30).describe("Age of an object in days."),
          storageClass: z
            .enum(readableClasses)
            .describe("Storage class of older objects. Archive classes are not supported, because jobs read objects immediately."),
        })
        .optional()
        .meta({ computedDefault: "no transition" })
        .describe("Transition of older objects to a cheaper storage class."),
      objectLock: z
        .strictObject({
          mode: z
            .enum(["GOVERNANCE", "COMPLIANCE"])
            .describe(
              "`GOVERNANCE`: a role with `s3:BypassGovernanceRetention` can delete locked versions. `COMPLIANCE`: no principal can delete locked versions.",
            ),
          days: days(1).describe("Retention of each object version, in days."),
        })
        .optional()
        .describe(
          "S3 Object Lock with a default retention. Removing the setting removes the default retention; AWS keeps Object Lock enabled. Mode and days can be changed.",
        ),
    })
    .prefault({})
    .describe(what);

const arns = () => z.array(roleOrUserArn()).max(20).prefault([]);

/** Principals exempt from the perimeter's network restriction. */
export const perimeterSettings = () => ({
  deployRoleArns: arns()
    .meta({ computedDefault: "the role that runs the deployment" })
    .describe(
      "Deploy roles, which can access the buckets from outside the network. If several roles deploy, name all of them: otherwise each deployment changes the bucket policies.",
    ),
  breakGlassRoleArns: arns().describe(
    "Break-glass roles, which can access the buckets from outside the network. Cloister neither creates nor monitors these roles.",
  ),
  serviceRoleArns: arns().describe("Roles that services use to access the buckets from another network, such as the role of a scanner."),
});

export type BucketSettings = z.output<ReturnType<typeof bucketSettings>>;
