// The log event and the metric of requests that wait for their account. Pure.
import { countedMetric } from "../../aws/counted-metric";
import { type LeadOperation, longWaitSeconds, waitMetric } from "../engine/names";

/** A request that waits because as many executions run in its account as the limit allows. */
export interface Wait {
  /** Since AWS Service Catalog sent the request. */
  seconds: number;
  operation: LeadOperation;
  recordId: string;
  accountId: string;
}

/**
 * A log event with the request. If it waits for longer than `longWaitSeconds`, CloudWatch Logs extracts one data point of the metric.
 * The seconds are no value of the metric, so that the reason of the alarm contains only counts.
 * Source: Amazon CloudWatch "Specification: Embedded metric format".
 */
export const waitEvent = ({ seconds, ...request }: Wait, now: Date): string =>
  JSON.stringify({
    ...(seconds > longWaitSeconds && {
      _aws: {
        Timestamp: now.getTime(),
        CloudWatchMetrics: [
          {
            Namespace: waitMetric.namespace,
            Dimensions: [Object.keys(waitMetric.dimensions)],
            Metrics: [{ Name: waitMetric.metricName, Unit: countedMetric.unit }],
          },
        ],
      },
      ...waitMetric.dimensions,
      [waitMetric.metricName]: 1,
    }),
    waitSeconds: seconds,
    ...request,
  });
