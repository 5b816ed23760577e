// What each role may do: one list of rights for each, from which its policy and the documentation are made. Pure.
import { arnsIn, type AwsContext, viaServices } from "../aws/context";
import { type Permission, type Statement } from "../aws/policy-document";

/** Characters that IAM takes of all policies in one role together. Source: AWS "IAM and AWS STS quotas". */
export const rolePolicyLimit = 10240;

export interface EnvironmentFacts extends AwsContext {
  /** `fraud-dev` */
  environment: string;
  /** Buckets of data and of models, `arn:…:s3:::…`, and keys of these and of volumes, `arn:…:key/…`. */
  dataBucketArn: string;
  modelBucketArn: string;
  keyArns: string[];
  /** `vpc-…` */
  vpcId: string;
  /** `subnet-…` */
  subnetIds: string[];
  /** `sg-…` */
  securityGroupIds: string[];
  /** VPCs through whose endpoints people come to Studio, `vpc-…`: the environment's, and core's where its endpoints are used. */
  entranceVpcIds: string[];
}

/** Roles that work is handed to, `arn:…:role/…`. */
export interface ServiceRoleArns {
  /** The one of all: whoever has one of their own hands on that alone. */
  executionRoleArn: string;
  pipelineRoleArn: string;
  modelRoleArn: string;
}

const allow = (about: string, statement: Omit<Statement, "Effect">): Permission => ({
  about,
  statement: { ...statement, Effect: "Allow" },
});
const deny = (about: string, statement: Omit<Statement, "Effect">): Permission => ({ about, statement: { ...statement, Effect: "Deny" } });
const sagemaker = (...names: string[]) => names.map((name) => `sagemaker:${name}`);

const requestTag = ({ environment }: EnvironmentFacts) => ({ StringEquals: { "aws:RequestTag/cloister:environment": environment } });
const resourceTag = ({ environment }: EnvironmentFacts) => ({ StringEquals: { "aws:ResourceTag/cloister:environment": environment } });

// Parts that several roles have.

const useObjects = (sid: string, about: string, buckets: string[], write: boolean): Permission[] => [
  allow(`List ${about}.`, {
    Sid: `Find${sid}`,
    Action: ["s3:ListBucket", "s3:GetBucketLocation", ...(write ? ["s3:ListBucketMultipartUploads"] : [])],
    Resource: buckets,
  }),
  allow(`${write ? "Read, write and delete" : "Read"} objects in ${about}.`, {
    Sid: `Use${sid}`,
    Action: [
      "s3:GetObject",
      ...(write ? ["s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"] : []),
    ],
    Resource: buckets.map((arn) => `${arn}/*`),
  }),
];

const useKeys = (context: EnvironmentFacts | ModelFacts, services: string[], write: boolean): Permission =>
  allow(`${write ? "Encrypt and decrypt" : "Decrypt"} under the environment's keys, through ${services.join(", ")} only.`, {
    Sid: "UseKeys",
    Action: [
      "kms:Decrypt",
      "kms:DescribeKey",
      ...(write ? ["kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"] : []),
    ],
    Resource: context.keyArns,
    Condition: { StringEquals: { "kms:ViaService": viaServices(context, services) } },
  });

/** Who starts what has a volume under a key is asked whether they may. */
const seeKeys = (facts: EnvironmentFacts): Permission =>
  allow("See the environment's keys, through sagemaker only.", {
    Sid: "SeeKeys",
    Action: "kms:DescribeKey",
    Resource: facts.keyArns,
    Condition: { StringEquals: { "kms:ViaService": viaServices(facts, ["sagemaker"]) } },
  });

const grantKeys = ({ keyArns }: EnvironmentFacts): Permission =>
  allow("Let AWS use the environment's keys for volumes.", {
    Sid: "LetAwsUseKeys",
    Action: "kms:CreateGrant",
    Resource: keyArns,
    Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } },
  });

