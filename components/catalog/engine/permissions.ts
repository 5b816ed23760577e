// Defines the permissions of the roles of the engine, and their permissions boundary. Pure.
import { arnsIn, type AwsContext, viaServices } from "../../aws/context";
import { taggedArtifact } from "../../aws/service-catalog";
import { document, type Permission, type Statement } from "../../aws/policy-document";
import { allow, onlyThisAccount } from "../../identity/permissions/permission";

interface WithLogs {
  /** `arn:…:log-group:…` */
  logGroupArn: string;
}

/** Roles with which environments are deployed. */
export interface LaunchRoles {
  /** In known accounts, `arn:…:role/…`. */
  launchRoleArns: readonly string[];
  /** In the accounts of organizational units: ARN pattern of the roles, and patterns of `aws:ResourceOrgPaths`. */
  unitLaunchRoles?: { arn: string; organizationPaths: readonly string[] } | undefined;
}

interface WithArtifacts extends LaunchRoles {
  /** `arn:…:s3:::…` */
  artifactBucketArn: string;
  /** Key of the buckets, `arn:…:key/…`. */
  stateKeyArn: string;
}

/** Source: IAM "AWS global condition context keys", `aws:ResourceOrgPaths`. */
const assumeLaunchRoles = (about: string, Action: string | string[], { launchRoleArns, unitLaunchRoles }: LaunchRoles): Permission[] => [
  allow(about, { Sid: "Launch", Action, Resource: [...launchRoleArns] }),
  ...(unitLaunchRoles
    ? [
        allow("The same with launch roles in accounts of the organizational units that receive the portfolio.", {
          Sid: "LaunchInUnits",
          Action,
          Resource: unitLaunchRoles.arn,
          Condition: { "ForAnyValue:StringLike": { "aws:ResourceOrgPaths": [...unitLaunchRoles.organizationPaths] } },
        }),
      ]
    : []),
];

interface WithState {
  /** `arn:…:s3:::…` */
  stateBucketArn: string;
  /** Key of the buckets, `arn:…:key/…`. */
  stateKeyArn: string;
}

const writeLogs = ({ logGroupArn }: WithLogs): Permission =>
  allow("Write logs to one log group.", {
    Sid: "WriteLogs",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: `${logGroupArn}:*`,
  });

const throughS3 = (context: AwsContext): NonNullable<Statement["Condition"]> => ({
  StringEquals: { "kms:ViaService": viaServices(context, ["s3"]) },
});

/**
 * AWS Service Catalog keeps copies of artifacts in buckets that AWS owns, and reads them with the launch role.
 * Source: AWS Service Catalog "External engines", parameter parsing and launch roles.
 */
const readArtifacts = ({ artifactBucketArn }: WithArtifacts): Permission[] => [
  allow("Read the versions of the product.", { Sid: "ReadVersions", Action: "s3:GetObject", Resource: `${artifactBucketArn}/versions/*` }),
  // Without this permission, S3 reports a missing version as a denied request.
  allow("List the versions of the product.", { Sid: "ListVersions", Action: "s3:ListBucket", Resource: artifactBucketArn }),
  allow("Read the copies of versions that AWS Service Catalog keeps.", {
    Sid: "ReadCopies",
    Action: "s3:GetObject",
    Resource: "*",
    Condition: { StringEquals: taggedArtifact },
  }),
];

const reportResults = allow("Report results to AWS Service Catalog.", {
  Sid: "ReportResults",
  Action: [
    "servicecatalog:NotifyProvisionProductEngineWorkflowResult",
    "servicecatalog:NotifyTerminateProvisionedProductEngineWorkflowResult",
    "servicecatalog:NotifyUpdateProvisionedProductEngineWorkflowResult",
  ],
  Resource: "*",
});

export interface ParserFacts extends AwsContext, WithLogs, WithArtifacts {}

