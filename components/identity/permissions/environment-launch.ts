// Permissions of the role with which the self-service engine deploys, changes and destroys environments. Pure.
import { allowListParameter } from "../../aws/allow-list-name";
import { arnsIn, type AwsContext, viaServices } from "../../aws/context";
import { document, type Permission, type Statement } from "../../aws/policy-document";
import { launchRolePath, rolePath } from "../../aws/role-path";
import { taggedArtifact } from "../../aws/service-catalog";
import {
  ec2,
  keyPermissions,
  kept,
  networkPermissions,
  owned,
  prefixed,
  requested,
  resolverPermissions,
  seeNetworks,
} from "../deploy-role/permissions";
import { environmentUserRoles } from "../roles";
import { serviceCatalogStatement } from "../trust-policy";
import { userRoleAt } from "../user-role-names";
import { allow, sagemaker } from "./permission";

/** Tag of a session with the environment that the session deploys, `fraud-dev`. */
export const sessionTag = "cloister:environment";

/**
 * The environment of the session. A session without the tag has no value here, so no statement with it matches.
 * Names of environments have exactly one dash, so `fraud-dev-*` matches no other environment.
 * Source: IAM "IAM policy elements: Variables and tags".
 */
const environment = `\${aws:PrincipalTag/${sessionTag}}`;
const tags = { [sessionTag]: environment };

type Condition = NonNullable<Statement["Condition"]>;

export interface EnvironmentLaunchFacts extends AwsContext {
  /** Name of the launch role. */
  roleName: string;
  /** Permissions boundary of the hub, for roles of VPC Flow Logs, `arn:…:policy/…`. */
  hubBoundaryArn: string;
}

/** SageMaker makes these calls with the permissions of the launch role, and the launch role cannot make them. */
const onlyForSageMaker: Condition = { Bool: { "aws:ViaAWSService": "true" } };

const isCreated: Condition = { Null: { "sagemaker:TaggingAction": "false" } };

/** Resources whose names start with the name of the environment, or that get their ID from SageMaker. */
const studioResources = (context: AwsContext) =>
  arnsIn(
    context,
    "sagemaker",
    ...["domain/*", "user-profile/*", "space/*"],
    ...["app-image-config", "image", "notebook-instance", "notebook-instance-lifecycle-config", "studio-lifecycle-config"].map(
      (type) => `${type}/${environment}-*`,
    ),
  );

/** What users run, and what a drain therefore stops or deletes. */
const workloads = [
  "DeleteApp",
  "DeleteEndpoint",
  "DeleteMonitoringSchedule",
  "DeletePipeline",
  "ListPipelineExecutions",
  "StopAutoMLJob",
  "StopHyperParameterTuningJob",
  "StopPipelineExecution",
  "StopProcessingJob",
  "StopTrainingJob",
  "StopTransformJob",
];

function studioPermissions(context: AwsContext): Permission[] {
  const { partition, accountId } = context;
  const resources = studioResources(context);
  const linkedRole = "AWSServiceRoleForAmazonSageMakerNotebooks";
  return [
    allow("Create the domain, profiles, spaces, notebook instances, scripts and images of the environment.", {
      Sid: "CreateStudio",
      Action: sagemaker(
        ...["AppImageConfig", "Domain", "Image", "NotebookInstance", "NotebookInstanceLifecycleConfig"].map((type) => `Create${type}`),
        ...["Space", "StudioLifecycleConfig", "UserProfile"].map((type) => `Create${type}`),
      ),
      Resource: resources,
      Condition: requested(tags),
    }),
    allow("Tag these resources on creation.", {
      Sid: "TagStudio",
      Action: "sagemaker:AddTags",
      Resource: resources,
      Condition: { ...requested(tags), ...isCreated },
    }),
    allow("Change and delete resources with the tag of the environment.", {
      Sid: "ChangeStudio",
      Action: sagemaker(
        "AddTags",
        "CreateImageVersion",
        "Delete*",
        "DeleteTags",
        "StartNotebookInstance",
        "StopNotebookInstance",
        "Update*",
      ),
      Resource: [...resources, ...arnsIn(context, "sagemaker", `image-version/${environment}-*`)],
      Condition: kept(tags),
    }),
    allow("Stop and delete what users of the environment run, for a drain.", {
      Sid: "Drain",
      Action: sagemaker(...workloads),
      Resource: "*",
      Condition: owned(tags),
    }),
    // A deletion waits until a description fails, when the resource has no tags any more.
    allow("Describe and list resources of SageMaker, and read their tags. Calls that return data of users are not allowed.", {
      Sid: "SeeStudio",
      Action: sagemaker(
        ...["App", "AppImageConfig", "Domain", "Endpoint", "Image", "ImageVersion", "NotebookInstance"].map((type) => `Describe${type}`),
        ...["NotebookInstanceLifecycleConfig", "Space", "StudioLifecycleConfig", "UserProfile"].map((type) => `Describe${type}`),
        "EnableSagemakerServicecatalogPortfolio",
        "GetSagemakerServicecatalogPortfolioStatus",
        "List*",
      ),
      Resource: "*",
      Condition: { StringEquals: { "aws:RequestedRegion": context.region } },
    }),
    allow("Create the service-linked role of SageMaker, which the first domain of an account needs.", {
      Sid: "LinkRole",
      Action: "iam:CreateServiceLinkedRole",
      Resource: `arn:${partition}:iam::${accountId}:role/aws-service-role/sagemaker.amazonaws.com/${linkedRole}`,
      Condition: { StringEquals: { "iam:AWSServiceName": "sagemaker.amazonaws.com" } },
    }),
  ];
}

