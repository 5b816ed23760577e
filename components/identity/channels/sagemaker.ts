// Data in the requests and responses of SageMaker actions. Data only.
// Source: AWS API reference and AWS Service Authorization Reference.
import { type ChannelRows } from "./channel";

export const sagemaker: ChannelRows = {
  data: `
    BatchDescribeModelPackage CreatePresignedDomainUrl CreatePresignedNotebookInstanceUrl DescribeAIBenchmarkJob
    DescribeAIRecommendationJob DescribeAIWorkloadConfig DescribeAction DescribeAlgorithm DescribeAppImageConfig
    DescribeArtifact DescribeAutoMLJob DescribeAutoMLJobV2 DescribeCluster DescribeClusterEvent
    DescribeClusterInference DescribeClusterNode DescribeClusterSchedulerConfig DescribeCodeRepository
    DescribeCompilationJob DescribeComputeQuota DescribeContext DescribeDataQualityJobDefinition DescribeDevice
    DescribeDeviceFleet DescribeEdgeDeploymentPlan DescribeEdgePackagingJob DescribeEndpoint DescribeEndpointConfig
    DescribeExperiment DescribeFeatureGroup DescribeFeatureMetadata DescribeFlowDefinition DescribeHub
    DescribeHubContent DescribeHumanLoop DescribeHumanTaskUi DescribeHyperParameterTuningJob DescribeImage
    DescribeImageVersion DescribeInferenceComponent DescribeInferenceExperiment DescribeInferenceRecommendationsJob
    DescribeJob DescribeJobSchemaVersion DescribeLabelingJob DescribeLineageGroup DescribeMlflowApp
    DescribeMlflowTrackingServer DescribeModel DescribeModelBiasJobDefinition DescribeModelCard
    DescribeModelCardExportJob DescribeModelExplainabilityJobDefinition DescribeModelPackage DescribeModelPackageGroup
    DescribeModelQualityJobDefinition DescribeMonitoringSchedule DescribeNotebookInstanceLifecycleConfig
    DescribeOptimizationJob DescribePartnerApp DescribePipeline DescribePipelineDefinitionForExecution
    DescribePipelineExecution DescribeProcessingJob DescribeProject DescribeSharedModel DescribeSpace
    DescribeStudioLifecycleConfig DescribeTrainingJob DescribeTransformJob DescribeTrial DescribeTrialComponent
    DescribeWorkforce DescribeWorkteam GetRecord GetSearchSuggestions InvokeEndpoint
    InvokeEndpointAsync InvokeEndpointWithResponseStream ListActions ListAlgorithms ListAppImageConfigs ListArtifacts
    ListAssociations ListAutoMLJobs ListCandidatesForAutoMLJob ListClusterEvents ListClusterNodes ListCodeRepositories
    ListContexts ListDevices ListEdgePackagingJobs ListFeatureGroups ListFlowDefinitions ListHubContentVersions
    ListHubContents ListHubs ListHumanLoops ListImageVersions ListImages ListInferenceExperiments
    ListInferenceRecommendationsJobSteps ListInferenceRecommendationsJobs ListLabelingJobs ListLabelingJobsForWorkteam
    ListModelPackageGroups ListModelPackages ListMonitoringExecutions ListOptimizationJobs ListPipelineExecutionSteps
    ListPipelineExecutions ListPipelineParametersForExecution ListPipelineVersions ListPipelines ListProcessingJobs
    ListProjects ListRecords ListResourceCatalogs ListSharedModelEvents ListSharedModelVersions ListSharedModels
    ListStageDevices ListTags ListTrainingJobsForHyperParameterTuningJob ListTransformJobs ListTrialComponents
    ListWorkforces ListWorkteams QueryLineage Search
  `,
  names: `
    ListAIBenchmarkJobs ListAIRecommendationJobs ListAIWorkloadConfigs ListAliases ListApps
    ListClusterSchedulerConfigs ListClusters ListCompilationJobs ListComputeQuotas ListDataQualityJobDefinitions
    ListDeviceFleets ListEdgeDeploymentPlans ListEndpointConfigs ListEndpoints ListHumanTaskUis
    ListHyperParameterTuningJobs ListInferenceComponents ListJobSchemaVersions ListJobs ListLineageGroups
    ListMlflowApps ListMlflowTrackingServers ListModelBiasJobDefinitions ListModelCardExportJobs ListModelCardVersions
    ListModelCards ListModelExplainabilityJobDefinitions ListModelQualityJobDefinitions ListModels
    ListMonitoringAlertHistory ListMonitoringAlerts ListMonitoringSchedules ListNotebookInstanceLifecycleConfigs
    ListPartnerApps ListStudioLifecycleConfigs ListTrainingJobs ListUserProfiles
  `,
  namesBecause: {
    "AWS writes the failure reason of an app.": "DescribeApp",
    "Only deployments can write the text fields of domains and user profiles.": "DescribeDomain DescribeUserProfile ListDomains",
    "The display name of a space has at most 64 characters, as its name does.": "ListSpaces",
    "AWS sets the source type.": "ListExperiments ListTrials",
    "AWS writes the text fields of these resources.": `
        DescribeReservedCapacity DescribeSubscribedWorkteam DescribeTrainingPlan DescribeTrainingPlanExtensionHistory
        ListModelMetadata ListSubscribedWorkteams ListTrainingPlans ListUltraServersByReservedCapacity
      `,
    "Only deployments can create notebook instances and code repositories.": "DescribeNotebookInstance ListNotebookInstances",
  },
  control: `
    AssociateTrialComponent DeleteApp DeleteDataQualityJobDefinition DeleteEndpoint DeleteEndpointConfig
    DeleteExperiment DeleteFeatureGroup DeleteModel DeleteModelBiasJobDefinition
    DeleteModelExplainabilityJobDefinition DeleteModelQualityJobDefinition DeleteMonitoringSchedule DeleteSpace
    DeleteTrial DeleteTrialComponent DisassociateTrialComponent RetryPipelineExecution StartMonitoringSchedule
    StartNotebookInstance StopAutoMLJob StopHyperParameterTuningJob StopMonitoringSchedule StopNotebookInstance
    StopPipelineExecution StopProcessingJob StopTrainingJob StopTransformJob UpdateEndpointWeightsAndCapacities
    UpdateFeatureGroup
  `,
  controlBecause: {
    "The response contains the tags of the request.": "AddTags",
  },
  writes: [
    [
      "CreateTrainingJob UpdateTrainingJob",
      "DescribeTrainingJob ListTrainingJobsForHyperParameterTuningJob Search ListTags tag:GetResources",
    ],
    [
      "CreateHyperParameterTuningJob",
      `
      DescribeHyperParameterTuningJob DescribeTrainingJob ListTrainingJobsForHyperParameterTuningJob Search ListTags
      tag:GetResources
    `,
    ],
    ["CreateProcessingJob", "DescribeProcessingJob ListProcessingJobs Search ListTags tag:GetResources"],
    ["CreateTransformJob", "DescribeTransformJob ListTransformJobs Search ListTags tag:GetResources"],
    [
      "CreateAutoMLJob CreateAutoMLJobV2",
      `
      DescribeAutoMLJob DescribeAutoMLJobV2 ListAutoMLJobs ListCandidatesForAutoMLJob Search ListTags tag:GetResources
    `,
    ],
    ["CreateDataQualityJobDefinition", "DescribeDataQualityJobDefinition Search ListTags tag:GetResources"],
    ["CreateModelBiasJobDefinition", "DescribeModelBiasJobDefinition Search ListTags tag:GetResources"],
    ["CreateModelExplainabilityJobDefinition", "DescribeModelExplainabilityJobDefinition Search ListTags tag:GetResources"],
    ["CreateModelQualityJobDefinition", "DescribeModelQualityJobDefinition Search ListTags tag:GetResources"],
    [
      "CreateMonitoringSchedule UpdateMonitoringSchedule",
      "DescribeMonitoringSchedule ListMonitoringExecutions Search ListTags tag:GetResources",
    ],
    ["CreateModel", "DescribeModel Search ListTags tag:GetResources"],
    ["CreateEndpointConfig", "DescribeEndpointConfig Search ListTags tag:GetResources"],
    ["CreateEndpoint UpdateEndpoint", "DescribeEndpoint Search ListTags tag:GetResources"],
    ["CreateModelPackageGroup", "DescribeModelPackageGroup ListModelPackageGroups Search ListTags tag:GetResources"],
    [
      "CreateModelPackage UpdateModelPackage",
      "DescribeModelPackage BatchDescribeModelPackage ListModelPackages Search ListTags tag:GetResources",
    ],
    [
      "CreatePipeline UpdatePipeline UpdatePipelineVersion",
      `
      DescribePipeline DescribePipelineDefinitionForExecution ListPipelines ListPipelineVersions Search ListTags
      tag:GetResources
    `,
    ],
    [
      "StartPipelineExecution UpdatePipelineExecution",
      `
      DescribePipelineExecution ListPipelineExecutions ListPipelineExecutionSteps ListPipelineParametersForExecution
      Search ListTags tag:GetResources
    `,
    ],
    ["CreateExperiment", "DescribeExperiment Search ListTags tag:GetResources"],
    ["CreateTrial", "DescribeTrial Search ListTags tag:GetResources"],
    [
      "BatchPutMetrics CreateTrialComponent UpdateTrialComponent",
      "DescribeTrialComponent ListTrialComponents GetSearchSuggestions Search ListTags tag:GetResources",
    ],
    ["CreateSpace UpdateSpace", "DescribeSpace Search ListTags tag:GetResources"],
    ["CreateApp", "ListTags tag:GetResources"],
    ["CreatePresignedDomainUrl", "unread"],
    ["AddTags", "ListTags tag:GetResources Search GetSearchSuggestions"],
    ["CreateFeatureGroup", "DescribeFeatureGroup ListFeatureGroups Search ListTags tag:GetResources"],
    ["PutRecord", "GetRecord BatchGetRecord ListRecords"],
    ["InvokeEndpoint InvokeEndpointAsync InvokeEndpointWithResponseStream", "s3:GetObject logs:GetLogEvents logs:FilterLogEvents"],
  ],
  foreign: `
    AddTags BatchDescribeModelPackage CreateModelPackage CreatePipeline DescribeFeatureGroup DescribeHub
    DescribeHubContent DescribeModelPackage DescribeModelPackageGroup DescribePipeline DescribePipelineExecution
    GetRecord InvokeEndpoint InvokeEndpointAsync InvokeEndpointWithResponseStream ListHubContents ListTags PutRecord
    QueryLineage StartPipelineExecution UpdateFeatureGroup UpdateModelPackage UpdatePipeline
  `,
};
