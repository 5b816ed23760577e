// The metric of requests that wait for their account. Pure.
import { type LeadOperation, waitMetric } from "../engine/names";

/** A request that waits because as many executions run in its account as the limit allows. */
export interface Wait {
  /** Since AWS Service Catalog sent the request. */
  seconds: number;
  operation: LeadOperation;
  recordId: string;
  accountId: string;
}

/**
 * A log event from which CloudWatch Logs extracts the metric. The other fields name the request.
 * Source: Amazon CloudWatch "Specification: Embedded metric format".
 */
export const waitEvent = ({ seconds, ...request }: Wait, now: Date): string =>
  JSON.stringify({
    _aws: {
      Timestamp: now.getTime(),
      CloudWatchMetrics: [
        {
          Namespace: waitMetric.namespace,
          Dimensions: [Object.keys(waitMetric.dimensions)],
          Metrics: [{ Name: waitMetric.metricName, Unit: "Seconds" }],
        },
      ],
    },
    ...waitMetric.dimensions,
    [waitMetric.metricName]: seconds,
    ...request,
  });
