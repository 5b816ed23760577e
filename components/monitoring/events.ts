// Builds the event patterns and metric filters for logged calls, and the resource policy of their log groups. Pure.
import { type AwsContext } from "../aws/context";
import { rolePath, userRolePath } from "../aws/role-path";

/** Detail type of CloudTrail events on EventBridge's default bus. */
const cloudTrailCall = "AWS API Call via CloudTrail";

/**
 * ARN prefixes of an environment's service roles and user roles.
 * The prefixes end with a slash or a dash, so that `fraud-dev` does not match `fraud-dev2`.
 */
export const rolePrefixes = (context: AwsContext, environment: string) =>
  [rolePath(context, environment), `${userRolePath(context)}${environment}-`].map(
    (start) => `arn:${context.partition}:iam::${context.accountId}:role${start}`,
  );

/**
 * Event pattern for calls that AWS denied to an environment's roles. `roleArns` are existing roles, including the path.
 * Only AWS can send events whose source begins with `aws.`, so no principal can forge a denied call.
 * Source: CIS AWS Foundations Benchmark "unauthorized API calls"; CloudTrail "userIdentity element".
 */
export const deniedPattern = (context: AwsContext, environment: string, roleArns: string[]): string =>
  JSON.stringify({
    source: [{ prefix: "aws." }],
    "detail-type": [cloudTrailCall],
    detail: {
      errorCode: [{ prefix: "AccessDenied" }, { suffix: "UnauthorizedOperation" }],
      userIdentity: {
        sessionContext: { sessionIssuer: { arn: [...rolePrefixes(context, environment).map((prefix) => ({ prefix })), ...roleArns] } },
      },
    },
  });

/** Event pattern for calls that created or deleted an app in a Studio domain, by any principal. */
export const appPattern = (domainId: string): string =>
  JSON.stringify({
    source: ["aws.sagemaker"],
    "detail-type": [cloudTrailCall],
    detail: {
      eventName: ["CreateApp", "DeleteApp"],
      errorCode: [{ exists: false }],
      requestParameters: { domainId: [domainId] },
    },
  });

/**
 * Metric filters for the call logs. `suffix` is part of the resource name.
 * Reads are calls that CloudTrail records as read-only.
 */
export const metricFilters = {
  deniedChanges: { suffix: "changes", metric: "DeniedChanges", pattern: "{ $.detail.readOnly IS FALSE }" },
  deniedReads: { suffix: "reads", metric: "DeniedReads", pattern: "{ $.detail.readOnly IS TRUE }" },
  appsStarted: { suffix: "started", metric: "AppsStarted", pattern: '{ $.detail.eventName = "CreateApp" }' },
  appsDeleted: { suffix: "deleted", metric: "AppsDeleted", pattern: '{ $.detail.eventName = "DeleteApp" }' },
} as const;
export type MetricFilter = (typeof metricFilters)[keyof typeof metricFilters];

/** Namespace of an environment's metrics. */
export const metricNamespace = (environment: string) => `Cloister/${environment}`;

/** A log group and the EventBridge rule that writes to it. */
export interface LogTarget {
  /** `arn:…:log-group:…` */
  groupArn: string;
  /** `arn:…:rule/…` */
  ruleArn: string;
}

/**
 * Resource policy for log groups. Allows one EventBridge rule to write to each log group.
 * Only the PutLogEvents statement names the rule, because EventBridge creates log streams without a source ARN.
 * Source: EventBridge "Using resource-based policies", CloudWatch Logs permissions.
 */
export function logGroupPolicy(targets: readonly LogTarget[]): string {
  const Principal = { Service: ["events.amazonaws.com", "delivery.logs.amazonaws.com"] };
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "EventBridgeMakesStreams",
        Effect: "Allow",
        Principal,
        Action: "logs:CreateLogStream",
        Resource: targets.map(({ groupArn }) => `${groupArn}:*`),
      },
      ...targets.map(({ groupArn, ruleArn }, i) => ({
        Sid: `Rule${i + 1}Writes`,
        Effect: "Allow",
        Principal,
        Action: "logs:PutLogEvents",
        Resource: `${groupArn}:*:*`,
        Condition: { ArnLike: { "aws:SourceArn": ruleArn } },
      })),
    ],
  });
}
