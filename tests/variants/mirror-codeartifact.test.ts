import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { deployStack, destroyStack, previewStack, stackResources, type StackPlan } from "@cloister/cli";
import { mirrorClient, syncPackages } from "@cloister/cli/testing";
import { silent } from "@cloister/common";
import { stringify } from "yaml";
import { atOnce, quiet, setUp, type Stage } from "../helpers/engine";
import { wheel } from "../helpers/wheels";
import { javascript } from "../sandbox/javascript";

// Deploys, changes and destroys core with a package mirror in CodeArtifact, and an environment that reads it, with the real engine and
// provider. Not proven, because it needs AWS: that a token reads packages only through the endpoints of the environment.

type Item = Record<string, unknown>;

describe("package mirror in a CodeArtifact repository", function () {
  this.timeout(600_000);
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-mirror-"));
  // The publisher is the role of the sandbox, whose token uploads packages.
  const publisherArn = "arn:aws:iam::111122223333:role/OrganizationAccountAccessRole";
  const mirror = { front: "codeartifact", manifest: "../tests/helpers/packages.yaml", publisherRoleArns: [publisherArn] };
  let stage: Stage;
  let call: (service: string, operation: string, input: object) => Promise<Item>;

  /** A stack without a settings file in the repository. */
  function planFor(folder: "core" | "environment", stack: string, settings: object): StackPlan {
    const settingsFile = path.join(dir, `Pulumi.${stack}.yaml`);
    const all = { owner: "tests@bank.example", purge: true, confirmPurge: stack, ...settings };
    const named = Object.entries(all).map(([key, value]) => [`cloister-${folder}:${key}`, value]);
    fs.writeFileSync(settingsFile, stringify({ config: { "aws:region": "eu-central-1", ...Object.fromEntries(named) } }));
    return { id: `cloister-${folder}/${stack}`, project: `cloister-${folder}`, folder, stack, settingsFile, reads: [] };
  }
  const core = (more: object = {}) => planFor("core", "token-hub", { mirror: { ...mirror, ...more } });
  const environment = () =>
    planFor("environment", "toke-dev", { coreStack: "token-hub", team: "toke", studio: { profiles: ["ana"] }, packages: "core" });
  const deploy = (plan: StackPlan) => deployStack(stage.session, plan, atOnce);
  const changesOf = async (plan: StackPlan) =>
    (await previewStack(stage.session, plan, quiet)).steps
      .filter(({ op }) => op !== "same")
      .map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`);
  const outputsOf = async (plan: StackPlan) =>
    (await stackResources(stage.session, plan)).find(({ type }) => type === "pulumi:pulumi:Stack")!.outputs as Record<string, string>;

  before(async () => {
    stage = await setUp("mirror-token");
    const client = javascript(stage.world);
    call = async (service, operation, input) => {
      const { output, error, message } = await client({ service, operation, input, account: stage.world.hubAccount });
      assert.equal(error, undefined, `${service}:${operation}: ${message}`);
      return output as Item;
    };
  });
  after(async () => {
    await stage.end();
    fs.rmSync(dir, { recursive: true, force: true });
  });

  it("is deployed with core, passes all policies, and has no changes when it is deployed again", async () => {
    await deploy(core());
    assert.deepEqual(await changesOf(core()), []);
    const { domain } = (await call("codeartifact", "DescribeDomain", { domain: "token-hub-packages" })) as { domain: Item };
    assert.equal(domain.encryptionKey, (await outputsOf(core())).keyArn);
    const { repository } = (await call("codeartifact", "DescribeRepository", { domain: "token-hub-packages", repository: "approved" })) as {
      repository: Item;
    };
    assert.deepEqual([repository.upstreams, repository.externalConnections], [[], []]);
  });

  it("receives packages", async () => {
    const { mirrorRepositoryArn: repositoryArn } = await outputsOf(core());
    const { env, region } = stage.world;
    const client = await mirrorClient({ env, world: stage.world }, { region, repositoryArn: repositoryArn! });
    const { file, content } = wheel("alpha", "1.0", 1);
    const manifest = { packages: [{ name: "alpha", version: "1.0", licence: "MIT", files: [file] }] };
    const download = (_file: unknown, target: string) => Promise.resolve(fs.writeFileSync(target, content));
    const advisories = () => Promise.resolve({ known: [] });
    await syncPackages(client, manifest, { command: (words) => words.join(" "), advisories, progress: silent, yes: true, download });
    assert.equal((await client.list()).length, 1);
  });

  it("is read by an environment through endpoints in its VPC, which has no changes when it is deployed again", async () => {
    await deploy(environment());
    assert.deepEqual(await changesOf(environment()), []);
    const { vpcId } = await outputsOf(environment());
    const { VpcEndpoints } = (await call("ec2", "DescribeVpcEndpoints", { Filters: [{ Name: "vpc-id", Values: [vpcId] }] })) as {
      VpcEndpoints: { ServiceName: string }[];
    };
    const names = VpcEndpoints.map(({ ServiceName }) => ServiceName).filter((name) => name.includes("codeartifact"));
    assert.deepEqual(
      names.sort(),
      ["api", "repositories"].map((name) => `com.amazonaws.eu-central-1.codeartifact.${name}`),
    );
  });

  it("has another publisher after a change, without replacements", async () => {
    const changed = core({ publisherRoleArns: [publisherArn, `${publisherArn}2`] });
    assert.deepEqual(await changesOf(changed), ["update token-hub-mirror-repository-policy"]);
    await deploy(changed);
  });

  it("is destroyed with its packages", async () => {
    for (const plan of [environment(), core()]) await destroyStack(stage.session, plan, quiet);
    const found = await stage.control.leftovers();
    assert.deepEqual(
      found.filter(({ service }) => service === "codeartifact"),
      [],
    );
  });
});
