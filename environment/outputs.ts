import { type Contract } from "@cloister/components/stack/contract";

/** The outputs of an environment. Creates no resources, so other projects can import this module. Names are public. */
export const environmentOutputs = {
  environment: { kind: "string", about: "name, `<team>-<stage>`" },
  team: { kind: "string", about: "team" },
  accountId: { kind: "string", about: "hub account, 12 digits" },
  region: { kind: "string", about: "region" },
  vpcId: { kind: "string", about: "VPC, `vpc-…`", parameter: "vpc-id" },
  vpcCidrs: { kind: "string[]", about: "IPv4 CIDR ranges of the VPC" },
  centralCidr: {
    kind: "string",
    about: "IPv4 CIDR range of the VPC of the shared endpoints; empty if the environment uses no shared endpoints",
  },
  subnetIds: { kind: "string[]", about: "private subnets, `subnet-…`, in the order of their Availability Zones", parameter: "subnet-ids" },
  workloadSecurityGroupId: {
    kind: "string",
    about: "security group for notebook instances, jobs and models, `sg-…`",
    parameter: "workload-security-group-id",
  },
  endpointSecurityGroupId: {
    kind: "string",
    about: "security group of the interface endpoints, `sg-…`",
  },
  s3EndpointId: { kind: "string", about: "S3 gateway endpoint, `vpce-…`", parameter: "s3-endpoint-id" },
  volumeKeyArn: { kind: "string", about: "KMS key for home directories and volumes, `arn:…:key/…`", parameter: "volume-key-arn" },
  dataKeyArn: { kind: "string", about: "KMS key for the buckets that Cloister creates, `arn:…:key/…`", parameter: "data-key-arn" },
  logKeyArn: { kind: "string", about: "KMS key for log groups, `arn:…:key/…`" },
  dataBucketName: { kind: "string", about: "data bucket", parameter: "data-bucket-name" },
  modelBucketName: { kind: "string", about: "model bucket", parameter: "model-bucket-name" },
  environmentBoundaryArn: {
    kind: "string",
    about: "permissions boundary for the environment's roles, `arn:…:policy/…`",
  },
  executionRoleArn: {
    kind: "string",
    about: "execution role for Studio, and for jobs started in Studio, `arn:…:role/…`",
    parameter: "execution-role-arn",
  },
  personRoleArns: { kind: "records", about: "execution role (`arn`) by profile, with `executionRole: per-person`" },
  pipelineRoleArn: { kind: "string", about: "execution role for SageMaker Pipelines, `arn:…:role/…`", parameter: "pipeline-role-arn" },
  modelRoleArn: {
    kind: "string",
    about: "execution role for models behind SageMaker endpoints, `arn:…:role/…`",
    parameter: "model-role-arn",
  },
  people: {
    kind: "records",
    about:
      "user roles, by name: `arn`, `name`, and `switchRoleUrl`, a console link that assumes the role; the role's network conditions also apply in the console",
  },
  domainId: { kind: "string", about: "Studio domain, `d-…`", parameter: "domain-id" },
  studioUrl: { kind: "string", about: "URL of Studio" },
  openStudioCommand: {
    kind: "string",
    about:
      "AWS CLI command that prints a URL to Studio for the profile that replaces `<profile>`, if it runs in the environment's network; empty with `studio.signIn: identity-center`",
  },
  sharedSpaceDefaults: {
    kind: "string",
    about: "current default settings for shared spaces, as JSON for `aws sagemaker update-domain --default-space-settings`",
  },
  notebooks: {
    kind: "records",
    about:
      "notebook instances, by name: `openCommand`, an AWS CLI command that prints a URL to JupyterLab if it runs in the environment's network, and `roleArn`",
  },
  products: {
    kind: "records",
    about: "products in AWS Service Catalog, by name: `productId`, `prod-…`, and `portfolioId`, `port-…`; empty without products",
  },
  resourceGroupArn: { kind: "string", about: "resource group that contains all resources with the environment's tag" },
  dashboardUrl: { kind: "string", about: "URL of the CloudWatch dashboard; empty without a dashboard" },
  parameterPath: { kind: "string", about: "path of the SSM parameters, `/cloister/<environment>`" },
} as const satisfies Contract;
