// Evaluates a CloudWatch alarm on the data points of one period, as CloudWatch does.
// Source: Amazon CloudWatch "Using Amazon CloudWatch alarms".

export interface AlarmInputs {
  statistic: string;
  comparisonOperator: string;
  threshold: number;
  treatMissingData: string;
  evaluationPeriods: number;
}

const statistics: Record<string, (values: number[]) => number> = {
  Sum: (values) => values.reduce((sum, value) => sum + value, 0),
  Average: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  Minimum: (values) => Math.min(...values),
  Maximum: (values) => Math.max(...values),
  SampleCount: (values) => values.length,
};
const comparisons: Record<string, (value: number, threshold: number) => boolean> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

/** Whether an alarm fires after one period with these data points. */
export function fires(alarm: AlarmInputs, values: number[]): boolean {
  if (values.length === 0) return alarm.treatMissingData === "breaching";
  const { [alarm.statistic]: statistic } = statistics;
  const { [alarm.comparisonOperator]: comparison } = comparisons;
  if (!statistic || !comparison) throw new Error(`Unknown statistic or comparison: ${JSON.stringify(alarm)}`);
  return alarm.evaluationPeriods === 1 && comparison(statistic(values), alarm.threshold);
}
