import { HUB, type MockOptions, REGION, useMocks } from "../helpers/mocks";
import { exampleConfig } from "./world";

export const example = exampleConfig("environment/Pulumi.fraud-dev.yaml");
export const boundary = `arn:aws:iam::${HUB}:policy/bank-hub-boundary`;
/** Outputs of the core stack that the example environment uses. */
export const coreStackOutputs = {
  accountId: HUB,
  region: REGION,
  keyArn: `arn:aws:kms:${REGION}:${HUB}:key/hub`,
  logBucketName: "bank-hub-logs",
  permissionsBoundaryArn: boundary,
  administrators: {},
  alertTopicArn: `arn:aws:sns:${REGION}:${HUB}:alerts`,
  centralVpcId: "",
  centralCidr: "",
  centralRouteTableIds: [],
  centralSecurityGroupId: "",
  centralEndpoints: [],
  mirrorFront: "",
  mirrorRequests: "",
  mirrorBucket: "",
  mirrorIndexUrl: "",
  mirrorServiceName: "",
  mirrorZones: [],
  mirrorRepositoryArn: "",
  centralZoneIds: {},
};

interface Options {
  preview?: boolean;
  zones?: string[];
  coreStackOutputs?: Record<string, unknown>;
  answers?: MockOptions["answers"];
}

/** The Studio settings of the example, without the settings that require other features. */
export function exampleStudio(features: readonly string[]): Record<string, unknown> {
  const { notebooks, git, ...studio } = example["cloister-environment:studio"] as Record<string, unknown>;
  return { ...studio, ...(features.includes("notebooks") && { notebooks }), ...(features.includes("git") && { git }) };
}

/** Installs mocks with the example settings, changed by `config`. Call `runProgram("environment")` next. */
export const exampleEnvironment = (config: Record<string, unknown> = {}, options: Options = {}) =>
  useMocks({
    project: "cloister-environment",
    stack: "fraud-dev",
    config: { ...example, ...config },
    stacks: { "organization/cloister-core/bank-hub": { outputs: options.coreStackOutputs ?? coreStackOutputs } },
    preview: options.preview,
    zones: options.zones,
    answers: options.answers,
  });
