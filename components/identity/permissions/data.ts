// Builds policy statements for buckets, keys, images, logs, networks and published values. Pure.
import { arnsIn, type AwsContext, viaServices } from "../../aws/context";
import { type Permission } from "../../aws/policy-document";
import { type EnvironmentFacts, type ModelFacts, type PeopleNetwork } from "./facts";
import { allow, fromWhere, throughVpc, whereUsersRead } from "./permission";

/** Another account can create a bucket with the name of a deleted bucket, and would receive the data that roles write. */
export const inAccount = (accountId: string) => ({ StringEquals: { "aws:ResourceAccount": accountId } });

/** Permissions for bucket objects. `name` is the end of each Sid, and `what` describes the buckets. */
export const useObjects = (name: string, what: string, bucketArns: string[], write: boolean, { accountId }: AwsContext): Permission[] => [
  allow(`List ${what}.`, {
    Sid: `Find${name}`,
    Action: ["s3:ListBucket", "s3:GetBucketLocation", ...(write ? ["s3:ListBucketMultipartUploads"] : [])],
    Resource: bucketArns,
    Condition: inAccount(accountId),
  }),
  allow(`${write ? "Read, write and delete" : "Read"} objects in ${what}.`, {
    Sid: `Use${name}`,
    Action: [
      "s3:GetObject",
      ...(write ? ["s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"] : []),
    ],
    Resource: bucketArns.map((arn) => `${arn}/*`),
    Condition: inAccount(accountId),
  }),
];

export const useKeys = (facts: EnvironmentFacts | ModelFacts, services: string[], write: boolean): Permission =>
  allow(`${write ? "Encrypt and decrypt" : "Decrypt"} with the keys, only through ${services.join(", ")}.`, {
    Sid: "UseKeys",
    Action: [
      "kms:Decrypt",
      "kms:DescribeKey",
      ...(write ? ["kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"] : []),
    ],
    Resource: facts.keyArns,
    Condition: { StringEquals: { "kms:ViaService": viaServices(facts, services) } },
  });

/** SageMaker requires this permission from a caller that starts a job or an endpoint with an encrypted volume. */
export const describeKeys = (facts: EnvironmentFacts): Permission =>
  allow("Describe the keys, only through sagemaker.", {
    Sid: "SeeKeys",
    Action: "kms:DescribeKey",
    Resource: facts.keyArns,
    Condition: { StringEquals: { "kms:ViaService": viaServices(facts, ["sagemaker"]) } },
  });

export const grantKeys = ({ keyArns }: EnvironmentFacts): Permission =>
  allow("Create grants that let AWS services use the keys for volumes.", {
    Sid: "LetAwsUseKeys",
    Action: "kms:CreateGrant",
    Resource: keyArns,
    Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } },
  });

export const pullImages = (facts: EnvironmentFacts | ModelFacts): Permission[] => [
  allow("Sign in to container registries.", { Sid: "SignInToImages", Action: "ecr:GetAuthorizationToken", Resource: "*" }),
  // SageMaker pulls images in its own network, where no endpoint policy applies.
  // A registry owner can read the names of pulled images, so the statement lists the accounts.
  allow("Pull container images from this account, from AWS's registries for SageMaker, and from the accounts in `network.imageAccounts`.", {
    Sid: "PullImages",
    Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    Resource: arnsIn({ ...facts, accountId: "*" }, "ecr", "repository/*"),
    Condition: { StringEquals: { "aws:ResourceAccount": facts.imageAccountIds } },
  }),
];

const sagemakerLogs = (context: AwsContext) => arnsIn(context, "logs", "log-group:/aws/sagemaker/*");

/** SageMaker reads these before it creates network interfaces. */
export const describeNetworks = [
  "ec2:DescribeDhcpOptions",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSecurityGroups",
  "ec2:DescribeSubnets",
  "ec2:DescribeVpcEndpoints",
  "ec2:DescribeVpcs",
];

