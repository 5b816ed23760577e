// Builds permissions boundaries: the maximum permissions of roles, regardless of their other policies. Pure.
import { type FeatureName } from "../network/catalogue";
import { featureActions, featuresWithPermissions } from "./feature-permissions";
import {
  conditionsOf,
  deniesOf,
  type Guardrail,
  type GuardrailChoice,
  guardrails,
  guardrailsOf,
  isAboutNotebooks,
  type Perimeter,
  withoutNotebooks,
} from "./guardrails";
import { shortenActions } from "./action-patterns";
import { type PeopleNetwork } from "./permissions/facts";
import { noPublicAddresses } from "./permissions/data";
import { sagemaker } from "./permissions/permission";
import { policyDocumentOf, type Permission, type Statement } from "../aws/policy-document";
import { type AwsContext, viaServices } from "../aws/context";
import { limits } from "../aws/limits";
import { rolePath, rolesAt } from "../aws/role-path";
import { userRoleAt } from "./user-role-names";

/** Condition that matches only calls to this region. */
const inRegion = ({ region }: AwsContext) => ({ StringEquals: { "aws:RequestedRegion": region } });

type Condition = NonNullable<Statement["Condition"]>;
/** Conditions that must all be true. Each operator contains the keys of all conditions. */
const merged = (...conditions: Condition[]): Condition =>
  conditions.reduce<Condition>((all, condition) => {
    for (const [operator, keys] of Object.entries(condition)) all[operator] = { ...all[operator], ...keys };
    return all;
  }, {});

/** What the permissions boundary of one environment must allow in addition to what every environment needs. */
export interface BoundaryNeeds {
  /** Existing roles that can be passed to SageMaker, `arn:…:role/…`. */
  roleArns: string[];
  /** Network features. */
  features: FeatureName[];
  /** Whether the environment has products that users launch. Default: false. */
  hasProducts?: boolean;
}

/** Actions of users of products. Source: the permissions of data scientists. */
const productMaximum = [
  "servicecatalog:Describe*",
  "servicecatalog:List*",
  "servicecatalog:ProvisionProduct",
  "servicecatalog:Search*",
  "servicecatalog:*teProvisionedProduct",
];

/**
 * SageMaker actions as patterns, because IAM limits the size of policies. A test lists the actions that they match.
 * New AWS actions that change sign-in, sharing or compute match none of the patterns.
 */
const sagemakerMaximum = [
  "*Describe*",
  "List*",
  "*Search*",
  "Query*",
  "BatchPut*",
  "Stop*",
  "*AutoMLJob*",
  "*JobDefinition",
  "*ProcessingJob",
  "*TrainingJob",
  "*TransformJob",
  "*TuningJob",
  "*Schedule",
  "*Endpoint*",
  "*Pipeline*",
  "*PackageGroup",
  "CreateModelPackage",
  "*eModel",
  "*teExperiment",
  "*Trial*",
  "*teSpace",
  "*teApp",
  "StartNotebookInstance",
];

/** SageMaker actions that administrators of a hub, their products and existing team administrators also need. */
const accountMaximum = ["*teNotebookInstance", "UpdateModelPackage"];

/** Compute that has no network configuration, which only the profile `open` allows. */
const otherCompute = shortenActions(guardrails.find(({ id }) => id === "NoOtherCompute")!.actions);

/** A tag decides which environment and which user a resource belongs to, so no role changes tags later. */
const tagOnCreation: Permission = {
  about: "Tag SageMaker resources only on creation.",
  statement: {
    Sid: "TagOnCreation",
    Effect: "Allow",
    Action: "sagemaker:AddTags",
    Resource: "*",
    Condition: { Null: { "sagemaker:TaggingAction": "false" } },
  },
};

