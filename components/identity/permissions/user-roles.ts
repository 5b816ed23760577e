// Defines the permissions of each user role. Pure.
// No user role reads data: users work on data in Studio and in jobs, under service roles.
import { arnsIn, type AwsContext } from "../../aws/context";
import { type Permission } from "../../aws/policy-document";
import {
  describeKeys,
  grantKeys,
  inAccount,
  readAlarms,
  readAlarmsInside,
  readLogsAndMetrics,
  readParameters,
  readParametersInside,
} from "./data";
import { type RoleInputs } from "./facts";
import { shortenActions } from "../action-patterns";
import { allow, fromWhere, resourceTag, sagemaker, whereUsersRead } from "./permission";
import {
  createResources,
  listNames,
  openOwnProfile,
  passRoles,
  readResources,
  startNotebooks,
  stopJobActions,
  stopResources,
} from "./sagemaker";

/**
 * Permissions for data scientists outside Studio: to open Studio, and to train and register, but not approve, models.
 */
export const dataScientistPermissions = ({
  facts,
  peopleNetwork,
  domainId,
  executionRoleArn,
  pipelineRoleArn,
  modelRoleArn,
  notebookRoleArns,
}: Pick<
  RoleInputs,
  "facts" | "peopleNetwork" | "domainId" | "executionRoleArn" | "pipelineRoleArn" | "modelRoleArn" | "notebookRoleArns"
>): Permission[] => [
  ...openOwnProfile(facts, domainId),
  ...readResources(facts, peopleNetwork),
  // Starting and stopping return no text. SageMaker reads definitions from S3, and error messages quote them.
  ...createResources(facts, "anywhere", peopleNetwork),
  grantKeys(facts),
  describeKeys(facts),
  passRoles("the shared execution role, the pipeline role, the model role and the roles of notebook instances", [
    executionRoleArn,
    pipelineRoleArn,
    modelRoleArn,
    ...notebookRoleArns,
  ]),
  ...(notebookRoleArns.length > 0 ? startNotebooks(facts) : []),
  readParametersInside(facts),
  ...readLogsAndMetrics(facts, peopleNetwork),
  readAlarmsInside(facts, peopleNetwork),
];

/**
 * Permissions for team administrators: to view all resources, approve models and stop workloads.
 * Outside the network, they can read names, states and costs, but no text that users or jobs write.
 */
export const teamAdministratorPermissions = ({
  facts,
  peopleNetwork,
  domainId,
}: Pick<RoleInputs, "facts" | "peopleNetwork" | "domainId">): Permission[] => [
  listNames,
  ...readResources(facts, peopleNetwork),
  allow("Approve and reject the environment's models.", {
    Sid: "Approve",
    Action: sagemaker("UpdateModelPackage"),
    Resource: arnsIn(facts, "sagemaker", "model-package/*"),
    Condition: resourceTag(facts),
  }),
  ...stopResources(facts, domainId),
  readParameters(facts),
  ...readLogsAndMetrics(facts, peopleNetwork),
  readAlarms,
  // A denied call contains parameters that the caller chose.
  allow(`Read and query the environment's logs of denied calls and app starts${fromWhere(peopleNetwork)}.`, {
    Sid: "ReadDenied",
    Action: ["logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents", "logs:GetQueryResults", "logs:StartQuery"],
    Resource: arnsIn(facts, "logs", `log-group:/aws/events/cloister/${facts.environment}/*`),
    ...whereUsersRead(facts, peopleNetwork),
  }),
  allow("Read budgets and the environment's resource group.", {
    Sid: "SeeCost",
    Action: ["budgets:ViewBudget", "resource-groups:GetGroup", "resource-groups:GetGroupQuery", "resource-groups:ListGroupResources"],
    Resource: "*",
  }),
  allow(`Read the tags of resources${fromWhere(peopleNetwork)}.`, {
    Sid: "SeeTags",
    Action: "tag:GetResources",
    Resource: "*",
    ...whereUsersRead(facts, peopleNetwork),
  }),
];

/** Permissions for a user or program that stops all workloads before an environment is changed or destroyed. */
export const lifecyclePermissions = ({
  facts,
  peopleNetwork,
  domainId,
}: Pick<RoleInputs, "facts" | "peopleNetwork" | "domainId">): Permission[] => [
  listNames,
  allow(`List jobs, pipelines and tags${fromWhere(peopleNetwork)}.`, {
    Sid: "List",
    Action: sagemaker("ListAutoMLJobs", "ListPipelineExecutions", "ListPipelines", "ListProcessingJobs", "ListTags", "ListTransformJobs"),
    Resource: "*",
    ...whereUsersRead(facts, peopleNetwork),
  }),
  ...stopResources(facts, domainId),
];

