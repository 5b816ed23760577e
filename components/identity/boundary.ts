// Builds permissions boundaries: the maximum permissions of roles, regardless of their other policies. Pure.
import { type FeatureName } from "../network/catalogue";
import { featureActions, featuresWithPermissions } from "./feature-permissions";
import { deniesOf, type GuardrailChoice, isAboutNotebooks, type Perimeter, guardrailsOf, withoutNotebooks } from "./guardrails";
import { policyDocumentOf, type Permission } from "../aws/policy-document";
import { type AwsContext } from "../aws/context";
import { rolePath, rolesAt } from "./role-path";

/** Maximum number of characters in a managed policy. Source: AWS "IAM and AWS STS quotas". */
export const managedPolicyLimit = 6144;

/** Condition that matches only calls to this region. */
const inRegion = ({ region }: AwsContext) => ({ StringEquals: { "aws:RequestedRegion": region } });

/** What the permissions boundary of one environment must allow in addition to what every environment needs. */
export interface BoundaryNeeds {
  /** Existing roles that can be passed to SageMaker, `arn:…:role/…`. */
  roleArns: string[];
  /** Network features. */
  features: FeatureName[];
}

/** Allows what roles for data, models and Studio need, but no change to networks, keys, buckets or permissions. */
const environmentMaximum = (context: AwsContext, environment: string, { roleArns, features }: BoundaryNeeds): Permission[] => [
  {
    about:
      "At most, and only in this region: SageMaker; bucket objects; key use; logs, metrics, images and published values; network interfaces for jobs; permissions for the network features.",
    statement: {
      Sid: "AtMost",
      Effect: "Allow",
      Action: [
        "sagemaker:*",
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
        "logs:CreateLog*",
        "logs:Describe*",
        "logs:FilterLogEvents",
        "logs:Get*",
        "logs:PutLogEvents",
        "logs:StartQuery",
        "cloudwatch:Describe*",
        "cloudwatch:Get*",
        "cloudwatch:List*",
        "cloudwatch:PutMetricData",
        "ecr:BatchCheck*",
        "ecr:BatchGetImage",
        "ecr:Get*",
        "ec2:*NetworkInterface*",
        "ec2:Describe*",
        "ssm:GetParameter*",
        "resource-groups:Get*",
        "resource-groups:List*",
        "tag:GetResources",
        ...featureActions(features),
      ],
      Resource: "*",
      Condition: inRegion(context),
    },
  },
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
      Resource: [rolesAt(context, rolePath(context, environment, "work")), ...roleArns],
      Condition: { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
    },
  },
];

/**
 * Permissions boundary for the roles of one environment: the maximum permissions, and the guardrails with the
 * environment's subnets, security groups and keys.
 */
export const environmentBoundary = (
  context: AwsContext,
  environment: string,
  choice: GuardrailChoice,
  { roleArns, features, ...perimeter }: Perimeter & BoundaryNeeds,
): Permission[] => [
  ...environmentMaximum(context, environment, { roleArns, features }),
  ...deniesOf(withoutNotebooks(guardrailsOf(choice)), perimeter),
];

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
  const many = (count: number, one: string) => Array.from({ length: count }, () => one);
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
  };
  return Math.max(0, policyDocumentOf(environmentBoundary(context, environment, choice, perimeter)).length - managedPolicyLimit);
}

/**
 * Permissions boundary for hub roles, existing roles, and model roles in target accounts.
 * Allows what environments and hub administrators need. Calls must specify a network and keys, but no particular ones.
 */
export const accountBoundary = (context: AwsContext): Permission[] => [
  {
    about:
      "At most, and only in this region: SageMaker; bucket objects and bucket settings; key use and key administration; logs, metrics, alarms, images and published values; network interfaces for jobs; network descriptions; Service Catalog products; permissions for all network features.",
    statement: {
      Sid: "AtMost",
      Effect: "Allow",
      Action: [
        "sagemaker:*",
        "s3:*Object*",
        "s3:AbortMultipartUpload",
        "s3:List*",
        "s3:Get*",
        "kms:*",
        "logs:*",
        "cloudwatch:*",
        "ecr:*",
        "ec2:Describe*",
        "ec2:*NetworkInterface*",
        "ssm:Describe*",
        "ssm:GetParameter*",
        "resource-groups:Get*",
        "resource-groups:List*",
        "tag:GetResources",
        "servicecatalog:*",
        "cloudformation:Describe*",
        "cloudformation:Get*",
        "cloudformation:List*",
        ...featureActions(featuresWithPermissions),
      ],
      Resource: "*",
      Condition: inRegion(context),
    },
  },
  {
    about: "Read roles, budgets and the list of buckets, which have no region.",
    statement: {
      Sid: "ReadGlobal",
      Effect: "Allow",
      Action: ["iam:Get*", "iam:List*", "budgets:ViewBudget", "s3:ListAllMyBuckets"],
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
    about: "Never change key policies, registry policies, object ACLs or log settings.",
    statement: {
      Sid: "KeepThePerimeter",
      Effect: "Deny",
      Action: [
        "kms:PutKeyPolicy",
        "kms:ReplicateKey",
        "kms:UpdatePrimaryRegion",
        "logs:DeleteLog*",
        "logs:DisassociateKmsKey",
        "logs:PutRetentionPolicy",
        "logs:*Subscription*",
        "logs:*ResourcePolicy",
        "logs:*Destination*",
        "logs:*Export*",
        "logs:*Delivery*",
        "ecr:SetRepositoryPolicy",
        "ecr:PutRegistryPolicy",
        "ecr:PutReplicationConfiguration",
        "s3:*ObjectAcl",
        "s3:*ObjectVersionAcl",
        "s3:BypassGovernanceRetention",
      ],
      Resource: "*",
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
  // Service Catalog products create notebook instances under these roles, so the strict guardrails on notebook
  // instances also apply.
  ...deniesOf(
    guardrailsOf({ profile: "strict", networkIsolation: false }).filter(
      (guardrail) => guardrail.from !== "strict" || isAboutNotebooks(guardrail),
    ),
  ),
];
