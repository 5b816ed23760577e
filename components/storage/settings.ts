// Settings of buckets: lifecycle, object lock, existing buckets, and principals exempt from the network restriction.
import { z } from "zod";

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
      "Key that encrypts the bucket. Cloister does not change its policy, which must allow the environment's roles to use the key (docs/data.md).",
    ),
    policy: z
      .enum(["enclose", "leave"])
      .describe(
        "`enclose`: Cloister creates the bucket policy and restricts the bucket to the perimeter. The bucket must not have a policy yet. `leave`: the bucket keeps its own policy, and **Cloister does not restrict access to it**.",
      ),
  });

const days = (min: number) => z.int().min(min).max(36500);

export const bucketSettings = (what: string) =>
  z
    .strictObject({
      existing: existingBucket().optional().describe("An existing bucket, used instead of creating one. It is never deleted."),
      noncurrentDays: days(1).optional().describe("Days after which noncurrent versions are deleted. Never, if not set."),
      transition: z
        .strictObject({
          days: days(30).describe("Age of an object in days."),
          storageClass: z
            .enum(readableClasses)
            .describe("Storage class of older objects. Archive classes are not supported, because jobs read objects immediately."),
        })
        .optional()
        .describe("Transition of older objects to a cheaper storage class. None, if not set."),
      objectLock: z
        .strictObject({
          mode: z
            .enum(["GOVERNANCE", "COMPLIANCE"])
            .describe(
              "`GOVERNANCE`: a role with `s3:BypassGovernanceRetention` can delete locked versions. `COMPLIANCE`: no principal can.",
            ),
          days: days(1).describe("Retention of each object version, in days."),
        })
        .optional()
        .describe(
          "S3 Object Lock with a default retention. Adding or removing it **replaces** the bucket with an empty one. Mode and days can be changed.",
        ),
    })
    .prefault({})
    .describe(what);

const arns = () =>
  z
    .array(
      z
        .string()
        .regex(/^arn:[\w-]+:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/)
        .meta({ allowed: "the ARN of a role or user, without wildcards" }),
    )
    .max(20)
    .prefault([]);

/** Principals exempt from the perimeter's network restriction. */
export const perimeterSettings = () => ({
  deployRoleArns: arns().describe(
    "Deploy roles, which can access the buckets from outside the network. Default: the role that runs the deployment. Name all of them if several roles deploy: otherwise each deployment changes the bucket policies.",
  ),
  breakGlassRoleArns: arns().describe(
    "Roles for emergencies, which can access the buckets from outside the network. Cloister neither creates nor monitors them.",
  ),
  serviceRoleArns: arns().describe("Roles of services that access the buckets from another network, such as a scanner."),
});

export type BucketSettings = z.output<ReturnType<typeof bucketSettings>>;