/** SageMaker creates the home file system and its security groups with a tag that names the domain. */
const ofDomain = (context: AwsContext): Condition => ({
  StringLike: { "aws:ResourceTag/ManagedByAmazonSageMakerResource": arnsIn(context, "sagemaker", "domain/*")[0]! },
});

function homePermissions(context: AwsContext): Permission[] {
  const fileSystems = arnsIn(context, "elasticfilesystem", "file-system/*");
  const interfaces = arnsIn(context, "ec2", "network-interface/*");
  const untagged: Condition = { Null: { [`aws:ResourceTag/${sessionTag}`]: "true" } };
  return [
    allow("Find home file systems.", {
      Sid: "SeeHomes",
      Action: prefixed("elasticfilesystem", ["DescribeFileSystems", "DescribeMountTargets"]),
      Resource: fileSystems,
    }),
    allow("Tag home file systems that have no environment yet, before the domain is deleted.", {
      Sid: "TagHomes",
      Action: "elasticfilesystem:TagResource",
      Resource: fileSystems,
      Condition: { ...ofDomain(context), ...untagged, ...requested(tags) },
    }),
    allow("Delete home file systems with the tag of the environment.", {
      Sid: "DeleteHomes",
      Action: prefixed("elasticfilesystem", ["DeleteFileSystem", "DeleteMountTarget"]),
      Resource: fileSystems,
      Condition: owned(tags),
    }),
    // The domain, whose tags name the environment, no longer exists when these remain.
    allow("Delete the security groups that SageMaker leaves after the domain.", {
      Sid: "DeleteGroups",
      Action: ec2("DeleteSecurityGroup", "RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress"),
      Resource: arnsIn(context, "ec2", "security-group/*"),
      Condition: { ...ofDomain(context), ...untagged },
    }),
    // SageMaker makes these calls for the caller of CreateNotebookInstance. A network interface has no tags.
    allow("Create network interfaces of notebook instances in the environment's network, only by AWS services.", {
      Sid: "MakeInterfaces",
      Action: "ec2:CreateNetworkInterface",
      Resource: arnsIn(context, "ec2", "subnet/*", "security-group/*"),
      Condition: { ...owned(tags), ...onlyForSageMaker },
    }),
    allow("Attach these network interfaces, only by AWS services.", {
      Sid: "UseInterfaces",
      Action: ec2("CreateNetworkInterface", "CreateNetworkInterfacePermission", "DeleteNetworkInterfacePermission"),
      Resource: interfaces,
      Condition: {
        ...onlyForSageMaker,
        StringEqualsIfExists: { "ec2:AuthorizedService": "sagemaker.amazonaws.com", "ec2:Permission": "INSTANCE-ATTACH" },
      },
    }),
    allow("Delete network interfaces that SageMaker leaves, which have no tags.", {
      Sid: "DeleteInterfaces",
      Action: "ec2:DeleteNetworkInterface",
      Resource: interfaces,
    }),
    allow("Delete log streams of Studio apps.", {
      Sid: "DeleteStreams",
      Action: prefixed("logs", ["DeleteLogStream", "DescribeLogStreams"]),
      Resource: arnsIn(context, "logs", "log-group:/aws/sagemaker/studio", "log-group:/aws/sagemaker/studio:log-stream:d-*"),
    }),
  ];
}

