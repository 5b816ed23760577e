// Creates the alarms on functions and their queues.
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

export interface Signal {
  /** Name of the resource. */
  name: string;
  /** The event, and the log group or queue to read. */
  description: pulumi.Input<string>;
  namespace: string;
  metricName: string;
  dimensions: Record<string, pulumi.Input<string>>;
  /** Default: `Sum`. Metrics outside the namespaces of AWS require `countedMetric`. */
  statistic?: "Sum" | "Maximum" | "SampleCount";
  /** Default: no unit. */
  unit?: "Count";
  /** Default: 0. */
  threshold?: number;
  /** Periods of five minutes, in one of which the metric must be above the threshold. For a metric without data in some. Default: 1. */
  periods?: number;
}

/** An alarm when the metric is above the threshold in five minutes. */
export const createAlarm = (signal: Signal, alertTopicArn: pulumi.Input<string>, parent: pulumi.Resource) =>
  new aws.cloudwatch.MetricAlarm(
    signal.name,
    {
      alarmDescription: signal.description,
      namespace: signal.namespace,
      metricName: signal.metricName,
      dimensions: signal.dimensions,
      statistic: signal.statistic ?? "Sum",
      ...(signal.unit && { unit: signal.unit }),
      period: 300,
      evaluationPeriods: signal.periods ?? 1,
      ...(signal.periods !== undefined && { datapointsToAlarm: 1 }),
      comparisonOperator: "GreaterThanThreshold",
      threshold: signal.threshold ?? 0,
      // Services publish no data points without activity.
      treatMissingData: "notBreaching",
      alarmActions: [alertTopicArn],
    },
    { parent },
  );