export const parserPermissions = (facts: ParserFacts): Permission[] => [
  ...readArtifacts(facts),
  ...assumeLaunchRoles("Read copies of versions with the launch roles of environments.", "sts:AssumeRole", facts),
  allow("Decrypt versions, only through S3.", {
    Sid: "DecryptVersions",
    Action: "kms:Decrypt",
    Resource: facts.stateKeyArn,
    Condition: throughS3(facts),
  }),
  writeLogs(facts),
];

export interface DispatcherFacts extends AwsContext, WithLogs {
  /** `arn:…:sqs:…` */
  queueArns: readonly string[];
  /** Key of the queues, `arn:…:key/…`. */
  queueKeyArn: string;
  /** `arn:…:stateMachine:…` */
  stateMachineArn: string;
}

export const dispatcherPermissions = (facts: DispatcherFacts): Permission[] => [
  allow("Receive and delete the messages of AWS Service Catalog, and move them to the end of their queue.", {
    Sid: "Receive",
    Action: ["sqs:DeleteMessage", "sqs:ReceiveMessage", "sqs:SendMessage"],
    Resource: [...facts.queueArns],
  }),
  allow("Decrypt and encrypt messages, only through SQS.", {
    Sid: "UseKeyOfMessages",
    Action: ["kms:Decrypt", "kms:GenerateDataKey"],
    Resource: facts.queueKeyArn,
    Condition: { StringEquals: { "kms:ViaService": viaServices(facts, ["sqs"]) } },
  }),
  allow("Count and start executions of the engine's state machine.", {
    Sid: "Start",
    Action: ["states:ListExecutions", "states:StartExecution"],
    Resource: facts.stateMachineArn,
  }),
  reportResults,
  writeLogs(facts),
];

export interface ReportFacts extends AwsContext, WithLogs, WithState {}

export const reportPermissions = (facts: ReportFacts): Permission[] => [
  allow("Read the results of builds.", { Sid: "ReadResults", Action: "s3:GetObject", Resource: `${facts.stateBucketArn}/results/*` }),
  allow("Write the requests of builds, and mark those that have ended.", {
    Sid: "WriteRequests",
    Action: ["s3:GetObject", "s3:PutObject"],
    Resource: `${facts.stateBucketArn}/requests/*`,
  }),
  allow("Read the claims of builds, and remove those of ended builds.", {
    Sid: "EndClaims",
    Action: ["s3:DeleteObject", "s3:GetObject"],
    Resource: `${facts.stateBucketArn}/builds/*`,
  }),
  allow("Write the list of environments.", {
    Sid: "WriteEnvironments",
    Action: ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
    Resource: `${facts.stateBucketArn}/environments/*`,
  }),
  // Without this permission, S3 reports a missing result as a denied request.
  allow("List objects.", { Sid: "ListObjects", Action: "s3:ListBucket", Resource: facts.stateBucketArn }),
  allow("Use the key of the state bucket, only through S3.", {
    Sid: "UseKey",
    Action: ["kms:Decrypt", "kms:GenerateDataKey"],
    Resource: facts.stateKeyArn,
    Condition: throughS3(facts),
  }),
  reportResults,
  writeLogs(facts),
];

export interface FlowFacts {
  /** `arn:…:project/…` */
  projectArns: readonly string[];
  /** ARN pattern of all projects that the engine ever had, `arn:…:project/bank-hub-engine-*`. */
  allProjectsArn: string;
  /** `arn:…:function:…` */
  reportFunctionArn: string;
}