function storagePermissions(context: AwsContext): Permission[] {
  const { partition, accountId } = context;
  const buckets = ["data", "models", "templates"].map((use) => `arn:${partition}:s3:::${environment}-${use}-bucket-*`);
  const templates = `arn:${partition}:s3:::${environment}-templates-bucket-*/*`;
  const groups = [
    `${environment}-flow-logs-*`,
    `/aws/events/cloister/${environment}/*`,
    `/aws/vendedlogs/route53resolver/${environment}-*`,
  ].map((group) => `log-group:${group}`);
  const inAccount: Condition = { StringEquals: { "aws:ResourceAccount": accountId } };
  const keys = arnsIn(context, "kms", "key/*");
  const throughServices = (...names: string[]): Condition => ({
    StringEquals: { ...owned(tags).StringEquals, "kms:ViaService": viaServices(context, names) },
  });
  return [
    // `ListBucket` is the permission for HeadBucket. Policies of the environment's buckets decide who reads objects.
    allow("Create, configure and delete the buckets of the environment, and empty them with `purge`.", {
      Sid: "Buckets",
      Action: prefixed("s3", [
        "CreateBucket",
        "DeleteBucket*",
        "DeleteObject",
        "DeleteObjectVersion",
        "GetAccelerateConfiguration",
        "GetBucket*",
        "GetEncryptionConfiguration",
        "GetLifecycleConfiguration",
        "GetReplicationConfiguration",
        "ListBucket*",
        "ListTagsForResource",
        "PutBucket*",
        "PutEncryptionConfiguration",
        "PutLifecycleConfiguration",
        "TagResource",
        "UntagResource",
      ]),
      Resource: [...buckets, ...buckets.map((bucket) => `${bucket}/*`)],
      Condition: inAccount,
    }),
    allow("Read and write only the templates of products.", {
      Sid: "Templates",
      Action: prefixed("s3", ["GetObject", "GetObjectTagging", "PutObject", "PutObjectTagging"]),
      Resource: templates,
      Condition: inAccount,
    }),
    // Its policy grants access only to objects of buckets whose policies allow access points.
    allow("Create, change and delete the access point of the environment for approved packages.", {
      Sid: "Packages",
      Action: prefixed("s3", [
        "CreateAccessPoint",
        "DeleteAccessPoint",
        "DeleteAccessPointPolicy",
        "GetAccessPointPolicy",
        "GetAccessPointPolicyStatus",
        "ListTagsForResource",
        "PutAccessPointPolicy",
        "TagResource",
        "UntagResource",
      ]),
      Resource: arnsIn(context, "s3", `accesspoint/${environment}-packages`),
    }),
    // The action supports no resource. Source: Service Authorization Reference, Amazon S3.
    allow("Describe access points.", {
      Sid: "SeePackages",
      Action: "s3:GetAccessPoint",
      Resource: "*",
      Condition: { StringEquals: { "aws:RequestedRegion": context.region } },
    }),
    // Source: CloudFormation handlers of `AWS::SageMaker::Domain`; Amazon S3 "Using server-side encryption with AWS KMS keys".
    allow("Use the keys of the environment only through S3, for templates, and through the services of home directories and volumes.", {
      Sid: "UseKeys",
      Action: prefixed("kms", ["Decrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext"]),
      Resource: keys,
      Condition: throughServices("s3", "sagemaker", "elasticfilesystem"),
    }),
    allow("See whether a key of the environment has grants, before a build continues with a key of an earlier build.", {
      Sid: "SeeGrants",
      Action: "kms:ListGrants",
      Resource: keys,
      Condition: owned(tags),
    }),
    allow("Let SageMaker use the keys of the environment for volumes and home directories.", {
      Sid: "GrantKeys",
      Action: "kms:CreateGrant",
      Resource: keys,
      Condition: { Bool: { "kms:GrantIsForAWSResource": "true" }, ...throughServices("sagemaker", "elasticfilesystem") },
    }),
    allow("Create and change the log groups of the environment. No statement allows reading their events.", {
      Sid: "LogGroups",
      Action: prefixed("logs", [
        "AssociateKmsKey",
        "CreateLogGroup",
        "DeleteLogGroup",
        "DeleteMetricFilter",
        "DescribeMetricFilters",
        "DisassociateKmsKey",
        "ListTagsForResource",
        "PutMetricFilter",
        "PutRetentionPolicy",
        "TagResource",
        "UntagResource",
      ]),
      Resource: arnsIn(context, "logs", ...groups, ...groups.map((group) => `${group}:*`)),
    }),
    // Resource policies of CloudWatch Logs have no ARN.
    allow("List log groups, and change resource policies of CloudWatch Logs.", {
      Sid: "LogPolicies",
      Action: prefixed("logs", ["DeleteResourcePolicy", "DescribeLogGroups", "DescribeResourcePolicies", "PutResourcePolicy"]),
      Resource: "*",
      Condition: { StringEquals: { "aws:RequestedRegion": context.region } },
    }),
  ];
}

