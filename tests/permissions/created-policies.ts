// Runs the programs of the example environment and its hub under mocks, and reads the policies that they create.
import { deployer, HUB, REGION, runProgram, useMocks, type World } from "../helpers/mocks";
import { policyDocumentOf } from "@cloister/components/aws/policy-document";
import { targetBoundary } from "@cloister/components/identity/deploy-role/boundary";
import { replaceableRoles, type ReplaceableRole, roleOf, type UserRole } from "@cloister/components/identity/roles";
import { sagemakerTrust, userRoleTrust } from "@cloister/components/identity/trust-policy";
import { allowAll, type Deployed, type DeployedRole } from "./assemble";
import { type AuditIds, type TargetIds } from "./row-kit";
import { writableRepository } from "./rows/features";
import { type Profile } from "@cloister/components/identity/guardrails";
import { type PeopleNetwork } from "@cloister/components/identity/permissions/facts";
import { boundary, example, exampleEnvironment, exampleStudio } from "../programs/example-environment";
import { lookups, subnetIds } from "../programs/wiring/lookups";
import { exampleConfig, ofType, resourceOf } from "../programs/world";

const breakGlass = `arn:aws:iam::${HUB}:role/BreakGlass`;

/** Roles of a program by the last part of the role name, with policies, trust policy and permissions boundary. */
function rolesOf(world: World, prefix: string, account = HUB): Record<string, DeployedRole> {
  const arnOf = (role: { inputs: Record<string, unknown>; name: string }) =>
    `arn:aws:iam::${account}:role${String(role.inputs.path ?? "/")}${role.name}`;
  const boundaries = new Map(
    ofType(world, "aws:iam/policy:Policy").map(({ name, inputs }) => [`arn:aws:iam::${account}:policy/${name}`, String(inputs.policy)]),
  );
  return Object.fromEntries(
    ofType(world, "aws:iam/role:Role")
      .filter(({ name }) => name.startsWith(`${prefix}-`))
      .map((role) => [
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

interface Hub {
  administrator: DeployedRole;
  /** The role with which CloudTrail writes to the log group of the trail. */
  trail: DeployedRole;
  audit: AuditIds;
  /** The bucket with the history of the controls, `arn:…:s3:::…`. */
  historyArn: string;
  resources: Deployed["resources"];
}

/** Hubs with an audit and controls, by their setting `people.network`. */
const hubs = new Map<PeopleNetwork, Hub>();
async function deployedHub(network: PeopleNetwork): Promise<Hub> {
  const known = hubs.get(network);
  if (known) return known;
  const readerArns = [`arn:aws:iam::${HUB}:role/Auditors`];
  const config = {
    ...exampleConfig("core/Pulumi.bank-hub.yaml"),
    "cloister-core:people": { network },
    "cloister-core:audit": { trail: { readerArns }, config: { readerArns } },
    "cloister-core:controls": {},
  };
  const world = await useMocks({ project: "cloister-core", stack: "bank-hub", config, answers: lookups });
  const outputs = await runProgram("core");
  const roles = rolesOf(world, "bank-hub");
  const audit = {
    trailArn: String(outputs.auditTrailArn),
    bucketArn: `arn:aws:s3:::${String(outputs.auditBucketName)}`,
    keyArn: String(resourceOf(world, "aws:kms/key:Key", "bank-hub-audit-key").outputs.arn),
    logGroupArn: `arn:aws:logs:${REGION}:${HUB}:log-group:${String(outputs.auditLogGroupName)}`,
    configBucketArn: `arn:aws:s3:::${String(outputs.auditConfigBucketName)}`,
    configKeyArn: String(resourceOf(world, "aws:kms/key:Key", "bank-hub-config-key").outputs.arn),
  };
  const history = resourceOf(world, "aws:s3/bucketPolicy:BucketPolicy", "bank-hub-controls-history-policy").inputs;
  const historyArn = `arn:aws:s3:::${String(history.bucket)}`;
  const hub = {
    administrator: roles["ds-admin"]!,
    trail: roles["trail-role"]!,
    audit,
    historyArn,
    resources: {
      [historyArn]: String(history.policy),
      [audit.bucketArn]: String(resourceOf(world, "aws:s3/bucketPolicy:BucketPolicy", "bank-hub-audit-policy").inputs.policy),
      [audit.keyArn]: String(resourceOf(world, "aws:kms/key:Key", "bank-hub-audit-key").inputs.policy),
      [audit.configBucketArn]: String(resourceOf(world, "aws:s3/bucketPolicy:BucketPolicy", "bank-hub-config-policy").inputs.policy),
      [audit.configKeyArn]: String(resourceOf(world, "aws:kms/key:Key", "bank-hub-config-key").inputs.policy),
    },
  };
  hubs.set(network, hub);
  return hub;
}

/** The policy for leads of a hub with the portfolio of environments, and the roles of its engine. */
let catalogOfHub: { productArn: string; selfService: NonNullable<Deployed["selfService"]> } | undefined;
async function hubCatalog(): Promise<NonNullable<typeof catalogOfHub>> {
  if (catalogOfHub) return catalogOfHub;
  const leadArn = `arn:aws:iam::${HUB}:role/TeamLead`;
  const image = `${HUB}.dkr.ecr.${REGION}.amazonaws.com/cloister/runner@sha256:${"0a".repeat(32)}`;
  const world = await useMocks({
    project: "cloister-core",
    stack: "bank-hub",
    config: {
      ...exampleConfig("core/Pulumi.bank-hub.yaml"),
      "cloister-core:catalog": {
        leads: [leadArn],
        engine: { subnetIds: [subnetIds[0]], securityGroupIds: ["sg-0123456789abcdef0"], image },
      },
    },
    answers: lookups,
  });
  await runProgram("core");
  const engineRoles = rolesOf(world, "bank-hub");
  catalogOfHub = {
    productArn: String(resourceOf(world, "aws:servicecatalog/product:Product", "bank-hub-catalog-environment").outputs.arn),
    selfService: {
      lead: {
        arn: leadArn,
        trust: "",
        policies: [String(resourceOf(world, "aws:iam/policy:Policy", "bank-hub-environment-lead").inputs.policy)],
      },
      trusts: Object.fromEntries(
        ["environment-launch", "engine-runner", "engine-dispatcher"].map((role) => [engineRoles[role]!.arn, engineRoles[role]!.trust]),
      ),
    },
  };
  return catalogOfHub;
}

interface DeployedTarget {
  ids: TargetIds;
  model: DeployedRole;
  resources: Deployed["resources"];
  s3Endpoint: string;
}

/** A target account of the example's stage `staging`. No setting of the environment changes its policies. */
const targetAccount = "444455556666";
let target: DeployedTarget | undefined;
async function deployedTarget(environment: Record<string, unknown>): Promise<DeployedTarget> {
  if (target) return target;
  const world = await useMocks({
    project: "cloister-target-accounts",
    stack: "fraud-staging",
    config: exampleConfig("target-accounts/Pulumi.fraud-staging.yaml"),
    stacks: { "organization/cloister-environment/fraud-dev": { outputs: environment } },
  });
  const { accounts } = await runProgram("target-accounts");
  const facts = (accounts as Record<string, Record<string, string>>)[targetAccount]!;
  const name = `fraud-dev-staging-${targetAccount}`;
  const policy = (type: string, end: string) => String(resourceOf(world, type, `${name}-${end}`).inputs.policy);
  const bucketArn = `arn:aws:s3:::${facts.modelBucketName}`;
  target = {
    ids: {
      accountId: targetAccount,
      vpcId: facts.vpcId!,
      subnetIds: facts.subnetIds!.split(","),
      s3EndpointId: String(resourceOf(world, "aws:ec2/vpcEndpoint:VpcEndpoint", `${name}-s3`).outputs.id),
      keyArn: facts.keyArn!,
      bucketArn,
      deployRoleArn: facts.deployRoleArn!,
    },
    model: {
      ...rolesOf(world, name, targetAccount).model!,
      // `cloister bootstrap` creates the permissions boundary, and no program.
      boundary: policyDocumentOf(
        targetBoundary({ name: "fraud-dev-staging" }, { partition: "aws", accountId: targetAccount, region: REGION }),
      ),
    },
    resources: {
      [facts.keyArn!]: policy("aws:kms/key:Key", "models-key"),
      [bucketArn]: policy("aws:s3/bucketPolicy:BucketPolicy", "models-policy"),
    },
    s3Endpoint: policy("aws:ec2/vpcEndpoint:VpcEndpoint", "s3"),
  };
  return target;
}

/** The settings of a deployment of the example environment that choose statements. */
export interface Deployment {
  features?: string[];
  profile?: Profile;
  networkIsolation?: boolean;
  executionRole?: "shared" | "per-person";
  /** The setting `people.network` of the environment and the hub. The default of the environment depends on the profile. */
  peopleNetwork?: PeopleNetwork;
  /** The setting `people.openApps`. */
  openApps?: PeopleNetwork;
  /** Whether every role that `existingRoles` can replace is an existing role. */
  existingRoles?: boolean;
  /** Whether the environment has products, and is itself a provisioned product. */
  products?: boolean;
}

/** Existing roles. The path lets jobs run under an existing execution role (docs/identity.md). */
const existingArns = Object.fromEntries(replaceableRoles.map((role) => [role, `arn:aws:iam::${HUB}:role/cloister/bank/${role}`]));

/** The trust policy of an existing role: what the preflight requires of service roles, and administrators otherwise. */
function trustOf(role: ReplaceableRole): string {
  const { assumedBy, resources } = roleOf(role);
  const context = { accountId: HUB, region: REGION, partition: "aws" };
  return assumedBy === "sagemaker"
    ? sagemakerTrust(context, resources)
    : userRoleTrust(role as UserRole, { signIn: "mfa", users: {}, userArns: [], permissionSets: {}, personAttribute: "userName" }, context);
}

export async function createdPolicies({
  features = ["studio", "jobs", "notebooks"],
  profile = "strict",
  networkIsolation = false,
  executionRole = "shared",
  peopleNetwork,
  openApps = "anywhere",
  existingRoles = false,
  products = false,
}: Deployment): Promise<Deployed> {
  const hubPeopleNetwork = peopleNetwork ?? "vpc";
  const { administrator, trail, audit, historyArn, resources: hubResources } = await deployedHub(hubPeopleNetwork);
  const catalog = products ? await hubCatalog() : undefined;
  const world = await exampleEnvironment(
    {
      "cloister-environment:breakGlassRoleArns": [breakGlass],
      "cloister-environment:network": {
        ...(example["cloister-environment:network"] as object),
        features,
        ...(products && { endpoints: { add: ["servicecatalog"] } }),
        ...(features.includes("connections") && { writableRepositories: [writableRepository] }),
      },
      "cloister-environment:studio": {
        ...exampleStudio(features),
        executionRole,
        ...(products && { profiles: ["bo-li", "ana-horvat"] }),
      },
      ...(products && {
        "cloister-environment:catalog": { notebooks: {}, userProfiles: { profiles: ["bo-li"] } },
        "cloister-environment:provisionedProduct": { id: "pp-0a1b2c3d4e5f6", productId: "prod-0a1b2c3d4e5f6" },
      }),
      "cloister-environment:guardrails": { profile, networkIsolation },
      "cloister-environment:people": { openApps, ...(peopleNetwork && { network: peopleNetwork }) },
      ...(existingRoles && { "cloister-environment:existingRoles": existingArns }),
    },
    {
      answers: {
        getRole: ({ name }) => {
          const role = replaceableRoles.find((replaceableRole) => replaceableRole === name);
          return role
            ? { arn: existingArns[role], assumeRolePolicy: trustOf(role), permissionsBoundary: boundary }
            : { arn: `arn:aws:iam::${HUB}:role/${String(name)}` };
        },
      },
    },
  );
  const outputs = await runProgram("environment");
  const { model: targetModel, ids: targetIds, resources: targetResources, s3Endpoint } = await deployedTarget(outputs);
  const text = (key: string) => String(outputs[key]);
  const bucketArn = (name: string) => `arn:aws:s3:::${name}`;
  const policy = (type: string, name: string) => String(resourceOf(world, type, name).inputs.policy);
  const logKeyArn = `arn:aws:kms:${REGION}:${HUB}:key/fraud-dev-logs-key`;
  const { notebook, ...environmentRoles } = Object.fromEntries(
    Object.entries(rolesOf(world, "fraud-dev"))
      // tests/unit/components/catalog-launch-roles.test.ts evaluates launch roles.
      .filter(([caller]) => !caller.startsWith("launch-"))
      .map(([caller, role]) => [
        caller.startsWith("notebook-") ? "notebook" : caller.startsWith("notebooks-") ? "product-notebook" : caller,
        role,
      ]),
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
      ...(products && {
        productArn: String(resourceOf(world, "aws:servicecatalog/product:Product", "fraud-dev-product-notebook").outputs.arn),
      }),
      ...(catalog && { environmentProductArn: catalog.productArn }),
      controlsHistoryArn: historyArn,
      tags: resourceOf(world, "aws:iam/policy:Policy", "fraud-dev-boundary").inputs.tags as Record<string, string>,
      guardrails: profile,
      networkIsolation,
      hubPeopleNetwork,
      openApps,
      audit,
      target: targetIds,
      peopleNetwork: peopleNetwork ?? (profile === "open" ? "anywhere" : "vpc"),
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
      "target-model": targetModel,
      trail,
    },
    ...(catalog && { selfService: catalog.selfService }),
    existing: existingRoles ? [...replaceableRoles] : [],
    resources: {
      ...targetResources,
      ...hubResources,
      [text("dataKeyArn")]: policy("aws:kms/key:Key", "fraud-dev-data-key"),
      [text("volumeKeyArn")]: policy("aws:kms/key:Key", "fraud-dev-volumes-key"),
      [logKeyArn]: policy("aws:kms/key:Key", "fraud-dev-logs-key"),
      [bucketArn(text("dataBucketName"))]: policy("aws:s3/bucketPolicy:BucketPolicy", "fraud-dev-data-policy"),
      [bucketArn(text("modelBucketName"))]: policy("aws:s3/bucketPolicy:BucketPolicy", "fraud-dev-models-policy"),
    },
    endpoints: {
      ...Object.fromEntries(
        ofType(world, "aws:ec2/vpcEndpoint:VpcEndpoint").map(({ name, inputs }) => [name.replace("fraud-dev-", ""), String(inputs.policy)]),
      ),
      "s3 in the target account": s3Endpoint,
    },
    deployerArn: deployer(HUB),
    breakGlassArn: breakGlass,
  };
}
