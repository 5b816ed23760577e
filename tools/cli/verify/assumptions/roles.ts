// Assumptions about calls and condition keys of roles. Data only.
import {
  fromRuns,
  fromSimulation,
  fromTags,
  fromTrail,
  isDataScientist,
  isDenied,
  isEither,
  isPipelineRole,
  isServiceRole,
  unknown,
} from "../evidence";
import { type Assumption, type CreatingCheck, type SimulatedRequest, type Target, type TrailEvent } from "../types";

const existingServiceRoles = "supply `existingRoles.execution` and `existingRoles.model` with other conditions";
const permissions = "components/identity/permissions";

/** Actions that steps of a pipeline call. */
const stepCalls = [
  "CreateTrainingJob",
  "CreateProcessingJob",
  "CreateTransformJob",
  "CreateModel",
  "DescribeTrainingJob",
  "DescribeProcessingJob",
];

/** Keys of tags that a request can have. */
const allowedTag = (key: string) => /^(cloister:|sagemaker:|sagemaker-sdk:)/.test(key);
const tagKeys = ({ request }: TrailEvent) =>
  ((request.tags ?? []) as { key?: string; Key?: string }[]).map(({ key, Key }) => key ?? Key ?? "");

/** A sample of the requests that the permission tests decide with their own evaluation. */
function samples({ partition, account, region, environment, values }: Target): SimulatedRequest[] {
  const inside = {
    "aws:SourceVpc": [values["vpc-id"]],
    "aws:SourceVpce": [values["s3-endpoint-id"]],
    "aws:ResourceAccount": [account],
  };
  const object = `arn:${partition}:s3:::${values["data-bucket-name"]}/x`;
  const job = `arn:${partition}:sagemaker:${region}:${account}:training-job/x`;
  const ownTag = { "aws:ResourceTag/cloister:environment": [environment] };
  const grant = { "kms:GrantIsForAWSResource": ["true"], "kms:ViaService": [`sagemaker.${region}.amazonaws.com`] };
  return [
    { role: "execution", action: "s3:GetObject", resource: object, context: inside, want: "allowed" },
    { role: "execution", action: "sagemaker:DescribeTrainingJob", resource: job, context: { ...inside, ...ownTag }, want: "allowed" },
    { role: "execution", action: "sagemaker:DescribeTrainingJob", resource: job, context: inside, want: "denied" },
    { role: "execution", action: "sagemaker:CreateDomain", resource: "*", context: inside, want: "denied" },
    { role: "execution", action: "kms:CreateGrant", resource: values["volume-key-arn"], context: grant, want: "allowed" },
    {
      role: "model",
      action: "s3:GetObject",
      resource: `arn:${partition}:s3:::${values["model-bucket-name"]}/x`,
      context: inside,
      want: "allowed",
    },
    { role: "model", action: "s3:PutObject", resource: object, context: inside, want: "denied" },
    { role: "pipeline", action: "sagemaker:CreateDomain", resource: "*", context: {}, want: "denied" },
    { role: "data-scientist", action: "s3:GetObject", resource: object, context: inside, want: "denied" },
    {
      role: "data-scientist",
      action: "kms:Decrypt",
      resource: values["data-key-arn"],
      context: { "kms:ViaService": [`s3.${region}.amazonaws.com`] },
      want: "denied",
    },
  ];
}

/** Sends EC2 a request to authorize this account, which AWS has not authorized. No other account is named. */
const rejectsAccounts: CreatingCheck = {
  creates: "a network interface in a private subnet",
  async run({ account, values }, aws, keep) {
    const interfaceId = await aws.createInterface({
      subnetId: values["subnet-ids"].split(",")[0]!,
      groupId: values["workload-security-group-id"],
    });
    keep({ what: `network interface ${interfaceId}`, remove: () => aws.deleteInterface(interfaceId) });
    const error = await aws.authorizeAccount(interfaceId, account);
    if (error === undefined) return { state: "fails", detail: `EC2 accepted account ${account} for ${interfaceId}` };
    return isDenied({ errorCode: error })
      ? unknown(`these credentials cannot call CreateNetworkInterfacePermission (${error})`)
      : { state: "holds", detail: `EC2 rejected account ${account} with ${error}` };
  },
};

