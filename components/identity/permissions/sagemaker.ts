// Builds policy statements for SageMaker: jobs, models, endpoints, Studio, and passed roles. Pure.
import { arnsIn, type AwsContext } from "../../aws/context";
import { type Permission } from "../../aws/policy-document";
import { type EnvironmentFacts, type PeopleNetwork } from "./facts";
import { shortenActions } from "../action-patterns";
import {
  allow,
  creationTags,
  fromWhere,
  onlyOwnTags,
  resourceTag,
  sagemaker,
  throughVpc,
  unapproved,
  whereUsersRead,
  within,
} from "./permission";

export const passRoles = (what: string, roleArns: string[]): Permission =>
  allow(`Pass ${what} to SageMaker, and no other role.`, {
    Sid: "PassRoles",
    Action: "iam:PassRole",
    Resource: roleArns,
    Condition: { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
  });

/**
 * Lists that return only names, ARNs, states and times: administrators can call them from outside the network.
 * Other lists also return descriptions, failure reasons or display names, which users and jobs write.
 * Source: AWS API, the summaries of each list.
 */
export const namesOnlyLists = sagemaker(
  "ListApps",
  "ListDomains",
  "ListEndpointConfigs",
  "ListEndpoints",
  "ListHyperParameterTuningJobs",
  "ListModels",
  "ListMonitoringSchedules",
  "ListNotebookInstances",
  "ListSpaces",
  "ListTrainingJobs",
  "ListUserProfiles",
);

export const listNames: Permission = allow("List the names and states of apps, spaces, jobs, models and endpoints.", {
  Sid: "ListNames",
  Action: namesOnlyLists,
  Resource: "*",
});

/** Users and jobs write descriptions, parameters and failure reasons, so descriptions are protected like data. */
export const readResources = (facts: EnvironmentFacts, network: PeopleNetwork): Permission[] => [
  allow(`List and search all SageMaker resources${fromWhere(network)}.`, {
    Sid: "List",
    Action: sagemaker("List*", "Search", "GetSearchSuggestions", "QueryLineage"),
    Resource: "*",
    ...whereUsersRead(facts, network),
  }),
  allow(`Describe the environment's SageMaker resources${fromWhere(network)}.`, {
    Sid: "SeeOwn",
    Action: sagemaker("Describe*", "BatchDescribe*"),
    Resource: "*",
    ...whereUsersRead(facts, network, resourceTag(facts).StringEquals),
  }),
];

const stopJobs = ["TrainingJob", "ProcessingJob", "HyperParameterTuningJob", "TransformJob", "AutoMLJob"].map((job) => `Stop${job}`);
export const stopJobActions = [...stopJobs, "StopPipelineExecution"];

/** Actions that both pipeline steps and users call. */
const createInSteps = [
  "CreateTrainingJob",
  "CreateProcessingJob",
  "CreateHyperParameterTuningJob",
  "CreateTransformJob",
  "CreateAutoMLJob",
  "CreateAutoMLJobV2",
  "CreateModel",
  "CreateEndpointConfig",
  "CreateModelPackageGroup",
  "CreateExperiment",
  "CreateTrial",
  "CreateTrialComponent",
];
const createByUsers = [
  ...createInSteps,
  "CreateDataQualityJobDefinition",
  "CreateModelBiasJobDefinition",
  "CreateModelExplainabilityJobDefinition",
  "CreateModelQualityJobDefinition",
  "CreateMonitoringSchedule",
];
const useInSteps = [
  ...stopJobs,
  // Model package versions inherit the tags of their model package group.
  "CreateModelPackage",
  // For the endpoint configuration of an endpoint.
  "CreateEndpoint",
  "UpdateEndpoint",
  "AssociateTrialComponent",
  "UpdateTrialComponent",
];
const useByUsers = [
  ...useInSteps,
  "UpdateTrainingJob",
  "DeleteDataQualityJobDefinition",
  "DeleteModelBiasJobDefinition",
  "DeleteModelExplainabilityJobDefinition",
  "DeleteModelQualityJobDefinition",
  "DeleteMonitoringSchedule",
  "StartMonitoringSchedule",
  "StopMonitoringSchedule",
  "UpdateMonitoringSchedule",
  "DeleteModel",
  "UpdateEndpointWeightsAndCapacities",
  "DeleteEndpoint",
  "DeleteEndpointConfig",
  "UpdatePipelineExecution",
  "StartPipelineExecution",
  "StopPipelineExecution",
  "RetryPipelineExecution",
  "DisassociateTrialComponent",
  "DeleteTrialComponent",
  "DeleteExperiment",
  "DeleteTrial",
  "BatchPutMetrics",
];

const describedBySteps = [
  "DescribeTrainingJob",
  "DescribeProcessingJob",
  "DescribeHyperParameterTuningJob",
  "DescribeTransformJob",
  "DescribeAutoMLJob",
  "DescribeAutoMLJobV2",
  "DescribeModel",
  "DescribeEndpoint",
  "DescribeEndpointConfig",
  "DescribeModelPackage",
  "DescribeModelPackageGroup",
  "DescribeExperiment",
  "DescribeTrial",
  "DescribeTrialComponent",
  // For the baselines of quality and bias checks.
  "ListModelPackages",
  "ListTrainingJobsForHyperParameterTuningJob",
];

/**
 * Statements that are equal in all roles for Studio and notebook instances, and that one managed policy contains:
 * IAM limits the size of inline policies.
 */
const sharedStatements = ["Make", "MakeEndpoints", "TagOnCreation", "UseOwn", "MakePipelines", "ChangePipelines", "ReviseModels"];
export const isShared = ({ statement }: Permission) => sharedStatements.includes(statement.Sid);

type WorkFacts = Pick<EnvironmentFacts, keyof AwsContext | "environment" | "tags" | "entranceVpcIds">;

/**
 * Creates and uses resources, from the networks in `from`: `vpc` means only through the environment's VPC endpoints.
 */
const createAndUse = (facts: WorkFacts, created: string, create: string[], use: string[], from: PeopleNetwork): Permission[] => [
  allow(`Create ${created}, with the environment's tags${fromWhere(from)}.`, {
    Sid: "Make",
    Action: sagemaker(...shortenActions(create)),
    Resource: arnsIn(facts, "sagemaker", "*"),
    Condition: within(facts, from, creationTags(facts)),
  }),
  // The endpoint configuration of an endpoint must have the environment's tag, so this statement is only for endpoints.
  allow(`Create endpoints with the environment's tags${fromWhere(from)}.`, {
    Sid: "MakeEndpoints",
    Action: "sagemaker:CreateEndpoint",
    Resource: arnsIn(facts, "sagemaker", "endpoint/*"),
    Condition: within(facts, from, creationTags(facts)),
  }),
  allow("Tag resources on creation, only with the tags of the environment and of SageMaker.", {
    Sid: "TagOnCreation",
    Action: "sagemaker:AddTags",
    Resource: arnsIn(facts, "sagemaker", "*"),
    Condition: { ...onlyOwnTags(facts), Null: { "sagemaker:TaggingAction": "false" } },
  }),
  allow(`Use, update, stop and delete resources with the environment's tag${fromWhere(from)}.`, {
    Sid: "UseOwn",
    Action: sagemaker(...shortenActions(use)),
    Resource: arnsIn(facts, "sagemaker", "*"),
    Condition: within(facts, from, resourceTag(facts)),
  }),
];

/**
 * SageMaker reads a pipeline definition from S3 for the caller, and error messages can contain parts of it.
 * Source: AWS API, CreatePipeline (`PipelineDefinitionS3Location`).
 */
const definePipelines = (facts: WorkFacts, network: PeopleNetwork): Permission[] => [
  allow(`Create pipelines with the environment's tags${fromWhere(network)}.`, {
    Sid: "MakePipelines",
    Action: "sagemaker:CreatePipeline",
    Resource: arnsIn(facts, "sagemaker", "pipeline/*"),
    Condition: within(facts, network, creationTags(facts)),
  }),
  allow(`Change the definitions of the environment's pipelines${fromWhere(network)}.`, {
    Sid: "ChangePipelines",
    Action: sagemaker("UpdatePipeline", "UpdatePipelineVersion"),
    Resource: arnsIn(facts, "sagemaker", "pipeline/*"),
    Condition: within(facts, network, resourceTag(facts)),
  }),
];

/** A changed model version needs approval again, because the change can replace its image and artifact. */
const reviseModels = (facts: WorkFacts, from: PeopleNetwork): Permission =>
  allow(`Change the environment's model versions, and set them to pending or rejected with each change${fromWhere(from)}.`, {
    Sid: "ReviseModels",
    Action: "sagemaker:UpdateModelPackage",
    Resource: arnsIn(facts, "sagemaker", "model-package/*"),
    Condition: within(facts, from, {
      StringEquals: { ...resourceTag(facts).StringEquals, "sagemaker:ModelApprovalStatus": [...unapproved] },
    }),
  });

/**
 * Permissions to build models. `from`: networks of all calls. `definitionsFrom`: networks of calls that define pipelines.
 */
export const createResources = (facts: WorkFacts, from: PeopleNetwork, definitionsFrom = from): Permission[] => [
  ...createAndUse(
    facts,
    "jobs, models, endpoint configurations, monitors, experiments and model package groups",
    createByUsers,
    useByUsers,
    from,
  ),
  ...definePipelines(facts, definitionsFrom),
  reviseModels(facts, from),
];

/**
 * Actions that SageMaker Pipelines calls for pipeline steps, from its own network. No other caller can assume the role.
 * Source: AWS "IAM access management" of SageMaker Pipelines; AWS "Baseline calculation, drift detection and lifecycle".
 */
export const runSteps = (facts: EnvironmentFacts): Permission[] => [
  ...createAndUse(
    facts,
    "jobs, models, endpoint configurations, experiments and model package groups",
    createInSteps,
    useInSteps,
    "anywhere",
  ),
  allow("Describe the environment's jobs, models, endpoints and experiments.", {
    Sid: "SeeOwn",
    Action: sagemaker(...describedBySteps),
    Resource: arnsIn(facts, "sagemaker", "*"),
    Condition: resourceTag(facts),
  }),
];

/** A response can reveal training data, so endpoints are protected like data. */
export const invokeEndpoints = (facts: EnvironmentFacts): Permission =>
  allow("Invoke the environment's SageMaker endpoints, only through the environment's VPC endpoints.", {
    Sid: "InvokeOwn",
    Action: sagemaker("InvokeEndpoint*"),
    Resource: arnsIn(facts, "sagemaker", "*"),
    Condition: throughVpc(facts, resourceTag(facts).StringEquals),
  });

/**
 * SageMaker evaluates this statement for the call, and again for each HTTP request to the app.
 * Source: AWS API, CreatePresignedDomainUrl. AWS's sample policy for Studio's page requires no VPC endpoint.
 */
const openOwnApps = (facts: EnvironmentFacts, from: PeopleNetwork, ownProfile: string): Permission =>
  allow(
    `Open the user's own profile, as Studio does to open an app, ${from === "vpc" ? "only through the environment's VPC endpoints" : "and never through the VPC endpoints of another network"}.`,
    {
      Sid: "OpenOwnApps",
      Action: sagemaker("CreatePresignedDomainUrl"),
      Resource: ownProfile,
      Condition: from === "vpc" ? throughVpc(facts) : { StringEqualsIfExists: { "aws:SourceVpc": facts.entranceVpcIds } },
    },
  );

/**
 * Permissions for spaces and apps from inside Studio, where the request context contains the domain and user profile.
 * Source: AWS managed policy AmazonSageMakerFullAccess; AWS "Give users access to private spaces";
 * AWS Service Authorization Reference (`sagemaker:DomainId`, `sagemaker:UserProfileName`).
 */
export function useSpaces(facts: EnvironmentFacts, network: PeopleNetwork, openApps: PeopleNetwork): Permission[] {
  const inDomain = (...types: string[]) => arnsIn(facts, "sagemaker", ...types.map((type) => `${type}/\${sagemaker:DomainId}/*`));
  const [ownProfile] = arnsIn(facts, "sagemaker", "user-profile/${sagemaker:DomainId}/${sagemaker:UserProfileName}");
  return [
    // The Studio page calls from outside the network.
    allow("List domains, user profiles, spaces and apps.", {
      Sid: "ListStudio",
      Action: sagemaker("ListApps", "ListDomains", "ListSpaces", "ListUserProfiles"),
      Resource: "*",
    }),
    // AWS documents `sagemaker:DomainId` in resources of other calls, and its sample policy describes all resources.
    allow("Describe domains, user profiles and apps.", {
      Sid: "SeeStudio",
      Action: sagemaker("DescribeDomain", "DescribeUserProfile", "DescribeApp"),
      Resource: arnsIn(facts, "sagemaker", "domain/*", "user-profile/*", "app/*"),
    }),
    // The settings of a space contain addresses of repositories, which users write.
    allow(`Describe spaces, from inside Studio${fromWhere(network)}.`, {
      Sid: "SeeSpaces",
      Action: "sagemaker:DescribeSpace",
      Resource: inDomain("space"),
      ...whereUsersRead(facts, network),
    }),
    allow("Create, update and delete the user's own spaces and their apps.", {
      Sid: "OwnSpaces",
      Action: sagemaker("CreateSpace", "UpdateSpace", "DeleteSpace", "CreateApp", "DeleteApp"),
      Resource: inDomain("space", "app"),
      Condition: {
        ArnLike: { "sagemaker:OwnerUserProfileArn": ownProfile! },
        StringEquals: { "sagemaker:SpaceSharingType": ["Private", "Shared"] },
      },
    }),
    openOwnApps(facts, openApps, ownProfile!),
    allow("Start and stop apps in shared spaces.", {
      Sid: "SharedApps",
      Action: sagemaker("CreateApp", "DeleteApp"),
      Resource: inDomain("app"),
      Condition: { StringEquals: { "sagemaker:SpaceSharingType": "Shared" } },
    }),
  ];
}

/** Pattern for names of spaces that only products create. Unlike letters, dashes have one case. */
const reservedSpaceNames = "*--*";

/** A user who creates the space of a product first would block its launch, also before the environment has products. */
export const reserveSpaces = (facts: EnvironmentFacts): Permission => ({
  about: "Create no space with a name that only products use.",
  statement: {
    Sid: "ReservedSpaces",
    Effect: "Deny",
    Action: "sagemaker:CreateSpace",
    Resource: arnsIn(facts, "sagemaker", `space/*/${reservedSpaceNames}`),
  },
});

/** A tag on each profile and notebook instance names its user, and must match the session name of the caller. */
export const openOwnProfile = (facts: EnvironmentFacts, domainId: string): Permission[] => [
  allow("Open Studio under the user's own profile, only through the environment's VPC endpoints.", {
    Sid: "OpenOwnProfile",
    Action: sagemaker("CreatePresignedDomainUrl", "DescribeUserProfile"),
    Resource: arnsIn(facts, "sagemaker", `user-profile/${domainId}/*`),
    Condition: {
      StringLike: { "aws:userid": "*:${aws:ResourceTag/cloister:person}" },
      ...throughVpc(facts),
    },
  }),
  allow("Start, stop and open the user's own notebook instances, only through the environment's VPC endpoints.", {
    Sid: "OwnNotebooks",
    Action: sagemaker("StartNotebookInstance", "StopNotebookInstance", "DescribeNotebookInstance", "CreatePresignedNotebookInstanceUrl"),
    Resource: arnsIn(facts, "sagemaker", "notebook-instance/*"),
    Condition: {
      StringLike: { "aws:userid": "*:${aws:ResourceTag/cloister:person}" },
      ...throughVpc(facts, resourceTag(facts).StringEquals),
    },
  }),
];

/** SageMaker calls with the permissions of the user who starts an instance, and the user cannot make these calls. */
const onlyForSageMaker = { Bool: { "aws:ViaAWSService": "true" } };

/**
 * Permissions that starting a notebook instance in a VPC requires of the user.
 * The instance decides the subnet and the security group, and only deployments create instances.
 * Source: AWS "SageMaker AI API Permissions: Actions, Permissions, and Resources Reference", `StartNotebookInstance`.
 */
export const startNotebooks = (facts: EnvironmentFacts): Permission[] => [
  allow("Create network interfaces in the environment's subnets for a notebook instance that the user starts, only by AWS services.", {
    Sid: "JoinNotebooks",
    Action: "ec2:CreateNetworkInterface",
    Resource: arnsIn(facts, "ec2", "network-interface/*", "security-group/*", ...facts.subnetIds.map((id) => `subnet/${id}`)),
    Condition: onlyForSageMaker,
  }),
  allow("Describe networks for a notebook instance that the user starts, only by AWS services.", {
    Sid: "SeeNetworks",
    Action: ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs"],
    Resource: "*",
    Condition: onlyForSageMaker,
  }),
];

/** Permissions to stop the workloads of all users. */
export const stopResources = (facts: EnvironmentFacts, domainId: string): Permission[] => [
  allow("Stop apps and delete spaces of any user in the environment's domain.", {
    Sid: "EndApps",
    Action: sagemaker("DeleteApp", "DeleteSpace"),
    Resource: arnsIn(facts, "sagemaker", `app/${domainId}/*`, `space/${domainId}/*`),
  }),
  allow("Stop the environment's jobs, pipelines and notebook instances, and delete the environment's SageMaker endpoints.", {
    Sid: "StopAll",
    Action: sagemaker(...shortenActions([...stopJobActions, "StopNotebookInstance", "StopMonitoringSchedule", "DeleteEndpoint"])),
    Resource: arnsIn(facts, "sagemaker", "*"),
    Condition: resourceTag(facts),
  }),
];
