import { type Contract } from "@cloister/components/stack/contract";

/** The outputs of an environment. Creates nothing, so other projects can import it. Names are public. */
export const environmentOutputs = {
  environment: { kind: "string", about: "name, `<team>-<stage>`" },
  team: { kind: "string", about: "team" },
  accountId: { kind: "string", about: "hub account, 12 digits" },
  region: { kind: "string", about: "region" },
  vpcId: { kind: "string", about: "VPC, `vpc-…`", parameter: "vpc-id" },
  vpcCidrs: { kind: "string[]", about: "IPv4 ranges of the VPC" },
  centralCidr: { kind: "string", about: "IPv4 range of core's shared endpoints; empty if the environment does not use them" },
  subnetIds: { kind: "string[]", about: "private subnets, `subnet-…`, in the order of their Availability Zones", parameter: "subnet-ids" },
  workloadSecurityGroupId: {
    kind: "string",
    about: "security group of notebook instances, jobs and models, `sg-…`",
    parameter: "workload-security-group-id",
  },
  endpointSecurityGroupId: {
    kind: "string",
    about: "security group of the interface endpoints, `sg-…`",
    parameter: "endpoint-security-group-id",
  },
  s3EndpointId: { kind: "string", about: "S3 gateway endpoint, `vpce-…`", parameter: "s3-endpoint-id" },
  volumeKeyArn: { kind: "string", about: "KMS key of home directories and volumes, `arn:…:key/…`", parameter: "volume-key-arn" },
  dataKeyArn: { kind: "string", about: "KMS key of the buckets that Cloister creates, `arn:…:key/…`", parameter: "data-key-arn" },
  logKeyArn: { kind: "string", about: "KMS key of log groups, `arn:…:key/…`" },
  dataBucketName: { kind: "string", about: "data bucket", parameter: "data-bucket-name" },
  modelBucketName: { kind: "string", about: "model bucket", parameter: "model-bucket-name" },
  environmentBoundaryArn: {
    kind: "string",
    about: "permissions boundary of the environment's roles, `arn:…:policy/…`",
    parameter: "permissions-boundary-arn",
  },
  executionRoleArn: {
    kind: "string",
    about: "execution role of Studio and of jobs started there, `arn:…:role/…`",
    parameter: "execution-role-arn",
  },
  personRoleArns: { kind: "records", about: "execution role (`arn`) by profile, with `executionRole: per-person`" },
  pipelineRoleArn: { kind: "string", about: "execution role of SageMaker Pipelines, `arn:…:role/…`", parameter: "pipeline-role-arn" },
  modelRoleArn: { kind: "string", about: "execution role of models behind endpoints, `arn:…:role/…`", parameter: "model-role-arn" },
  people: {
    kind: "records",
    about: "user roles, by name: `arn`, `name`, and `switchRoleUrl`, a console link that assumes the role",
  },
  domainId: { kind: "string", about: "Studio domain, `d-…`", parameter: "domain-id" },
  studioUrl: { kind: "string", about: "URL of Studio" },
  notebooks: { kind: "records", about: "notebook instances, by name: `url` of the console page that opens it, and `roleArn`" },
  resourceGroupArn: { kind: "string", about: "resource group of all resources with the environment's tag" },
  dashboardUrl: { kind: "string", about: "URL of the CloudWatch dashboard; empty without one" },
  parameterPath: { kind: "string", about: "path of the SSM parameters, `/cloister/<environment>`" },
} as const satisfies Contract;
