// Lists the events of a trail that raise alarms, with filter patterns of CloudWatch Logs. Pure.
import { type AlertSettings } from "./settings";

/** An alarm on events of a trail. */
export interface AuditAlarm {
  /** Part of the resource name, and the name of the metric. */
  name: string;
  metric: string;
  /** The events, as the subject of the alarm's description. */
  about: string;
  /** Filter pattern of CloudWatch Logs, at most 1,024 characters. */
  pattern: string;
  /** Setting with the number of events in five minutes without an alarm. Default: every event raises an alarm. */
  threshold?: keyof AlertSettings;
}

/** `*` in a value stands for any text. */
const oneOf = (field: string, values: readonly string[]) => `(${values.map((value) => `$.${field} = "${value}"`).join(" || ")})`;
const all = (...conditions: string[]) => `{ ${conditions.map((condition) => `(${condition})`).join(" && ")} }`;
const fromService = (service: string) => `$.eventSource = "${service}.amazonaws.com"`;

/**
 * Management events that return free text or bulk data: the `data out` actions of the channel table. `*` stands for any end, because
 * a filter pattern cannot list all.
 */
export const bulkReads = {
  sagemaker: ["BatchDescribe*", "Describe*", "GetSearchSuggestions", "List*", "QueryLineage", "Search"],
  logs: ["FilterLogEvents", "GetLogEvents", "GetLogRecord", "GetQueryResults", "StartLiveTail", "StartQuery"],
} as const;

/** Source: CIS AWS Foundations Benchmark, section Monitoring; AWS CloudTrail "userIdentity element". */
export const auditAlarms: readonly AuditAlarm[] = [
  {
    name: "denied-account-calls",
    metric: "DeniedCalls",
    about: "calls that AWS denied in the account",
    pattern: `{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }`,
    threshold: "deniedCallsAbove",
  },
  {
    name: "root-use",
    metric: "RootUse",
    about: "calls of the root user",
    pattern: all(`$.userIdentity.type = "Root"`, "$.userIdentity.invokedBy NOT EXISTS", `$.eventType != "AwsServiceEvent"`),
  },
  {
    name: "key-deletion",
    metric: "KeyDeletions",
    about: "calls that disable a key or schedule its deletion",
    pattern: all(fromService("kms"), oneOf("eventName", ["DisableKey", "ScheduleKeyDeletion", "DeleteImportedKeyMaterial"])),
  },
  {
    name: "trail-changes",
    metric: "TrailChanges",
    about: "calls that stop, change or delete a trail",
    pattern: all(
      fromService("cloudtrail"),
      oneOf("eventName", [
        "CreateTrail",
        "UpdateTrail",
        "DeleteTrail",
        "StartLogging",
        "StopLogging",
        "PutEventSelectors",
        "PutInsightSelectors",
      ]),
    ),
  },
  {
    name: "object-reads",
    metric: "ObjectReads",
    about: "reads of objects in recorded buckets",
    pattern: all(fromService("s3"), oneOf("eventName", ["GetObject"]), "$.userIdentity.invokedBy NOT EXISTS", "$.errorCode NOT EXISTS"),
    threshold: "objectReadsAbove",
  },
  {
    name: "text-reads",
    metric: "TextReads",
    about: "calls that return text of SageMaker resources",
    pattern: all(
      fromService("sagemaker"),
      oneOf("eventName", bulkReads.sagemaker),
      "$.userIdentity.invokedBy NOT EXISTS",
      "$.errorCode NOT EXISTS",
    ),
    threshold: "textReadsAbove",
  },
  {
    name: "log-reads",
    metric: "LogReads",
    about: "calls that read or query logs",
    pattern: all(fromService("logs"), oneOf("eventName", bulkReads.logs), "$.errorCode NOT EXISTS"),
    threshold: "logReadsAbove",
  },
];