const pullImages = (context: AwsContext): Permission[] => [
  allow("Sign in to registries of container images.", { Sid: "SignInToImages", Action: "ecr:GetAuthorizationToken", Resource: "*" }),
  // AWS's own images lie in accounts of AWS, one for each region and family. Whose else can be pulled, the other account's repositories say, and the endpoint's policy.
  allow("Pull container images of this account, of AWS, and of accounts that let it.", {
    Sid: "PullImages",
    Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    Resource: arnsIn({ ...context, accountId: "*" }, "ecr", "repository/*"),
  }),
];

const writeLogs = (context: AwsContext): Permission =>
  allow("Write SageMaker's logs.", {
    Sid: "WriteLogs",
    Action: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams", "logs:GetLogEvents"],
    Resource: arnsIn(context, "logs", "log-group:/aws/sagemaker/*"),
  });

const writeMetrics = allow("Write SageMaker's metrics.", {
  Sid: "WriteMetrics",
  Action: "cloudwatch:PutMetricData",
  Resource: "*",
  Condition: { StringLike: { "cloudwatch:namespace": ["/aws/sagemaker/*", "AWS/SageMaker"] } },
});

/** Source: AWS "Give SageMaker AI hosted endpoints access to resources in your Amazon VPC". */
const joinNetwork = (facts: EnvironmentFacts | ModelFacts): Permission[] => [
  allow("Make network interfaces for jobs, in the environment's subnets and groups only.", {
    Sid: "MakeInterfaces",
    Action: "ec2:CreateNetworkInterface",
    Resource: [
      ...arnsIn(facts, "ec2", "network-interface/*"),
      ...arnsIn(facts, "ec2", ...facts.subnetIds.map((id) => `subnet/${id}`)),
      ...arnsIn(facts, "ec2", ...facts.securityGroupIds.map((id) => `security-group/${id}`)),
    ],
  }),
  allow("Hand these interfaces to SageMaker and delete them, in the environment's VPC only.", {
    Sid: "UseInterfaces",
    Action: ["ec2:CreateNetworkInterfacePermission", "ec2:DeleteNetworkInterface", "ec2:DeleteNetworkInterfacePermission"],
    Resource: arnsIn(facts, "ec2", "network-interface/*"),
    Condition: { ArnEquals: { "ec2:Vpc": arnsIn(facts, "ec2", `vpc/${facts.vpcId}`) } },
  }),
  allow("See networks.", {
    Sid: "SeeNetworks",
    Action: [
      "ec2:DescribeDhcpOptions",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets",
      "ec2:DescribeVpcEndpoints",
      "ec2:DescribeVpcs",
    ],
    Resource: "*",
  }),
];

const readValues = (facts: EnvironmentFacts): Permission =>
  allow("Read the environment's published values.", {
    Sid: "ReadValues",
    Action: ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"],
    Resource: arnsIn(facts, "ssm", `parameter/cloister/${facts.environment}`, `parameter/cloister/${facts.environment}/*`),
  });

