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
 * EventBridge writes into groups by a resource policy only: `letWrite` gives it, and then sends what matches.
 * Source: EventBridge "Receiving read-only management events".
 */
export function callLog(name: string, role: string, args: CallLogArgs, parent: pulumi.Resource) {
  const { environment } = args;
  const childOptions = { parent };
  const group = new aws.cloudwatch.LogGroup(
    `${name}-${role}`,
    // EventBridge's console finds groups by this prefix only.
    { name: `/aws/events/cloister/${environment}/${role}`, kmsKeyId: args.logKeyArn, retentionInDays: args.retentionDays },
    childOptions,
  );
  const rule = new aws.cloudwatch.EventRule(
    `${name}-${role}-rule`,
    {
      description: args.description,
      eventPattern: args.pattern,
      // Merely enabled, it would not see calls that begin with Describe, Get or List.
      state: "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS",
    },
    childOptions,
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
        childOptions,
      ),
  );
  return { role, group, rule, filters };
}

type CallLog = ReturnType<typeof callLog>;

/**
 * Lets the rules write into their groups, and begins. One policy for all of them: an account has no more than ten in a region.
 * Source: AWS API `PutResourcePolicy`; CloudWatch Logs quotas.
 */
export function letWrite(name: string, logs: readonly CallLog[], parent: pulumi.Resource): void {
  const childOptions = { parent };
  const written = pulumi.all(
    logs.map(({ group, rule }) => pulumi.all([group.arn, rule.arn]).apply(([groupArn, ruleArn]) => ({ groupArn, ruleArn }))),
  );
  const policy = new aws.cloudwatch.LogResourcePolicy(
    `${name}-events`,
    { policyName: `cloister-${name}`, policyDocument: written.apply((all) => logGroupPolicy(all)) },
    childOptions,
  );
  // What comes before the policy and the filters would be lost or not counted.
  for (const { role, group, rule, filters } of logs)
    new aws.cloudwatch.EventTarget(
      `${name}-${role}-target`,
      { rule: rule.name, arn: group.arn },
      { ...childOptions, dependsOn: [policy, ...filters] },
    );
}
