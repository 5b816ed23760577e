import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type Count, logGroupPolicy, metricNamespace } from "./events";

export interface CallLogArgs {
  environment: string;
  /** What is looked for, in one sentence. */
  description: string;
  /** Event pattern, JSON. */
  pattern: pulumi.Input<string>;
  counts: readonly Count[];
  retentionDays: number;
  /** Key of the log group, `arn:…:key/…`; its policy must let CloudWatch Logs use it. */
  logKeyArn: pulumi.Input<string>;
}

/**
 * Calls that match a pattern, in a log group under a customer key, and counted there.
 * EventBridge writes into groups by their resource policy only. It is one of the group itself, because an account has no more than ten that are not.
 * Source: AWS API `PutResourcePolicy`; EventBridge "Receiving read-only management events".
 */
export function callLog(name: string, role: string, args: CallLogArgs, parent: pulumi.Resource) {
  const { environment } = args;
  const mine = { parent };
  const group = new aws.cloudwatch.LogGroup(
    `${name}-${role}`,
    // EventBridge's console finds groups by this prefix only.
    { name: `/aws/events/cloister/${environment}/${role}`, kmsKeyId: args.logKeyArn, retentionInDays: args.retentionDays },
    mine,
  );
  const rule = new aws.cloudwatch.EventRule(
    `${name}-${role}-rule`,
    {
      description: args.description,
      eventPattern: args.pattern,
      // Merely enabled, it would not see calls that begin with Describe, Get or List.
      state: "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS",
    },
    mine,
  );
  const policy = new aws.cloudwatch.LogResourcePolicy(
    `${name}-${role}-policy`,
    {
      resourceArn: group.arn,
      policyDocument: pulumi.all([group.arn, rule.arn]).apply(([groupArn, ruleArn]) => logGroupPolicy(groupArn, ruleArn)),
    },
    mine,
  );
  const filters = args.counts.map(
    ({ role: what, metric, filter }) =>
      new aws.cloudwatch.LogMetricFilter(
        `${name}-${role}-${what}`,
        {
          logGroupName: group.name,
          pattern: filter,
          metricTransformation: { name: metric, namespace: metricNamespace(environment), value: "1", unit: "Count" },
        },
        mine,
      ),
  );
  // What comes before the policy and the filters would be lost or not counted.
  new aws.cloudwatch.EventTarget(
    `${name}-${role}-target`,
    { rule: rule.name, arn: group.arn },
    { ...mine, dependsOn: [policy, ...filters] },
  );
  return { group, rule };
}
