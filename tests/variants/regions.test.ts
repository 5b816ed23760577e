import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { deployStack, destroyStack, previewStack, type StackPlan, stackResources } from "@cloister/cli";
import { stringify } from "yaml";
import { atOnce, quiet, setUp, type Stage } from "../helpers/engine";

// Deploys an environment with the same name in two regions of one account, the second in us-east-1.
// Not proven, because it needs AWS: which services a region offers, and that names resolve.

type Item = Record<string, unknown>;

describe("environments in two regions of an account", function () {
  this.timeout(900_000);
  let stage: Stage;
  const settingsDir = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-regions-"));

  function stackPlan(folder: "core" | "environment", stack: string, region: string, settings: object): StackPlan {
    const project = `cloister-${folder}`;
    const settingsFile = path.join(settingsDir, `Pulumi.${stack}.yaml`);
    const own = Object.entries({ owner: "tests", purge: true, confirmPurge: stack, ...settings }).map(([key, value]) => [
      `${project}:${key}`,
      value,
    ]);
    fs.writeFileSync(settingsFile, stringify({ config: { "aws:region": region, ...Object.fromEntries(own) } }));
    return { id: `${project}/${stack}`, project, folder, stack, settingsFile, reads: [] };
  }

  /** The stacks of a region. Both environments have the name `fraud-dev`. */
  const stacksOf = (region: string) => ({
    core: stackPlan("core", `hub-${region}`, region, {}),
    environment: stackPlan("environment", `fraud-dev-${region}`, region, {
      coreStack: `hub-${region}`,
      team: "fraud",
      confirmPurge: "fraud-dev",
      network: { features: ["jobs"] },
      monitoring: { budget: { monthlyUsd: 100, emails: ["ml@bank.example"] } },
    }),
  });
  const regions = ["eu-central-1", "us-east-1"];
  let outputs: Item[];

  before(async () => {
    stage = await setUp("regions");
    outputs = await Promise.all(
      regions.map(async (region) => {
        const { core, environment } = stacksOf(region);
        await deployStack(stage.session, core, atOnce);
        return (await deployStack(stage.session, environment, atOnce)).outputs;
      }),
    );
  });
  after(async () => {
    fs.rmSync(settingsDir, { recursive: true });
    await stage.end();
  });

  it("have the same name, and other roles and resources", () => {
    assert.deepEqual(
      outputs.map(({ environment, region }) => [environment, region]),
      regions.map((region) => ["fraud-dev", region]),
    );
    for (const key of ["vpcId", "executionRoleArn", "dataBucketName", "domainId"]) assert.notEqual(outputs[0]![key], outputs[1]![key], key);
  });

  it("resolve the global names of S3 only in us-east-1", async () => {
    const resolved = await Promise.all(
      regions.map(async (region) => {
        const resources = await stackResources(stage.session, stacksOf(region).environment);
        const lists = resources.filter(({ type }) => type === "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList");
        return lists.flatMap(({ outputs: { domains } = {} }) => domains as string[]);
      }),
    );
    assert.deepEqual(
      resolved.map((domains) => ["s3.amazonaws.com.", "*.s3.amazonaws.com."].every((name) => domains.includes(name))),
      [false, true],
    );
  });

  it("are destroyed without a change of the other region, and leave nothing", async () => {
    const [first, second] = regions.map(stacksOf) as [ReturnType<typeof stacksOf>, ReturnType<typeof stacksOf>];
    await destroyStack(stage.session, second.environment, quiet);
    await destroyStack(stage.session, second.core, quiet);
    assert.deepEqual((await previewStack(stage.session, first.environment, quiet)).steps, []);
    await destroyStack(stage.session, first.environment, quiet);
    await destroyStack(stage.session, first.core, quiet);
    assert.deepEqual(await stage.control.leftovers(), []);
  });
});