const passRoles = (about: string, Resource: string[]): Permission =>
  allow(`Hand ${about} to SageMaker, and no other role.`, {
    Sid: "PassRoles",
    Action: "iam:PassRole",
    Resource,
    Condition: { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
  });

const seeThings = (facts: EnvironmentFacts): Permission[] => [
  allow("List and search what there is.", {
    Sid: "List",
    Action: sagemaker("List*", "Search", "GetSearchSuggestions", "QueryLineage"),
    Resource: "*",
  }),
  allow("See what belongs to the environment.", {
    Sid: "SeeOwn",
    Action: sagemaker("Describe*", "BatchDescribe*", "GetModelPackageGroupPolicy"),
    Resource: "*",
    Condition: resourceTag(facts),
  }),
];

/** Things that people and pipelines make, change and end. */
const made = {
  jobs: ["TrainingJob", "ProcessingJob", "HyperParameterTuningJob", "TransformJob", "AutoMLJob"],
  definitions: ["DataQualityJobDefinition", "ModelQualityJobDefinition", "ModelBiasJobDefinition", "ModelExplainabilityJobDefinition"],
};
const createJobs = [...made.jobs.map((job) => `Create${job}`), "CreateAutoMLJobV2"];
const stopJobs = made.jobs.map((job) => `Stop${job}`);

const makeThings = (facts: EnvironmentFacts): Permission[] => [
  allow("Start jobs; make models, configurations of endpoints, monitors, pipelines and model packages, each tagged as the environment's.", {
    Sid: "Make",
    Action: sagemaker(
      ...createJobs,
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
  allow("Make endpoints, tagged as the environment's.", {
    Sid: "MakeEndpoints",
    Action: "sagemaker:CreateEndpoint",
    Resource: arnsIn(facts, "sagemaker", "endpoint/*"),
    Condition: requestTag(facts),
  }),
  allow("Put the environment's own configurations behind them.", {
    Sid: "UseOwnConfigs",
    Action: sagemaker("CreateEndpoint", "UpdateEndpoint"),
    Resource: arnsIn(facts, "sagemaker", "endpoint-config/*"),
    Condition: resourceTag(facts),
  }),
  allow("Tag what is being made.", {
    Sid: "TagOnCreation",
    Action: "sagemaker:AddTags",
    Resource: arnsIn(facts, "sagemaker", "*"),
    Condition: { Null: { "sagemaker:TaggingAction": "false" } },
  }),
  allow("Use, change, stop and delete what carries the environment's tag.", {
    Sid: "UseOwn",
    Action: sagemaker(
      ...stopJobs,
      "UpdateTrainingJob",
      "Delete*JobDefinition",
      "*MonitoringSchedule",
      "DeleteModel",
      "UpdateEndpoint*",
      "DeleteEndpoint*",
      // Versions have the tags of their group, and take none of their own.
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

/** Approving is another person's work than building. A model's life cycle says it, too, in words of one's own choice. */
const neverApprove: Permission[] = [
  deny("Never approve a model.", {
    Sid: "NeverApprove",
    Action: sagemaker("CreateModelPackage", "UpdateModelPackage"),
    Resource: "*",
    Condition: { StringEquals: { "sagemaker:ModelApprovalStatus": "Approved" } },
  }),
  deny("Nor by its stage.", {
    Sid: "NeverApproveStage",
    Action: sagemaker("CreateModelPackage", "UpdateModelPackage"),
    Resource: "*",
    Condition: { StringEqualsIgnoreCase: { "sagemaker:ModelLifeCycle:StageStatus": "Approved" } },
  }),
];

/** Asking a model is reading what it was made from and what it can read: like data, from inside only. */
const invoke = (facts: EnvironmentFacts): Permission =>
  allow("Ask the environment's models, through the environment's endpoints only.", {
    Sid: "InvokeOwn",
    Action: sagemaker("InvokeEndpoint*"),
    Resource: arnsIn(facts, "sagemaker", "*"),
    Condition: { StringEquals: { ...resourceTag(facts).StringEquals, "aws:SourceVpc": facts.entranceVpcIds } },
  });

/**
 * Spaces and apps from inside Studio, where AWS knows domain and profile: those of one's own, and shared ones.
 * Source: AWS managed policy AmazonSageMakerFullAccess; AWS "Give users access to private spaces"; AWS Service Authorization Reference (`sagemaker:DomainId`, `sagemaker:UserProfileName`).
 */
function ownSpaces(facts: EnvironmentFacts): Permission[] {
  const inDomain = (...kinds: string[]) => arnsIn(facts, "sagemaker", ...kinds.map((kind) => `${kind}/\${sagemaker:DomainId}/*`));
  const [me] = arnsIn(facts, "sagemaker", "user-profile/${sagemaker:DomainId}/${sagemaker:UserProfileName}");
  const change = sagemaker("CreateSpace", "UpdateSpace", "DeleteSpace", "CreateApp", "DeleteApp");
  return [
    allow("See the domain, its profiles, spaces and apps, from inside Studio.", {
      Sid: "SeeStudio",
      Action: sagemaker("DescribeDomain", "DescribeUserProfile", "DescribeSpace", "DescribeApp"),
      Resource: [...inDomain("user-profile", "space", "app"), ...arnsIn(facts, "sagemaker", "domain/${sagemaker:DomainId}")],
    }),
    allow("Make, change and delete one's own spaces and their apps.", {
      Sid: "OwnSpaces",
      Action: change,
      Resource: inDomain("space", "app"),
      Condition: {
        ArnLike: { "sagemaker:OwnerUserProfileArn": me! },
        StringEquals: { "sagemaker:SpaceSharingType": ["Private", "Shared"] },
      },
    }),
    allow("Open one's own profile, as Studio does to open an app, through the environment's endpoints only.", {
      Sid: "OpenOwnApps",
      Action: sagemaker("CreatePresignedDomainUrl"),
      Resource: me!,
      Condition: { StringEquals: { "aws:SourceVpc": facts.entranceVpcIds } },
    }),
    allow("Start and end apps in shared spaces.", {
      Sid: "SharedApps",
      Action: sagemaker("CreateApp", "DeleteApp"),
      Resource: inDomain("app"),
      Condition: { StringEquals: { "sagemaker:SpaceSharingType": "Shared" } },
    }),
  ];
}

/** Work with data and models: what Studio, notebook instances and jobs have. */
const workWithData = (facts: EnvironmentFacts): Permission[] => [
  ...useObjects("Data", "the environment's buckets", [facts.dataBucketArn, facts.modelBucketArn], true),
  useKeys(facts, ["s3", "sagemaker", "ec2", "elasticfilesystem"], true),
  grantKeys(facts),
  ...seeThings(facts),
  ...makeThings(facts),
  invoke(facts),
  ...neverApprove,
  readValues(facts),
  writeLogs(facts),
  writeMetrics,
  ...joinNetwork(facts),
  ...pullImages(facts),
];

// The roles.

/** People in Studio and their jobs. `self` is the role's own ARN. */
export const executionPermissions = (
  facts: EnvironmentFacts,
  roles: Omit<ServiceRoleArns, "executionRoleArn">,
  self: string,
): Permission[] => [
  ...workWithData(facts),
  ...ownSpaces(facts),
  passRoles("itself, the pipeline role and the model role", [self, roles.pipelineRoleArn, roles.modelRoleArn]),
];

/** A notebook instance: the same without Studio, and it may stop itself. `notebook` is its name for SageMaker. */
export const notebookPermissions = (
  facts: EnvironmentFacts,
  roles: Omit<ServiceRoleArns, "executionRoleArn">,
  self: string,
  notebook: string,
): Permission[] => [
  ...workWithData(facts),
  passRoles("itself, the pipeline role and the model role", [self, roles.pipelineRoleArn, roles.modelRoleArn]),
  allow("Stop itself when it is idle.", {
    Sid: "StopItself",
    Action: sagemaker("DescribeNotebookInstance", "StopNotebookInstance"),
    // SageMaker writes names in small letters there.
    Resource: arnsIn(facts, "sagemaker", `notebook-instance/${notebook.toLowerCase()}`),
  }),
];

/** SageMaker Pipelines: starts the steps, which run under an execution role, and reads what they hand to each other. `executionRoles` are ARNs, with a star for those of each person. */
export const pipelinePermissions = (facts: EnvironmentFacts, executionRoles: string[], modelRoleArn: string): Permission[] => [
  ...useObjects("Data", "the environment's buckets", [facts.dataBucketArn, facts.modelBucketArn], false),
  useKeys(facts, ["s3", "sagemaker"], false),
  grantKeys(facts),
  ...seeThings(facts),
  ...makeThings(facts),
  ...neverApprove,
  passRoles("the execution roles and the model role", [...executionRoles, modelRoleArn]),
  ...joinNetwork(facts),
  ...pullImages(facts),
];

export interface ModelFacts extends AwsContext {
  bucketArns: string[];
  /** Where endpoints write down what they were asked and answered, `arn:…:s3:::…/…/*`; nothing where they may not. */
  captureArn?: string;
  keyArns: string[];
  vpcId: string;
  subnetIds: string[];
  securityGroupIds: string[];
}

/** Below this prefix of the data bucket, endpoints write down what they were asked and answered. */
export const capturePrefix = "endpoint-capture";

/** A model that answers requests: reads its artifact, pulls its image, writes logs and metrics, and what it was asked. */
export const modelPermissions = (facts: ModelFacts): Permission[] => [
  ...useObjects("Models", "the bucket of models", facts.bucketArns, false),
  ...(facts.captureArn === undefined
    ? []
    : [
        allow(`Write what it was asked and answered, below ${capturePrefix}/ of the data bucket.`, {
          Sid: "Capture",
          Action: "s3:PutObject",
          Resource: facts.captureArn,
        }),
      ]),
  useKeys(facts, ["s3"], facts.captureArn !== undefined),
  writeLogs(facts),
  writeMetrics,
  ...joinNetwork(facts),
  ...pullImages(facts),
];

/** Profiles are opened by whom they are for, which their tag says; the session's name is the person's. */
const openOwnProfile = (facts: EnvironmentFacts, domainId: string): Permission[] => [
  allow("Open Studio under one's own profile, through the environment's endpoints only.", {
    Sid: "OpenOwnProfile",
    Action: sagemaker("CreatePresignedDomainUrl", "DescribeUserProfile"),
    Resource: arnsIn(facts, "sagemaker", `user-profile/${domainId}/*`),
    Condition: {
      StringLike: { "aws:userid": "*:${aws:ResourceTag/cloister:person}" },
      StringEquals: { "aws:SourceVpc": facts.entranceVpcIds },
    },
  }),
  allow("Start, stop and open one's own notebook instances, through the environment's endpoints only.", {
    Sid: "OwnNotebooks",
    Action: sagemaker("StartNotebookInstance", "StopNotebookInstance", "DescribeNotebookInstance", "CreatePresignedNotebookInstanceUrl"),
    Resource: arnsIn(facts, "sagemaker", "notebook-instance/*"),
    Condition: {
      StringLike: { "aws:userid": "*:${aws:ResourceTag/cloister:person}" },
      StringEquals: { "aws:SourceVpc": facts.entranceVpcIds, ...resourceTag(facts).StringEquals },
    },
  }),
];

const readRecords = (facts: EnvironmentFacts): Permission[] => [
  allow("Read SageMaker's logs.", {
    Sid: "ReadLogs",
    Action: ["logs:DescribeLogStreams", "logs:GetLogEvents", "logs:FilterLogEvents"],
    Resource: arnsIn(facts, "logs", "log-group:/aws/sagemaker/*"),
  }),
  allow("Read metrics, alarms and dashboards.", {
    Sid: "ReadMetrics",
    Action: [
      "cloudwatch:DescribeAlarms",
      "cloudwatch:GetDashboard",
      "cloudwatch:GetMetricData",
      "cloudwatch:ListDashboards",
      "cloudwatch:ListMetrics",
    ],
    Resource: "*",
  }),
];

/** A data scientist outside of Studio: opens it, trains, registers; never approves. Touches data only through jobs under the execution role. */
export const dataScientistPermissions = (facts: EnvironmentFacts, domainId: string, roles: ServiceRoleArns): Permission[] => [
  ...openOwnProfile(facts, domainId),
  ...seeThings(facts),
  ...makeThings(facts),
  ...neverApprove,
  grantKeys(facts),
  seeKeys(facts),
  passRoles("the execution role of all, the pipeline role and the model role", [
    roles.executionRoleArn,
    roles.pipelineRoleArn,
    roles.modelRoleArn,
  ]),
  readValues(facts),
  ...readRecords(facts),
];

/** Who runs apps and spaces of others down, and notebook instances. */
const endThings = (facts: EnvironmentFacts, domainId: string): Permission[] => [
  allow("End anybody's apps, and delete anybody's spaces, in the environment's domain.", {
    Sid: "EndApps",
    Action: sagemaker("DeleteApp", "DeleteSpace", "DescribeApp", "DescribeSpace", "DescribeUserProfile"),
    Resource: arnsIn(facts, "sagemaker", `app/${domainId}/*`, `space/${domainId}/*`, `user-profile/${domainId}/*`),
  }),
  allow("Stop jobs, pipelines and notebook instances of the environment, and delete its endpoints.", {
    Sid: "StopAll",
    Action: sagemaker(...stopJobs, "StopPipelineExecution", "StopNotebookInstance", "StopMonitoringSchedule", "DeleteEndpoint"),
    Resource: arnsIn(facts, "sagemaker", "*"),
    Condition: resourceTag(facts),
  }),
];

/** The team's administrator: sees all, approves models, ends what runs. Builds nothing and touches no data. */
export const teamAdministratorPermissions = (facts: EnvironmentFacts, domainId: string): Permission[] => [
  ...seeThings(facts),
  allow("Approve and reject the environment's models.", {
    Sid: "Approve",
    Action: sagemaker("UpdateModelPackage"),
    Resource: arnsIn(facts, "sagemaker", "model-package/*"),
    Condition: resourceTag(facts),
  }),
  ...endThings(facts, domainId),
  readValues(facts),
  ...readRecords(facts),
  allow("Read and query the environment's denied calls and starts of apps.", {
    Sid: "ReadDenied",
    Action: ["logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents", "logs:GetQueryResults", "logs:StartQuery"],
    Resource: arnsIn(facts, "logs", `log-group:/aws/events/cloister/${facts.environment}/*`),
  }),
  allow("See budgets and what belongs to the environment.", {
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

/** Whoever, or whatever, ends all that runs before an environment is changed or destroyed. */
export const lifecyclePermissions = (facts: EnvironmentFacts, domainId: string): Permission[] => [
  allow("List what there is.", { Sid: "List", Action: sagemaker("List*"), Resource: "*" }),
  ...endThings(facts, domainId),
];

const ours = { StringLike: { "aws:ResourceTag/cloister:owner": "*" } };

/** The administrator of data science in a hub account: cares for all environments, reads no data and gives no rights. */
export const administratorPermissions = (context: AwsContext): Permission[] => [
  allow("See SageMaker, networks, roles, keys, settings of buckets, products, budgets, metrics and published values.", {
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
  allow("Read SageMaker's logs.", {
    Sid: "ReadLogs",
    Action: ["logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents"],
    Resource: arnsIn(context, "logs", "log-group:/aws/sagemaker/*"),
  }),
  allow("Care for Cloister's keys: rotate, disable and enable them, take a deletion back.", {
    Sid: "CareForKeys",
    Action: ["kms:CancelKeyDeletion", "kms:DisableKey", "kms:EnableKey", "kms:EnableKeyRotation", "kms:RotateKeyOnDemand"],
    Resource: arnsIn(context, "kms", "key/*"),
    Condition: ours,
  }),
  allow("End apps, spaces, jobs, endpoints and notebook instances of all environments.", {
    Sid: "EndAll",
    Action: sagemaker(
      "DeleteApp",
      "DeleteSpace",
      "DeleteEndpoint",
      "StopNotebookInstance",
      "StopPipelineExecution",
      "StopMonitoringSchedule",
      ...stopJobs,
    ),
    Resource: arnsIn(context, "sagemaker", "*"),
    Condition: ours,
  }),
];
