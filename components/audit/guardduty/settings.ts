// Defines the settings of Amazon GuardDuty in the account and region of a core stack.
import { z } from "zod";
import { distinct } from "../readers";

/**
 * Protections that a new detector has by default. Each has its price.
 * Source: AWS API `DetectorFeatureConfiguration`; GuardDuty "Understanding pricing".
 */
export const protections = [
  "S3_DATA_EVENTS",
  "LAMBDA_NETWORK_LOGS",
  "RDS_LOGIN_EVENTS",
  "EKS_AUDIT_LOGS",
  "EBS_MALWARE_PROTECTION",
] as const;

export const guardDutySettings = z
  .strictObject({
    publishing: z
      .enum(["FIFTEEN_MINUTES", "ONE_HOUR", "SIX_HOURS"])
      .prefault("FIFTEEN_MINUTES")
      .describe("How often GuardDuty publishes updates of findings. It publishes new findings within five minutes."),
    protections: z
      .array(z.enum(protections))
      .refine(distinct, { message: "must not repeat a protection" })
      .prefault(["S3_DATA_EVENTS"])
      .describe("Protections besides CloudTrail events, flow logs and DNS queries, which GuardDuty always analyzes. AWS charges each."),
  })
  .optional()
  .describe(
    "Amazon GuardDuty, which finds threats in CloudTrail events, flow logs, DNS queries and calls on objects. `{}` creates a detector with the default settings. If not set, the core stack creates no detector.",
  );

export type GuardDutySettings = NonNullable<z.output<typeof guardDutySettings>>;
