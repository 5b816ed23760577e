// Creates the alarms on the health of the mirror.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { countedMetric } from "../../aws/counted-metric";
import { createCountAlarm } from "../../aws/count-alarm";
import { busyStatus } from "../server/health";

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

export interface BusyAlarmArgs {
  /** Name of the core stack. */
  hub: string;
  /** Group of the request log. */
  requestLog: aws.cloudwatch.LogGroup;
  alertTopicArn: pulumi.Input<string>;
}

/** Rejected requests in five minutes that are no short peak: pip tries five times. */
const manyRejected = 50;

/**
 * An alarm when the servers reject many requests, which the health check does not detect.
 * Source: CloudWatch Logs "Filter pattern syntax for metric filters", JSON log events.
 */
export function createBusyAlarm(name: string, { hub, requestLog, alertTopicArn }: BusyAlarmArgs, parent: pulumi.Resource): void {
  const namespace = `Cloister/mirror/${name}`;
  const metric = "RejectedRequests";
  const filter = new aws.cloudwatch.LogMetricFilter(
    `${name}-busy-requests`,
    {
      logGroupName: requestLog.name,
      pattern: `{ $.status = ${busyStatus} }`,
      metricTransformation: { name: metric, namespace, value: "1", unit: "Count" },
    },
    { parent },
  );
  createCountAlarm(
    `${name}-busy`,
    {
      alarmDescription: pulumi.interpolate`${hub}: the servers of the package mirror rejected more than ${manyRejected} requests in five minutes, because they are busy. Requests: log group ${requestLog.name}. Fix: a higher mirror.fargate.tasks.`,
      ...countedMetric,
      namespace,
      metricName: metric,
      threshold: manyRejected,
    },
    alertTopicArn,
    // Requests before the metric filter exists are not counted.
    { parent, dependsOn: [filter] },
  );
}