/** Opens profiles and notebook instances with the caller's name, and the profile of the calling app. */
const openOwn = ({ partition }: AwsContext): Permission[] => [
  {
    about: "Open only user profiles and notebook instances whose tag `cloister:person` is the caller's session name.",
    statement: {
      Sid: "OpenOwn",
      Effect: "Allow",
      Action: sagemaker("*DomainUrl", "*InstanceUrl"),
      Resource: "*",
      Condition: { StringLike: { "aws:userid": "*:${aws:ResourceTag/cloister:person}" } },
    },
  },
  {
    about: "Open the user profile of the calling app.",
    statement: {
      Sid: "OpenOwnApps",
      Effect: "Allow",
      Action: "sagemaker:CreatePresignedDomainUrl",
      Resource: `arn:${partition}:sagemaker:*:*:user-profile/\${sagemaker:DomainId}/\${sagemaker:UserProfileName}`,
    },
  },
];

/** Otherwise, a role could send data to resources of another account whose policies allow the role. */
const inOwnAccount = ({ accountId }: AwsContext, pushes: string[] = []): Permission => ({
  about: `Write objects, use keys, ${pushes.length > 0 ? "push images, " : ""}register models, start pipelines and invoke endpoints only in this account.`,
  statement: {
    Sid: "InOwnAccount",
    Effect: "Deny",
    Action: [
      "kms:*",
      "s3:PutObject",
      ...pushes,
      ...sagemaker("*ateModelPackage", "InvokeEndpoint*", "PutRecord", "StartPipelineExecution"),
    ],
    Resource: "*",
    // The key is absent if a call names no resource.
    Condition: { StringNotEquals: { "aws:ResourceAccount": accountId }, Null: { "aws:ResourceAccount": "false" } },
  },
});

/**
 * Only team administrators approve models.
 * The life cycle stage of a model also has an approval status, whose text any caller can choose.
 */
const notApproved = {
  StringNotEqualsIgnoreCase: { "sagemaker:ModelApprovalStatus": "Approved", "sagemaker:ModelLifeCycle:StageStatus": "Approved" },
};
/** A change can replace the image and the artifact, so a changed model version needs approval again. */
const revise: Permission = {
  about: "Change model versions only by setting them to pending or rejected, unless the role is a team administrator.",
  statement: {
    Sid: "Revise",
    Effect: "Allow",
    Action: "sagemaker:UpdateModelPackage",
    Resource: "*",
    Condition: {
      // `PendingManualApproval` and `Rejected`, as patterns, because IAM limits the size of policies.
      StringLike: { "sagemaker:ModelApprovalStatus": ["P*", "R*"] },
      StringNotEqualsIgnoreCase: { "sagemaker:ModelLifeCycle:StageStatus": "Approved" },
    },
  },
};
const approve = (context: AwsContext, environment: string): Permission => ({
  about: "Approve models, as a team administrator.",
  statement: {
    Sid: "Approve",
    Effect: "Allow",
    Action: "sagemaker:UpdateModelPackage",
    Resource: "*",
    Condition: {
      ArnLike: { "aws:PrincipalArn": userRoleAt(context, environment, "team-administrator") },
    },
  },
});

/** SageMaker writes offline feature stores from the SageMaker network, to the bucket in the request. */
const noOfflineStores = { Null: { "sagemaker:FeatureGroupOfflineStoreS3Uri": "true" } };

