// Builds the events that AWS services send to EventBridge for a call: its record in CloudTrail, and state changes of SageMaker.
// Unlike AWS, the sandbox sends records of CloudTrail without a trail, and sends every event at once.
import { isRead } from "./dispatch";
import { type ServiceEvent } from "./event-bus";
import { type Call } from "./journal";
import { isManagement, recordOf } from "./services/cloudtrail/history";

/** How SageMaker reports the state of a resource type. */
interface States {
  detailType: string;
  /** Member of the status, if the events have one. */
  status?: string;
  /** Status after a call. Other calls on the type send no event. */
  after: Record<string, string>;
}

/** Source: SageMaker "Events that Amazon SageMaker AI sends to Amazon EventBridge". */
const sagemakerStates: Record<string, States> = {
  TrainingJob: { detailType: "Training Job", status: "TrainingJobStatus", after: { Create: "InProgress", Stop: "Stopping" } },
  ProcessingJob: { detailType: "Processing Job", status: "ProcessingJobStatus", after: { Create: "InProgress", Stop: "Stopping" } },
  TransformJob: { detailType: "Transform Job", status: "TransformJobStatus", after: { Create: "InProgress", Stop: "Stopping" } },
  HyperParameterTuningJob: {
    detailType: "HyperParameter Tuning Job",
    status: "HyperParameterTuningJobStatus",
    after: { Create: "InProgress", Stop: "Stopping" },
  },
  Model: { detailType: "Model", after: { Create: "", Delete: "" } },
  EndpointConfig: { detailType: "Endpoint Config", after: { Create: "", Delete: "" } },
  Endpoint: { detailType: "Endpoint", status: "EndpointStatus", after: { Create: "IN_SERVICE", Update: "IN_SERVICE", Delete: "DELETING" } },
  NotebookInstance: {
    detailType: "Notebook Instance",
    status: "NotebookInstanceStatus",
    after: { Create: "InService", Start: "InService", Stop: "Stopping", Delete: "Deleting" },
  },
  MonitoringSchedule: {
    detailType: "Monitoring Schedule",
    status: "MonitoringScheduleStatus",
    after: { Create: "Scheduled", Start: "Scheduled", Update: "Scheduled", Stop: "Stopped" },
  },
};

type Item = Record<string, unknown>;

/** The state change after a call, or `undefined`. */
function stateChange(
  { operation, parameters }: Call,
  output: Item,
): Pick<ServiceEvent, "detail-type" | "resources" | "detail"> | undefined {
  const [, verb, type] = /^(Create|Update|Start|Stop|Delete)(.+)$/.exec(operation) ?? [];
  if (type === "PipelineExecution" && verb === "Start") {
    const arn = String(output.PipelineExecutionArn);
    const detail = { pipelineExecutionArn: arn, pipelineArn: arn.split("/execution/")[0], currentPipelineExecutionStatus: "Executing" };
    return { "detail-type": "SageMaker Model Building Pipeline Execution Status Change", resources: [arn], detail };
  }
  const states = sagemakerStates[type ?? ""];
  const status = states?.after[verb ?? ""];
  if (!states || status === undefined) return undefined;
  const arn = output[`${type}Arn`];
  const detail = {
    [`${type}Name`]: (parameters as Item)[`${type}Name`],
    ...(arn !== undefined && { [`${type}Arn`]: arn }),
    ...(states.status !== undefined && { [states.status]: status }),
  };
  return { "detail-type": `SageMaker ${states.detailType} State Change`, resources: arn === undefined ? [] : [String(arn)], detail };
}

/**
 * The events of a call. EventBridge gets no events of reads, unless a rule selects them, which the sandbox does not support.
 * Source: Amazon EventBridge "AWS service events delivered via AWS CloudTrail".
 */
export function eventsOf(call: Call, output: object | undefined): ServiceEvent[] {
  const { account, region, service, operation, result } = call;
  if (account === undefined || isRead(operation) || !isManagement(call)) return [];
  const source = `aws.${service}`;
  const record: ServiceEvent = {
    account,
    region,
    source,
    "detail-type": "AWS API Call via CloudTrail",
    resources: [],
    detail: recordOf(call, output),
  };
  const change = service === "sagemaker" && result === "ok" ? stateChange(call, (output ?? {}) as Item) : undefined;
  return [record, ...(change ? [{ account, region, source, ...change }] : [])];
}
