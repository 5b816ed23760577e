// Defines the SageMaker resources that the evaluator compares: their events, their calls, and their correction. Pure.

/** The kinds of resources, with their names in documentation. */
export const kinds = {
  training: "training jobs",
  processing: "processing jobs",
  tuning: "hyperparameter tuning jobs",
  automl: "AutoML jobs",
  transform: "batch transform jobs",
  model: "models",
  endpoint: "endpoint configurations and endpoints",
  notebook: "notebook instances",
  domain: "Studio domains",
  app: "spaces and apps",
  monitoring: "monitoring schedules and job definitions",
  pipeline: "pipelines",
  compute: "compute whose network cannot be restricted",
} as const;
export type Kind = keyof typeof kinds;

/** What the evaluator does with a noncompliant resource in the mode `correct`. Every resource that remains gets a tag. */
export type Correction = "stop" | "delete" | "delete its apps" | "stop its executions" | "tag";

export interface ResourceType {
  kind: Kind;
  /** Calls that create or change a resource, as in CloudTrail and in the guardrails. */
  calls: readonly string[];
  /** Calls that start an existing resource. No guardrail is about them. */
  starts?: readonly string[];
  /** Detail type of SageMaker's own events, if SageMaker sends them. */
  state?: string;
  /** Members that identify a resource in the input of `describe`. */
  id: readonly string[];
  /** Members of which a resource has only some. */
  optionalId?: readonly string[];
  describe: string;
  /** Other calls that read what the comparison needs. */
  reads?: readonly string[];
  correction: Correction;
  /** Calls that correct a noncompliant resource. */
  corrects: readonly string[];
  /** Resource type in ARNs, `training-job`. */
  arn: string;
  /** Resource type of `corrects`, if it is another one. */
  correctedArn?: string;
}

const type = <const T extends ResourceType>(row: T) => row;

/** A monitoring job definition. SageMaker creates jobs from it on a schedule. */
const definition = (name: string, arn: string) =>
  type({
    kind: "monitoring",
    calls: [`Create${name}JobDefinition`],
    id: ["JobDefinitionName"],
    describe: `Describe${name}JobDefinition`,
    correction: "delete",
    corrects: [`Delete${name}JobDefinition`],
    arn,
  });

/** A job that no condition key covers, and that can be stopped. */
const otherJob = (name: string, arn: string, id = `${name}Name`) =>
  type({
    kind: "compute",
    calls: [`Create${name}`],
    id: [id],
    describe: `Describe${name}`,
    correction: "stop",
    corrects: [`Stop${name}`],
    arn,
  });

/**
 * The order is the order of the documentation.
 * Source: AWS API reference of SageMaker; SageMaker "Events that Amazon SageMaker AI sends to Amazon EventBridge".
 */
