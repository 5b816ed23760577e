import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** Length of an alarm's evaluation period, in seconds. */
const periodSeconds = 300;

export type Condition = Pick<
  aws.cloudwatch.MetricAlarmArgs,
  "alarmDescription" | "namespace" | "metricName" | "dimensions" | "threshold" | "statistic" | "unit"
>;

/**
 * An alarm if a count exceeds its threshold in five minutes. `alertTopicArn`: `arn:…:sns:…`.
 * The default statistic `Sum` is for metrics of AWS. Other metrics require `countedMetric`, because code can write negative values.
 */
export const createCountAlarm = (
  name: string,
  condition: Condition,
  alertTopicArn: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.MetricAlarm =>
  new aws.cloudwatch.MetricAlarm(
    name,
    {
      statistic: "Sum",
      ...condition,
      period: periodSeconds,
      evaluationPeriods: 1,
      comparisonOperator: "GreaterThanThreshold",
      // A metric filter publishes no data points if no call matches.
      treatMissingData: "notBreaching",
      alarmActions: [alertTopicArn],
    },
    opts,
  );
