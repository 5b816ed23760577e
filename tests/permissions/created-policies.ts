// Runs the programs of the example environment and its hub under mocks, and reads the policies that they create.
import { deployer, HUB, REGION, runProgram, useMocks, type World } from "../helpers/mocks";
import { replaceableRoles, type ReplaceableRole, roleOf, type UserRole } from "@cloister/components/identity/roles";
import { sagemakerTrust, userRoleTrust } from "@cloister/components/identity/trust-policy";
import { allowAll, type Deployed, type DeployedRole } from "./assemble";
import { writableRepository } from "./rows/features";
import { type Profile } from "@cloister/components/identity/guardrails";
import { boundary, example, exampleEnvironment } from "../programs/example-environment";
import { exampleConfig, ofType, resourceOf } from "../programs/world";

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

/** The administrator of the hub, which no deployment changes. */
let administratorOfHub: DeployedRole | undefined;
async function hubAdministrator(): Promise<DeployedRole> {
  if (administratorOfHub) return administratorOfHub;
  const world = await useMocks({ project: "cloister-core", stack: "bank-hub", config: exampleConfig("core/Pulumi.bank-hub.yaml") });
  await runProgram("core");
  return (administratorOfHub = rolesOf(world, "bank-hub")["ds-admin"]!);
}

/** The settings of a deployment of the example environment that choose statements. */
export interface Deployment {
  features?: string[];
  profile?: Profile;
  networkIsolation?: boolean;
  executionRole?: "shared" | "per-person";
  /** Whether every role that `existingRoles` can replace is an existing role. */
  existingRoles?: boolean;
}

/** Existing roles. The path lets jobs run under an existing execution role (docs/identity.md). */
const existingArns = Object.fromEntries(replaceableRoles.map((role) => [role, `arn:aws:iam::${HUB}:role/cloister/bank/${role}`]));

/** The trust policy of an existing role: what the preflight requires of service roles, and administrators otherwise. */
function trustOf(role: ReplaceableRole): string {
  const { assumedBy, resources } = roleOf(role);
  const context = { accountId: HUB, region: REGION, partition: "aws" };
  return assumedBy === "sagemaker"
    ? sagemakerTrust(context, resources)
    : userRoleTrust(role as UserRole, { signIn: "mfa", userArns: [], permissionSets: {}, personAttribute: "userName" }, context);
}

export async function createdPolicies({
  features = ["studio", "jobs"],
  profile = "strict",
  networkIsolation = false,
  executionRole = "shared",
  existingRoles = false,
}: Deployment): Promise<Deployed> {
  const administrator = await hubAdministrator();
  const world = await exampleEnvironment(
    {
      "cloister-environment:breakGlassRoleArns": [breakGlass],
      "cloister-environment:network": {
        ...(example["cloister-environment:network"] as object),
        features,
        ...(features.includes("connections") && { writableRepositories: [writableRepository] }),
      },
      "cloister-environment:studio": { ...(example["cloister-environment:studio"] as object), executionRole },
      "cloister-environment:guardrails": { profile, networkIsolation },
      ...(existingRoles && { "cloister-environment:existingRoles": existingArns }),
    },
    {
      answers: {
        getRole: ({ name }) => {
          const role = replaceableRoles.find((one) => one === name);
          return role
            ? { arn: existingArns[role], assumeRolePolicy: trustOf(role), permissionsBoundary: boundary }
            : { arn: `arn:aws:iam::${HUB}:role/${String(name)}` };
        },
      },
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
      // The default depends on the profile.
      peopleNetwork: profile === "open" ? "anywhere" : "vpc",
    },
    roles: {
      ...environmentRoles,
      ...(notebook && { notebook }),
      ...(existingRoles &&
        Object.fromEntries(
          replaceableRoles.map((role) => [
            role,
            { arn: existingArns[role]!, trust: trustOf(role), policies: [allowAll], boundary: administrator.boundary },
          ]),
        )),
      "data-science-administrator": administrator,
    },
    existing: existingRoles ? [...replaceableRoles] : [],
    resources: {
      [text("dataKeyArn")]: policy("aws:kms/key:Key", "fraud-dev-data-key"),
      [text("volumeKeyArn")]: policy("aws:kms/key:Key", "fraud-dev-volumes-key"),
      [logKeyArn]: policy("aws:kms/key:Key", "fraud-dev-logs-key"),
      [bucketArn(text("dataBucketName"))]: policy("aws:s3/bucketPolicy:BucketPolicy", "fraud-dev-data-policy"),
      [bucketArn(text("modelBucketName"))]: policy("aws:s3/bucketPolicy:BucketPolicy", "fraud-dev-models-policy"),
    },
    endpoints: Object.fromEntries(
      ofType(world, "aws:ec2/vpcEndpoint:VpcEndpoint").map(({ name, inputs }) => [name.replace("fraud-dev-", ""), String(inputs.policy)]),
    ),
    deployerArn: deployer(HUB),
    breakGlassArn: breakGlass,
  };
}