export const resourceTypes = {
  TrainingJob: type({
    kind: "training",
    calls: ["CreateTrainingJob", "UpdateTrainingJob"],
    state: "SageMaker Training Job State Change",
    id: ["TrainingJobName"],
    describe: "DescribeTrainingJob",
    correction: "stop",
    corrects: ["StopTrainingJob"],
    arn: "training-job",
  }),
  ProcessingJob: type({
    kind: "processing",
    calls: ["CreateProcessingJob"],
    state: "SageMaker Processing Job State Change",
    id: ["ProcessingJobName"],
    describe: "DescribeProcessingJob",
    correction: "stop",
    corrects: ["StopProcessingJob"],
    arn: "processing-job",
  }),
  HyperParameterTuningJob: type({
    kind: "tuning",
    calls: ["CreateHyperParameterTuningJob"],
    state: "SageMaker HyperParameter Tuning Job State Change",
    id: ["HyperParameterTuningJobName"],
    describe: "DescribeHyperParameterTuningJob",
    correction: "stop",
    corrects: ["StopHyperParameterTuningJob"],
    arn: "hyper-parameter-tuning-job",
  }),
  AutoMLJob: type({
    kind: "automl",
    calls: ["CreateAutoMLJob", "CreateAutoMLJobV2"],
    id: ["AutoMLJobName"],
    // Source: AWS API `DescribeAutoMLJobV2`: also describes jobs that `CreateAutoMLJob` created.
    describe: "DescribeAutoMLJobV2",
    correction: "stop",
    corrects: ["StopAutoMLJob"],
    arn: "automl-job",
  }),
  TransformJob: type({
    kind: "transform",
    calls: ["CreateTransformJob"],
    state: "SageMaker Transform Job State Change",
    id: ["TransformJobName"],
    describe: "DescribeTransformJob",
    reads: ["DescribeModel"],
    correction: "stop",
    corrects: ["StopTransformJob"],
    arn: "transform-job",
  }),
  Model: type({
    kind: "model",
    calls: ["CreateModel"],
    state: "SageMaker Model State Change",
    id: ["ModelName"],
    describe: "DescribeModel",
    reads: ["DescribeModelPackage"],
    correction: "delete",
    corrects: ["DeleteModel"],
    arn: "model",
  }),
  EndpointConfig: type({
    kind: "endpoint",
    calls: ["CreateEndpointConfig"],
    state: "SageMaker Endpoint Config State Change",
    id: ["EndpointConfigName"],
    describe: "DescribeEndpointConfig",
    reads: ["DescribeModel"],
    correction: "delete",
    corrects: ["DeleteEndpointConfig"],
    arn: "endpoint-config",
  }),
  Endpoint: type({
    kind: "endpoint",
    calls: ["CreateEndpoint", "UpdateEndpoint"],
    state: "SageMaker Endpoint State Change",
    id: ["EndpointName"],
    describe: "DescribeEndpoint",
    reads: ["DescribeEndpointConfig", "DescribeModel"],
    correction: "delete",
    corrects: ["DeleteEndpoint"],
    arn: "endpoint",
  }),
  InferenceComponent: type({
    kind: "endpoint",
    calls: ["CreateInferenceComponent", "UpdateInferenceComponent"],
    id: ["InferenceComponentName"],
    describe: "DescribeInferenceComponent",
    reads: ["DescribeEndpoint", "DescribeEndpointConfig", "DescribeModel"],
    correction: "delete",
    corrects: ["DeleteInferenceComponent"],
    arn: "inference-component",
  }),
  NotebookInstance: type({
    kind: "notebook",
    calls: ["CreateNotebookInstance", "UpdateNotebookInstance"],
    starts: ["StartNotebookInstance"],
    state: "SageMaker Notebook Instance State Change",
    id: ["NotebookInstanceName"],
    describe: "DescribeNotebookInstance",
    correction: "stop",
    corrects: ["StopNotebookInstance"],
    arn: "notebook-instance",
  }),
  Domain: type({
    kind: "domain",
    calls: ["CreateDomain", "UpdateDomain"],
    id: ["DomainId"],
    describe: "DescribeDomain",
    // A domain has the files of all its users, so the evaluator never deletes one.
    correction: "tag",
    corrects: [],
    arn: "domain",
  }),
  UserProfile: type({
    kind: "app",
    calls: ["CreateUserProfile", "UpdateUserProfile"],
    id: ["DomainId", "UserProfileName"],
    describe: "DescribeUserProfile",
    reads: ["DescribeDomain", "ListApps"],
    // A user profile has the files of its user.
    correction: "delete its apps",
    corrects: ["DeleteApp"],
    arn: "user-profile",
    correctedArn: "app",
  }),
  Space: type({
    kind: "app",
    calls: ["CreateSpace", "UpdateSpace"],
    id: ["DomainId", "SpaceName"],
    describe: "DescribeSpace",
    reads: ["DescribeDomain", "DescribeUserProfile", "ListApps"],
    // A space has the files of its owner.
    correction: "delete its apps",
    corrects: ["DeleteApp"],
    arn: "space",
    correctedArn: "app",
  }),
  App: type({
    kind: "app",
    calls: ["CreateApp"],
    id: ["DomainId", "AppType", "AppName"],
    optionalId: ["SpaceName", "UserProfileName"],
    describe: "DescribeApp",
    reads: ["DescribeDomain", "DescribeSpace", "DescribeUserProfile"],
    correction: "delete",
    corrects: ["DeleteApp"],
    arn: "app",
  }),
  MonitoringSchedule: type({
    kind: "monitoring",
    calls: ["CreateMonitoringSchedule", "UpdateMonitoringSchedule"],
    starts: ["StartMonitoringSchedule"],
    state: "SageMaker Monitoring Schedule State Change",
    id: ["MonitoringScheduleName"],
    describe: "DescribeMonitoringSchedule",
    reads: [
      "DescribeDataQualityJobDefinition",
      "DescribeModelBiasJobDefinition",
      "DescribeModelExplainabilityJobDefinition",
      "DescribeModelQualityJobDefinition",
    ],
    correction: "stop",
    corrects: ["StopMonitoringSchedule"],
    arn: "monitoring-schedule",
  }),
  DataQualityJobDefinition: definition("DataQuality", "data-quality-job-definition"),
  ModelQualityJobDefinition: definition("ModelQuality", "model-quality-job-definition"),
  ModelBiasJobDefinition: definition("ModelBias", "model-bias-job-definition"),
  ModelExplainabilityJobDefinition: definition("ModelExplainability", "model-explainability-job-definition"),
  Pipeline: type({
    kind: "pipeline",
    calls: ["CreatePipeline", "UpdatePipeline"],
    id: ["PipelineName"],
    describe: "DescribePipeline",
    reads: ["ListPipelineExecutions"],
    correction: "stop its executions",
    corrects: ["StopPipelineExecution"],
    arn: "pipeline",
  }),
  PipelineExecution: type({
    kind: "pipeline",
    calls: [],
    starts: ["StartPipelineExecution", "RetryPipelineExecution"],
    state: "SageMaker Model Building Pipeline Execution Status Change",
    id: ["PipelineExecutionArn"],
    describe: "DescribePipelineExecution",
    reads: ["DescribePipeline"],
    correction: "stop",
    corrects: ["StopPipelineExecution"],
    arn: "pipeline",
  }),
  Cluster: type({
    kind: "compute",
    calls: ["CreateCluster", "UpdateCluster"],
    state: "SageMaker HyperPod Cluster State Change",
    id: ["ClusterName"],
    describe: "DescribeCluster",
    correction: "delete",
    corrects: ["DeleteCluster"],
    arn: "cluster",
  }),
  AIBenchmarkJob: otherJob("AIBenchmarkJob", "ai-benchmark-job"),
  AIRecommendationJob: otherJob("AIRecommendationJob", "ai-recommendation-job"),
  CompilationJob: otherJob("CompilationJob", "compilation-job"),
  EdgePackagingJob: otherJob("EdgePackagingJob", "edge-packaging-job"),
  InferenceRecommendationsJob: otherJob("InferenceRecommendationsJob", "inference-recommendations-job", "JobName"),
  LabelingJob: otherJob("LabelingJob", "labeling-job"),
  OptimizationJob: otherJob("OptimizationJob", "optimization-job"),
  Job: type({
    kind: "compute",
    calls: ["CreateJob"],
    id: ["JobName", "JobCategory"],
    describe: "DescribeJob",
    correction: "stop",
    corrects: ["StopJob"],
    arn: "job",
  }),
  MlflowTrackingServer: type({
    kind: "compute",
    calls: ["CreateMlflowTrackingServer"],
    starts: ["StartMlflowTrackingServer"],
    id: ["TrackingServerName"],
    describe: "DescribeMlflowTrackingServer",
    correction: "stop",
    corrects: ["StopMlflowTrackingServer"],
    arn: "mlflow-tracking-server",
  }),
  MlflowApp: type({
    kind: "compute",
    calls: ["CreateMlflowApp"],
    id: ["Arn"],
    describe: "DescribeMlflowApp",
    correction: "delete",
    corrects: ["DeleteMlflowApp"],
    arn: "mlflow-app",
  }),
  PartnerApp: type({
    kind: "compute",
    calls: ["CreatePartnerApp"],
    id: ["Arn"],
    describe: "DescribePartnerApp",
    correction: "delete",
    corrects: ["DeletePartnerApp"],
    arn: "partner-app",
  }),
  Algorithm: type({
    kind: "compute",
    calls: ["CreateAlgorithm"],
    state: "SageMaker Algorithm State Change",
    id: ["AlgorithmName"],
    describe: "DescribeAlgorithm",
    // SageMaker runs the validation of an algorithm as training and transform jobs, which are compared themselves.
    correction: "delete",
    corrects: ["DeleteAlgorithm"],
    arn: "algorithm",
  }),
} as const satisfies Record<string, ResourceType>;

