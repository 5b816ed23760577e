import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { logGroupPolicy, type MetricFilter, metricNamespace } from "./events";

export interface CallLogArgs {
  environment: string;
  /** Description of the EventBridge rule. */
  description: string;
  /** Event pattern as JSON. */
  pattern: pulumi.Input<string>;
  metricFilters: readonly MetricFilter[];
  retentionDays: number;
  /** Key for the log group, `arn:…:key/…`; the key policy must allow CloudWatch Logs to use the key. */
  logKeyArn: pulumi.Input<string>;
}

/** A log group, the EventBridge rule, and the metric filters. The log group stays empty until `createTargets`. */
export interface CallLog {
  /** `denied-calls` */
  logName: string;
  group: aws.cloudwatch.LogGroup;
  rule: aws.cloudwatch.EventRule;
  filters: aws.cloudwatch.LogMetricFilter[];
}

/**
 * Logs the calls that match an event pattern in a log group with a customer managed key, and creates metrics.
 * Source: EventBridge "Receiving read-only management events".
 */
export function createCallLog(name: string, logName: string, args: CallLogArgs, parent: pulumi.Resource): CallLog {
  const { environment } = args;
  const childOptions = { parent };
  const group = new aws.cloudwatch.LogGroup(
    `${name}-${logName}`,
    // The EventBridge console lists log groups with this prefix only.
    { name: `/aws/events/cloister/${environment}/${logName}`, kmsKeyId: args.logKeyArn, retentionInDays: args.retentionDays },
    childOptions,
  );
  const rule = new aws.cloudwatch.EventRule(
    `${name}-${logName}-rule`,
    {
      description: args.description,
      eventPattern: args.pattern,
      // State ENABLED does not match calls that begin with Describe, Get or List.
      state: "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS",
    },
    childOptions,
  );
  const filters = args.metricFilters.map(
    ({ suffix, metric, pattern }) =>
      new aws.cloudwatch.LogMetricFilter(
        `${name}-${logName}-${suffix}`,
        {
          logGroupName: group.name,
          pattern,
          metricTransformation: { name: metric, namespace: metricNamespace(environment), value: "1", unit: "Count" },
        },
        childOptions,
      ),
  );
  return { logName, group, rule, filters };
}

/**
 * Allows the EventBridge rules to write to their log groups, then sets the log groups as rule targets.
 * One resource policy covers all log groups, because an account can have only ten resource policies per region.
 * Source: AWS API `PutResourcePolicy`; CloudWatch Logs quotas.
 */
export function createTargets(name: string, logs: readonly CallLog[], parent: pulumi.Resource): void {
  const childOptions = { parent };
  const targets = pulumi.all(
    logs.map(({ group, rule }) => pulumi.all([group.arn, rule.arn]).apply(([groupArn, ruleArn]) => ({ groupArn, ruleArn }))),
  );
  const policy = new aws.cloudwatch.LogResourcePolicy(
    `${name}-events`,
    { policyName: `cloister-${name}`, policyDocument: targets.apply((all) => logGroupPolicy(all)) },
    childOptions,
  );
  // Calls made before the policy exists are not logged, and calls made before the metric filters exist are not counted.
  for (const { logName, group, rule, filters } of logs)
    new aws.cloudwatch.EventTarget(
      `${name}-${logName}-target`,
      { rule: rule.name, arn: group.arn },
      { ...childOptions, dependsOn: [policy, ...filters] },
    );
}
