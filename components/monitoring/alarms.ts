import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { countedMetric } from "../aws/counted-metric";
import { type Condition, createCountAlarm } from "../aws/count-alarm";
import { type CallLog } from "./call-log";
import { type MetricFilter, metricFilters, metricNamespace } from "./events";
import { type MonitoringSettings } from "./settings";

export interface DeniedCallAlarmsArgs {
  environment: string;
  /** The denied call log. */
  deniedCalls: CallLog;
  thresholds: Pick<MonitoringSettings["deniedCalls"], "alarmAbove" | "readsAlarmAbove">;
  /** `arn:…:sns:…` */
  alertTopicArn: pulumi.Input<string>;
}

/** Alarms on denied changes, on denied reads if a threshold is set, and on calls that EventBridge failed to log. */
export function createDeniedCallAlarms(
  name: string,
  { environment, deniedCalls, thresholds, alertTopicArn }: DeniedCallAlarmsArgs,
  parent: pulumi.Resource,
): aws.cloudwatch.MetricAlarm[] {
  const createAlarm = (alarmName: string, condition: Condition) =>
    createCountAlarm(`${name}-${alarmName}`, condition, alertTopicArn, { parent });
  const createMetricAlarm = (alarmName: string, calls: string, { metric }: MetricFilter, threshold: number) =>
    createAlarm(alarmName, {
      alarmDescription: pulumi.interpolate`${environment}: more than ${threshold} calls that ${calls} were denied to its roles in five minutes. Who and what: log group ${deniedCalls.group.name}.`,
      ...countedMetric,
      namespace: metricNamespace(environment),
      metricName: metric,
      threshold,
    });
  const { alarmAbove, readsAlarmAbove } = thresholds;
  return [
    createMetricAlarm("denied-changes", "change something", metricFilters.deniedChanges, alarmAbove),
    ...(readsAlarmAbove === undefined ? [] : [createMetricAlarm("denied-reads", "read", metricFilters.deniedReads, readsAlarmAbove)]),
    createAlarm("denied-calls-lost", {
      alarmDescription: `${environment}: EventBridge could not write down denied calls, so they are not counted. See the policy of their log group and of its key.`,
      namespace: "AWS/Events",
      metricName: "FailedInvocations",
      dimensions: { RuleName: deniedCalls.rule.name },
      threshold: 0,
    }),
  ];
}