/** Allows no other account to associate an Elastic IP address with a network interface. */
export const noPublicAddresses: Permission = {
  about: "Allow no other account to associate an Elastic IP address with a network interface.",
  statement: {
    Sid: "NoPublicAddresses",
    Effect: "Deny",
    Action: "ec2:CreateNetworkInterfacePermission",
    Resource: "*",
    Condition: { StringEquals: { "ec2:Permission": "EIP-ASSOCIATE" } },
  },
};

/** Only for SageMaker, which makes these calls from its own network. */
const notFromInside = ({ entranceVpcIds }: Pick<ModelFacts, "entranceVpcIds">) => ({
  StringNotEquals: { "aws:SourceVpc": entranceVpcIds },
});

/** Names below `/aws/sagemaker/`. Source: AWS "Log groups and streams that Amazon SageMaker AI sends to CloudWatch". */
const jobLogs = ["ProcessingJobs", "TrainingJobs", "TransformJobs"];

/**
 * SageMaker writes logs with the role, from the SageMaker network. A log group can have a key of another account, whose
 * owner then reads the name of the log group. Therefore most roles can create only log groups with fixed names.
 * Source: AWS "CloudWatch Logs resources and operations" (policies name a log group with `:*`).
 */
const writeLogs = (context: AwsContext, groups: string[], where = {}): Permission[] => [
  allow(`Create log groups for SageMaker: ${groups.join(", ")}${"Condition" in where ? ", never through the VPC endpoints" : ""}.`, {
    Sid: "MakeLogs",
    Action: "logs:CreateLogGroup",
    Resource: arnsIn(context, "logs", ...groups.map((group) => `log-group:/aws/sagemaker/${group}:*`)),
    ...where,
  }),
  allow("Write SageMaker logs.", {
    Sid: "WriteLogs",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: sagemakerLogs(context),
  }),
];
export const writeStudioLogs = (context: AwsContext) => writeLogs(context, [...jobLogs, "studio"]);
export const writeNotebookLogs = (context: AwsContext) => writeLogs(context, [...jobLogs, "NotebookInstances"]);
/** SageMaker creates one log group for each endpoint, with the name of the endpoint. */
export const writeEndpointLogs = (facts: EnvironmentFacts | ModelFacts) =>
  writeLogs(facts, ["Endpoints/*"], { Condition: notFromInside(facts) });

/** Code prints data into logs, so logs are protected like data. */
export const readOwnLogs = (facts: EnvironmentFacts): Permission =>
  allow("Read SageMaker logs, only through the environment's VPC endpoints.", {
    Sid: "ReadLogs",
    Action: ["logs:DescribeLogStreams", "logs:GetLogEvents"],
    Resource: sagemakerLogs(facts),
    Condition: throughVpc(facts),
  });

/**
 * Source: AWS "Metrics for monitoring SageMaker AI with CloudWatch", "Model quality metrics and CloudWatch monitoring",
 * "CloudWatch metrics for bias drift analysis" and "for feature drift analysis"; SageMaker Python SDK (data quality).
 */
export const metricNamespaces = [
  ...["TrainingJobs", "ProcessingJobs", "TransformJobs", "Endpoints"].map((kind) => `/aws/sagemaker/${kind}`),
  ...["Endpoints", "ModelMonitoring"].flatMap((monitored) =>
    ["data", "model", "bias", "explainability"].map((metrics) => `aws/sagemaker/${monitored}/${metrics}-metrics`),
  ),
];

export const writeMetrics: Permission = allow("Write metrics of jobs, endpoints and monitors.", {
  Sid: "WriteMetrics",
  Action: "cloudwatch:PutMetricData",
  Resource: "*",
  Condition: { StringEquals: { "cloudwatch:namespace": metricNamespaces } },
});

/**
 * SageMaker makes these calls under the role from its own network, so code inside the network must not.
 * EC2 accepts only accounts that AWS has authorized for `CreateNetworkInterfacePermission`.
 * Source: AWS "Give SageMaker AI hosted endpoints access to resources in your Amazon VPC"; AWS API
 * `CreateNetworkInterfacePermission`.
 */
