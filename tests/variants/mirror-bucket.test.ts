import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { deployStack, destroyStack, previewStack, stackResources, type StackPlan } from "@cloister/cli";
import { mirrorClient, syncPackages } from "@cloister/cli/testing";
import { silent } from "@cloister/common";
import { stringify } from "yaml";
import { atOnce, quiet, setUp, type Stage } from "../helpers/engine";
import { type Wheel, wheel } from "../helpers/wheels";
import { javascript } from "../sandbox/javascript";

// Deploys, changes and destroys core with a package mirror, and an environment that reads it, with the real engine and provider.
// Not proven, because it needs AWS: that S3 answers requests without signature through the access point.

type Item = Record<string, unknown>;

describe("package mirror", function () {
  this.timeout(600_000);
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-mirror-"));
  const publisherArn = "arn:aws:iam::111122223333:role/bank/Publisher";
  const otherPublishers = { publisherRoleArns: [publisherArn, `${publisherArn}2`], requests: "tickets@bank.example" };
  const mirror = { front: "s3", manifest: "../tests/helpers/packages.yaml", publisherRoleArns: [publisherArn] };
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
  const core = (more: object = {}, stack = "mirror-hub") => planFor("core", stack, { mirror: { ...mirror, ...more } });
  const environment = (packages = "core") =>
    planFor("environment", "pack-dev", { coreStack: "mirror-hub", team: "pack", studio: { profiles: ["ana"] }, packages });
  const deploy = (plan: StackPlan) => deployStack(stage.session, plan, atOnce);
  const changesOf = async (plan: StackPlan) =>
    (await previewStack(stage.session, plan, quiet)).steps
      .filter(({ op }) => op !== "same")
      .map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`);
  const outputsOf = async (plan: StackPlan) =>
    (await stackResources(stage.session, plan)).find(({ type }) => type === "pulumi:pulumi:Stack")!.outputs as Record<string, string>;

  before(async () => {
    stage = await setUp("mirror");
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
    const { mirrorBucket: Bucket } = await outputsOf(core());
    const { ServerSideEncryptionConfiguration } = await call("s3", "GetBucketEncryption", { Bucket });
    assert.equal(
      (ServerSideEncryptionConfiguration as { Rules: { ApplyServerSideEncryptionByDefault: Item }[] }).Rules[0]!
        .ApplyServerSideEncryptionByDefault.SSEAlgorithm,
      "AES256",
    );
  });

  it("is read by an environment through an access point in its VPC, which has no changes when it is deployed again", async () => {
    await deploy(environment());
    assert.deepEqual(await changesOf(environment()), []);
    const [{ mirrorBucket }, { vpcId }] = [await outputsOf(core()), await outputsOf(environment())];
    const found = await call("s3control", "GetAccessPoint", { AccountId: stage.world.hubAccount, Name: "pack-dev-packages" });
    assert.deepEqual([found.Bucket, found.NetworkOrigin, found.VpcConfiguration], [mirrorBucket, "VPC", { VpcId: vpcId }]);
  });

  it("has another publisher and the published packages after a change, without replacements", async () => {
    const changed = core(otherPublishers);
    assert.deepEqual((await changesOf(changed)).sort(), ["update mirror-hub-mirror-policy"]);
    await deploy(changed);
    const { mirrorBucket: bucket } = await outputsOf(changed);
    const client = await mirrorClient({ env: stage.world.env, world: stage.world }, { region: stage.world.region, bucket: bucket! });
    const { file, content }: Wheel = wheel("alpha", "1.0", 1);
    const manifest = { packages: [{ name: "alpha", version: "1.0", licence: "MIT", files: [file] }] };
    const download = (_file: unknown, target: string) => Promise.resolve(fs.writeFileSync(target, content));
    const advisories = () => Promise.resolve({ known: [] });
    await syncPackages(client, manifest, { command: (words) => words.join(" "), advisories, progress: silent, yes: true, download });
    assert.equal((await client.list()).length, 5);
  });

  it("exists twice in an account and region, with two core stacks", async () => {
    const second = core({}, "mirror-hub-2");
    await deploy(second);
    assert.deepEqual(await changesOf(second), []);
    assert.notEqual((await outputsOf(second)).mirrorBucket, (await outputsOf(core())).mirrorBucket);
    assert.deepEqual(await changesOf(core(otherPublishers)), []);
    await destroyStack(stage.session, second, quiet);
  });

  it("is no longer read after a change of the environment, and both are destroyed", async () => {
    const { steps } = await deploy(environment("none"));
    assert.ok(steps.some(({ op, urn }) => op === "delete" && urn.endsWith("::pack-dev-packages")));
    for (const plan of [environment("none"), core()]) await destroyStack(stage.session, plan, quiet);
    const { Buckets } = await call("s3", "ListBuckets", {});
    assert.deepEqual(
      (Buckets as { Name: string }[]).filter(({ Name }) => Name.startsWith("mirror-hub")),
      [],
    );
  });
});
