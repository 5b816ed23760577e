import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { deployStack, root } from "@cloister/cli";
import { boto3 } from "../sandbox/boto3";
import { javascript } from "../sandbox/javascript";
import { at } from "../sandbox/run";
import { atOnce, perform, planOf, setUp, type Stage, until } from "../helpers/engine";

// A team lead launches, changes and terminates environments from Service Catalog: with the queues, functions, state machine and
// runner of the engine, and the real Pulumi engine, provider and policy pack, against the sandbox.
// Not proven, because it needs AWS: that the policies of the lead and of the roles of the engine allow the calls, and timing.

type Item = Record<string, unknown>;
type Ask = <T = Item>(call: string, input?: object) => Promise<T>;

interface RecordView {
  RecordDetail: { RecordId: string; ProvisionedProductId: string; Status: string; RecordErrors?: { Description: string }[] };
  RecordOutputs?: { OutputKey: string; OutputValue: string }[];
}

interface Ended {
  status: string;
  errors: string;
  outputs: Record<string, string>;
}

const minute = 60_000;

describe("environments from Service Catalog", function () {
  this.timeout(15 * minute);
  const hub = planOf("bank-hub");
  const repository = "cloister-runner";
  let stage: Stage;
  let python: ReturnType<typeof boto3>;
  let lead: Ask;
  let product = "";
  let stateBucket = "";

  const call = async <T = Item>(service: string, operation: string, input: object = {}): Promise<T> => {
    const { output, message } = await python({ service, operation, input, account: stage.world.hubAccount });
    assert.equal(message, undefined, `${service}:${operation}`);
    return output as T;
  };

  /** A private network and an image for the engine, which exist before the core stack. */
  async function prepareAccount(): Promise<Item> {
    const VpcId = String(at(await call("ec2", "CreateVpc", { CidrBlock: "10.200.0.0/24" }), "Vpc.VpcId"));
    const subnet = at(await call("ec2", "CreateSubnet", { VpcId, CidrBlock: "10.200.0.0/26" }), "Subnet.SubnetId");
    const group = at(await call("ec2", "CreateSecurityGroup", { VpcId, GroupName: "runner", Description: "runner" }), "GroupId");
    await call("ecr", "CreateRepository", { repositoryName: repository });
    const imageManifest = JSON.stringify({ schemaVersion: 2, mediaType: "application/vnd.oci.image.manifest.v1+json", layers: [] });
    const pushed = await call("ecr", "PutImage", { repositoryName: repository, imageManifest, imageTag: "1" });
    const digest = String(at(pushed, "image.imageId.imageDigest"));
    const image = `${stage.world.hubAccount}.dkr.ecr.${stage.world.region}.amazonaws.com/${repository}@${digest}`;
    return { subnetIds: [subnet], securityGroupIds: [group], image };
  }

  /** The command of the image: the runner in this checkout, with the tools of the image. */
  function writeRunner(): void {
    const bin = path.join(stage.world.dir, "images", repository, "bin");
    fs.mkdirSync(bin, { recursive: true });
    const { HTTP_PROXY = "", NO_PROXY = "" } = stage.world.env;
    const variables = { ...stage.toolchain.env, HTTP_PROXY, NO_PROXY, http_proxy: HTTP_PROXY, no_proxy: NO_PROXY };
    const lines = Object.entries(variables).map(([name, value]) => `export ${name}='${value}'`);
    const script = fs.readFileSync(path.join(root, "runner", "cloister-runner"), "utf8").replaceAll("/opt/cloister", root);
    fs.writeFileSync(path.join(bin, "cloister-runner"), script.replace("\n", `\n${lines.join("\n")}\n`), { mode: 0o755 });
  }

  /** A session of a role without permissions. */
  async function leadSession(): Promise<Ask> {
    const { hubAccount } = stage.world;
    const trust = { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${hubAccount}:root` }, Action: "sts:AssumeRole" };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
    const { Role } = await call<{ Role: { Arn: string } }>("iam", "CreateRole", { RoleName: "team-leads", AssumeRolePolicyDocument });
    const { Credentials: given } = await call<{ Credentials: Record<string, string> }>("sts", "AssumeRole", {
      RoleArn: Role.Arn,
      RoleSessionName: "ana-horvat",
    });
    const client = javascript({
      ...stage.world,
      env: {
        ...stage.world.env,
        AWS_ACCESS_KEY_ID: given.AccessKeyId!,
        AWS_SECRET_ACCESS_KEY: given.SecretAccessKey!,
        AWS_SESSION_TOKEN: given.SessionToken!,
      },
    });
    return async <T>(operation: string, input: object = {}) => {
      const { output, message } = await client({ service: "servicecatalog", operation, input, account: hubAccount });
      assert.equal(message, undefined, operation);
      return output as T;
    };
  }

  const parameters = (values: Record<string, string>) => Object.entries(values).map(([Key, Value]) => ({ Key, Value }));
  /** Waits for the end of an operation on a provisioned product. */
  async function ended({ RecordDetail }: RecordView): Promise<Ended> {
    const view = await until(
      async () => {
        const found = await lead<RecordView>("DescribeRecord", { Id: RecordDetail.RecordId });
        return !/^(CREATED|IN_PROGRESS)/.test(found.RecordDetail.Status) && found;
      },
      `record ${RecordDetail.RecordId}`,
      10 * minute,
    );
    return {
      status: view.RecordDetail.Status,
      errors: (view.RecordDetail.RecordErrors ?? []).map(({ Description }) => Description).join("\n"),
      outputs: Object.fromEntries((view.RecordOutputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue])),
    };
  }
  const newestVersion = async () => {
    const { ProvisioningArtifacts } = await lead<{ ProvisioningArtifacts: { Id: string; Guidance?: string }[] }>("DescribeProduct", {
      Id: product,
    });
    return ProvisioningArtifacts.find(({ Guidance }) => Guidance !== "DEPRECATED")!.Id;
  };
  const provision = async (name: string, values: Record<string, string>) =>
    lead<RecordView>("ProvisionProduct", {
      ProductId: product,
      ProvisioningArtifactId: await newestVersion(),
      ProvisionedProductName: name,
      ProvisionToken: name,
      ProvisioningParameters: parameters(values),
    });
  const terminate = (ProvisionedProductId: string, TerminateToken: string) =>
    lead<RecordView>("TerminateProvisionedProduct", { ProvisionedProductId, TerminateToken });
  const mine = { team: "fraud", owner: "ana.horvat@bank.example" };
  /** Names of the resources of environments that exist. */
  const resources = async () =>
    (await stage.control.leftovers())
      .map(({ id }) => id)
      .filter((id) => id.includes("fraud-"))
      .map((id) => id.replace(/-[0-9a-f]{7}$/, ""));
  /** Objects of the engine about a provisioned product, and reserved names. */
  const objects = async (ProvisionedProductId: string) => {
    const { Contents = [] } = await call<{ Contents?: { Key: string }[] }>("s3", "ListObjectsV2", { Bucket: stateBucket });
    const isAbout = (key: string) =>
      key.startsWith("names/") || (/^(environments|settings)\//.test(key) && key.includes(ProvisionedProductId));
    return Contents.map(({ Key }) => Key).filter(isAbout);
  };

  before(async () => {
    stage = await setUp("self-service");
    python = boto3(stage.world, stage.toolchain.python);
    const engine = await prepareAccount();
    writeRunner();
    lead = await leadSession();
    const leads = [`arn:aws:iam::${stage.world.hubAccount}:role/team-leads`];
    const { outputs } = await deployStack(stage.session, hub, { ...atOnce, set: { "cloister-core:catalog": { leads, engine } } });
    stateBucket = String(outputs.catalogStateBucket);
    const words = ["cloister", "catalog", "publish", "environment/products/standard.yaml", "--yes", "--world", stage.world.name];
    await perform("npx", words);
  });
  after(async () => {
    python.close();
    await stage.end();
  });

  it("are found by a lead, with their parameters", async () => {
    const { ProductViewSummaries: found } = await lead<{ ProductViewSummaries: { ProductId: string }[] }>("SearchProducts");
    assert.equal(found.length, 1);
    product = found[0]!.ProductId;
    const { ProvisioningArtifactParameters: shown } = await lead<{ ProvisioningArtifactParameters: { ParameterKey: string }[] }>(
      "DescribeProvisioningParameters",
      { ProductId: product, ProvisioningArtifactId: await newestVersion() },
    );
    assert.deepEqual(
      shown.map(({ ParameterKey }) => ParameterKey),
      ["team", "stage", "owner", "profiles", "monthlyBudgetUsd", "tags"],
    );
  });

  it("fail with the reason when a parameter is not allowed, and create nothing", async () => {
    const { status, errors } = await ended(await provision("wrong", { ...mine, stage: "production" }));
    assert.equal(status, "FAILED");
    assert.match(errors, /No resources were created.*'stage' must be/s);
    assert.deepEqual(await resources(), []);
  });

  it("are created, changed and terminated by a lead, and leave only the buckets that a version without purge keeps", async () => {
    const started = await provision("fraud", mine);
    const first = await ended(started);
    assert.deepEqual([first.status, first.errors], ["SUCCEEDED", ""]);
    assert.match(first.outputs.domainId ?? "", /^d-/);
    const ProvisionedProductId = started.RecordDetail.ProvisionedProductId;
    const changed = await ended(
      await lead<RecordView>("UpdateProvisionedProduct", {
        ProvisionedProductId,
        UpdateToken: "profiles",
        ProvisioningArtifactId: await newestVersion(),
        ProductId: product,
        ProvisioningParameters: parameters({ ...mine, profiles: "[ana-horvat]" }),
      }),
    );
    assert.deepEqual([changed.status, changed.errors], ["SUCCEEDED", ""]);
    const { UserProfiles } = await call<{ UserProfiles: { UserProfileName: string }[] }>("sagemaker", "ListUserProfiles");
    assert.deepEqual(
      UserProfiles.map(({ UserProfileName }) => UserProfileName),
      ["ana-horvat"],
    );
    const terminated = await ended(await terminate(ProvisionedProductId, "end"));
    assert.deepEqual([terminated.status, terminated.errors], ["SUCCEEDED", ""]);
    assert.deepEqual((await resources()).sort(), ["fraud-dev-data-bucket", "fraud-dev-models-bucket"]);
    assert.deepEqual(await objects(ProvisionedProductId), []);
  });
});