export type ResourceTypeName = keyof typeof resourceTypes;

const rows: readonly [ResourceTypeName, ResourceType][] = Object.entries(resourceTypes) as [ResourceTypeName, ResourceType][];

/** The resource type of a call in CloudTrail. */
export const typeOfCall = (call: string): ResourceTypeName | undefined =>
  rows.find(([, { calls, starts = [] }]) => calls.includes(call) || starts.includes(call))?.[0];

/** The resource type of one of SageMaker's own events. */
export const typeOfState = (detailType: string): ResourceTypeName | undefined => rows.find(([, { state }]) => state === detailType)?.[0];

/** Calls whose events start an evaluation. */
export const evaluatedCalls: string[] = rows.flatMap(([, { calls, starts = [] }]) => [...calls, ...starts]);

/** Detail types of SageMaker's own events that start an evaluation. */
export const evaluatedStates: string[] = rows.flatMap(([, { state }]) => state ?? []);

const unique = (values: readonly string[]) => [...new Set(values)].sort();

/** SageMaker actions that read resources. */
export const readActions: string[] = unique(rows.flatMap(([, { describe, reads = [] }]) => [describe, ...reads]));

/** SageMaker actions that correct noncompliant resources, and the resource types that they apply to. */
export const correctActions: Record<string, string[]> = Object.fromEntries(
  unique(rows.flatMap(([, { corrects }]) => corrects)).map((action) => [
    action,
    unique(rows.flatMap(([, { corrects, arn, correctedArn = arn }]) => (corrects.includes(action) ? [correctedArn] : []))),
  ]),
);
