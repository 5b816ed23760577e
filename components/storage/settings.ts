// Settings of buckets: how each is kept, one that is there already, and who gets through from outside of the network.
import { z } from "zod";

/** Classes whose objects can be read at once. From an archive they would have to be restored first, which no job waits for. */
const readableClasses = ["STANDARD_IA", "INTELLIGENT_TIERING", "GLACIER_IR"] as const;

const keyArn = () =>
  z
    .string()
    .regex(/^arn:[\w-]+:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/)
    .meta({ allowed: "the ARN of a key, not of an alias" });

/** A bucket that is there already. */
const existingBucket = () =>
  z.strictObject({
    bucketName: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/)
      .meta({ allowed: "the name of a bucket" })
      .describe("Name of the bucket."),
    keyArn: keyArn().describe(
      "Key that its contents are under. Its policy stays its owner's; it has to let the environment's roles use it (docs/data.md).",
    ),
    policy: z
      .enum(["enclose", "leave"])
      .describe(
        "Who writes its policy: the environment, so that it is closed like a bucket of ours (`enclose`; refused if it has a policy already), or its owner (`leave`), and then **nothing here keeps others out**. Has to be said.",
      ),
  });

const days = (min: number) => z.int().min(min).max(36500);

export const bucketSettings = (what: string) =>
  z
    .strictObject({
      existing: existingBucket().optional().describe("A bucket that is there already, instead of one of ours. It is never deleted."),
      noncurrentDays: days(1)
        .optional()
        .describe("Days after which versions that were overwritten or deleted go for good. Kept for ever if it is not set."),
      transition: z
        .strictObject({
          days: days(30).describe("Age of an object in days."),
          storageClass: z.enum(readableClasses).describe("Where it is moved. No archives: what is there has to be readable at once."),
        })
        .optional()
        .describe("Cheaper storage for what is old. Objects stay as they are if it is not set."),
      objectLock: z
        .strictObject({
          mode: z
            .enum(["GOVERNANCE", "COMPLIANCE"])
            .describe("Whether a role with `s3:BypassGovernanceRetention` may delete what is locked, or nobody at all."),
          days: days(1).describe("Days that each version is locked after it is written."),
        })
        .optional()
        .describe(
          "Write once, read many. Decide when the bucket is made: adding or removing it **replaces** the bucket with an empty one. Mode and days can be changed.",
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
        .meta({ allowed: "an ARN of a role or user, without wildcards" }),
    )
    .max(20)
    .prefault([]);

/** Who gets through a perimeter. */
export const perimeterSettings = () => ({
  deployRoleArns: arns().describe(
    "Roles that reach the buckets from outside of the network, to deploy and to repair. Empty: the one that runs the deployment. Name them when several people or a pipeline deploy, or each will see a change of the bucket policies.",
  ),
  breakGlassRoleArns: arns().describe(
    "Roles for emergencies, which reach the buckets from anywhere as well. Their rights are yours to give and to watch.",
  ),
  serviceRoleArns: arns().describe(
    "Roles of services that read or write the buckets from a network of their own, such as a scanner. They reach them from anywhere.",
  ),
});

/** What settings of this shape are once they were read. */
export type BucketSettings = z.output<ReturnType<typeof bucketSettings>>;