export const joinNetwork = (facts: EnvironmentFacts | ModelFacts): Permission[] => {
  return [
    allow(
      "Create network interfaces for jobs, only in the environment's subnets and security groups, and never through the VPC endpoints.",
      {
        Sid: "MakeInterfaces",
        Action: "ec2:CreateNetworkInterface",
        Resource: [
          ...arnsIn(facts, "ec2", "network-interface/*"),
          ...arnsIn(facts, "ec2", ...facts.subnetIds.map((id) => `subnet/${id}`)),
          ...arnsIn(facts, "ec2", ...facts.securityGroupIds.map((id) => `security-group/${id}`)),
        ],
        Condition: notFromInside(facts),
      },
    ),
    allow(
      "Attach network interfaces for SageMaker and delete network interfaces, only in the environment's VPC, and never through the VPC endpoints.",
      {
        Sid: "UseInterfaces",
        Action: ["ec2:CreateNetworkInterfacePermission", "ec2:DeleteNetworkInterface", "ec2:DeleteNetworkInterfacePermission"],
        Resource: arnsIn(facts, "ec2", "network-interface/*"),
        Condition: {
          ArnEquals: { "ec2:Vpc": arnsIn(facts, "ec2", `vpc/${facts.vpcId}`) },
          StringEqualsIfExists: { "ec2:AuthorizedService": "sagemaker.amazonaws.com", "ec2:Permission": "INSTANCE-ATTACH" },
          ...notFromInside(facts),
        },
      },
    ),
    allow("Describe networks.", {
      Sid: "SeeNetworks",
      Action: describeNetworks,
      Resource: "*",
    }),
  ];
};

const publishedValues = (facts: EnvironmentFacts) => ({
  Action: ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"],
  Resource: arnsIn(facts, "ssm", `parameter/cloister/${facts.environment}`, `parameter/cloister/${facts.environment}/*`),
});

/** For administrators, from any network: only deployments write these values. */
export const readParameters = (facts: EnvironmentFacts): Permission =>
  allow("Read the environment's published values (SSM parameters).", { Sid: "ReadValues", ...publishedValues(facts) });

export const readParametersInside = (facts: EnvironmentFacts): Permission =>
  allow("Read the environment's published values (SSM parameters), only through the environment's VPC endpoints.", {
    Sid: "ReadValues",
    ...publishedValues(facts),
    Condition: throughVpc(facts),
  });

export const readLogsAndMetrics = (facts: EnvironmentFacts, network: PeopleNetwork): Permission[] => [
  allow(`Read SageMaker logs${fromWhere(network)}.`, {
    Sid: "ReadLogs",
    Action: ["logs:DescribeLogStreams", "logs:GetLogEvents", "logs:FilterLogEvents"],
    Resource: sagemakerLogs(facts),
    ...whereUsersRead(facts, network),
  }),
  allow(`Read metrics${fromWhere(network)}.`, {
    Sid: "ReadMetrics",
    Action: ["cloudwatch:GetMetricData", "cloudwatch:ListMetrics"],
    Resource: "*",
    ...whereUsersRead(facts, network),
  }),
];

const alarms = {
  Sid: "ReadAlarms",
  Action: ["cloudwatch:DescribeAlarms", "cloudwatch:GetDashboard", "cloudwatch:ListDashboards"],
  Resource: "*",
};

/** For administrators, from any network: only deployments create alarms and dashboards, and a dashboard has no metric data. */
export const readAlarms: Permission = allow("Read alarms and dashboards, without metric data.", alarms);

export const readAlarmsInside = (facts: EnvironmentFacts, network: PeopleNetwork): Permission =>
  allow(`Read alarms and dashboards${fromWhere(network)}.`, { ...alarms, ...whereUsersRead(facts, network) });
