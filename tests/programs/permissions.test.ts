// Tests what the policies that the programs create allow each role of the example environment and the hub to do.
// Does not prove how AWS sets condition keys. tests/engine/organization.test.ts tests the deployed policies.
import { deployer, HUB, REGION, runProgram, useMocks, type World } from "../helpers/mocks";
import { type Deployed, type DeployedRole } from "../permissions/assemble";
import { provePermissions } from "../permissions/prove";
import { type Profile } from "@cloister/components/identity/guardrails";
import { featureNames } from "@cloister/components/network/catalogue";
import { example, exampleEnvironment } from "./example-environment";
import { exampleConfig, ofType, resourceOf } from "./world";

const breakGlass = `arn:aws:iam::${HUB}:role/BreakGlass`;

/** Roles of a program by the last part of the role name, with policies, trust policy and permissions boundary. */
function rolesOf(world: World, prefix: string): Record<string, DeployedRole> {
  const arnOf = (role: { inputs: Record<string, unknown>; name: string }) =>
    `arn:aws:iam::${HUB}:role${String(role.inputs.path ?? "/")}${role.name}`;
  const boundaries = new Map(
    ofType(world, "aws:iam/policy:Policy").map(({ name, inputs }) => [`arn:aws:iam::${HUB}:policy/${name}`, String(inputs.policy)]),
  );
  return Object.fromEntries(
    ofType(world, "aws:iam/role:Role").map((role) => [
      role.name.slice(prefix.length + 1),
      {
        arn: arnOf(role),
        trust: String(role.inputs.assumeRolePolicy),
        policies: [
          ...ofType(world, "aws:iam/rolePolicy:RolePolicy").filter(({ sources }) => sources.role?.some(({ name }) => name === role.name)),
          ...ofType(world, "aws:iam/rolePolicyAttachment:RolePolicyAttachment")
            .filter(({ sources }) => sources.role?.some(({ name }) => name === role.name))
            .flatMap(({ sources }) => sources.policyArn ?? []),
        ].map(({ inputs }) => String(inputs.policy)),
        boundary: boundaries.get(String(role.inputs.permissionsBoundary)),
      },
    ]),
  );
}

interface Deployment {
  features?: string[];
  profile?: Profile;
  networkIsolation?: boolean;
  executionRole?: "shared" | "per-person";
}

async function deployed({
  features = ["studio", "jobs"],
  profile = "strict",
  networkIsolation = false,
  executionRole = "shared",
}: Deployment): Promise<Deployed> {
  const core = await useMocks({ project: "cloister-core", stack: "bank-hub", config: exampleConfig("core/Pulumi.bank-hub.yaml") });
  await runProgram("core");
  const world = await exampleEnvironment(
    {
      "cloister-environment:breakGlassRoleArns": [breakGlass],
      "cloister-environment:network": { ...(example["cloister-environment:network"] as object), features },
      "cloister-environment:studio": { ...(example["cloister-environment:studio"] as object), executionRole },
      "cloister-environment:guardrails": { profile, networkIsolation },
    },
    {
      answers: { getRole: ({ name }) => ({ arn: `arn:aws:iam::${HUB}:role/${String(name)}` }) },
    },
  );
  const outputs = await runProgram("environment");
  const text = (key: string) => String(outputs[key]);
  const bucketArn = (name: string) => `arn:aws:s3:::${name}`;
  const policy = (type: string, name: string) => String(resourceOf(world, type, name).inputs.policy);
  const logKeyArn = `arn:aws:kms:${REGION}:${HUB}:key/fraud-dev-logs-key`;
  const { notebook, ...environmentRoles } = Object.fromEntries(
    Object.entries(rolesOf(world, "fraud-dev")).map(([caller, role]) => [caller.startsWith("notebook-") ? "notebook" : caller, role]),
  );
  return {
    ids: {
      accountId: HUB,
      region: REGION,
      environment: "fraud-dev",
      vpcId: text("vpcId"),
      subnetIds: outputs.subnetIds as string[],
      groupId: text("workloadSecurityGroupId"),
      s3EndpointId: text("s3EndpointId"),
      dataKeyArn: text("dataKeyArn"),
      volumeKeyArn: text("volumeKeyArn"),
      logKeyArn,
      dataBucketArn: bucketArn(text("dataBucketName")),
      modelBucketArn: bucketArn(text("modelBucketName")),
      domainId: text("domainId"),
      profile: "ana-horvat",
      person: "ana-horvat",
      instanceType: "ml.m5.large",
      features,
      guardrails: profile,
      networkIsolation,
      peopleNetwork: "vpc",
    },
    roles: {
      ...environmentRoles,
      ...(notebook && { notebook }),
      "data-science-administrator": rolesOf(core, "bank-hub")["ds-admin"]!,
    },
    resources: {
      [text("dataKeyArn")]: policy("aws:kms/key:Key", "fraud-dev-data-key"),
      [text("volumeKeyArn")]: policy("aws:kms/key:Key", "fraud-dev-volumes-key"),
      [logKeyArn]: policy("aws:kms/key:Key", "fraud-dev-logs-key"),
      [bucketArn(text("dataBucketName"))]: policy("aws:s3/bucketPolicy:BucketPolicy", "fraud-dev-data-policy"),
      [bucketArn(text("modelBucketName"))]: policy("aws:s3/bucketPolicy:BucketPolicy", "fraud-dev-models-policy"),
    },
    endpoints: { s3: policy("aws:ec2/vpcEndpoint:VpcEndpoint", "fraud-dev-s3") },
    deployerArn: deployer(HUB),
    breakGlassArn: breakGlass,
  };
}

describe("permissions that the programs create", () => provePermissions(() => deployed({})));

describe("permissions, with every feature and one execution role for each user", () =>
  provePermissions(() => deployed({ features: featureNames.filter((name) => name !== "mirror"), executionRole: "per-person" })));

describe("permissions, with the guardrail profile 'open'", () => provePermissions(() => deployed({ profile: "open" })));

describe("permissions, with the guardrail profile 'vpc' and network isolation", () =>
  provePermissions(() => deployed({ profile: "vpc", networkIsolation: true })));
