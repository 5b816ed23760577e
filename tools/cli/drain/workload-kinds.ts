// The kinds of resources that run without a user, in the order of their removal. One row per kind.
import { randomUUID } from "node:crypto";
import type * as Aws from "@aws-sdk/client-sagemaker";

/** The SageMaker SDK and a client, which are loaded when they are needed. */
export interface Api {
  aws: typeof Aws;
  client: Aws.SageMakerClient;
  options: { abortSignal: AbortSignal | undefined };
}

/** A resource as AWS lists it. */
export interface Listed {
  name: string;
  /** ARN of the resource whose tags name the environment and the creator. */
  arn: string;
  status: string;
}

export interface WorkloadKind {
  noun: string;
  past: "stopped" | "deleted";
  /** What is lost with the resource. */
  loses?: string;
  /** What the resource costs or holds while it exists. */
  effect: string;
  /** The resources that exist or run. `isOfEnvironment` selects by the ARN of a parent, if the kind has one. */
  list(api: Api, isOfEnvironment: (arn: string) => Promise<boolean>): AsyncIterable<Listed>;
  /** The call for a resource in a status. A status without a call means that a change is in progress. */
  calls: { when: RegExp; call(api: Api, name: string): Promise<unknown> }[];
  /** An error that passes when AWS has stopped another resource. */
  passes?: RegExp;
}

const runs = "is charged while it runs; holds subnets and security groups";

type Of<T> = T | undefined;
type Summary = Record<string, unknown>;
type Page = Record<string, unknown>;

/** Lists jobs of one kind that run or are being stopped. */
const jobs = (name: string, pages: (api: Api, status: "InProgress" | "Stopping") => AsyncIterable<object>): WorkloadKind["list"] =>
  async function* (api) {
    for (const status of ["InProgress", "Stopping"] as const)
      for await (const page of pages(api, status))
        for (const job of ((page as Page)[`${name}Summaries`] as Of<Summary[]>) ?? [])
          yield { name: String(job[`${name}Name`]), arn: String(job[`${name}Arn`]), status: String(job[`${name}Status`]) };
  };

const paging = ({ client }: Api) => ({ client, pageSize: 100 });
const isRunning = /^(InProgress|Executing)$/;

async function* pipelines(api: Api): AsyncGenerator<Listed> {
  for await (const { PipelineSummaries } of api.aws.paginateListPipelines(paging(api), {}, api.options))
    for (const { PipelineName, PipelineArn } of PipelineSummaries ?? []) yield { name: PipelineName!, arn: PipelineArn!, status: "Active" };
}