/** Source: AWS Step Functions "Using CloudWatch Logs to log execution history". */
export const flowPermissions = ({ projectArns, allProjectsArn, reportFunctionArn }: FlowFacts): Permission[] => [
  allow("Start builds of the runner.", { Sid: "Build", Action: "codebuild:StartBuild", Resource: [...projectArns] }),
  // A replaced project has another name, and its builds keep their claims. CodeBuild keeps the builds of a deleted project for a year.
  // Source: AWS CodeBuild "Delete build projects" and "Quotas"; Service Authorization Reference, `BatchGetBuilds`.
  allow("Watch builds of the runner, also of replaced projects.", {
    Sid: "Watch",
    Action: "codebuild:BatchGetBuilds",
    Resource: allProjectsArn,
  }),
  allow("Invoke the function that reports results.", { Sid: "Report", Action: "lambda:InvokeFunction", Resource: reportFunctionArn }),
  allow("Deliver the execution history to CloudWatch Logs.", {
    Sid: "DeliverLogs",
    Action: [
      "logs:CreateLogDelivery",
      "logs:DeleteLogDelivery",
      "logs:DescribeLogGroups",
      "logs:DescribeResourcePolicies",
      "logs:GetLogDelivery",
      "logs:ListLogDeliveries",
      "logs:PutResourcePolicy",
      "logs:UpdateLogDelivery",
    ],
    Resource: "*",
  }),
];

export interface RunnerFacts extends AwsContext, WithLogs, WithArtifacts, WithState {
  /** `<account>.dkr.ecr.<region>.amazonaws.com/<repository>@sha256:…` */
  image: string;
  subnetIds: readonly string[];
  securityGroupIds: readonly string[];
}

/** The repository of an image, `arn:…:repository/…`. */
export function repositoryArnOf({ partition }: Pick<AwsContext, "partition">, image: string): string {
  const [host, repository] = [image.slice(0, image.indexOf("/")), image.slice(image.indexOf("/") + 1).replace(/@.*$/, "")];
  const [accountId, , , region] = host.split(".");
  return `arn:${partition}:ecr:${region}:${accountId}:repository/${repository}`;
}

/** Source: AWS CodeBuild "Allow CodeBuild access to AWS services required to create a VPC network interface". */
function interfacePermissions(facts: RunnerFacts): Permission[] {
  const subnets = arnsIn(facts, "ec2", ...facts.subnetIds.map((id) => `subnet/${id}`));
  const interfaces = arnsIn(facts, "ec2", "network-interface/*");
  return [
    allow("Create network interfaces for builds, only in the subnets of the runner.", {
      Sid: "MakeInterfaces",
      Action: "ec2:CreateNetworkInterface",
      Resource: [...interfaces, ...subnets, ...arnsIn(facts, "ec2", ...facts.securityGroupIds.map((id) => `security-group/${id}`))],
    }),
    allow("Delete network interfaces in these subnets.", {
      Sid: "DeleteInterfaces",
      Action: "ec2:DeleteNetworkInterface",
      Resource: interfaces,
      Condition: { ArnEquals: { "ec2:Subnet": subnets } },
    }),
    allow("Let only CodeBuild attach these network interfaces.", {
      Sid: "AttachInterfaces",
      Action: "ec2:CreateNetworkInterfacePermission",
      Resource: interfaces,
      Condition: { StringEquals: { "ec2:AuthorizedService": "codebuild.amazonaws.com" }, ArnEquals: { "ec2:Subnet": subnets } },
    }),
    allow("Describe networks of this region.", {
      Sid: "SeeNetworks",
      Action: [
        "ec2:DescribeDhcpOptions",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcs",
      ],
      Resource: "*",
    }),
  ];
}

