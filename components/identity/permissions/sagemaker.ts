// Builds policy statements for SageMaker: jobs, models, endpoints, Studio, and passed roles. Pure.
import { arnsIn } from "../../aws/context";
import { type Permission } from "../../aws/policy-document";
import { type EnvironmentFacts } from "./facts";
import { allow, deny, requestTag, resourceTag, sagemaker } from "./permission";

export const passRoles = (what: string, roleArns: string[]): Permission =>
  allow(`Pass ${what} to SageMaker, and no other role.`, {
    Sid: "PassRoles",
    Action: "iam:PassRole",
    Resource: roleArns,
    Condition: { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
  });

export const readResources = (facts: EnvironmentFacts): Permission[] => [
  allow("List and search all SageMaker resources.", {
    Sid: "List",
    Action: sagemaker("List*", "Search", "GetSearchSuggestions", "QueryLineage"),
    Resource: "*",
  }),
  allow("Describe the environment's SageMaker resources.", {
    Sid: "SeeOwn",
    Action: sagemaker("Describe*", "BatchDescribe*", "GetModelPackageGroupPolicy"),
    Resource: "*",
    Condition: resourceTag(facts),
  }),
];

const jobs = ["TrainingJob", "ProcessingJob", "HyperParameterTuningJob", "TransformJob", "AutoMLJob"];
export const stopJobActions = jobs.map((job) => `Stop${job}`);

export const createResources = (facts: EnvironmentFacts): Permission[] => [
  allow("Start jobs; create models, endpoint configurations, monitors, pipelines and model package groups, with the environment's tag.", {
    Sid: "Make",
    Action: sagemaker(
      ...jobs.map((job) => `Create${job}`),
      "CreateAutoMLJobV2",
      "Create*JobDefinition",
      "CreateMonitoringSchedule",
      "CreateModel",
      "CreateEndpointConfig",
      "CreateModelPackageGroup",
      "CreatePipeline",
      "CreateExperiment",
      "CreateTrial",
      "CreateTrialComponent",
    ),
    Resource: arnsIn(facts, "sagemaker", "*"),
    Condition: requestTag(facts),
  }),
  allow("Create endpoints with the environment's tag.", {
    Sid: "MakeEndpoints",
    Action: "sagemaker:CreateEndpoint",
    Resource: arnsIn(facts, "sagemaker", "endpoint/*"),
    Condition: requestTag(facts),
  }),
  allow("Use the environment's endpoint configurations for endpoints.", {
    Sid: "UseOwnConfigs",
    Action: sagemaker("CreateEndpoint", "UpdateEndpoint"),
    Resource: arnsIn(facts, "sagemaker", "endpoint-config/*"),
    Condition: resourceTag(facts),
  }),
  allow("Tag resources on creation.", {
    Sid: "TagOnCreation",
    Action: "sagemaker:AddTags",
    Resource: arnsIn(facts, "sagemaker", "*"),
    Condition: { Null: { "sagemaker:TaggingAction": "false" } },
  }),
  allow("Use, update, stop and delete resources with the environment's tag.", {
    Sid: "UseOwn",
    Action: sagemaker(
      ...stopJobActions,
      "UpdateTrainingJob",
      "Delete*JobDefinition",
      "*MonitoringSchedule",
      "DeleteModel",
      "UpdateEndpoint*",
      "DeleteEndpoint*",
      // Model package versions inherit the tags of their model package group.
      "CreateModelPackage",
      "UpdateModelPackage",
      "UpdatePipeline*",
      "StartPipelineExecution",
      "StopPipelineExecution",
      "RetryPipelineExecution",
      "*TrialComponent",
      "DeleteExperiment",
      "DeleteTrial",
      "BatchPutMetrics",
    ),
    Resource: arnsIn(facts, "sagemaker", "*"),
    Condition: resourceTag(facts),
  }),
];

/**
 * Roles that build models must not approve models.
 * The life cycle stage of a model also has an approval status, whose text any caller can choose.
 */
export const neverApprove: Permission[] = [
  deny("Never approve a model.", {
    Sid: "NeverApprove",
    Action: sagemaker("CreateModelPackage", "UpdateModelPackage"),
    Resource: "*",
    Condition: { StringEquals: { "sagemaker:ModelApprovalStatus": "Approved" } },
  }),
  deny("Never approve a model by its life cycle stage.", {
    Sid: "NeverApproveStage",
    Action: sagemaker("CreateModelPackage", "UpdateModelPackage"),
    Resource: "*",
    Condition: { StringEqualsIgnoreCase: { "sagemaker:ModelLifeCycle:StageStatus": "Approved" } },
  }),
];

/** A response can reveal training data, so endpoints are protected like data. */
export const invokeEndpoints = (facts: EnvironmentFacts): Permission =>
  allow("Invoke the environment's SageMaker endpoints, only through the environment's VPC endpoints.", {
    Sid: "InvokeOwn",
    Action: sagemaker("InvokeEndpoint*"),
    Resource: arnsIn(facts, "sagemaker", "*"),
    Condition: { StringEquals: { ...resourceTag(facts).StringEquals, "aws:SourceVpc": facts.entranceVpcIds } },
  });

/**
 * Permissions for spaces and apps from inside Studio, where the request context contains the domain and user profile.
 * Source: AWS managed policy AmazonSageMakerFullAccess; AWS "Give users access to private spaces";
 * AWS Service Authorization Reference (`sagemaker:DomainId`, `sagemaker:UserProfileName`).
 */
export function useSpaces(facts: EnvironmentFacts): Permission[] {
  const inDomain = (...types: string[]) => arnsIn(facts, "sagemaker", ...types.map((type) => `${type}/\${sagemaker:DomainId}/*`));
  const [ownProfile] = arnsIn(facts, "sagemaker", "user-profile/${sagemaker:DomainId}/${sagemaker:UserProfileName}");
  return [
    allow("Describe the domain, its user profiles, spaces and apps, from inside Studio.", {
      Sid: "SeeStudio",
      Action: sagemaker("DescribeDomain", "DescribeUserProfile", "DescribeSpace", "DescribeApp"),
      Resource: [...inDomain("user-profile", "space", "app"), ...arnsIn(facts, "sagemaker", "domain/${sagemaker:DomainId}")],
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
    allow("Open the user's own profile, as Studio does to open an app, only through the environment's VPC endpoints.", {
      Sid: "OpenOwnApps",
      Action: sagemaker("CreatePresignedDomainUrl"),
      Resource: ownProfile!,
      Condition: { StringEquals: { "aws:SourceVpc": facts.entranceVpcIds } },
    }),
    allow("Start and stop apps in shared spaces.", {
      Sid: "SharedApps",
      Action: sagemaker("CreateApp", "DeleteApp"),
      Resource: inDomain("app"),
      Condition: { StringEquals: { "sagemaker:SpaceSharingType": "Shared" } },
    }),
  ];
}

/** A tag on each profile and notebook instance names its user, and must match the session name of the caller. */
export const openOwnProfile = (facts: EnvironmentFacts, domainId: string): Permission[] => [
  allow("Open Studio under the user's own profile, only through the environment's VPC endpoints.", {
    Sid: "OpenOwnProfile",
    Action: sagemaker("CreatePresignedDomainUrl", "DescribeUserProfile"),
    Resource: arnsIn(facts, "sagemaker", `user-profile/${domainId}/*`),
    Condition: {
      StringLike: { "aws:userid": "*:${aws:ResourceTag/cloister:person}" },
      StringEquals: { "aws:SourceVpc": facts.entranceVpcIds },
    },
  }),
  allow("Start, stop and open the user's own notebook instances, only through the environment's VPC endpoints.", {
    Sid: "OwnNotebooks",
    Action: sagemaker("StartNotebookInstance", "StopNotebookInstance", "DescribeNotebookInstance", "CreatePresignedNotebookInstanceUrl"),
    Resource: arnsIn(facts, "sagemaker", "notebook-instance/*"),
    Condition: {
      StringLike: { "aws:userid": "*:${aws:ResourceTag/cloister:person}" },
      StringEquals: { "aws:SourceVpc": facts.entranceVpcIds, ...resourceTag(facts).StringEquals },
    },
  }),
];

/** Permissions to stop the workloads of all users. */
export const stopResources = (facts: EnvironmentFacts, domainId: string): Permission[] => [
  allow("Stop apps and delete spaces of any user in the environment's domain.", {
    Sid: "EndApps",
    Action: sagemaker("DeleteApp", "DeleteSpace", "DescribeApp", "DescribeSpace", "DescribeUserProfile"),
    Resource: arnsIn(facts, "sagemaker", `app/${domainId}/*`, `space/${domainId}/*`, `user-profile/${domainId}/*`),
  }),
  allow("Stop the environment's jobs, pipelines and notebook instances, and delete the environment's SageMaker endpoints.", {
    Sid: "StopAll",
    Action: sagemaker(...stopJobActions, "StopPipelineExecution", "StopNotebookInstance", "StopMonitoringSchedule", "DeleteEndpoint"),
    Resource: arnsIn(facts, "sagemaker", "*"),
    Condition: resourceTag(facts),
  }),
];
