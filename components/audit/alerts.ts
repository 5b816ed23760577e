import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { countedMetric } from "../aws/counted-metric";
import { createCountAlarm } from "../aws/count-alarm";
import { auditAlarms } from "./events";
import { type AlertSettings } from "./settings";

export interface AuditAlertsArgs {
  settings: AlertSettings;
  /** Log group with the events of a trail. */
  logGroupName: pulumi.Input<string>;
  /** `arn:…:sns:…` */
  alertTopicArn: pulumi.Input<string>;
}

/**
 * Alarms on events of a trail: one metric and one alarm for each kind of event.
 * Cost: docs/audit.md.
 * Source: CIS AWS Foundations Benchmark, section Monitoring; AWS Security Hub CloudWatch.1 to CloudWatch.7; NIST SP 800-53 AU-6, SI-4.
 */
export class AuditAlerts extends pulumi.ComponentResource {
  constructor(name: string, { settings, logGroupName, alertTopicArn }: AuditAlertsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:audit:AuditAlerts", name, {}, opts);
    const childOptions = { parent: this };
    const namespace = `Cloister/audit/${name}`;
    for (const { name: event, metric, about, pattern, threshold: setting } of auditAlarms) {
      const threshold = setting === undefined ? 0 : settings[setting];
      const filter = new aws.cloudwatch.LogMetricFilter(
        `${name}-${event}-events`,
        { logGroupName, pattern, metricTransformation: { name: metric, namespace, value: "1", unit: "Count" } },
        childOptions,
      );
      createCountAlarm(
        `${name}-${event}`,
        {
          alarmDescription: pulumi.interpolate`${name}: more than ${threshold} ${about} in five minutes. Who and what: log group ${logGroupName}.`,
          ...countedMetric,
          namespace,
          metricName: metric,
          threshold,
        },
        alertTopicArn,
        // Events before the metric filter exists are not counted.
        { ...childOptions, dependsOn: [filter] },
      );
    }
    this.registerOutputs();
  }
}
