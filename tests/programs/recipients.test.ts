// Runs the core stacks of a hub and of a recipient account under mocks, and decides requests between the accounts with the
// policies of both. Does not prove that AWS STS sets the condition keys in the policies.
import assert from "node:assert/strict";
import { artifactOf, configFor, coreStackOf, readProductFile } from "@cloister/cli/testing";
import { type RunnerRequest } from "@cloister/components/catalog/engine/names";
import { recordNotes } from "../helpers/recording";
import { HUB, REGION, runProgram, useMocks, type World } from "../helpers/mocks";
import { decide, type NamedPolicy, type Policy, type PolicySet } from "../permissions/simulator";
import { evaluateProgram } from "./violations";
import { lookups, subnetIds } from "./wiring/lookups";
import { assertNamesAreUnique, exampleConfig, resourceOf } from "./world";

recordNotes(__filename);

const recipient = "999900001111";
const inUnit = "888800001111";
const example = exampleConfig("core/Pulumi.bank-hub.yaml");
const role = (name: string, account: string) => `arn:aws:iam::${account}:role/${name}`;
const launchRole = (account: string) => role("bank-hub-environment-launch", account);
const unit = "arn:aws:organizations::777700001111:ou/o-exampleorgid/ou-ab12-11111111";
const catalog = {
  leads: [role("Leads", HUB)],
  sharing: { accounts: [recipient], organizationalUnits: [unit] },
  engine: {
    subnetIds: [subnetIds[0]],
    securityGroupIds: ["sg-0123456789abcdef0"],
    image: `${HUB}.dkr.ecr.${REGION}.amazonaws.com/cloister/runner@sha256:${"0a".repeat(32)}`,
  },
};
const launch = { engineAccountId: HUB, engineCore: "bank-hub" };

const worldOf = (stack: string, account: string, config: Record<string, unknown>) =>
  useMocks({
    project: "cloister-core",
    stack,
    account,
    config: { ...example, "cloister-core:confirmPurge": stack, ...config },
    answers: lookups,
  });
const policyOf = (name: string, text: unknown): NamedPolicy => ({ name, policy: JSON.parse(String(text)) as Policy });
const inputsOf = (world: World, type: string, name: string) => resourceOf(world, `aws:iam/${type}`, name).inputs;