/** Names of the managed policies of an environment, after its name. */
const managedPolicies = ["boundary", "features", "use-products", "work", "launch-*-boundary"];

function rolePermissions(facts: EnvironmentLaunchFacts): Permission[] {
  const { partition, accountId, roleName, hubBoundaryArn } = facts;
  const iam = (...names: string[]) => prefixed("iam", names);
  const arn = (resource: string) => `arn:${partition}:iam::${accountId}:${resource}`;
  const work = arn(`role${rolePath(facts, environment)}*`);
  const launch = arn(`role${launchRolePath(facts, environment)}*`);
  const users = environmentUserRoles.map((role) => userRoleAt(facts, environment, role));
  const flowLogs = arn(`role/${environment}-flow-logs-role-*`);
  const policy = (name: string) => arn(`policy/${environment}-${name}-*`);
  const writes = iam("CreateRole", "DeleteRolePolicy", "PutRolePermissionsBoundary", "PutRolePolicy");
  const passed = (service: string): Condition => ({ StringEquals: { "iam:PassedToService": service } });
  return [
    allow("Create roles in the paths of the environment and their policies, only with the environment's permissions boundary.", {
      Sid: "CreateRoles",
      Action: writes,
      Resource: [work, ...users],
      Condition: { ArnLike: { "iam:PermissionsBoundary": policy("boundary") } },
    }),
    allow("Create launch roles of the environment's products, only with their permissions boundaries.", {
      Sid: "CreateLaunchRoles",
      Action: writes,
      Resource: launch,
      Condition: { ArnLike: { "iam:PermissionsBoundary": policy("launch-*-boundary") } },
    }),
    allow("Create the role of VPC Flow Logs, only with the permissions boundary of the hub.", {
      Sid: "CreateFlowLogRole",
      Action: writes,
      Resource: flowLogs,
      Condition: { ArnEquals: { "iam:PermissionsBoundary": hubBoundaryArn } },
    }),
    allow("Attach only policies of the environment, to roles with the environment's permissions boundary.", {
      Sid: "AttachPolicies",
      Action: iam("AttachRolePolicy", "DetachRolePolicy"),
      Resource: [work, ...users],
      Condition: {
        ArnLike: {
          "iam:PermissionsBoundary": policy("boundary"),
          "iam:PolicyARN": ["features", "use-products", "work"].map(policy),
        },
      },
    }),
    allow("Read, change and delete the roles of the environment.", {
      Sid: "ChangeRoles",
      Action: iam(
        "DeleteRole",
        "GetRole",
        "GetRolePolicy",
        "ListAttachedRolePolicies",
        "ListInstanceProfilesForRole",
        "ListRolePolicies",
        "ListRoleTags",
        "TagRole",
        "UntagRole",
        "UpdateAssumeRolePolicy",
        "UpdateRole",
        "UpdateRoleDescription",
      ),
      Resource: [work, launch, ...users, flowLogs],
    }),
    allow("Create, change and delete the managed policies of the environment.", {
      Sid: "Policies",
      Action: iam(
        "CreatePolicy",
        "CreatePolicyVersion",
        "DeletePolicy",
        "DeletePolicyVersion",
        "GetPolicy",
        "GetPolicyVersion",
        "ListPolicyTags",
        "ListPolicyVersions",
        "TagPolicy",
        "UntagPolicy",
      ),
      Resource: managedPolicies.map(policy),
    }),
    allow("Pass roles of the environment only to SageMaker.", {
      Sid: "PassRoles",
      Action: "iam:PassRole",
      Resource: work,
      Condition: passed("sagemaker.amazonaws.com"),
    }),
    allow("Pass launch roles of the environment only to AWS Service Catalog.", {
      Sid: "PassLaunchRoles",
      Action: "iam:PassRole",
      Resource: launch,
      Condition: passed("servicecatalog.amazonaws.com"),
    }),
    allow("Pass the role of flow logs only to VPC Flow Logs.", {
      Sid: "PassFlowLogRole",
      Action: "iam:PassRole",
      Resource: flowLogs,
      Condition: passed("vpc-flow-logs.amazonaws.com"),
    }),
    allow("Read itself and the permissions boundary of the hub.", {
      Sid: "ReadItself",
      Action: iam("GetPolicy", "GetPolicyVersion", "GetRole"),
      Resource: [arn(`role/${roleName}`), hubBoundaryArn],
    }),
    allow("Find the users and identity providers that the settings name.", {
      Sid: "SeePrincipals",
      Action: [...iam("GetSAMLProvider", "GetUser", "ListRoles"), "sso:ListInstances"],
      Resource: "*",
    }),
  ];
}