const sourceArn = (id: string, what: string, check: Assumption["check"]): Assumption => ({
  id,
  area: "roles",
  text: `SageMaker sets \`aws:SourceArn\` and \`aws:SourceAccount\` when it assumes a role for ${what}. AWS documents the keys, but gives examples only for other resources.`,
  code: { file: "components/identity/trust-policy.ts", symbol: "sagemakerTrust" },
  effect: `${what} cannot start`,
  fallback: "supply existing roles (`existingRoles`, `studio.profiles[].roleArn`) whose trust policy has no `aws:SourceArn`",
  check,
});
const roleError = /assume|trust/i;

export const roleAssumptions: Assumption[] = [
  {
    id: "interfaces-outside-endpoints",
    area: "roles",
    text: "SageMaker makes its own calls for network interfaces through no VPC endpoint of the environment",
    code: { file: `${permissions}/data.ts`, symbol: "joinNetwork" },
    effect: "jobs and endpoints fail to start",
    fallback: existingServiceRoles,
    check: fromTrail({
      events: ["CreateNetworkInterface"],
      by: isServiceRole,
      contradicts: (event) => isDenied(event) || event.endpointId !== undefined,
      missing: "run a job in an app",
    }),
  },
  {
    id: "authorized-accounts",
    area: "roles",
    text: "EC2 accepts only accounts that AWS has authorized for `CreateNetworkInterfacePermission`. SageMaker makes this call for such an account, or for the service `sagemaker.amazonaws.com`",
    code: { file: `${permissions}/data.ts`, symbol: "CreateNetworkInterfacePermission" },
    effect: "a stolen session can share an interface with another account; or jobs fail to start",
    fallback: existingServiceRoles,
    check: fromTrail({ events: ["CreateNetworkInterfacePermission"], by: isServiceRole, missing: "run a job in an app" }),
    creates: rejectsAccounts,
  },
  {
    id: "notebook-start-calls",
    area: "roles",
    text: "SageMaker starts a notebook instance with the permissions of the caller, and its calls have `aws:ViaAWSService` = `true`",
    code: { file: `${permissions}/sagemaker.ts`, symbol: "startNotebooks" },
    effect: "data scientists cannot start their notebook instances",
    fallback: "supply `existingRoles.data-scientist` without the condition",
    check: fromTrail({
      events: ["CreateNetworkInterface", "StartNotebookInstance"],
      by: isDataScientist,
      contradicts: (event) => isDenied(event) || (event.name === "CreateNetworkInterface" && event.invokedBy === undefined),
      missing: "start a notebook instance with the role data-scientist",
    }),
  },
  {
    id: "no-reads-of-sagemaker",
    area: "roles",
    text: "SageMaker reads no logs and describes no jobs under the execution role from its own network: AutoML, Model Monitor, Clarify, hosting",
    code: { file: `${permissions}/service-roles.ts`, symbol: "workWithData" },
    effect: "AutoML jobs and monitors fail with access denied",
    fallback: "`people.network: anywhere`",
    check: fromRuns({
      kind: "AutoML job",
      succeeded: ["Completed"],
      reason: /AccessDenied|not authorized/i,
      missing: "run an AutoML job in an app",
    }),
  },
  {
    id: "studio-page-calls",
    area: "roles",
    text: "The Studio page opens with descriptions of the domain, profiles and apps, and lists of spaces. Its other pages call SageMaker through the VPC, or are not needed",
    code: { file: `${permissions}/sagemaker.ts`, symbol: "useSpaces" },
    effect: "the pages for spaces, jobs, models and pipelines show no content",
    fallback: "`people.network: anywhere`, or the AWS CLI in an app",
    check: fromTrail({
      events: ["ListSpaces", "ListTrainingJobs", "ListPipelines", "ListModelPackageGroups"],
      by: isServiceRole,
      missing: "open the pages of Studio",
    }),
  },
  {
    id: "describe-in-domain",
    area: "roles",
    text: "Calls of Studio that describe a space have `sagemaker:DomainId`, so that resources of policies can contain it. AWS's sample allows these calls for all resources",
    code: { file: `${permissions}/sagemaker.ts`, symbol: "SeeSpaces" },
    effect: "Studio shows no settings of spaces",
    fallback: "supply `existingRoles.execution` with `Resource: *` for `DescribeSpace`",
    check: fromTrail({
      events: ["DescribeSpace"],
      by: isServiceRole,
      missing: "open a space in Studio",
    }),
  },
  {
    id: "context-in-boundary",
    area: "roles",
    text: "The context of calls in Studio contains `sagemaker:DomainId` and `sagemaker:UserProfileName`, including in a permissions boundary",
    code: { file: "components/identity/boundary.ts", symbol: "OpenOwnApps" },
    effect: "Studio cannot open apps",
    fallback: "the user opens Studio again with the role `data-scientist`",
    check: fromTrail({ events: ["CreateSpace", "CreateApp"], by: isServiceRole, missing: "create a space and run it in Studio" }),
  },
  {
    id: "pipeline-calls",
    area: "roles",
    text: "SageMaker Pipelines calls only create, describe, stop and update actions of steps, and `ListModelPackages` for baselines",
    code: { file: `${permissions}/sagemaker.ts`, symbol: "runSteps" },
    effect: "a step of a pipeline fails with access denied",
    fallback: "supply `existingRoles.pipeline`",
    check: fromTrail({ events: stepCalls, by: isPipelineRole, missing: "start a pipeline with a training step" }),
  },
  {
    id: "pipeline-role-without-network",
    area: "roles",
    text: "SageMaker checks the permissions for network interfaces and image pulls on the role of a job, not on the pipeline role",
    code: { file: `${permissions}/service-roles.ts`, symbol: "pipelinePermissions" },
    effect: "a pipeline cannot start a step",
    fallback: "supply `existingRoles.pipeline`",
    check: fromTrail({
      events: ["CreateNetworkInterface"],
      by: isServiceRole,
      contradicts: (event, target) => isPipelineRole(target, event),
      missing: "start a pipeline with a training step",
    }),
  },
  {
    id: "tuning-definitions",
    area: "roles",
    text: "The condition keys of a tuning job with several definitions contain the network, keys and instance types of each definition",
    code: { file: "components/identity/guardrails.ts", symbol: "InSubnets" },
    effect: "one definition can run without the network, where key and bucket policies deny it all data",
    fallback: "none: AWS has no key for the number of definitions",
    check: fromTrail({
      events: ["CreateHyperParameterTuningJob"],
      by: isEither(isServiceRole, isDataScientist),
      when: ({ request }) =>
        ((request.trainingJobDefinitions ?? []) as { vpcConfig?: unknown }[]).some(({ vpcConfig }) => vpcConfig === undefined),
      contradicts: ({ errorCode }) => errorCode === undefined,
      supports: isDenied,
      missing: "start a tuning job with two definitions, one of them without a network",
    }),
  },
  {
    id: "validation-containers",
    area: "roles",
    text: "The container of a validation job of a model package gets a session of the execution role in the network of SageMaker",
    code: { file: `${permissions}/service-roles.ts`, symbol: "executionPermissions" },
    effect: "nothing: the session can read no data, logs or descriptions in this network",
    fallback: "none",
    check: { none: "no effect depends on it" },
  },
  {
    id: "tags-on-creation",
    area: "roles",
    text: "SageMaker checks `AddTags` for each call that creates a resource with tags",
    code: { file: "components/identity/boundary.ts", symbol: "TagOnCreation" },
    effect: "nothing for environments, because each statement also restricts the tags",
    fallback: "none",
    check: { none: "no effect depends on it" },
  },
  {
    id: "added-tags",
    area: "roles",
    text: "Studio and the SageMaker Python SDK add only tags of the domain and the user profile, and keys that start with `sagemaker:` or `sagemaker-sdk:`",
    code: { file: `${permissions}/permission.ts`, symbol: "onlyOwnTags" },
    effect: "Studio cannot create a space or an app, or the SDK a job",
    fallback: "supply `existingRoles.execution` with other conditions",
    check: fromTrail({
      events: ["CreateSpace", "CreateApp", "CreateTrainingJob", "CreateProcessingJob", "CreateModel"],
      by: isServiceRole,
      contradicts: (event) => isDenied(event) && tagKeys(event).some((key) => !allowedTag(key)),
      missing: "create a space, an app and a job in Studio",
    }),
  },
  {
    id: "metric-namespaces",
    area: "roles",
    text: "SageMaker writes metrics only to the namespaces that AWS documents",
    code: { file: `${permissions}/data.ts`, symbol: "metricNamespaces" },
    effect: "metrics of a job or monitor are missing",
    fallback: "supply `existingRoles.execution`",
    check: { none: "CloudTrail does not record PutMetricData" },
  },
  {
    id: "domain-tags",
    area: "roles",
    text: "SageMaker copies the tags of a domain and a user profile to the spaces and apps that users create",
    code: { file: "components/studio/domain.ts", symbol: "tagPropagation" },
    effect: "drain and cost reports do not find spaces and apps of users",
    fallback: "tag spaces and apps when you create them",
    check: fromTags("app", "create a space and run it in Studio"),
  },
  {
    id: "pipeline-execution-tags",
    area: "roles",
    text: "An execution of a pipeline has the tags of the pipeline",
    code: { file: `${permissions}/sagemaker.ts`, symbol: "StartPipelineExecution" },
    effect: "users cannot describe, stop or retry an execution",
    fallback: "an administrator tags the execution",
    check: fromTags("pipeline execution", "start a pipeline"),
  },
  {
    id: "model-version-tags",
    area: "roles",
    text: "A version of a model has the tags of its model package group",
    code: { file: `${permissions}/sagemaker.ts`, symbol: "Model package versions inherit the tags" },
    effect: "users cannot describe or approve a version",
    fallback: "an administrator tags the version",
    check: fromTags("model package version", "register a model version"),
  },
  {
    id: "monitor-definition-name",
    area: "roles",
    text: "`sagemaker:ModelMonitorJobDefinitionName` is set for a schedule that names a job definition, and absent for one that contains its job",
    code: { file: "components/identity/guardrails.ts", symbol: "ModelMonitorJobDefinitionName" },
    effect: "monitoring schedules are denied, or can run without the network",
    fallback: "the guardrail profile `open`, or schedules that the deploying role creates",
    check: fromTrail({
      events: ["CreateMonitoringSchedule"],
      by: isEither(isServiceRole, isDataScientist),
      when: ({ request }) =>
        (request.monitoringScheduleConfig as { monitoringJobDefinitionName?: string } | undefined)?.monitoringJobDefinitionName !==
        undefined,
      missing: "create a monitoring schedule with a job definition",
    }),
  },
  {
    id: "role-propagation",
    area: "roles",
    text: "IAM has propagated a role and its policies when CreateNotebookInstance and CreateDomain use the role. The AWS provider repeats the call",
    code: { file: "components/identity/create-role.ts", symbol: "The returned ARN is known only once the policies exist" },
    effect: "a first deployment stops with a validation error",
    fallback: "deploy again",
    check: fromTrail({
      events: ["CreateNotebookInstance", "CreateDomain"],
      by: () => true,
      contradicts: ({ errorMessage = "" }) => roleError.test(errorMessage),
      missing: "deploy an environment in the observed days",
    }),
  },
  sourceArn(
    "source-arn-notebooks",
    "notebook instances",
    fromRuns({
      kind: "notebook instance",
      succeeded: ["InService", "Stopped"],
      reason: roleError,
      missing: "deploy a notebook instance (studio.notebooks)",
    }),
  ),
  sourceArn(
    "source-arn-automl",
    "AutoML jobs",
    fromRuns({ kind: "AutoML job", succeeded: ["Completed", "InProgress"], reason: roleError, missing: "run an AutoML job in an app" }),
  ),
  sourceArn(
    "source-arn-monitors",
    "executions of monitoring schedules",
    fromRuns({
      kind: "monitoring execution",
      succeeded: ["Completed", "CompletedWithViolations"],
      reason: roleError,
      missing: "create a monitoring schedule and wait for an execution",
    }),
  ),
  {
    id: "iam-evaluation",
    area: "roles",
    text: "IAM evaluates policies in the same way as the permission tests",
    code: { file: "tests/permissions/simulator.ts", symbol: "decide" },
    effect: "a role can do less or more than the permission tests show",
    fallback: "supply `existingRoles` with other policies",
    check: fromSimulation(samples),
  },
];
