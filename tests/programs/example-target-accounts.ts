import { HUB, type MockOptions, REGION, useMocks } from "../helpers/mocks";
import { exampleConfig } from "./world";

export const exampleTargetConfig = exampleConfig("target-accounts/Pulumi.fraud-staging.yaml");
export const [first, second] = ["444455556666", "555566667777"] as const;
/** Outputs of the stack of an environment, which target accounts use. */
export const environmentOutputs = (environment: string) => ({
  environment,
  team: environment.split("-")[0],
  accountId: HUB,
  region: REGION,
  vpcId: "vpc-1",
  vpcCidrs: ["10.64.0.0/20"],
  centralCidr: "",
  subnetIds: ["subnet-1", "subnet-2"],
  workloadSecurityGroupId: "sg-1",
  endpointSecurityGroupId: "sg-2",
  s3EndpointId: "vpce-1",
  volumeKeyArn: `arn:aws:kms:${REGION}:${HUB}:key/1`,
  dataKeyArn: `arn:aws:kms:${REGION}:${HUB}:key/2`,
  logKeyArn: `arn:aws:kms:${REGION}:${HUB}:key/3`,
  dataBucketName: "data",
  modelBucketName: "models",
  environmentBoundaryArn: `arn:aws:iam::${HUB}:policy/environment`,
  executionRoleArn: `arn:aws:iam::${HUB}:role/execution`,
  personRoleArns: {},
  pipelineRoleArn: `arn:aws:iam::${HUB}:role/pipeline`,
  modelRoleArn: `arn:aws:iam::${HUB}:role/model`,
  people: {},
  notebooks: {},
  products: {},
  resourceGroupArn: `arn:aws:resource-groups:${REGION}:${HUB}:group/cloister-${environment}`,
  dashboardUrl: "",
  domainId: "d-1",
  studioUrl: "https://d-1.example",
  openStudioCommand: "aws sagemaker create-presigned-domain-url",
  sharedSpaceDefaults: "{}",
  parameterPath: `/cloister/${environment}`,
});

/** Outputs of the environment stack that the example target accounts use. */
export const environmentStackOutputs = environmentOutputs("fraud-dev");

export interface ExampleOptions {
  preview?: boolean;
  account?: string;
  zones?: string[];
  unreachable?: string[];
  environmentStackOutputs?: Record<string, unknown>;
  answers?: MockOptions["answers"];
  roleTags?: MockOptions["roleTags"];
}

/** Installs mocks with the example settings, changed by `config`. Call `runProgram("target-accounts")` next. */
export const exampleTargets = (config: Record<string, unknown> = {}, options: ExampleOptions = {}) =>
  useMocks({
    project: "cloister-target-accounts",
    stack: "fraud-staging",
    config: { ...exampleTargetConfig, ...config },
    stacks: { "organization/cloister-environment/fraud-dev": { outputs: options.environmentStackOutputs ?? environmentStackOutputs } },
    ...options,
  });
