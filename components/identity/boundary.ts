// The most that roles may do, whatever their own policies say: put on each as its permissions boundary. Pure.
import { type FeatureName } from "../network/catalogue";
import { featureActions, featuresWithPermissions } from "./feature-permissions";
import { deniesOf, type GuardrailChoice, isAboutNotebooks, type Perimeter, guardrailsOf, withoutNotebooks } from "./guardrails";
import { policyDocumentOf, type Permission } from "../aws/policy-document";
import { type AwsContext } from "../aws/context";
import { rolePath, rolesAt } from "./role-path";

/** Characters that IAM takes of a managed policy. Source: AWS "IAM and AWS STS quotas". */
export const managedPolicyLimit = 6144;

/** What is asked in this region only. */
const onlyHere = ({ region }: AwsContext) => ({ StringEquals: { "aws:RequestedRegion": region } });

/** What an environment's boundary lets through besides. */
export interface BoundaryRoom {
  /** Roles that were brought and that work is handed to, `arn:…:role/…`. */
  roleArns: string[];
  /** What the network is for. */
  features: FeatureName[];
}

/** What roles that work with data, models and Studio may ever need. Nothing that changes networks, keys, buckets or rights. */
const work = (context: AwsContext, environment: string, { roleArns, features }: BoundaryRoom): Permission[] => [
  {
    about:
      "At most, and in this region only: SageMaker; objects of buckets; use of keys; logs, metrics, images, published values; network interfaces of jobs; and what the features of the network come with.",
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
      Condition: onlyHere(context),
    },
  },
  {
    about: "Budgets, which have no region, can be seen.",
    statement: { Sid: "SeeBudgets", Effect: "Allow", Action: "budgets:ViewBudget", Resource: "*" },
  },
  {
    about: "Of roles, only the environment's own can be handed on, and to SageMaker only.",
    statement: {
      Sid: "PassOwnRoles",
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: [rolesAt(context, rolePath(context, environment, "work")), ...roleArns],
      Condition: { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
    },
  },
];

/** Boundary of the roles of one environment, with the denies of its profile. Bound to its own subnets, groups and keys. */
export const environmentBoundary = (
  context: AwsContext,
  environment: string,
  choice: GuardrailChoice,
  { roleArns, features, ...perimeter }: Perimeter & BoundaryRoom,
): Permission[] => [...work(context, environment, { roleArns, features }), ...deniesOf(withoutNotebooks(guardrailsOf(choice)), perimeter)];

/** How much an environment's boundary has to name. */
export interface BoundaryCounts extends BoundaryRoom {
  subnets: number;
  groups: number;
  /** Keys of buckets. */
  resultKeys: number;
  instanceTypes: string[];
}

/** Characters of an environment's boundary beyond what IAM takes; 0 when it fits. Values that are not known yet count as long as they can be. */
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
 * Boundary of the hub's roles, of those that an account brings, and of the model roles of target accounts: all of the work, and what an administrator of data science needs.
 * It asks that networks and keys are given; which, only an environment can know.
 */
export const accountBoundary = (context: AwsContext): Permission[] => [
  {
    about:
      "At most, and in this region only: SageMaker; objects and settings of buckets; use and care of keys; logs, metrics, alarms, images, published values; network interfaces of jobs; reading of networks; products; and what the features of a network come with.",
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
      Condition: onlyHere(context),
    },
  },
  {
    about: "Reading of roles, budgets and the list of buckets, which have no region.",
    statement: {
      Sid: "ReadGlobal",
      Effect: "Allow",
      Action: ["iam:Get*", "iam:List*", "budgets:ViewBudget", "s3:ListAllMyBuckets"],
      Resource: "*",
    },
  },
  {
    about: "Of roles, only those of Cloister can be handed on, and to SageMaker only.",
    statement: {
      Sid: "PassOwnRoles",
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: rolesAt(context, "/cloister/"),
      Condition: { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
    },
  },
  {
    about: "Key policies, grants to anybody but AWS services, images, and the logs that prove what happened stay as they are.",
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
    about: "Keys are granted to AWS services only.",
    statement: {
      Sid: "GrantsForAwsOnly",
      Effect: "Deny",
      Action: "kms:CreateGrant",
      Resource: "*",
      Condition: { BoolIfExists: { "kms:GrantIsForAWSResource": "false" } },
    },
  },
  // Products make notebook instances under these roles, hence what is strict about them.
  ...deniesOf(guardrailsOf({ profile: "strict", networkIsolation: false }).filter((row) => row.from !== "strict" || isAboutNotebooks(row))),
];