/** Allows what roles for data, models and Studio need, but no change to networks, keys, buckets or permissions. */
const environmentMaximum = (
  context: AwsContext,
  environment: string,
  { profile }: GuardrailChoice,
  { roleArns, features, hasProducts = false }: BoundaryNeeds,
  guardrailConditions: NonNullable<Statement["Condition"]>,
): Permission[] => [
  {
    about:
      "At most, and only in this region: SageMaker jobs, models, endpoints, pipelines, monitors, experiments, spaces and apps; bucket objects; key use; logs, metrics, images and published values; network interfaces for jobs; permissions for the network features. Model approval is not included, and SageMaker calls must meet the guardrails.",
    statement: {
      Sid: "AtMost",
      Effect: "Allow",
      Action: [
        ...sagemaker(...sagemakerMaximum, ...(profile === "open" ? otherCompute : [])),
        "s3:AbortMultipartUpload",
        "s3:DeleteObject",
        "s3:GetBucketLocation",
        "s3:GetObject*",
        "s3:List*",
        "s3:PutObject",
        "kms:*crypt",
        "kms:CreateGrant",
        "kms:DescribeKey",
        "kms:GenerateDataKey*",
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:Describe*",
        "logs:Get*",
        "logs:*LogEvents",
        "logs:StartQuery",
        "cloudwatch:Describe*",
        "cloudwatch:GetDashboard",
        "cloudwatch:GetMetric*",
        "cloudwatch:List*",
        "cloudwatch:PutMetricData",
        "ecr:BatchCheck*",
        "ecr:BatchGetImage",
        "ecr:Get*",
        "ec2:*eNetworkInterface*",
        "ec2:Describe*",
        "ssm:GetParameter*",
        "resource-groups:Get*",
        "resource-groups:List*",
        "tag:GetResources",
        ...featureActions(features),
        ...(hasProducts ? productMaximum : []),
      ],
      Resource: "*",
      Condition: merged(
        inRegion(context),
        notApproved,
        profile !== "open" && features.includes("features") ? noOfflineStores : {},
        guardrailConditions,
      ),
    },
  },
  revise,
  approve(context, environment),
  tagOnCreation,
  ...openOwn(context),
  {
    about: "View budgets, which have no region.",
    statement: { Sid: "SeeBudgets", Effect: "Allow", Action: "budgets:ViewBudget", Resource: "*" },
  },
  {
    about: "Pass only the environment's roles, and only to SageMaker.",
    statement: {
      Sid: "PassOwnRoles",
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: [rolesAt(context, rolePath(context, environment)), ...roleArns],
      Condition: { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
    },
  },
  inOwnAccount(context),
];

/** A positive list of actions needs no statement that denies other actions. */
const withoutNever = (selected: readonly Guardrail[]) => selected.filter(({ requires }) => !("never" in requires));

/**
 * Permissions boundary for the roles of one environment: the maximum permissions, and the guardrails with the
 * environment's subnets, security groups and keys.
 */
export function environmentBoundary(
  context: AwsContext,
  environment: string,
  choice: GuardrailChoice,
  { roleArns, features, hasProducts = false, ...perimeter }: Perimeter & BoundaryNeeds,
): Permission[] {
  const selected = withoutNotebooks(withoutNever(guardrailsOf(choice))).filter(
    ({ id, actions }) => id !== "OfflineFeatureKey" && (features.includes("features") || !actions.includes("CreateFeatureGroup")),
  );
  const { condition, rest } = conditionsOf(selected, perimeter);
  return [
    ...environmentMaximum(context, environment, choice, { roleArns, features, hasProducts }, condition),
    ...deniesOf(rest, perimeter),
  ];
}

/** Number of values that the permissions boundary of an environment names. */
export interface BoundaryCounts extends BoundaryNeeds {
  subnets: number;
  groups: number;
  /** KMS keys that encrypt buckets. */
  resultKeys: number;
  instanceTypes: string[];
}

/**
 * Number of characters by which the permissions boundary of an environment exceeds the limit; 0 if it does not.
 * Unknown values count with their maximum length.
 */
export function boundaryExcess(context: AwsContext, environment: string, choice: GuardrailChoice, counts: BoundaryCounts): number {
  const many = (count: number, text: string) => Array.from({ length: count }, () => text);
  const seventeen = "0".repeat(17);
  const keyArn = `arn:${context.partition}:kms:${context.region}:${context.accountId}:key/${"0".repeat(36)}`;
  const perimeter = {
    subnetIds: many(counts.subnets, `subnet-${seventeen}`),
    securityGroupIds: many(counts.groups, `sg-${seventeen}`),
    keyArn,
    resultKeyArns: many(counts.resultKeys, keyArn),
    instanceTypes: counts.instanceTypes,
    roleArns: counts.roleArns,
    features: counts.features,
    ...(counts.hasProducts && { hasProducts: true }),
  };
  return Math.max(0, policyDocumentOf(environmentBoundary(context, environment, choice, perimeter)).length - limits.managedPolicy.value);
}

/**
 * Existing roles have policies that Cloister does not manage. SageMaker does not make these calls.
 * Their VPC is unknown to the hub, so any VPC endpoint is enough.
 */
const readInside: Permission = {
  about: "Read logs and metrics, and search SageMaker resources, only through VPC endpoints.",
  statement: {
    Sid: "ReadInside",
    Effect: "Deny",
    Action: [
      "logs:FilterLogEvents",
      "logs:GetLog*",
      "logs:GetQuery*",
      "logs:Start*",
      "cloudwatch:GetMetric*",
      "cloudwatch:ListMetrics",
      ...sagemaker("*Search*", "QueryLineage"),
      "tag:GetResources",
    ],
    Resource: "*",
    Condition: { Null: { "aws:SourceVpc": "true" } },
  },
};

/**
 * Permissions boundary for hub roles, existing roles, and model roles in target accounts.
 * Allows what environments and hub administrators need. Calls must specify a network and keys, but no particular ones.
 */
export const accountBoundary = (context: AwsContext, network: PeopleNetwork = "vpc"): Permission[] => [
  {
    about:
      "At most, and only in this region: SageMaker jobs, models, endpoints, pipelines, monitors, experiments, spaces, apps and notebook instances; bucket objects and bucket settings; key use and key administration; logs, metrics, alarms, images and published values; network interfaces for jobs; network descriptions; Service Catalog products; permissions for all network features.",
    statement: {
      Sid: "AtMost",
      Effect: "Allow",
      Action: [
        ...sagemaker(...sagemakerMaximum, ...accountMaximum),
        "s3:AbortMultipartUpload",
        "s3:DeleteObject",
        "s3:GetBucket*",
        "s3:GetEncryptionConfiguration",
        "s3:GetLifecycleConfiguration",
        "s3:GetObject*",
        "s3:List*",
        "s3:PutObject",
        "kms:*crypt",
        "kms:CancelKeyDeletion",
        "kms:CreateGrant",
        "kms:DescribeKey",
        "kms:Disable*",
        "kms:Enable*",
        "kms:GenerateDataKey*",
        "kms:Get*",
        "kms:List*",
        "kms:RotateKeyOnDemand",
        "kms:ScheduleKeyDeletion",
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:Describe*",
        "logs:Get*",
        "logs:List*",
        "logs:*LogEvents",
        "logs:StartQuery",
        "logs:StopQuery",
        "cloudwatch:DeleteAlarms",
        "cloudwatch:Describe*",
        "cloudwatch:GetDashboard",
        "cloudwatch:GetMetric*",
        "cloudwatch:List*",
        "cloudwatch:PutDashboard",
        "cloudwatch:PutMetricAlarm",
        "cloudwatch:PutMetricData",
        "ecr:*Layer*",
        "ecr:BatchGetImage",
        "ecr:Describe*",
        "ecr:Get*",
        "ecr:List*",
        "ecr:PutImage",
        "ec2:Describe*",
        "ec2:*eNetworkInterface*",
        "ssm:Describe*",
        "ssm:GetParameter*",
        "resource-groups:Get*",
        "resource-groups:List*",
        "tag:GetResources",
        "servicecatalog:Describe*",
        "servicecatalog:List*",
        "servicecatalog:ProvisionProduct",
        "servicecatalog:Scan*",
        "servicecatalog:Search*",
        "servicecatalog:TerminateProvisionedProduct",
        "servicecatalog:UpdateProvisionedProduct",
        "cloudformation:Describe*",
        "cloudformation:Get*",
        "cloudformation:List*",
        ...featureActions(featuresWithPermissions),
      ],
      Resource: "*",
      Condition: inRegion(context),
    },
  },
  tagOnCreation,
  ...openOwn(context),
  {
    about: "Read roles, policies, budgets and the list of buckets, which have no region.",
    statement: {
      Sid: "ReadGlobal",
      Effect: "Allow",
      Action: ["iam:GetPolicy*", "iam:GetRole*", "iam:List*Polic*", "iam:ListRole*", "budgets:ViewBudget", "s3:ListAllMyBuckets"],
      Resource: "*",
    },
  },
  {
    about: "Pass only roles created by Cloister, and only to SageMaker.",
    statement: {
      Sid: "PassOwnRoles",
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: rolesAt(context, "/cloister/"),
      Condition: { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
    },
  },
  {
    about: "Create KMS grants only for AWS services.",
    statement: {
      Sid: "GrantsForAwsOnly",
      Effect: "Deny",
      Action: "kms:CreateGrant",
      Resource: "*",
      Condition: { BoolIfExists: { "kms:GrantIsForAWSResource": "false" } },
    },
  },
  inOwnAccount(context, ["ecr:*Upload*", "ecr:PutImage"]),
  ...(network === "vpc" ? [readInside] : []),
  noPublicAddresses,
  // Service Catalog products create notebook instances under these roles, so the strict guardrails on notebook
  // instances also apply.
  ...deniesOf(
    withoutNever(guardrailsOf({ profile: "strict", networkIsolation: false })).filter(
      (guardrail) => guardrail.from !== "strict" || isAboutNotebooks(guardrail),
    ),
  ),
];

/** Actions of launch roles. Source: the permissions of launch roles. */
const launchMaximum = [
  ...sagemaker(
    "*teNotebookInstance",
    "StartNotebookInstance",
    "StopNotebookInstance",
    "*teUserProfile",
    "*teSpace",
    "DescribeNotebookInstance",
    "DescribeSpace",
    "DescribeUserProfile",
    "DescribeImage*",
    "ListTags",
    "AddTags",
    "DeleteTags",
  ),
  "cloudformation:*teStack",
  "cloudformation:DescribeStack*",
  "cloudformation:GetTemplateSummary",
  "cloudformation:SetStackPolicy",
  "cloudformation:TagResource",
  "cloudformation:ValidateTemplate",
  "s3:GetObject",
  "kms:CreateGrant",
  "kms:Decrypt",
  "kms:DescribeKey",
  "ec2:*eNetworkInterface*",
  "ec2:Describe*",
  "identitystore:DescribeUser",
  "identitystore:ListUsers",
  "sso:DescribeInstance",
  "sso:ListInstances",
];

const launchedActions = ["CreateNotebookInstance", "UpdateNotebookInstance", "CreateSpace", "UpdateSpace"];

/**
 * Permissions boundary for the launch roles of one environment. The strict guardrails on notebook instances and spaces
 * apply with every profile, because users without other permissions launch products.
 */
export const launchBoundary = (
  context: AwsContext,
  environment: string,
  perimeter: Perimeter,
  existingRoleArns: string[] = [],
): Permission[] => [
  {
    about:
      "At most, and only in this region: notebook instances, user profiles and spaces; stacks of products; templates; key use and network interfaces through SageMaker.",
    statement: { Sid: "AtMost", Effect: "Allow", Action: launchMaximum, Resource: "*", Condition: inRegion(context) },
  },
  {
    about: "Pass only the environment's roles and existing execution roles, and only to SageMaker.",
    statement: {
      Sid: "PassOwnRoles",
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource:
        existingRoleArns.length === 0
          ? rolesAt(context, rolePath(context, environment))
          : [rolesAt(context, rolePath(context, environment)), ...existingRoleArns],
      Condition: { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
    },
  },
  {
    about: "Use keys only through SageMaker.",
    statement: {
      Sid: "KeysThroughSageMaker",
      Effect: "Deny",
      Action: "kms:*",
      Resource: "*",
      Condition: { StringNotEquals: { "kms:ViaService": viaServices(context, ["sagemaker"]) } },
    },
  },
  {
    // Users select topics in `NotificationArns` of a launch, which no condition key limits. Events contain parameters.
    about: "Publish no events of stacks to topics, also not to those whose policy allows it.",
    statement: { Sid: "NoTopics", Effect: "Deny", Action: "sns:*", Resource: "*" },
  },
  noPublicAddresses,
  ...deniesOf(
    guardrailsOf({ profile: "strict", networkIsolation: false })
      .map((guardrail) => ({ ...guardrail, actions: guardrail.actions.filter((name) => launchedActions.includes(name)) }))
      .filter(({ actions }) => actions.length > 0),
    perimeter,
  ),
];
