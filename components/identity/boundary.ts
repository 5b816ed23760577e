// Permissions boundaries: the most that roles can do, whatever their own policies allow. Pure.
import { type FeatureName } from "../network/catalogue";
import { featureActions, featuresWithPermissions } from "./feature-permissions";
import { deniesOf, type GuardrailChoice, isAboutNotebooks, type Perimeter, guardrailsOf, withoutNotebooks } from "./guardrails";
import { policyDocumentOf, type Permission } from "../aws/policy-document";
import { type AwsContext } from "../aws/context";
import { rolePath, rolesAt } from "./role-path";

/** Most characters of a managed policy. Source: AWS "IAM and AWS STS quotas". */
export const managedPolicyLimit = 6144;

/** Calls to this region only. */
const inRegion = ({ region }: AwsContext) => ({ StringEquals: { "aws:RequestedRegion": region } });

/** What one environment needs in its boundary, besides what every environment needs. */
export interface BoundaryNeeds {
  /** Existing roles that can be passed to SageMaker, `arn:…:role/…`. */
  roleArns: string[];
  /** Features of the network. */
  features: FeatureName[];
}

/** Everything that roles for data, models and Studio need. Nothing that changes networks, keys, buckets or permissions. */
const environmentMaximum = (context: AwsContext, environment: string, { roleArns, features }: BoundaryNeeds): Permission[] => [
  {
    about:
      "At most, only in this region: SageMaker; objects in buckets; use of keys; logs, metrics, images and published values; network interfaces of jobs; permissions of the network features.",
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
    about: "Pass only roles of the environment, and only to SageMaker.",
    statement: {
      Sid: "PassOwnRoles",
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: [rolesAt(context, rolePath(context, environment, "work")), ...roleArns],
      Condition: { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
    },
  },
];

/** Boundary of the roles of one environment: its maximum, and its guardrails with its own subnets, security groups and keys. */
export const environmentBoundary = (
  context: AwsContext,
  environment: string,
  choice: GuardrailChoice,
  { roleArns, features, ...perimeter }: Perimeter & BoundaryNeeds,
): Permission[] => [
  ...environmentMaximum(context, environment, { roleArns, features }),
  ...deniesOf(withoutNotebooks(guardrailsOf(choice)), perimeter),
];

/** How many values the boundary of an environment names. */
export interface BoundaryCounts extends BoundaryNeeds {
  subnets: number;
  groups: number;
  /** Keys of buckets. */
  resultKeys: number;
  instanceTypes: string[];
}

/** By how many characters the boundary of an environment exceeds the limit; 0 if it fits. Unknown values count with their longest form. */
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
 * Boundary of hub roles, of existing roles, and of model roles in target accounts: what environments and the administrator of a hub need.
 * Calls must name a network and keys, but any: only an environment knows its own.
 */
export const accountBoundary = (context: AwsContext): Permission[] => [
  {
    about:
      "At most, only in this region: SageMaker; objects and settings of buckets; use and administration of keys; logs, metrics, alarms, images and published values; network interfaces of jobs; descriptions of networks; products; permissions of all network features.",
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
    about: "Pass only roles of Cloister, and only to SageMaker.",
    statement: {
      Sid: "PassOwnRoles",
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: rolesAt(context, "/cloister/"),
      Condition: { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
    },
  },
  {
    about: "Never change key policies, registry policies, object ACLs or the settings of logs.",
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
    about: "Grant keys only to AWS services.",
    statement: {
      Sid: "GrantsForAwsOnly",
      Effect: "Deny",
      Action: "kms:CreateGrant",
      Resource: "*",
      Condition: { BoolIfExists: { "kms:GrantIsForAWSResource": "false" } },
    },
  },
  // Products create notebook instances under these roles, so the strict guardrails on them apply too.
  ...deniesOf(
    guardrailsOf({ profile: "strict", networkIsolation: false }).filter(
      (guardrail) => guardrail.from !== "strict" || isAboutNotebooks(guardrail),
    ),
  ),
];
