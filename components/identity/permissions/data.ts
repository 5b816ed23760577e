// Builds policy statements for buckets, keys, images, logs, networks and published values. Pure.
import { arnsIn, type AwsContext, viaServices } from "../../aws/context";
import { type Permission } from "../../aws/policy-document";
import { type EnvironmentFacts, type ModelFacts } from "./facts";
import { allow } from "./permission";

/** Permissions for bucket objects. `name` is the end of each Sid, and `what` describes the buckets. */
export const useObjects = (name: string, what: string, bucketArns: string[], write: boolean): Permission[] => [
  allow(`List ${what}.`, {
    Sid: `Find${name}`,
    Action: ["s3:ListBucket", "s3:GetBucketLocation", ...(write ? ["s3:ListBucketMultipartUploads"] : [])],
    Resource: bucketArns,
  }),
  allow(`${write ? "Read, write and delete" : "Read"} objects in ${what}.`, {
    Sid: `Use${name}`,
    Action: [
      "s3:GetObject",
      ...(write ? ["s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"] : []),
    ],
    Resource: bucketArns.map((arn) => `${arn}/*`),
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

export const pullImages = (context: AwsContext): Permission[] => [
  allow("Sign in to container registries.", { Sid: "SignInToImages", Action: "ecr:GetAuthorizationToken", Resource: "*" }),
  // AWS publishes images in AWS-owned accounts, which differ by region and image family.
  // The endpoint policy restricts these accounts.
  allow("Pull container images from this account, from AWS, and from accounts that allow this account to pull.", {
    Sid: "PullImages",
    Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    Resource: arnsIn({ ...context, accountId: "*" }, "ecr", "repository/*"),
  }),
];

export const writeLogs = (context: AwsContext): Permission =>
  allow("Write SageMaker logs.", {
    Sid: "WriteLogs",
    Action: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams", "logs:GetLogEvents"],
    Resource: arnsIn(context, "logs", "log-group:/aws/sagemaker/*"),
  });

export const writeMetrics: Permission = allow("Write SageMaker metrics.", {
  Sid: "WriteMetrics",
  Action: "cloudwatch:PutMetricData",
  Resource: "*",
  Condition: { StringLike: { "cloudwatch:namespace": ["/aws/sagemaker/*", "AWS/SageMaker"] } },
});

/** Source: AWS "Give SageMaker AI hosted endpoints access to resources in your Amazon VPC". */
export const joinNetwork = (facts: EnvironmentFacts | ModelFacts): Permission[] => [
  allow("Create network interfaces for jobs, only in the environment's subnets and security groups.", {
    Sid: "MakeInterfaces",
    Action: "ec2:CreateNetworkInterface",
    Resource: [
      ...arnsIn(facts, "ec2", "network-interface/*"),
      ...arnsIn(facts, "ec2", ...facts.subnetIds.map((id) => `subnet/${id}`)),
      ...arnsIn(facts, "ec2", ...facts.securityGroupIds.map((id) => `security-group/${id}`)),
    ],
  }),
  allow("Attach network interfaces for SageMaker and delete network interfaces, only in the environment's VPC.", {
    Sid: "UseInterfaces",
    Action: ["ec2:CreateNetworkInterfacePermission", "ec2:DeleteNetworkInterface", "ec2:DeleteNetworkInterfacePermission"],
    Resource: arnsIn(facts, "ec2", "network-interface/*"),
    Condition: { ArnEquals: { "ec2:Vpc": arnsIn(facts, "ec2", `vpc/${facts.vpcId}`) } },
  }),
  allow("Describe networks.", {
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

export const readParameters = (facts: EnvironmentFacts): Permission =>
  allow("Read the environment's published values (SSM parameters).", {
    Sid: "ReadValues",
    Action: ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"],
    Resource: arnsIn(facts, "ssm", `parameter/cloister/${facts.environment}`, `parameter/cloister/${facts.environment}/*`),
  });

export const readLogsAndMetrics = (facts: EnvironmentFacts): Permission[] => [
  allow("Read SageMaker logs.", {
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
