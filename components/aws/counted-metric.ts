// How alarms read metrics outside the namespaces of AWS. Pure.

/**
 * Statistic and unit of an alarm on a metric whose data points count events. The data points are from a metric filter with the value 1
 * and no default value, or from log events in the embedded metric format. Code that writes log events can publish any value of such a
 * metric, because this format requires only `logs:PutLogEvents`. A negative value would reduce a sum, so the alarm counts data points and ignores values.
 * With data points of several units, an alarm without a unit is unpredictable. So foreign data points can trigger the alarm, but not stop it.
 * Source: Amazon CloudWatch "Embedding metrics within logs", "CloudWatch statistics definitions"; AWS API `PutMetricAlarm`, `Unit`.
 * Assumptions: `embedded-namespaces`, `embedded-samples`, `filter-samples`.
 */
export const countedMetric = { statistic: "SampleCount", unit: "Count" } as const;
