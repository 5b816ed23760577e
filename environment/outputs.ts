import { type Contract } from "@cloister/components/stack/contract";

/** What an environment promises. Creates nothing, so anyone may import it. Names are public. */
export const environmentOutputs = {
  environment: { kind: "string", about: "name, `<team>-<stage>`" },
  team: { kind: "string", about: "team" },
  accountId: { kind: "string", about: "account of the hub, twelve digits" },
  region: { kind: "string", about: "region" },
  vpcId: { kind: "string", about: "closed VPC, `vpc-…`", parameter: "vpc-id" },
  vpcCidrs: { kind: "string[]", about: "ranges of the VPC" },
  centralCidr: { kind: "string", about: "range of core's endpoints, which are reached over a peering; empty with endpoints of its own" },
  subnetIds: { kind: "string[]", about: "private subnets, `subnet-…`, in the order of the zones", parameter: "subnet-ids" },
  workloadSecurityGroupId: {
    kind: "string",
    about: "group of notebooks, jobs and models, `sg-…`",
    parameter: "workload-security-group-id",
  },
  endpointSecurityGroupId: { kind: "string", about: "group of the interface endpoints, `sg-…`", parameter: "endpoint-security-group-id" },
  s3EndpointId: { kind: "string", about: "gateway endpoint of S3, `vpce-…`", parameter: "s3-endpoint-id" },
  volumeKeyArn: { kind: "string", about: "key of home directories and volumes, `arn:…:key/…`", parameter: "volume-key-arn" },
  dataKeyArn: { kind: "string", about: "key of the buckets, `arn:…:key/…`", parameter: "data-key-arn" },
  logKeyArn: { kind: "string", about: "key of log groups, `arn:…:key/…`" },
  dataBucketName: { kind: "string", about: "bucket for data", parameter: "data-bucket-name" },
  modelBucketName: { kind: "string", about: "bucket for model artifacts", parameter: "model-bucket-name" },
  environmentBoundaryArn: {
    kind: "string",
    about: "the most that a role of the environment may do, `arn:…:policy/…`",
    parameter: "permissions-boundary-arn",
  },
  executionRoleArn: {
    kind: "string",
    about: "role of people in Studio and of their jobs, `arn:…:role/…`",
    parameter: "execution-role-arn",
  },
  personRoleArns: { kind: "records", about: "execution role (`arn`) of each person, where each has one" },
  pipelineRoleArn: { kind: "string", about: "role of SageMaker Pipelines, `arn:…:role/…`", parameter: "pipeline-role-arn" },
  modelRoleArn: { kind: "string", about: "role of models that answer requests, `arn:…:role/…`", parameter: "model-role-arn" },
  people: {
    kind: "records",
    about: "roles that people take on, by name: `arn`, `name`, and `switchRoleUrl`, a link that changes to it in the console",
  },
  domainId: { kind: "string", about: "Studio domain, `d-…`", parameter: "domain-id" },
  studioUrl: { kind: "string", about: "address of Studio" },
  notebooks: { kind: "records", about: "notebook instances, by name: `url`, a link that opens it, and `roleArn`" },
  resourceGroupArn: { kind: "string", about: "resource group of everything that carries the environment's tag" },
  dashboardUrl: { kind: "string", about: "address of the dashboard; empty without one" },
  parameterPath: { kind: "string", about: "SSM path of the published values, `/cloister/<environment>`" },
} as const satisfies Contract;