function monitoringPermissions(context: AwsContext): Permission[] {
  const { partition, accountId, region } = context;
  const cloudwatch = (...names: string[]) => prefixed("cloudwatch", names);
  const tagging = ["ListTagsForResource", "TagResource", "UntagResource"];
  return [
    allow("Create, change and delete the alarms and the dashboard of the environment.", {
      Sid: "Alarms",
      Action: cloudwatch("DeleteAlarms", "DeleteDashboards", "GetDashboard", "PutDashboard", "PutMetricAlarm", ...tagging),
      Resource: [
        ...arnsIn(context, "cloudwatch", `alarm:${environment}-*`),
        `arn:${partition}:cloudwatch::${accountId}:dashboard/cloister-${environment}-${region}`,
      ],
    }),
    allow("Describe alarms.", {
      Sid: "SeeAlarms",
      Action: "cloudwatch:DescribeAlarms",
      Resource: arnsIn(context, "cloudwatch", "alarm:*"),
    }),
    allow("Create, change and delete the event rules of the environment.", {
      Sid: "Rules",
      Action: prefixed("events", ["DeleteRule", "DescribeRule", "ListTargetsByRule", "PutRule", "PutTargets", "RemoveTargets", ...tagging]),
      Resource: arnsIn(context, "events", `rule/${environment}-*`),
    }),
    allow("Create, change and delete the budget of the environment.", {
      Sid: "Budget",
      Action: prefixed("budgets", ["ModifyBudget", "ViewBudget", ...tagging]),
      Resource: `arn:${partition}:budgets::${accountId}:budget/cloister-${environment}-*`,
    }),
    allow("Publish the values of the environment as parameters.", {
      Sid: "Parameters",
      Action: prefixed("ssm", [
        "AddTagsToResource",
        "DeleteParameter",
        "GetParameter",
        "ListTagsForResource",
        "PutParameter",
        "RemoveTagsFromResource",
      ]),
      // The allow-list of the environment, and no other.
      Resource: arnsIn(context, "ssm", `parameter/cloister/${environment}/*`, `parameter${allowListParameter(environment)}`),
    }),
    // A build that ended while it created a key did not record the ID of the key.
    allow("List keys, parameters, quotas and instance types.", {
      Sid: "SeeOthers",
      Action: [
        "ec2:DescribeInstanceTypeOfferings",
        "kms:ListKeys",
        "servicequotas:GetAWSDefaultServiceQuota",
        "servicequotas:GetServiceQuota",
        "ssm:DescribeParameters",
      ],
      Resource: "*",
      Condition: { StringEquals: { "aws:RequestedRegion": region } },
    }),
    // Only a new group has no ARN. Source: AWS Service Authorization Reference, `CreateGroup`.
    allow("Create a resource group with the tag of the environment.", {
      Sid: "CreateGroup",
      Action: "resource-groups:CreateGroup",
      Resource: "*",
      Condition: requested(tags),
    }),
    allow("Change and delete the resource group of the environment.", {
      Sid: "Group",
      Action: prefixed("resource-groups", ["DeleteGroup", "Get*", "Tag", "Untag", "UpdateGroup", "UpdateGroupQuery"]),
      Resource: arnsIn(context, "resource-groups", `group/cloister-${environment}`),
    }),
  ];
}