describe("launch role of an account that receives the portfolio", () => {
  let hub: World;
  let spoke: World;
  let hubOutputs: Record<string, unknown>;
  let spokeOutputs: Record<string, unknown>;
  before(async () => {
    hub = await worldOf("bank-hub", HUB, { "cloister-core:catalog": catalog });
    hubOutputs = await runProgram("core");
    spoke = await worldOf("bank-spoke", recipient, { "cloister-core:catalogLaunch": launch });
    spokeOutputs = await runProgram("core");
  });

  it("passes every guardrail", async () => assert.deepEqual((await evaluateProgram(spoke)).violations, []));

  it("gives all resources of one type different names", () => assertNamesAreUnique(spoke));

  it("has the name in the launch constraint, and the permissions of the launch role of the hub in its own account", () => {
    const constraint = resourceOf(hub, "aws:servicecatalog/constraint:Constraint", "bank-hub-catalog-environment-launch").inputs;
    const { LocalRoleName: name } = JSON.parse(String(constraint.parameters)) as { LocalRoleName: string };
    assert.equal(inputsOf(spoke, "role:Role", name).name, name);
    for (const use of ["boundary", "network", "dns", "studio", "homes", "storage", "roles", "monitoring", "catalog"]) {
      const policyIn = (world: World) => String(inputsOf(world, "policy:Policy", `${name}-${use}`).policy);
      assert.equal(policyIn(spoke).replaceAll("bank-spoke-boundary", "bank-hub-boundary"), policyIn(hub).replaceAll(HUB, recipient), use);
    }
  });

  it("has the policy of leads under the name of the hub's policy, for products of the engine's account", () => {
    const { name, policy } = inputsOf(spoke, "policy:Policy", "bank-hub-environment-lead");
    assert.equal(name, inputsOf(hub, "policy:Policy", "bank-hub-environment-lead").name);
    const { Statement } = JSON.parse(String(policy)) as Policy;
    assert.deepEqual(
      Statement.map(({ Sid, Resource, Condition }) => [Sid, Resource, Condition]),
      [
        ["FindProducts", "*", undefined],
        ["LaunchProducts", [`arn:aws:catalog:${REGION}:${HUB}:product/*`], undefined],
        ["OwnProducts", "*", { StringEquals: { "servicecatalog:userLevel": "self" } }],
      ],
    );
  });

  describe("and the engine", () => {
    const path = `cloister/${REGION}/bank-hub/engine`;
    const engineRole = (member: string, account = HUB, folder = path) => role(`${folder}/bank-hub-engine-${member}-0a1b2c3`, account);
    const anything = { Sid: "Anything", Effect: "Allow", Action: "sts:*", Resource: "*" };
    const anyone = (arn: string) => ({
      arn,
      identity: [{ name: "any", policy: { Version: "2012-10-17", Statement: [anything] } as Policy }],
    });
    let policies: PolicySet;
    before(() => {
      const boundary = policyOf("boundary", inputsOf(hub, "policy:Policy", "bank-hub-engine-boundary").policy);
      const member = (name: string) => ({
        arn: engineRole(name),
        identity: [policyOf(name, inputsOf(hub, "rolePolicy:RolePolicy", `bank-hub-engine-${name}-policy`).policy)],
        boundary,
      });
      const trust = policyOf("trust", inputsOf(spoke, "role:Role", "bank-hub-environment-launch").assumeRolePolicy);
      policies = {
        accountId: HUB,
        accountIds: [HUB, recipient],
        region: REGION,
        principals: {
          runner: member("runner"),
          parser: member("parser"),
          dispatcher: member("dispatcher"),
          "extended runner": { ...anyone(engineRole("runner")), boundary },
          "runner of the recipient": anyone(engineRole("runner", recipient)),
          "runner outside the path": anyone(engineRole("runner", HUB, "other")),
          administrator: anyone(role("Administrator", HUB)),
          servicecatalog: { arn: "servicecatalog.amazonaws.com", identity: [] },
        },
        resources: { [launchRole(recipient)]: trust },
        endpoints: {},
      };
    });
    const session = (name: string) => ({ "aws:RequestTag/cloister:environment": name, "aws:TagKeys": ["cloister:environment"] });
    const result = async (
      caller: string,
      action: string,
      context: Record<string, string | string[]> = {},
      account = recipient,
      resource = launchRole(account),
    ) => (await decide(policies, { caller, action, resource, owner: account, context })).result;

    it("can assume the role: the runner for one environment, and both to read versions", async () => {
      assert.equal(await result("runner", "sts:AssumeRole", session("fraud-dev")), "allowed");
      assert.equal(await result("runner", "sts:TagSession", session("fraud-dev")), "allowed");
      assert.equal(await result("runner", "sts:AssumeRole"), "allowed");
      assert.equal(await result("parser", "sts:AssumeRole"), "allowed");
    });

    const denied: [caller: string, what: string, action: string, environment?: string][] = [
      ["parser", "deploys", "sts:AssumeRole", "fraud-dev"],
      ["runner", "deploys a part of two environments", "sts:AssumeRole", "fraud-dev-2"],
      ["runner", "deploys the core stack of the recipient", "sts:AssumeRole", "bank-spoke"],
      ["dispatcher", "reads versions", "sts:AssumeRole"],
      ["runner of the recipient", "deploys", "sts:AssumeRole", "fraud-dev"],
      ["runner outside the path", "deploys", "sts:AssumeRole", "fraud-dev"],
      ["administrator", "deploys", "sts:AssumeRole", "fraud-dev"],
      ["administrator", "reads versions", "sts:AssumeRole"],
    ];
    for (const [caller, what, action, environment] of denied)
      it(`${caller} never ${what} as this role`, async () =>
        assert.equal(await result(caller, action, environment === undefined ? {} : session(environment)), "denied"));

    it("trust AWS Service Catalog for products of both accounts", async () => {
      for (const account of [HUB, recipient])
        assert.equal(await result("servicecatalog", "sts:AssumeRole", { "aws:SourceAccount": account }), "allowed");
      assert.equal(await result("servicecatalog", "sts:AssumeRole", { "aws:SourceAccount": inUnit }), "denied");
    });

    // The trust policies of these accounts are unknown, so only the policies of the engine decide.
    const inOrganization = (...path: string[]) => ({ "aws:ResourceOrgPaths": `${["o-exampleorgid", "r-ab12", ...path].join("/")}/` });
    const units: [what: string, result: string, context: Record<string, string>][] = [
      ["an account of the organizational unit", "allowed", inOrganization("ou-ab12-11111111")],
      ["an account of a unit below", "allowed", inOrganization("ou-ab12-11111111", "ou-ab12-22222222")],
      ["an account of a unit in another unit", "allowed", inOrganization("ou-ab12-22222222", "ou-ab12-11111111")],
      ["an account of another unit", "denied", inOrganization("ou-ab12-33333333")],
      ["an account of a unit with a longer name", "denied", inOrganization("ou-ab12-111111112")],
      ["an account of another organization", "denied", { "aws:ResourceOrgPaths": "o-otherorgid0/r-ab12/ou-ab12-11111111/" }],
      ["an account without an organization", "denied", {}],
    ];
    for (const [what, expected, context] of units)
      for (const caller of ["runner", "extended runner"])
        it(`${caller}: assuming the role of ${what} is ${expected}`, async () =>
          assert.equal(await result(caller, "sts:AssumeRole", { ...session("fraud-dev"), ...context }, inUnit), expected));

    it("never assume another role of the organizational unit", async () => {
      const context = { ...session("fraud-dev"), ...inOrganization("ou-ab12-11111111") };
      for (const caller of ["runner", "extended runner", "parser"])
        assert.equal(await result(caller, "sts:AssumeRole", context, inUnit, role("Administrator", inUnit)), "denied", caller);
    });
  });

  describe("and a version with the core stacks of both accounts", () => {
    const file = "environment/products/standard.yaml";
    const request: RunnerRequest = {
      operation: "PROVISION",
      recordId: "rec-1",
      provisionedProductId: "pp-1",
      provisionedProductName: "fraud",
      productId: "prod-1",
      artifactId: "pa-1",
      artifactPath: "s3://artifacts/versions/1.tar.gz",
      launchRoleArn: launchRole(recipient),
      accountId: recipient,
      parameters: { team: "fraud", owner: "fraud@bank.example" },
      tags: {},
      attempt: 0,
    };
    /** Runs the project of environments as the runner does for the request, with credentials of an account. */
    async function launched(account: string): Promise<World> {
      const artifact = artifactOf(
        file,
        readProductFile(file),
        { id: "cloister-core/bank-hub", region: REGION },
        {
          program: "0.1.0",
          core: { stack: "bank-hub" },
          outputs: hubOutputs,
          recipients: [{ id: "cloister-core/bank-spoke", stack: "bank-spoke", outputs: spokeOutputs }],
          sharing: { accounts: [recipient], hasUnits: false },
          policies: {},
        },
      );
      const cores = [artifact.core, ...artifact.recipients!];
      const world = await useMocks({
        project: "cloister-environment",
        stack: `${recipient}-pp-1`,
        account,
        config: configFor(request, artifact),
        stacks: Object.fromEntries(cores.map((core) => [`organization/cloister-core/${coreStackOf(core)}`, { outputs: core.outputs }])),
      });
      await runProgram("environment");
      return world;
    }

    it("deploys an environment that uses only the core stack of its account, and passes every guardrail", async () => {
      const world = await launched(recipient);
      assert.deepEqual((await evaluateProgram(world)).violations, []);
      const texts = JSON.stringify(world.resources.map(({ inputs }) => inputs));
      assert.ok(texts.includes(String(spokeOutputs.permissionsBoundaryArn)));
      assert.ok(texts.includes(String(spokeOutputs.logBucketName)));
      assert.ok(!texts.includes("bank-hub-"), "resources of the hub");
      assert.ok(!texts.includes(HUB), "account of the hub");
    });

    it("deploys nothing with credentials of the hub", () =>
      assert.rejects(launched(HUB), /'cloister-environment:coreStack' must be a stack in account 111122223333/));
  });

  const rejected: [what: string, stack: string, config: Record<string, unknown>, message: string][] = [
    [
      "an engine in the same account",
      "bank-spoke",
      { "cloister-core:catalogLaunch": { ...launch, engineAccountId: recipient } },
      `'cloister-core:catalogLaunch.engineAccountId' must be another account (got ${recipient}, the account of this stack)`,
    ],
    [
      "an engine whose launch role has the name of this stack's launch role",
      "bank-hub",
      { "cloister-core:catalogLaunch": launch, "cloister-core:catalog": { ...catalog, leads: [role("Leads", recipient)] } },
      "'cloister-core:catalogLaunch.engineCore' must not be the name of this stack (got bank-hub)",
    ],
  ];
  for (const [what, stack, config, message] of rejected)
    it(`rejects ${what}`, async () => {
      const empty = await worldOf(stack, recipient, config);
      await assert.rejects(
        async () => runProgram("core"),
        (error: Error) => error.message.includes(message) && /No resources were created/.test(error.message),
      );
      assert.deepEqual(empty.resources, []);
    });
});
