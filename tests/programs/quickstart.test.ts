// Runs the example quickstart under mocks: core and environment in one stack.
import assert from "node:assert/strict";
import { coreOutputs } from "@cloister/core/outputs";
import { coreSettings } from "@cloister/core/settings";
import { environmentOutputs } from "@cloister/environment/outputs";
import { environmentSettings } from "@cloister/environment/settings";
import { deployer, HUB, type MockOptions, REGION, runProgram, useMocks, type World } from "../helpers/mocks";
import { evaluateProgram } from "./violations";
import {
  assertPermissionsBoundaries,
  assertMatchesContract,
  assertNamesAreUnique,
  assertRulesReferToGroups,
  assertTagged,
  exampleConfig,
  resourceOf,
  resourceTree,
} from "./world";

const example = exampleConfig("Pulumi.quickstart.yaml");
const quickstart = (config: Record<string, unknown> = {}, preview = false) =>
  useMocks({ project: "cloister", stack: "quickstart", config: { ...example, ...config }, preview });

/** The deploying role exists. */
const deployers: MockOptions["answers"] = { getRole: () => ({ arn: deployer(HUB) }) };

describe("quickstart program", () => {
  let world: World;
  let outputs: Record<string, unknown>;
  before(async () => {
    world = await quickstart();
    outputs = await runProgram(".");
  });

  /** Every setting of both projects with a value other than its default. */
  const changed: Record<string, Record<string, unknown>> = {
    "cloister-core": {
      owner: "hub@example.com",
      alertEmails: ["alerts@example.com"],
      people: { sessionHours: 3 },
      keyDeletionDays: 11,
      keyRotationDays: 99,
      tags: { "cost-center": "1" },
      purge: true,
      confirmPurge: "quickstart",
    },
    "cloister-environment": {
      team: "risk",
      stage: "test",
      owner: "risk@example.com",
      network: {
        zones: 3,
        flowLogTraffic: "REJECT",
        features: ["studio", "jobs", "notebooks"],
        endpoints: { add: ["servicecatalog"] },
      },
      studio: { idleMinutes: 77 },
      catalog: { notebooks: { idleMinutes: 88 } },
      monitoring: { dashboard: false },
      guardrails: { profile: "vpc" },
      people: { sessionHours: 4 },
      keyDeletionDays: 12,
      keyRotationDays: 98,
      data: { noncurrentDays: 45 },
      models: { noncurrentDays: 46 },
      deployRoleArns: [deployer(HUB), deployer("999988887777")],
      breakGlassRoleArns: [deployer("999988887778")],
      serviceRoleArns: [deployer("999988887779")],
      tags: { "cost-center": "2" },
      purge: true,
      confirmPurge: "risk-test",
    },
  };
  const changedConfig = Object.fromEntries(
    Object.entries(changed).flatMap(([namespace, settings]) =>
      Object.entries(settings).map(([key, value]) => [`${namespace}:${key}`, value]),
    ),
  );

  /** The settings of one project. A program rejects those of another. */
  const settingsIn = (project: string, config: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(config).filter(([key]) => key.startsWith(`${project}:`)));

  it("has all settings of the core and environment projects that require no other stack", () =>
    assert.deepEqual(
      [coreSettings, environmentSettings].map(({ shape }) => Object.keys(shape).sort()),
      Object.values(changed).map((settings) => Object.keys(settings).sort()),
    ));

  for (const [what, config] of Object.entries({ "the example settings": example, "every setting changed": changedConfig }))
    it(`creates the same resources as the core and environment projects, with ${what}`, async () => {
      const both = await useMocks({ project: "cloister", stack: "quickstart", config, answers: deployers });
      await runProgram(".");
      const core = await useMocks({ project: "cloister-core", stack: "quickstart", config: settingsIn("cloister-core", config) });
      const coreStackOutputs = await runProgram("core");
      const environment = await useMocks({
        project: "cloister-environment",
        stack: "demo-dev",
        config: { ...settingsIn("cloister-environment", config), "cloister-environment:coreStack": "quickstart" },
        stacks: { "organization/cloister-core/quickstart": { outputs: coreStackOutputs } },
        answers: deployers,
      });
      await runProgram("environment");
      assert.equal(core.resources.length + environment.resources.length, both.resources.length);
      assert.equal(resourceTree(both), `${resourceTree(core)}\n${resourceTree(environment)}`);
      const inputs = (of: World) => of.resources.map(({ type, name, inputs }) => [`${type} ${name}`, inputs] as const);
      assert.deepEqual(Object.fromEntries(inputs(both)), Object.fromEntries([...inputs(core), ...inputs(environment)]));
    });

  it("gives all resources of one type different names", () => assertNamesAreUnique(world));

  it("exports the outputs of both contracts", () => {
    assertMatchesContract({ ...coreOutputs, ...environmentOutputs }, outputs);
    assert.deepEqual([outputs.accountId, outputs.region, outputs.environment], [HUB, REGION, "demo-dev"]);
  });

  it("tags the core resources and the environment resources separately", () => {
    assertTagged(world, "quickstart", { "cloister:owner": "you@example.com" });
    assertTagged(world, "demo-dev", { "cloister:environment": "demo-dev", "cloister:team": "demo", "cloister:stage": "dev" });
    const topic = resourceOf(world, "aws:sns/topic:Topic", "quickstart-alerts");
    assert.deepEqual(topic.inputs.tags, { "cloister:owner": "you@example.com" }, "no tags of the environment in core");
  });

  it("uses the permissions boundary and the log bucket of the core resources", () => {
    const hubs = ["quickstart-ds-admin", "demo-dev-flow-logs-role"];
    assertPermissionsBoundaries(world, ({ name }) =>
      String(hubs.includes(name) ? outputs.permissionsBoundaryArn : outputs.environmentBoundaryArn),
    );
    for (const role of ["data", "models"]) {
      const log = resourceOf(world, "aws:s3/bucketLogging:BucketLogging", `demo-dev-${role}-access-log`);
      assert.deepEqual(
        log.sources.targetBucket?.map(({ name }) => name),
        ["quickstart-logs-bucket"],
      );
    }
  });

  it("has only security group rules that refer to security groups, not to addresses", () => assertRulesReferToGroups(world));

  for (const preview of [false, true])
    it(`passes all policies ${preview ? "at preview" : "with all values known"}`, async () => {
      const evaluated = await quickstart({}, preview);
      await runProgram(".");
      const { violations, ran } = await evaluateProgram(evaluated);
      assert.deepEqual(violations, []);
      for (const rule of ["sagemaker-domain-vpc-only", "network-sg-no-open-egress", "s3-bucket-kms", "s3-tls-only", "log-group-kms"])
        assert.ok(ran.includes(rule), `${rule} evaluated no resource`);
    });

  it("calls no functions and creates no resources with invalid settings of either project", async () => {
    for (const [key, message] of [
      ["cloister-core:ownr", /'cloister-core:ownr' is not a setting\. Did you mean 'owner'\?/],
      ["cloister:team", /'cloister:team' is not a setting of this project\. Did you mean 'cloister-environment:team'\?/],
      [
        "cloister-environment:teem",
        /'cloister-environment:teem' is not a setting\. Did you mean 'team'\?.* Fix: pulumi config rm --stack quickstart --path cloister-environment:teem$/m,
      ],
    ] as const) {
      const empty = await quickstart({ [key]: "x" });
      await assert.rejects(async () => runProgram("."), message);
      assert.deepEqual(empty, { resources: [], calls: [] });
    }
  });
});

describe("quickstart with invalid settings", () => {
  it("reports the problems of both projects in one message", async () => {
    const world = await quickstart({ "cloister-core:keyDeletionDays": "3", "cloister-environment:teem": "fraud" });
    await assert.rejects(
      runProgram("."),
      /No resources were created\. Fix these settings:.*'cloister-core:keyDeletionDays' must be.*'cloister-environment:teem' is not a setting/s,
    );
    assert.deepEqual(world.resources, []);
  });
});
