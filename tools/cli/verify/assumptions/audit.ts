// Assumptions about the audit of an account. Data only.
import { type Assumption } from "../types";

const none = { none: "the check requires the trail of a core stack, and environments are checked" };
const noneForMetrics = { none: "the check requires log events of code, and alarms on their metrics" };

export const auditAssumptions: Assumption[] = [
  {
    id: "audit-locked-delivery",
    area: "audit",
    text: "CloudTrail delivers log files to a bucket with S3 Object Lock and a default retention. AWS Config does not, and AWS documents no such restriction of CloudTrail",
    code: { file: "components/storage/audit-bucket.ts", symbol: "objectLock" },
    effect: "the bucket stays empty, and `get-trail-status` shows `LatestDeliveryError`; the log group has all events",
    fallback: "`audit.existingTrailArn` with a trail in another bucket",
    check: none,
  },
  {
    id: "audit-log-reads",
    area: "audit",
    text: "CloudTrail records calls that read and query log groups as management events",
    code: { file: "components/audit/events.ts", symbol: "FilterLogEvents" },
    effect: "the alarm for reads of logs counts too few calls",
    fallback: "restrict who can read log groups",
    check: none,
  },
  {
    id: "audit-organization-trail",
    area: "audit",
    text: "A member account can read the status and the event selectors of the trail of its organization",
    code: { file: "components/audit/lookup.ts", symbol: "ifAllowed" },
    effect: "the preflight warns that it cannot validate the trail completely",
    fallback: "none needed",
    check: none,
  },
  {
    id: "audit-config-delivery",
    area: "audit",
    text: "AWS Config delivers as its service principal, with the source account, if the recorder has the service-linked role",
    code: { file: "components/storage/policy.ts", symbol: "ConfigWrites" },
    effect: "the deployment fails with `InsufficientDeliveryPolicyException`, and records nothing",
    fallback: "create the recorder outside Cloister, and set `audit.config.existingRecorder`",
    check: none,
  },
  {
    id: "audit-config-global",
    area: "audit",
    text: "AWS Config accepts a recorder with IAM types in regions where it cannot record these types",
    code: { file: "components/audit/config/recorder.ts", symbol: "includeGlobalResourceTypes" },
    effect: "the deployment fails with `InvalidRecordingGroupException`",
    fallback: "set `audit.config.globalTypes` to false",
    check: none,
  },
  {
    id: "embedded-namespaces",
    area: "audit",
    text: "CloudWatch Logs extracts no metric in a namespace that begins with `AWS/` from the embedded metric format, as in `PutMetricData`",
    code: { file: "components/aws/counted-metric.ts", symbol: "countedMetric" },
    effect: "code that writes log events can change the state of alarms on metrics of AWS, and write values into their reasons",
    fallback: "read the dead-letter queues and the logs of the functions",
    check: noneForMetrics,
  },
  {
    id: "embedded-samples",
    area: "audit",
    text: "No log event in the embedded metric format reduces the number of data points of a metric. AWS documents only numbers and lists of numbers",
    code: { file: "components/aws/counted-metric.ts", symbol: "SampleCount" },
    effect: "code that writes log events can stop an alarm on counted events",
    fallback: "query the log groups, which contain every event",
    check: noneForMetrics,
  },
  {
    id: "filter-samples",
    area: "audit",
    text: "A metric filter with the value 1 and no default value publishes one data point for each matching log event",
    code: { file: "components/aws/counted-metric.ts", symbol: "SampleCount" },
    effect: "alarms with a threshold above 0 count too few events",
    fallback: "set the thresholds of the alarms to 0: one data point then fires",
    check: noneForMetrics,
  },
];
