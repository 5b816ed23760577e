// Defines the settings of the audit trail of an account, and of the alarms on its events.
import { z } from "zod";
import { retentionDays } from "../stack/common-settings";
import { analyzerSettings } from "./analyzers/settings";
import { configSettings } from "./config/settings";
import { guardDutySettings } from "./guardduty/settings";
import { macieSettings } from "./macie/settings";
import { distinct, readers } from "./readers";

/** CloudTrail accepts at most 500 values in all selectors of a trail. */
const mostPrefixes = 100;

const trail = z
  .strictObject({
    bucketPrefixes: z
      .array(
        z
          .string()
          .regex(/^[a-z0-9][a-z0-9.-]{2,62}$/)
          .meta({ allowed: "the start of a bucket name, at least three characters" }),
      )
      .max(mostPrefixes)
      .refine(distinct, { message: "must not repeat a prefix" })
      .prefault([])
      .meta({ computedDefault: "all buckets of the account" })
      .describe(
        "Starts of the names of buckets whose object calls are recorded. Buckets of an environment start with its name, such as `fraud-dev-`. Buckets for logs are never recorded.",
      ),
    sagemakerDataEvents: z
      .boolean()
      .prefault(true)
      .describe("Whether to record calls of endpoints, feature groups, trial components and MLflow tracking servers."),
    logRetentionDays: retentionDays()
      .prefault(365)
      .describe("Retention of the events in CloudWatch Logs, in days. The log files in the bucket have no end date."),
    objectLock: z
      .strictObject({
        mode: z
          .enum(["GOVERNANCE", "COMPLIANCE"])
          .prefault("GOVERNANCE")
          .describe(
            "`GOVERNANCE`: a role with `s3:BypassGovernanceRetention` can delete locked log files. `COMPLIANCE`: no principal can delete locked log files.",
          ),
        days: z.int().min(1).max(36_500).prefault(365).describe("Days for which each log file is locked."),
      })
      .prefault({})
      .describe("S3 Object Lock of the log files. A change applies to new log files."),
    readerArns: readers(
      "Roles and users of the account that can decrypt the log files in the bucket. They also need permissions for the bucket in their own policies.",
    ),
    acceptDuplicate: z
      .boolean()
      .prefault(false)
      .describe(
        "Whether to create a trail although another trail of the account records management events. AWS charges each further copy of these events.",
      ),
  })
  .optional()
  .describe(
    "A trail for all regions, with a key and a write-once bucket. `{}` creates this trail with the default settings. If not set, the core stack creates no trail.",
  );

const above = (limit: number) => z.int().min(0).max(10_000_000).prefault(limit);

const alerts = z
  .strictObject({
    deniedCallsAbove: above(50).describe("Maximum number of denied calls in the account in five minutes without an alert."),
    objectReadsAbove: above(10_000).describe(
      "Maximum number of objects read in recorded buckets in five minutes without an alert. Reads by AWS services do not count.",
    ),
    textReadsAbove: above(1000).describe(
      "Maximum number of calls in five minutes without an alert that return text of jobs, models and other resources of SageMaker.",
    ),
    logReadsAbove: above(500).describe("Maximum number of calls in five minutes without an alert that read or query logs."),
  })
  .optional()
  .describe(
    "Alarms on events of the trail: denied calls, root user, deleted keys, changed trails, stopped monitoring, reads in bulk. `{}` creates the alarms with the default settings. If not set, the core stack creates no alarms on events.",
  );

/** Settings of the audit of an account. */
export const auditSettings = () =>
  z
    .strictObject({
      trail,
      existingTrailArn: z
        .string()
        .regex(/^arn:[\w-]+:cloudtrail:[a-z0-9-]+:\d{12}:trail\/[\w.-]{3,128}$/)
        .meta({ allowed: "the ARN of a trail" })
        .optional()
        .describe(
          "An existing trail instead of a trail created by Cloister, such as the trail of the organization. It must log management events of all regions, with log file validation. Cloister does not change this trail.",
        ),
      alerts,
      savedQueries: z
        .boolean()
        .prefault(false)
        .describe("Whether to save queries on events of the trail in CloudWatch Logs Insights: Studio, jobs and their data, denied calls."),
      logGroups: z
        .strictObject({ retentionDays: retentionDays().prefault(365).describe("Retention of the logs, in days.") })
        .optional()
        .describe(
          "Log groups that SageMaker shares between all jobs, notebook instances and domains of the account, with retention and key. Existing log groups stay as they are. If not set, SageMaker creates these log groups without both.",
        ),
      config: configSettings,
      accessAnalyzer: analyzerSettings,
      guardDuty: guardDutySettings,
      securityHub: z
        .boolean()
        .prefault(false)
        .describe(
          "Whether to enable AWS Security Hub CSPM, without standards, for the findings of other services and of `controls`. If the account uses it already, findings go to the existing hub.",
        ),
      macie: macieSettings,
    })
    .optional()
    .describe("Audit of the account (docs/audit.md). If not set, the core stack creates nothing for audits.");

export type AuditSettings = NonNullable<z.output<ReturnType<typeof auditSettings>>>;
export type TrailSettings = NonNullable<AuditSettings["trail"]>;
export type AlertSettings = NonNullable<AuditSettings["alerts"]>;
