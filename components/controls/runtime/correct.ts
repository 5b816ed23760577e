// Corrects a noncompliant resource: stops or deletes it, and tags what remains.
import * as sagemaker from "@aws-sdk/client-sagemaker";
import { NotYet } from "../compare";
import { type Described } from "../facts";
import { type ResourceType, resourceTypes, type ResourceTypeName } from "../kinds";
import { findingTag } from "../names";
import { describe, isMissing } from "./describe";

type Client = sagemaker.SageMakerClient;
type Id = Record<string, string>;

/** Result of a correction. */
export type Outcome = "stopped" | "deleted" | "tagged" | "ended" | "observed";

/** Sends one call. A resource that no longer exists is corrected. */
async function unlessMissing(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

const appOf = ({ DomainId, SpaceName, UserProfileName, AppType, AppName }: Id) =>
  new sagemaker.DeleteAppCommand({
    DomainId,
    AppType: AppType as sagemaker.AppType,
    AppName,
    ...(SpaceName !== undefined ? { SpaceName } : { UserProfileName }),
  });

/** Deletes the apps of a user profile or a space that run. Private spaces of a profile have apps too. */
async function deleteAppsOf(client: Client, { DomainId, SpaceName, UserProfileName }: Id): Promise<void> {
  const owner = SpaceName === undefined ? { UserProfileNameEquals: UserProfileName } : { SpaceNameEquals: SpaceName };
  for await (const { Apps = [] } of sagemaker.paginateListApps({ client }, { DomainIdEquals: DomainId, ...owner }))
    for (const app of Apps)
      if (app.Status !== "Deleted" && app.Status !== "Deleting")
        await unlessMissing(
          client.send(
            appOf({
              DomainId: DomainId!,
              AppType: app.AppType!,
              AppName: app.AppName!,
              ...(app.SpaceName !== undefined || SpaceName !== undefined
                ? { SpaceName: app.SpaceName ?? SpaceName! }
                : { UserProfileName: app.UserProfileName ?? UserProfileName! }),
            }),
          ),
        );
}

/** A repeated call must have the same token. Source: AWS API `StopPipelineExecution`. */
const tokenOf = (arn: string) =>
  arn
    .replace(/[^A-Za-z0-9]/g, "")
    .slice(-64)
    .padStart(32, "0");
const stopExecution = (client: Client, PipelineExecutionArn: string) =>
  client.send(new sagemaker.StopPipelineExecutionCommand({ PipelineExecutionArn, ClientRequestToken: tokenOf(PipelineExecutionArn) }));

async function stopExecutionsOf(client: Client, { PipelineName }: Id): Promise<void> {
  for await (const { PipelineExecutionSummaries = [] } of sagemaker.paginateListPipelineExecutions({ client }, { PipelineName }))
    for (const { PipelineExecutionArn, PipelineExecutionStatus } of PipelineExecutionSummaries)
      if (PipelineExecutionStatus === "Executing") await unlessMissing(stopExecution(client, PipelineExecutionArn!));
}

/** The calls that correct each type. `Domain` has none. */
const correctors: Record<ResourceTypeName, ((client: Client, id: Id) => Promise<unknown>) | undefined> = {
  TrainingJob: (client, { TrainingJobName }) => client.send(new sagemaker.StopTrainingJobCommand({ TrainingJobName })),
  ProcessingJob: (client, { ProcessingJobName }) => client.send(new sagemaker.StopProcessingJobCommand({ ProcessingJobName })),
  HyperParameterTuningJob: (client, { HyperParameterTuningJobName }) =>
    client.send(new sagemaker.StopHyperParameterTuningJobCommand({ HyperParameterTuningJobName })),
  AutoMLJob: (client, { AutoMLJobName }) => client.send(new sagemaker.StopAutoMLJobCommand({ AutoMLJobName })),
  TransformJob: (client, { TransformJobName }) => client.send(new sagemaker.StopTransformJobCommand({ TransformJobName })),
  Model: (client, { ModelName }) => client.send(new sagemaker.DeleteModelCommand({ ModelName })),
  EndpointConfig: (client, { EndpointConfigName }) => client.send(new sagemaker.DeleteEndpointConfigCommand({ EndpointConfigName })),
  Endpoint: (client, { EndpointName }) => client.send(new sagemaker.DeleteEndpointCommand({ EndpointName })),
  InferenceComponent: (client, { InferenceComponentName }) =>
    client.send(new sagemaker.DeleteInferenceComponentCommand({ InferenceComponentName })),
  NotebookInstance: (client, { NotebookInstanceName }) => client.send(new sagemaker.StopNotebookInstanceCommand({ NotebookInstanceName })),
  Domain: undefined,
  UserProfile: deleteAppsOf,
  Space: deleteAppsOf,
  App: (client, id) => client.send(appOf(id)),
  MonitoringSchedule: (client, { MonitoringScheduleName }) =>
    client.send(new sagemaker.StopMonitoringScheduleCommand({ MonitoringScheduleName })),
  DataQualityJobDefinition: (client, { JobDefinitionName }) =>
    client.send(new sagemaker.DeleteDataQualityJobDefinitionCommand({ JobDefinitionName })),
  ModelQualityJobDefinition: (client, { JobDefinitionName }) =>
    client.send(new sagemaker.DeleteModelQualityJobDefinitionCommand({ JobDefinitionName })),
  ModelBiasJobDefinition: (client, { JobDefinitionName }) =>
    client.send(new sagemaker.DeleteModelBiasJobDefinitionCommand({ JobDefinitionName })),
  ModelExplainabilityJobDefinition: (client, { JobDefinitionName }) =>
    client.send(new sagemaker.DeleteModelExplainabilityJobDefinitionCommand({ JobDefinitionName })),
  Pipeline: stopExecutionsOf,
  PipelineExecution: (client, { PipelineExecutionArn }) => stopExecution(client, PipelineExecutionArn!),
  Cluster: (client, { ClusterName }) => client.send(new sagemaker.DeleteClusterCommand({ ClusterName })),
  AIBenchmarkJob: (client, { AIBenchmarkJobName }) => client.send(new sagemaker.StopAIBenchmarkJobCommand({ AIBenchmarkJobName })),
  AIRecommendationJob: (client, { AIRecommendationJobName }) =>
    client.send(new sagemaker.StopAIRecommendationJobCommand({ AIRecommendationJobName })),
  CompilationJob: (client, { CompilationJobName }) => client.send(new sagemaker.StopCompilationJobCommand({ CompilationJobName })),
  EdgePackagingJob: (client, { EdgePackagingJobName }) => client.send(new sagemaker.StopEdgePackagingJobCommand({ EdgePackagingJobName })),
  InferenceRecommendationsJob: (client, { JobName }) => client.send(new sagemaker.StopInferenceRecommendationsJobCommand({ JobName })),
  LabelingJob: (client, { LabelingJobName }) => client.send(new sagemaker.StopLabelingJobCommand({ LabelingJobName })),
  OptimizationJob: (client, { OptimizationJobName }) => client.send(new sagemaker.StopOptimizationJobCommand({ OptimizationJobName })),
  Job: (client, { JobName, JobCategory }) =>
    client.send(new sagemaker.StopJobCommand({ JobName, JobCategory: JobCategory as sagemaker.JobCategory })),
  MlflowTrackingServer: (client, { TrackingServerName }) =>
    client.send(new sagemaker.StopMlflowTrackingServerCommand({ TrackingServerName })),
  MlflowApp: (client, { Arn }) => client.send(new sagemaker.DeleteMlflowAppCommand({ Arn })),
  PartnerApp: (client, { Arn }) => client.send(new sagemaker.DeletePartnerAppCommand({ Arn })),
  Algorithm: (client, { AlgorithmName }) => client.send(new sagemaker.DeleteAlgorithmCommand({ AlgorithmName })),
};

/** AWS rejects a correction of a resource in the wrong state with one of these errors. */
const isConflict = (error: unknown): boolean =>
  error instanceof Error && ["ValidationException", "ResourceInUse", "ConflictException", "ResourceLimitExceeded"].includes(error.name);

/** Executions cannot have tags. */
const isTaggable = ({ type }: Described) => type !== "PipelineExecution";

const tag = (client: Client, { arn }: Described, controls: readonly string[]) =>
  unlessMissing(
    client.send(
      new sagemaker.AddTagsCommand({
        ResourceArn: arn,
        Tags: [{ Key: findingTag, Value: [...new Set(controls)].join(" ").slice(0, 256) }],
      }),
    ),
  );

/**
 * Corrects a noncompliant resource. A repeated correction changes nothing.
 * Errors: `NotYet` if AWS accepts the correction only later, for example while the resource is created.
 */
export async function correct(client: Client, resource: Described, controls: readonly string[]): Promise<Outcome> {
  const { correction }: ResourceType = resourceTypes[resource.type];
  const call = correctors[resource.type];
  if (isTaggable(resource)) await tag(client, resource, controls);
  if (call === undefined) return "tagged";
  if (resource.state === "ended") return "ended";
  try {
    await call(client, resource.id);
  } catch (error) {
    if (isMissing(error)) return "ended";
    if (!isConflict(error)) throw error;
    const now = await describe(client, resource.type, resource.id);
    if (now === undefined || now.state === "ended") return "ended";
    throw new NotYet(`${resource.type} ${resource.name} cannot be corrected yet: ${(error as Error).message}`);
  }
  return correction.startsWith("stop") ? "stopped" : "deleted";
}
