// Defines the permissions of each user role. Pure.
// No user role reads data: users work on data in Studio and in jobs, under service roles.
import { arnsIn } from "../../aws/context";
import { type Permission } from "../../aws/policy-document";
import { describeKeys, grantKeys, readLogsAndMetrics, readParameters } from "./data";
import { type RoleInputs } from "./facts";
import { allow, resourceTag, sagemaker } from "./permission";
import { createResources, neverApprove, openOwnProfile, passRoles, readResources, stopJobActions, stopResources } from "./sagemaker";

/**
 * Permissions for data scientists outside Studio: to open Studio, and to train and register, but not approve, models.
 */
export const dataScientistPermissions = ({
  facts,
  domainId,
  executionRoleArn,
  pipelineRoleArn,
  modelRoleArn,
}: Pick<RoleInputs, "facts" | "domainId" | "executionRoleArn" | "pipelineRoleArn" | "modelRoleArn">): Permission[] => [
  ...openOwnProfile(facts, domainId),
  ...readResources(facts),
  ...createResources(facts),
  ...neverApprove,
  grantKeys(facts),
  describeKeys(facts),
  passRoles("the shared execution role, the pipeline role and the model role", [executionRoleArn, pipelineRoleArn, modelRoleArn]),
  readParameters(facts),
  ...readLogsAndMetrics(facts),
];

/** Permissions for team administrators: to view all resources, approve models and stop workloads. */
export const teamAdministratorPermissions = ({ facts, domainId }: Pick<RoleInputs, "facts" | "domainId">): Permission[] => [
  ...readResources(facts),
  allow("Approve and reject the environment's models.", {
    Sid: "Approve",
    Action: sagemaker("UpdateModelPackage"),
    Resource: arnsIn(facts, "sagemaker", "model-package/*"),
    Condition: resourceTag(facts),
  }),
  ...stopResources(facts, domainId),
  readParameters(facts),
  ...readLogsAndMetrics(facts),
  allow("Read and query the environment's logs of denied calls and app starts.", {
    Sid: "ReadDenied",
    Action: ["logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents", "logs:GetQueryResults", "logs:StartQuery"],
    Resource: arnsIn(facts, "logs", `log-group:/aws/events/cloister/${facts.environment}/*`),
  }),
  allow("Read budgets and the environment's resource group.", {
    Sid: "SeeCost",
    Action: [
      "budgets:ViewBudget",
      "resource-groups:GetGroup",
      "resource-groups:GetGroupQuery",
      "resource-groups:ListGroupResources",
      "tag:GetResources",
    ],
    Resource: "*",
  }),
];

/** Permissions for a user or program that stops all workloads before an environment is changed or destroyed. */
export const lifecyclePermissions = ({ facts, domainId }: Pick<RoleInputs, "facts" | "domainId">): Permission[] => [
  allow("List all SageMaker resources.", { Sid: "List", Action: sagemaker("List*"), Resource: "*" }),
  ...stopResources(facts, domainId),
];

/** Every resource created by Cloister has this tag, in any environment. */
const isManaged = { StringLike: { "aws:ResourceTag/cloister:owner": "*" } };

/** Permissions for data science administrators of a hub: to support all environments, but not to read data. */
export const administratorPermissions = ({ context }: Pick<RoleInputs, "context">): Permission[] => [
  allow("Describe SageMaker, networks, roles, keys, bucket settings, products, budgets and metrics.", {
    Sid: "SeeAll",
    Action: [
      ...sagemaker("Describe*", "List*", "Search"),
      "ec2:Describe*",
      "iam:GetPolicy*",
      "iam:GetRole*",
      "iam:List*",
      "kms:Describe*",
      "kms:GetKey*",
      "kms:List*",
      "logs:DescribeLogGroups",
      "s3:GetBucket*",
      "s3:GetEncryptionConfiguration",
      "s3:GetLifecycleConfiguration",
      "s3:ListAllMyBuckets",
      "cloudformation:Describe*",
      "cloudformation:List*",
      "cloudwatch:Describe*",
      "cloudwatch:Get*",
      "cloudwatch:List*",
      "budgets:ViewBudget",
      "resource-groups:Get*",
      "resource-groups:List*",
      "tag:GetResources",
      "servicecatalog:Describe*",
      "servicecatalog:List*",
      "servicecatalog:Search*",
    ],
    Resource: "*",
  }),
  allow("Read published values.", {
    Sid: "ReadValues",
    Action: ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"],
    Resource: arnsIn(context, "ssm", "parameter/cloister/*"),
  }),
  allow("Read SageMaker logs.", {
    Sid: "ReadLogs",
    Action: ["logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents"],
    Resource: arnsIn(context, "logs", "log-group:/aws/sagemaker/*"),
  }),
  allow("Administer the keys created by Cloister: rotate, disable and enable keys, and cancel key deletions.", {
    Sid: "CareForKeys",
    Action: ["kms:CancelKeyDeletion", "kms:DisableKey", "kms:EnableKey", "kms:EnableKeyRotation", "kms:RotateKeyOnDemand"],
    Resource: arnsIn(context, "kms", "key/*"),
    Condition: isManaged,
  }),
  allow("Stop apps, spaces, jobs, endpoints and notebook instances in all environments.", {
    Sid: "EndAll",
    Action: sagemaker(
      "DeleteApp",
      "DeleteSpace",
      "DeleteEndpoint",
      "StopNotebookInstance",
      "StopPipelineExecution",
      "StopMonitoringSchedule",
      ...stopJobActions,
    ),
    Resource: arnsIn(context, "sagemaker", "*"),
    Condition: isManaged,
  }),
];
