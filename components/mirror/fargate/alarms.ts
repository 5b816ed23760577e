// Creates the alarms on the health of the mirror.
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

export interface HealthAlarmArgs {
  /** Name of the core stack. */
  hub: string;
  balancer: aws.lb.LoadBalancer;
  targets: aws.lb.TargetGroup;
  alertTopicArn: pulumi.Input<string>;
}

/**
 * Alarms when no task answers, and when a task does not answer for ten minutes.
 * Source: Elastic Load Balancing "CloudWatch metrics for your Network Load Balancer".
 */
export function createHealthAlarms(
  name: string,
  { hub, balancer, targets, alertTopicArn }: HealthAlarmArgs,
  parent: pulumi.Resource,
): void {
  const common = {
    namespace: "AWS/NetworkELB",
    dimensions: { LoadBalancer: balancer.arnSuffix, TargetGroup: targets.arnSuffix },
    period: 60,
    alarmActions: [alertTopicArn],
  };
  const whereToLook = "See the events of its ECS service and its log group.";
  new aws.cloudwatch.MetricAlarm(
    `${name}-down`,
    {
      ...common,
      alarmDescription: `${hub}: no server of the package mirror answers, so pip fails in all environments. ${whereToLook}`,
      metricName: "HealthyHostCount",
      statistic: "Maximum",
      evaluationPeriods: 3,
      comparisonOperator: "LessThanThreshold",
      threshold: 1,
      // A load balancer without targets reports no data.
      treatMissingData: "breaching",
    },
    { parent },
  );
  new aws.cloudwatch.MetricAlarm(
    `${name}-unhealthy`,
    {
      ...common,
      alarmDescription: `${hub}: a server of the package mirror does not answer. ${whereToLook}`,
      metricName: "UnHealthyHostCount",
      statistic: "Maximum",
      evaluationPeriods: 10,
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      treatMissingData: "notBreaching",
    },
    { parent },
  );
}
