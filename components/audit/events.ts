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
const either = (...conditions: string[]) => conditions.map((condition) => `(${condition})`).join(" || ");
const succeeded = "$.errorCode NOT EXISTS";
const byCaller = "$.userIdentity.invokedBy NOT EXISTS";
const denied = either(`$.errorCode = "*UnauthorizedOperation"`, `$.errorCode = "AccessDenied*"`);
const byRoot = [`$.userIdentity.type = "Root"`, byCaller, `$.eventType != "AwsServiceEvent"`] as const;

/**
 * Roles of evaluators of controls, which describe each resource of SageMaker, by path and name. Both must match: an environment can have
 * the name `controls`, which is part of the path of its roles.
 */
export const evaluators = ["*/controls/*", "*-controls-role*"] as const;
const issuer = "$.userIdentity.sessionContext.sessionIssuer.arn";
/** Users and the root user have no issuer. */
const notByEvaluators = either(`${issuer} NOT EXISTS`, ...evaluators.map((wildcard) => `${issuer} != "${wildcard}"`));
const fromService = (service: string) => `$.eventSource = "${service}.amazonaws.com"`;

/**
 * Management events that return free text or bulk data: the `data out` actions of the channel table. `*` stands for any end, because
 * a filter pattern cannot list all.
 */
export const bulkReads = {
  sagemaker: ["BatchDescribe*", "Describe*", "GetSearchSuggestions", "List*", "QueryLineage", "Search"],
  logs: ["FilterLogEvents", "GetLogEvents", "GetLogRecord", "GetQueryResults", "StartLiveTail", "StartQuery"],
} as const;

/** Calls that disable keys, or stop what records and reports events. */
export const protectedCalls = {
  keys: ["DeleteImportedKeyMaterial", "DisableKey", "ScheduleKeyDeletion"],
  trails: ["CreateTrail", "DeleteTrail", "PutEventSelectors", "PutInsightSelectors", "StartLogging", "StopLogging", "UpdateTrail"],
  monitoring: [
    "DeleteAlarms",
    "DeleteAnalyzer",
    "DeleteConfigurationRecorder",
    "DeleteDeliveryChannel",
    "DeleteDetector",
    "DeleteMetricFilter",
    "DisableAlarmActions",
    "DisableMacie",
    "DisableSecurityHub",
    "StopConfigurationRecorder",
  ],
} as const;

/**
 * An alarm without a threshold counts only calls that succeeded. Otherwise, a principal without permissions could hold it in the state
 * ALARM with denied calls, and a call that succeeds would cause no notification. Denied and failed calls have separate alarms.
 * Source: CIS AWS Foundations Benchmark, section Monitoring; AWS CloudTrail "userIdentity element", "AWS Management Console sign-in
 * events"; Amazon CloudWatch "Alarm actions": an alarm invokes actions when its state changes.
 */
export const auditAlarms: readonly AuditAlarm[] = [
  {
    name: "denied-account-calls",
    metric: "DeniedCalls",
    about: "calls that AWS denied in the account",
    pattern: `{ ${denied} }`,
    threshold: "deniedCallsAbove",
  },
  {
    name: "root-use",
    metric: "RootUse",
    about: "calls and sign-ins of the root user",
    // A failed sign-in has an error message, and no error code.
    pattern: all(...byRoot, succeeded, "$.errorMessage NOT EXISTS"),
  },
  {
    name: "root-failures",
    metric: "RootFailures",
    about: "failed calls and sign-ins of the root user",
    pattern: all(...byRoot, either(`$.errorCode = "*"`, `$.errorMessage = "*"`)),
  },
  {
    name: "key-deletion",
    metric: "KeyDeletions",
    about: "calls that disable a key or schedule its deletion",
    pattern: all(fromService("kms"), oneOf("eventName", protectedCalls.keys), succeeded),
  },
  {
    name: "trail-changes",
    metric: "TrailChanges",
    about: "calls that stop, change or delete a trail",
    pattern: all(fromService("cloudtrail"), oneOf("eventName", protectedCalls.trails), succeeded),
  },
  {
    name: "monitoring-changes",
    metric: "MonitoringChanges",
    about: "calls that stop or delete alarms, AWS Config, GuardDuty, Macie, Security Hub or analyzers",
    pattern: all(oneOf("eventName", protectedCalls.monitoring), succeeded),
  },
  {
    name: "denied-protected-changes",
    metric: "DeniedProtectedChanges",
    about: "denied calls that would disable keys, or stop trails, alarms or other monitoring",
    pattern: all(oneOf("eventName", Object.values(protectedCalls).flat()), denied),
  },
  {
    name: "object-reads",
    metric: "ObjectReads",
    about: "reads of objects in recorded buckets",
    pattern: all(fromService("s3"), oneOf("eventName", ["GetObject"]), byCaller, succeeded),
    threshold: "objectReadsAbove",
  },
  {
    name: "text-reads",
    metric: "TextReads",
    about: "calls that return text of SageMaker resources",
    pattern: all(fromService("sagemaker"), oneOf("eventName", bulkReads.sagemaker), byCaller, succeeded, notByEvaluators),
    threshold: "textReadsAbove",
  },
  {
    name: "log-reads",
    metric: "LogReads",
    about: "calls that read or query logs",
    pattern: all(fromService("logs"), oneOf("eventName", bulkReads.logs), succeeded),
    threshold: "logReadsAbove",
  },
];