/** Actions of AWS Service Catalog that name no resource. */
const withoutResource = [
  "AssociateProductWithPortfolio",
  "DeleteConstraint",
  "DescribeConstraint",
  "DisassociateProductFromPortfolio",
  "UpdateConstraint",
];

function productPermissions(context: AwsContext): Permission[] {
  const catalog = (...names: string[]) => prefixed("servicecatalog", names);
  const resources = arnsIn(context, "catalog", "portfolio/*", "product/*");
  return [
    allow("Create the portfolio and the products of the environment.", {
      Sid: "CreateProducts",
      Action: catalog("CreatePortfolio", "CreateProduct"),
      Resource: resources,
      Condition: requested(tags),
    }),
    allow("Change and delete portfolios and products with the tag of the environment.", {
      Sid: "ChangeProducts",
      Action: catalog(
        "AssociatePrincipalWithPortfolio",
        "CreateConstraint",
        "CreateProvisioningArtifact",
        "DeletePortfolio",
        "DeleteProduct",
        "DeleteProvisioningArtifact",
        "DescribePortfolio",
        "DescribeProductAsAdmin",
        "DescribeProvisioningArtifact",
        "DisassociatePrincipalFromPortfolio",
        "ListPortfoliosForProduct",
        "ListPrincipalsForPortfolio",
        "UpdatePortfolio",
        "UpdateProduct",
        "UpdateProvisioningArtifact",
      ),
      Resource: resources,
      Condition: kept(tags),
    }),
    allow("Put products into portfolios, and change constraints. These actions have no resource.", {
      Sid: "Constraints",
      Action: catalog(...withoutResource),
      Resource: "*",
      Condition: { StringEquals: { "aws:RequestedRegion": context.region } },
    }),
  ];
}

const onlyServiceCatalog: Condition = { Null: { [`aws:PrincipalTag/${sessionTag}`]: "true" } };
/**
 * Permissions of sessions without an environment: of AWS Service Catalog, and of the engine when it reads versions.
 * Source: AWS Service Catalog "Step 5: Create launch roles", for the resource group of a provisioned product.
 */
const catalogPermissions: Permission[] = [
  allow("Let AWS Service Catalog group the resources of a provisioned product.", {
    Sid: "CatalogGroups",
    Action: [
      ...prefixed("resource-groups", ["CreateGroup", "DeleteGroup", "ListGroupResources", "Tag"]),
      ...prefixed("tag", ["GetResources", "GetTagKeys", "GetTagValues"]),
    ],
    Resource: "*",
    Condition: onlyServiceCatalog,
  }),
  allow("Read the copies of product versions in buckets of AWS Service Catalog.", {
    Sid: "CatalogVersions",
    Action: "s3:GetObject",
    Resource: "*",
    Condition: { ...onlyServiceCatalog, StringEquals: taggedArtifact },
  }),
];

/** Ends of the names of the managed policies of the launch role. IAM limits the size of each. */
export const environmentLaunchPolicyNames = ["network", "dns", "studio", "homes", "storage", "roles", "monitoring", "catalog"] as const;

export const environmentLaunchPolicies = (
  facts: EnvironmentLaunchFacts,
): Record<(typeof environmentLaunchPolicyNames)[number], Permission[]> => ({
  network: networkPermissions(tags, facts, {}),
  dns: [...resolverPermissions(tags, facts), seeNetworks(facts)],
  studio: studioPermissions(facts),
  homes: homePermissions(facts),
  storage: [...keyPermissions(tags, facts, `alias/cloister/${environment}/*`), ...storagePermissions(facts)],
  roles: rolePermissions(facts),
  monitoring: monitoringPermissions(facts),
  catalog: [...productPermissions(facts), ...catalogPermissions],
});

/** Services whose actions the policies allow. */
const services = [
  ...["budgets", "cloudwatch", "ec2", "elasticfilesystem", "events", "iam", "kms", "logs", "resource-groups", "route53resolver"],
  ...["s3", "sagemaker", "servicecatalog", "servicequotas", "ssm", "sso", "tag"],
];