/** Every resource created by Cloister has this tag, in any environment. */
const isManaged = { StringLike: { "aws:ResourceTag/cloister:owner": "*" } };

/** Settings of AWS resources that only deployments can write. */
const settingsReads = [
  "sagemaker:DescribeDomain",
  "sagemaker:DescribeUserProfile",
  "ec2:DescribeDhcpOptions",
  "ec2:DescribeFlowLogs",
  "ec2:DescribeInternetGateways",
  "ec2:DescribeNatGateways",
  "ec2:DescribeNetworkAcls",
  "ec2:DescribeRouteTables",
  "ec2:DescribeSecurityGroups",
  "ec2:DescribeSubnets",
  "ec2:DescribeVpcEndpoints",
  "ec2:DescribeVpcPeeringConnections",
  "ec2:DescribeVpcs",
  "iam:GetPolicy",
  "iam:GetPolicyVersion",
  "iam:GetRole",
  "iam:GetRolePolicy",
  "iam:ListAttachedRolePolicies",
  "iam:ListPolicies",
  "iam:ListRolePolicies",
  "iam:ListRoles",
  "kms:ListAliases",
  "kms:ListKeys",
  "s3:ListAllMyBuckets",
  "cloudwatch:DescribeAlarms",
  "cloudwatch:GetDashboard",
  "cloudwatch:ListDashboards",
  "budgets:ViewBudget",
  "resource-groups:GetGroup",
  "resource-groups:GetGroupQuery",
  "resource-groups:ListGroupResources",
  "resource-groups:ListGroups",
  "servicecatalog:DescribePortfolio",
  "servicecatalog:DescribeProductAsAdmin",
  "servicecatalog:ListPortfolios",
  "servicecatalog:ListPrincipalsForPortfolio",
  "servicecatalog:SearchProductsAsAdmin",
];

/** Settings of the keys and buckets of the account. */
const keySettings = ["kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus"];
const bucketSettings = [
  "s3:GetBucketLocation",
  "s3:GetBucketLogging",
  "s3:GetBucketObjectLockConfiguration",
  "s3:GetBucketPolicy",
  "s3:GetBucketPublicAccessBlock",
  "s3:GetBucketVersioning",
  "s3:GetEncryptionConfiguration",
  "s3:GetLifecycleConfiguration",
];

/** Data that users and jobs write. A hub has no network, so hub administrators can read it from any network or not at all. */
const readWork = (context: AwsContext): Permission[] => [
  allow("List and describe the SageMaker resources of all environments.", {
    Sid: "SeeWork",
    Action: sagemaker("BatchDescribeModelPackage", "Describe*"),
    Resource: arnsIn(context, "sagemaker", "*"),
    Condition: isManaged,
  }),
  allow("List jobs, pipelines and model packages.", {
    Sid: "ListWork",
    Action: sagemaker(
      "ListAutoMLJobs",
      "ListModelPackageGroups",
      "ListModelPackages",
      "ListPipelineExecutions",
      "ListPipelines",
      "ListProcessingJobs",
      "ListTransformJobs",
    ),
    Resource: "*",
  }),
  allow("Read SageMaker logs.", {
    Sid: "ReadLogs",
    Action: ["logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents"],
    Resource: arnsIn(context, "logs", "log-group:/aws/sagemaker/*"),
  }),
  allow("Read metrics.", { Sid: "ReadMetrics", Action: ["cloudwatch:GetMetricData", "cloudwatch:ListMetrics"], Resource: "*" }),
];

/** Permissions for data science administrators of a hub: to support all environments, but not to read data. */
export const administratorPermissions = ({ context, peopleNetwork }: Pick<RoleInputs, "context" | "peopleNetwork">): Permission[] => [
  listNames,
  allow("Describe networks, roles, domains, alarms, products and budgets, and list keys and buckets.", {
    Sid: "SeeSettings",
    Action: settingsReads,
    Resource: "*",
  }),
  allow("Describe the account's keys.", { Sid: "SeeKeys", Action: keySettings, Resource: arnsIn(context, "kms", "key/*") }),
  allow("Read the settings of the account's buckets.", {
    Sid: "SeeBuckets",
    Action: bucketSettings,
    Resource: "*",
    Condition: inAccount(context.accountId),
  }),
  ...(peopleNetwork === "anywhere" ? readWork(context) : []),
  allow("Read published values.", {
    Sid: "ReadValues",
    Action: ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"],
    Resource: arnsIn(context, "ssm", "parameter/cloister/*"),
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
      "StopMonitoringSchedule",
      ...shortenActions(stopJobActions),
    ),
    Resource: arnsIn(context, "sagemaker", "*"),
    Condition: isManaged,
  }),
];