export const workloadKinds: WorkloadKind[] = [
  {
    noun: "monitoring schedule",
    past: "deleted",
    effect: "starts jobs again and again, which are charged",
    async *list(api) {
      for await (const { MonitoringScheduleSummaries } of api.aws.paginateListMonitoringSchedules(paging(api), {}, api.options))
        for (const { MonitoringScheduleName, MonitoringScheduleArn, MonitoringScheduleStatus } of MonitoringScheduleSummaries ?? [])
          yield { name: MonitoringScheduleName!, arn: MonitoringScheduleArn!, status: MonitoringScheduleStatus! };
    },
    calls: [
      {
        when: /^(?!Pending$)/,
        call: ({ aws, client }, name) => client.send(new aws.DeleteMonitoringScheduleCommand({ MonitoringScheduleName: name })),
      },
    ],
  },
  {
    noun: "pipeline execution",
    past: "stopped",
    effect: "starts jobs, which are charged",
    async *list(api, isOfEnvironment) {
      for await (const { name: PipelineName, arn } of pipelines(api)) {
        if (!(await isOfEnvironment(arn))) continue;
        for await (const page of api.aws.paginateListPipelineExecutions(paging(api), { PipelineName }, api.options))
          for (const { PipelineExecutionArn, PipelineExecutionStatus } of page.PipelineExecutionSummaries ?? [])
            if (/^(Executing|Stopping)$/.test(PipelineExecutionStatus!))
              yield { name: PipelineExecutionArn!, arn, status: PipelineExecutionStatus! };
      }
    },
    calls: [
      {
        when: isRunning,
        call: ({ aws, client }, name) =>
          client.send(new aws.StopPipelineExecutionCommand({ PipelineExecutionArn: name, ClientRequestToken: randomUUID() })),
      },
    ],
  },
  {
    noun: "pipeline",
    past: "deleted",
    effect: "can be started by a user or a schedule",
    list: pipelines,
    calls: [
      {
        when: /^/,
        call: ({ aws, client }, name) =>
          client.send(new aws.DeletePipelineCommand({ PipelineName: name, ClientRequestToken: randomUUID() })),
      },
    ],
    passes: /^ConflictException$/,
  },
  {
    noun: "tuning job",
    past: "stopped",
    effect: runs,
    list: jobs("HyperParameterTuningJob", (api, StatusEquals) =>
      api.aws.paginateListHyperParameterTuningJobs(paging(api), { StatusEquals }, api.options),
    ),
    calls: [
      {
        when: isRunning,
        call: ({ aws, client }, name) => client.send(new aws.StopHyperParameterTuningJobCommand({ HyperParameterTuningJobName: name })),
      },
    ],
  },
  {
    noun: "AutoML job",
    past: "stopped",
    effect: runs,
    list: jobs("AutoMLJob", (api, StatusEquals) => api.aws.paginateListAutoMLJobs(paging(api), { StatusEquals }, api.options)),
    calls: [{ when: isRunning, call: ({ aws, client }, name) => client.send(new aws.StopAutoMLJobCommand({ AutoMLJobName: name })) }],
  },
  {
    noun: "training job",
    past: "stopped",
    effect: runs,
    list: jobs("TrainingJob", (api, StatusEquals) => api.aws.paginateListTrainingJobs(paging(api), { StatusEquals }, api.options)),
    calls: [{ when: isRunning, call: ({ aws, client }, name) => client.send(new aws.StopTrainingJobCommand({ TrainingJobName: name })) }],
  },
  {
    noun: "processing job",
    past: "stopped",
    effect: runs,
    list: jobs("ProcessingJob", (api, StatusEquals) => api.aws.paginateListProcessingJobs(paging(api), { StatusEquals }, api.options)),
    calls: [
      { when: isRunning, call: ({ aws, client }, name) => client.send(new aws.StopProcessingJobCommand({ ProcessingJobName: name })) },
    ],
  },
  {
    noun: "transform job",
    past: "stopped",
    effect: runs,
    list: jobs("TransformJob", (api, StatusEquals) => api.aws.paginateListTransformJobs(paging(api), { StatusEquals }, api.options)),
    calls: [{ when: isRunning, call: ({ aws, client }, name) => client.send(new aws.StopTransformJobCommand({ TransformJobName: name })) }],
  },
  {
    noun: "endpoint",
    past: "deleted",
    effect: "is charged until it is deleted; holds subnets and security groups",
    async *list(api) {
      for await (const { Endpoints } of api.aws.paginateListEndpoints(paging(api), {}, api.options))
        for (const { EndpointName, EndpointArn, EndpointStatus } of Endpoints ?? [])
          yield { name: EndpointName!, arn: EndpointArn!, status: EndpointStatus! };
    },
    calls: [
      {
        when: /^(InService|OutOfService|Failed|UpdateRollbackFailed)$/,
        call: ({ aws, client }, name) => client.send(new aws.DeleteEndpointCommand({ EndpointName: name })),
      },
    ],
  },
  {
    noun: "notebook instance",
    past: "deleted",
    loses: "with the files on its volume",
    effect: "is charged while it runs, and its volume always; holds a subnet and security groups",
    async *list(api) {
      for await (const { NotebookInstances } of api.aws.paginateListNotebookInstances(paging(api), {}, api.options))
        for (const { NotebookInstanceName, NotebookInstanceArn, NotebookInstanceStatus } of NotebookInstances ?? [])
          yield { name: NotebookInstanceName!, arn: NotebookInstanceArn!, status: NotebookInstanceStatus! };
    },
    calls: [
      {
        when: /^InService$/,
        call: ({ aws, client }, name) => client.send(new aws.StopNotebookInstanceCommand({ NotebookInstanceName: name })),
      },
      {
        when: /^(Stopped|Failed)$/,
        call: ({ aws, client }, name) => client.send(new aws.DeleteNotebookInstanceCommand({ NotebookInstanceName: name })),
      },
    ],
  },
];
