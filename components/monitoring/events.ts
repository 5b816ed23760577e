// Which calls are looked for among those that CloudTrail records, and who may write them down. Pure.
import { type AwsContext } from "../aws/context";

/** What CloudTrail puts on EventBridge's default bus. */
const recorded = "AWS API Call via CloudTrail";

/** ARNs of an environment's own roles begin so. Ends with a slash, so that `fraud-dev` is not `fraud-dev-2`. */
export const rolePrefix = ({ partition, accountId, region }: AwsContext, environment: string) =>
  `arn:${partition}:iam::${accountId}:role/cloister/${region}/${environment}/`;

/**
 * Event pattern of calls that were denied to an environment's roles. `roleArns` are roles that were brought along, with their path.
 * Only AWS can send events whose source begins with `aws.`, so nobody fills the log with denials that were none.
 * Source: CIS AWS Foundations Benchmark "unauthorized API calls"; CloudTrail "userIdentity element".
 */
export const deniedPattern = (context: AwsContext, environment: string, roleArns: string[]): string =>
  JSON.stringify({
    source: [{ prefix: "aws." }],
    "detail-type": [recorded],
    detail: {
      errorCode: [{ prefix: "AccessDenied" }, { suffix: "UnauthorizedOperation" }],
      userIdentity: { sessionContext: { sessionIssuer: { arn: [{ prefix: rolePrefix(context, environment) }, ...roleArns] } } },
    },
  });

/** Event pattern of calls that started or deleted an app of a Studio domain, whoever made them. */
export const appPattern = (domainId: string): string =>
  JSON.stringify({
    source: ["aws.sagemaker"],
    "detail-type": [recorded],
    detail: {
      eventName: ["CreateApp", "DeleteApp"],
      errorCode: [{ exists: false }],
      requestParameters: { domainId: [domainId] },
    },
  });

/** What is counted of the calls that were written down: metric, and the filter that finds them. Reads are what CloudTrail calls so. */
export const counts = {
  deniedChanges: { role: "changes", metric: "DeniedChanges", filter: "{ $.detail.readOnly IS FALSE }" },
  deniedReads: { role: "reads", metric: "DeniedReads", filter: "{ $.detail.readOnly IS TRUE }" },
  appsStarted: { role: "started", metric: "AppsStarted", filter: '{ $.detail.eventName = "CreateApp" }' },
  appsDeleted: { role: "deleted", metric: "AppsDeleted", filter: '{ $.detail.eventName = "DeleteApp" }' },
} as const;
export type Count = (typeof counts)[keyof typeof counts];

/** Namespace of an environment's metrics. */
export const metricNamespace = (environment: string) => `Cloister/${environment}`;

/** A log group and the rule that writes into it. */
export interface WrittenBy {
  /** `arn:…:log-group:…` */
  groupArn: string;
  /** `arn:…:rule/…` */
  ruleArn: string;
}

/**
 * Policy of log groups into which one rule each writes.
 * The rule is named for writing only: EventBridge makes the stream beforehand, in no rule's name.
 * Source: EventBridge "Using resource-based policies", CloudWatch Logs permissions.
 */
export function logGroupPolicy(written: readonly WrittenBy[]): string {
  const Principal = { Service: ["events.amazonaws.com", "delivery.logs.amazonaws.com"] };
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "EventBridgeMakesStreams",
        Effect: "Allow",
        Principal,
        Action: "logs:CreateLogStream",
        Resource: written.map(({ groupArn }) => `${groupArn}:*`),
      },
      ...written.map(({ groupArn, ruleArn }, i) => ({
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
