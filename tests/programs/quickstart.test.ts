// Hub and environment in one stack, as the example stack sets it.
import assert from "node:assert/strict";
import { coreOutputs } from "@cloister/core/outputs";
import { environmentOutputs } from "@cloister/environment/outputs";
import { HUB, REGION, runProgram, useMocks, type World } from "../helpers/mocks";
import { judgeWorld } from "./violations";
import { assertBounded, assertKept, assertNamesAreUnique, assertRulesNameGroups, assertTagged, exampleConfig, the, tree } from "./world";

const example = exampleConfig("Pulumi.quickstart.yaml");
const quickstart = (config: Record<string, unknown> = {}, preview = false) =>
  useMocks({ project: "cloister", stack: "quickstart", config: { ...example, ...config }, preview });

describe("quickstart program", () => {
  let world: World;
  let outputs: Record<string, unknown>;
  before(async () => {
    world = await quickstart();
    outputs = await runProgram(".");
  });

  it("makes what the two projects make", async () => {
    const core = await useMocks({ project: "cloister-core", stack: "quickstart", config: example });
    const handedOver = await runProgram("core");
    const environment = await useMocks({
      project: "cloister-environment",
      stack: "demo-dev",
      config: { ...example, "cloister-environment:coreStack": "quickstart" },
      stacks: { "organization/cloister-core/quickstart": { outputs: handedOver } },
    });
    await runProgram("environment");
    assert.equal(core.resources.length + environment.resources.length, world.resources.length);
    assert.equal(tree(world), `${tree(core)}\n${tree(environment)}`);
    const inputs = (of: World) => of.resources.map(({ type, name, inputs }) => [`${type} ${name}`, inputs] as const);
    assert.deepEqual(Object.fromEntries(inputs(world)), Object.fromEntries([...inputs(core), ...inputs(environment)]));
  });

  it("names no two resources of a type alike", () => assertNamesAreUnique(world));

  it("hands over what both contracts promise", () => {
    assertKept({ ...coreOutputs, ...environmentOutputs }, outputs);
    assert.deepEqual([outputs.accountId, outputs.region, outputs.environment], [HUB, REGION, "demo-dev"]);
  });

  it("tags each half as its own", () => {
    assertTagged(world, "quickstart", { "cloister:owner": "you@example.com" });
    assertTagged(world, "demo-dev", { "cloister:environment": "demo-dev", "cloister:team": "demo", "cloister:stage": "dev" });
    const topic = the(world, "aws:sns/topic:Topic", "quickstart-alerts");
    assert.deepEqual(topic.inputs.tags, { "cloister:owner": "you@example.com" }, "the environment's tags stay out of the hub");
  });

  it("uses the hub's boundary and log bucket", () => {
    const hubs = ["quickstart-ds-admin", "demo-dev-flow-logs-role"];
    assertBounded(world, ({ name }) => String(hubs.includes(name) ? outputs.permissionsBoundaryArn : outputs.environmentBoundaryArn));
    for (const role of ["data", "models"]) {
      const log = the(world, "aws:s3/bucketLogging:BucketLogging", `demo-dev-${role}-access-log`);
      assert.deepEqual(
        log.sources.targetBucket?.map(({ name }) => name),
        ["quickstart-logs-bucket"],
      );
    }
  });

  it("has rules that name groups, none that names addresses", () => assertRulesNameGroups(world));

  for (const preview of [false, true])
    it(`breaks no guardrail ${preview ? "at preview" : "with everything known"}`, async () => {
      const judged = await quickstart({}, preview);
      await runProgram(".");
      const { violations, ran } = await judgeWorld(judged);
      assert.deepEqual(violations, []);
      for (const rule of ["sagemaker-domain-vpc-only", "network-sg-no-open-egress", "s3-bucket-kms", "s3-tls-only", "log-group-kms"])
        assert.ok(ran.includes(rule), `${rule} judged nothing`);
    });

  it("creates nothing when settings of either half are wrong", async () => {
    for (const [key, message] of [
      ["cloister-core:ownr", /'cloister-core:ownr' is not a setting\. Did you mean 'owner'\?/],
      ["cloister-environment:teem", /'cloister-environment:teem' is not a setting\. Did you mean 'team'\?/],
    ] as const) {
      const nothing = await quickstart({ [key]: "x" });
      await assert.rejects(async () => runProgram("."), message);
      assert.deepEqual(nothing, { resources: [], calls: [] });
    }
  });
});

describe("quickstart with wrong settings", () => {
  it("tells what is wrong with both halves in one message, and creates nothing", async () => {
    const world = await quickstart({ "cloister-core:keyDeletionDays": "3", "cloister-environment:teem": "fraud" });
    await assert.rejects(
      runProgram("."),
      /No resources were created\. Fix these settings:.*'cloister-core:keyDeletionDays' must be.*'cloister-environment:teem' is not a setting/s,
    );
    assert.deepEqual(world.resources, []);
  });
});