/** Reads that cannot be limited to one environment, because a drain and a sweep search all resources of the account. */
const searches = ["ec2:Describe*", "elasticfilesystem:Describe*", "iam:Get*", "sagemaker:Describe*", "sagemaker:List*"];

/** Permissions boundary of the launch role. Its Deny statements override the tags and names in the policies. */
export const environmentLaunchBoundary = ({ partition, accountId, roleName }: EnvironmentLaunchFacts): Permission[] => [
  allow("At most, in a session with an environment: the AWS services of an environment.", {
    Sid: "AtMost",
    Action: services.map((service) => `${service}:*`),
    Resource: "*",
    Condition: { StringLike: { [`aws:PrincipalTag/${sessionTag}`]: "?*" } },
  }),
  ...catalogPermissions,
  {
    about: "Change no resource of another environment.",
    statement: {
      Sid: "OnlyItsEnvironment",
      Effect: "Deny",
      NotAction: searches,
      Resource: "*",
      Condition: {
        Null: { [`aws:ResourceTag/${sessionTag}`]: "false" },
        StringNotEquals: { [`aws:ResourceTag/${sessionTag}`]: environment },
      },
    },
  },
  // Every resource of Cloister has an owner. Only resources of the hub have no environment.
  {
    about: "Change no resource of the hub.",
    statement: {
      Sid: "NoHub",
      Effect: "Deny",
      NotAction: searches,
      Resource: "*",
      Condition: { Null: { "aws:ResourceTag/cloister:owner": "false", [`aws:ResourceTag/${sessionTag}`]: "true" } },
    },
  },
  {
    about: "Never change itself, its policies or its permissions boundary.",
    statement: {
      Sid: "NeverItself",
      Effect: "Deny",
      NotAction: "iam:Get*",
      Resource: ["role", "policy"].map((type) => `arn:${partition}:iam::${accountId}:${type}/${roleName}*`),
    },
  },
];

const accountOf = (roleArn: string) => roleArn.split(":")[4]!;
/** The account of a role. A trust policy that names the role itself would end with the role. */
const root = ({ partition }: Pick<AwsContext, "partition">, roleArn: string) => `arn:${partition}:iam::${accountOf(roleArn)}:root`;

/** Stages of environments. Other stacks can have names of the same form. */
export const environmentStages = ["dev", "test"] as const;

export interface EnvironmentLaunchTrust {
  /** Name of the core stack in the account of the launch role. */
  core: string;
  /** Role that deploys environments, an ARN or an ARN pattern. */
  runnerRoleArn: string;
  /** Roles that only read versions of the product, in a session without an environment, ARNs or ARN patterns. */
  readerRoleArns: string[];
}

/**
 * Trust policy of the launch role. The runner names the environment of a session in a tag, and can name only an environment.
 * The name of a core stack can look like the name of an environment, so it is excluded.
 * Source: IAM "Pass session tags in AWS STS"; AWS Service Catalog "Cross-service confused deputy prevention".
 */
export const environmentLaunchTrust = (context: AwsContext, { core, runnerRoleArn, readerRoleArns }: EnvironmentLaunchTrust) => {
  const readers = [...new Set([...readerRoleArns, runnerRoleArn])];
  return document([
    serviceCatalogStatement(context, accountOf(runnerRoleArn)),
    {
      Sid: "RunnerNamesAnEnvironment",
      Effect: "Allow",
      Principal: { AWS: root(context, runnerRoleArn) },
      Action: ["sts:AssumeRole", "sts:TagSession"],
      Condition: {
        ArnEquals: { "aws:PrincipalArn": runnerRoleArn },
        StringLike: { [`aws:RequestTag/${sessionTag}`]: environmentStages.map((stage) => `?*-${stage}`) },
        StringNotLike: { [`aws:RequestTag/${sessionTag}`]: ["*-*-*", core] },
        "ForAllValues:StringEquals": { "aws:TagKeys": sessionTag },
      },
    },
    {
      Sid: "EngineReadsVersions",
      Effect: "Allow",
      Principal: { AWS: [...new Set(readers.map((arn) => root(context, arn)))] },
      Action: "sts:AssumeRole",
      Condition: { ArnEquals: { "aws:PrincipalArn": readers }, Null: { [`aws:RequestTag/${sessionTag}`]: "true" } },
    },
  ]);
};