/** The runner calls AWS with a launch role, except for the state, the artifact, its logs and its image. */
export const runnerPermissions = (facts: RunnerFacts): Permission[] => [
  ...readArtifacts(facts),
  // A session of a launch role has the environment in a tag, and can use only the resources of this environment.
  ...assumeLaunchRoles("Deploy with the launch roles of environments.", ["sts:AssumeRole", "sts:TagSession"], facts),
  allow("Read the state of environments.", { Sid: "ReadState", Action: "s3:GetObject", Resource: `${facts.stateBucketArn}/*` }),
  allow("Write the state, settings and names of environments, the claim of the build and its result.", {
    Sid: "WriteState",
    Action: ["s3:DeleteObject", "s3:PutObject"],
    Resource: [".pulumi", "builds", "names", "results", "settings"].map((folder) => `${facts.stateBucketArn}/${folder}/*`),
  }),
  allow("List the state of environments.", { Sid: "ListState", Action: "s3:ListBucket", Resource: facts.stateBucketArn }),
  allow("Encrypt and decrypt state, and secrets in it.", {
    Sid: "UseKey",
    Action: ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"],
    Resource: facts.stateKeyArn,
  }),
  allow("Pull the image of the runner.", {
    Sid: "PullImage",
    Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    Resource: repositoryArnOf(facts, facts.image),
  }),
  allow("Sign in to ECR.", { Sid: "SignInToEcr", Action: "ecr:GetAuthorizationToken", Resource: "*" }),
  ...interfacePermissions(facts),
  writeLogs(facts),
];

/** Actions of the engine's roles in its region. */
const maximum = [
  "codebuild:BatchGetBuilds",
  "codebuild:StartBuild",
  "ec2:CreateNetworkInterface",
  "ec2:CreateNetworkInterfacePermission",
  "ec2:DeleteNetworkInterface",
  "ec2:DescribeDhcpOptions",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSecurityGroups",
  "ec2:DescribeSubnets",
  "ec2:DescribeVpcs",
  "ecr:BatchCheckLayerAvailability",
  "ecr:BatchGetImage",
  "ecr:GetAuthorizationToken",
  "ecr:GetDownloadUrlForLayer",
  "kms:Decrypt",
  "kms:DescribeKey",
  "kms:Encrypt",
  "kms:GenerateDataKey",
  "lambda:InvokeFunction",
  "logs:*LogDelivery",
  "logs:CreateLogStream",
  "logs:DescribeLogGroups",
  "logs:DescribeResourcePolicies",
  "logs:ListLogDeliveries",
  "logs:PutLogEvents",
  "logs:PutResourcePolicy",
  "s3:DeleteObject",
  "s3:GetObject",
  "s3:ListBucket",
  "s3:PutObject",
  "servicecatalog:Notify*",
  "sqs:DeleteMessage",
  "sqs:ReceiveMessage",
  "sqs:SendMessage",
  "states:ListExecutions",
  "states:StartExecution",
];

/**
 * Permissions boundary for the roles of the engine. A role of the engine can change no role, policy or network, and becomes another
 * role only as a launch role.
 */
export const engineBoundary = (context: AwsContext, launchRoles: LaunchRoles): Permission[] => [
  allow("At most, and only in this region: queues, executions, builds, state, artifacts, keys and logs of the engine.", {
    Sid: "AtMost",
    Action: maximum,
    Resource: "*",
    Condition: { StringEquals: { "aws:RequestedRegion": context.region } },
  }),
  ...assumeLaunchRoles("Assume only the launch roles of environments.", ["sts:AssumeRole", "sts:TagSession"], launchRoles),
  onlyThisAccount(
    "Use keys, and write objects, only in this account.",
    ["kms:*", "s3:DeleteObject", "s3:ListBucket", "s3:PutObject"],
    context,
  ),
];

/**
 * Trust policy of a role that one AWS service assumes, for resources of this account. Lambda sends no source account.
 * Source: AWS "Cross-service confused deputy prevention" for CodeBuild and for Step Functions; AWS Lambda "Execution role".
 */
export const engineTrust = ({ accountId, partition, region }: AwsContext, service: "lambda" | "states" | "codebuild"): string =>
  document([
    {
      Sid: "ServiceOfThisAccount",
      Effect: "Allow",
      Principal: { Service: `${service}.amazonaws.com` },
      Action: "sts:AssumeRole",
      ...(service !== "lambda" && {
        Condition: {
          StringEquals: { "aws:SourceAccount": accountId },
          ArnLike: { "aws:SourceArn": `arn:${partition}:${service}:${region}:${accountId}:*` },
        },
      }),
    },
  ]);
