// Runs `cloister drain` with the AWS SDK on the sandbox's Studio, for apps and spaces that another client created at run time.
// The stack's state is a fake: tests/engine/organization.test.ts reads a real state. Not proven: how long AWS takes.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { type StateResource } from "@cloister/cli";
import {
  callerAccount,
  type Domain,
  studioDomains,
  drain,
  type DrainOptions,
  requireDrained,
  type DrainSources,
  StudioError,
  studioClient,
} from "@cloister/cli/testing";
import { Interrupted, silent } from "@cloister/common";
import { callsBefore, cut, seeds } from "../helpers/cuts";
import { javascript } from "./javascript";
import { control, scratch, world } from "./world";

const plan = {
  id: "cloister-environment/lab",
  project: "cloister-environment",
  folder: "environment",
  stack: "lab",
  settingsFile: "",
  reads: [],
};

describe("drain", function () {
  this.timeout(60_000);
  let client: ReturnType<typeof javascript>;
  let state: StateResource[] = [];
  const made: Record<string, string> = {};
  const send = async (call: string, input: object = {}): Promise<Record<string, unknown>> => {
    const [service, operation] = call.split(":") as [string, string];
    const { output, error, message } = await client({ service, operation, input, account: world().hubAccount });
    assert.equal(error, undefined, `${call}: ${message}`);
    return output as Record<string, unknown>;
  };
  const inDomain = (input: object = {}) => ({ DomainId: made.domain, ...input });
  const sources = (signal?: AbortSignal): DrainSources => ({
    resources: () => Promise.resolve(state),
    studio: (domain) => studioClient({ ...session(), world: world() }, domain, signal),
    account: (region) => callerAccount({ ...session(), world: world() }, region, signal),
  });
  const session = () => ({ env: world().env, policyPack: undefined, command: undefined as never });
  const run = (options: Partial<DrainOptions> = {}) =>
    drain(sources(options.interrupt?.signal), [plan], { names: ["lab"], progress: silent, pollMs: 20, ...options });
  const deletions = async (since: Date) =>
    (await control().journal({ service: "sagemaker", since: since.toISOString() }))
      .filter(({ operation, result }) => /^Delete(App|Space)$/.test(operation) && result === "ok")
      .map(({ operation }) => operation);
  const statuses = async () =>
    ((await send("sagemaker:ListApps", { DomainIdEquals: made.domain })).Apps as { Status: string }[]).map(({ Status }) => Status);
  const spaces = async () =>
    ((await send("sagemaker:ListSpaces", { DomainIdEquals: made.domain })).Spaces as { SpaceName: string }[])
      .map(({ SpaceName }) => SpaceName)
      .sort();

  async function makeSpace(name: string, owner: string): Promise<void> {
    await send(
      "sagemaker:CreateSpace",
      inDomain({
        SpaceName: name,
        OwnershipSettings: { OwnerUserProfileName: owner },
        SpaceSharingSettings: { SharingType: "Private" },
        SpaceSettings: { AppType: "JupyterLab" },
      }),
    );
  }
  const makeApp = (space: string) => send("sagemaker:CreateApp", inDomain({ SpaceName: space, AppType: "JupyterLab", AppName: "default" }));

  before(async () => {
    client = javascript(world());
    const trust = { Effect: "Allow", Principal: { Service: "sagemaker.amazonaws.com" }, Action: "sts:AssumeRole" };
    const role = await send("iam:CreateRole", {
      RoleName: "drained",
      AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [trust] }),
    });
    made.vpc = ((await send("ec2:CreateVpc", { CidrBlock: "10.0.0.0/16" })).Vpc as { VpcId: string }).VpcId;
    const subnet = await send("ec2:CreateSubnet", { VpcId: made.vpc, CidrBlock: "10.0.0.0/24", AvailabilityZone: "eu-central-1a" });
    made.subnet = (subnet.Subnet as { SubnetId: string }).SubnetId;
    const domain = await send("sagemaker:CreateDomain", {
      DomainName: "drained",
      AuthMode: "IAM",
      AppNetworkAccessType: "VpcOnly",
      VpcId: made.vpc,
      SubnetIds: [made.subnet],
      DefaultUserSettings: { ExecutionRole: (role.Role as { Arn: string }).Arn },
    });
    made.domain = String(domain.DomainId);
    for (const name of ["ana", "bo"]) await send("sagemaker:CreateUserProfile", inDomain({ UserProfileName: name }));
    // Created by the stack: a domain, its profiles and a space.
    await makeSpace("team", "ana");
    state = [
      { urn: "domain", type: "aws:sagemaker/domain:Domain", outputs: { arn: domain.DomainArn, tags: { "cloister:environment": "lab" } } },
      { urn: "team", type: "aws:sagemaker/space:Space", outputs: { domainId: made.domain, spaceName: "team" } },
      ...["ana", "bo"].map((name) => ({
        urn: name,
        type: "aws:sagemaker/userProfile:UserProfile",
        outputs: { domainId: made.domain, userProfileName: name },
      })),
    ];
  });

  beforeEach(async () => {
    // Created by users.
    await makeSpace("notes", "ana");
    await makeSpace("trial", "bo");
    for (const space of ["team", "notes", "trial"]) await makeApp(space);
  });

  afterEach(async () => {
    await control().clearFaults();
    await run({ yes: true, spaces: true });
    assert.deepEqual(await spaces(), ["team"], "only the space from the settings is left");
  });

  after(async () => {
    await send("sagemaker:DeleteSpace", inDomain({ SpaceName: "team" }));
    await spaces();
    for (const name of ["ana", "bo"]) await send("sagemaker:DeleteUserProfile", inDomain({ UserProfileName: name }));
    await send("sagemaker:DeleteDomain", inDomain({ RetentionPolicy: { HomeEfsFileSystem: "Delete" } }));
    await send("ec2:DeleteSubnet", { SubnetId: made.subnet });
    await send("ec2:DeleteVpc", { VpcId: made.vpc });
    await send("iam:DeleteRole", { RoleName: "drained" });
  });

  it("is a dry run by default", async () => {
    const since = new Date();
    const text = await run();
    for (const part of [/JupyterLab\) in space team.*ana.*InService/, /space trial +│ bo/]) assert.match(text, part);
    assert.deepEqual(await deletions(since), []);
  });

  describe("of workloads", () => {
    const labTags = { "cloister:environment": "lab", "cloister:person": "ana" };
    const riskTags = { "cloister:environment": "risk-dev" };
    const list = (tags: object) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value: Value as string }));
    const token = "0123456789012345678901234567890123";
    const roleArn = async () => ((await send("iam:GetRole", { RoleName: "drained" })).Role as { Arn: string }).Arn;

    /** One workload of each kind. */
    async function startWorkloads(suffix: string, tags: object): Promise<void> {
      const Tags = list(tags);
      const RoleArn = await roleArn();
      const vpc = { Subnets: [made.subnet], SecurityGroupIds: [made.group] };
      const output = { S3OutputPath: "s3://bucket/out" };
      const cluster = { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 10 };
      const input = { S3DataSource: { S3DataType: "S3Prefix", S3Uri: "s3://bucket/in" } };
      const image = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/job:1";
      const training = {
        AlgorithmSpecification: { TrainingImage: image, TrainingInputMode: "File" },
        RoleArn,
        OutputDataConfig: output,
        ResourceConfig: cluster,
        StoppingCondition: { MaxRuntimeInSeconds: 60 },
        VpcConfig: vpc,
      };
      const name = (kind: string) => `${kind}-${suffix}`;
      await send("sagemaker:CreateModel", {
        ModelName: name("m"),
        PrimaryContainer: { Image: image },
        ExecutionRoleArn: RoleArn,
        VpcConfig: vpc,
      });
      await send("sagemaker:CreateEndpointConfig", {
        EndpointConfigName: name("c"),
        ProductionVariants: [{ VariantName: "all", ModelName: name("m"), InstanceType: "ml.m5.large", InitialInstanceCount: 1 }],
      });
      await send("sagemaker:CreateEndpoint", { EndpointName: name("e"), EndpointConfigName: name("c"), Tags });
      await send("sagemaker:CreateTrainingJob", { TrainingJobName: name("t"), ...training, Tags });
      await send("sagemaker:CreateProcessingJob", {
        ProcessingJobName: name("p"),
        ProcessingResources: { ClusterConfig: cluster },
        AppSpecification: { ImageUri: image },
        RoleArn,
        NetworkConfig: { VpcConfig: vpc },
        Tags,
      });
      await send("sagemaker:CreateTransformJob", {
        TransformJobName: name("x"),
        ModelName: name("m"),
        TransformInput: { DataSource: input },
        TransformOutput: output,
        TransformResources: { InstanceType: "ml.m5.large", InstanceCount: 1 },
        Tags,
      });
      await send("sagemaker:CreateHyperParameterTuningJob", {
        HyperParameterTuningJobName: name("h"),
        HyperParameterTuningJobConfig: { Strategy: "Bayesian", ResourceLimits: { MaxParallelTrainingJobs: 1 } },
        TrainingJobDefinition: training,
        Tags,
      });
      await send("sagemaker:CreateAutoMLJobV2", {
        AutoMLJobName: name("a"),
        AutoMLJobInputDataConfig: [{ ChannelType: "training", DataSource: input }],
        OutputDataConfig: output,
        AutoMLProblemTypeConfig: { TabularJobConfig: { TargetAttributeName: "y" } },
        RoleArn,
        SecurityConfig: { VpcConfig: vpc },
        Tags,
      });
      await send("sagemaker:CreateMonitoringSchedule", {
        MonitoringScheduleName: name("s"),
        MonitoringScheduleConfig: { MonitoringJobDefinitionName: "drift", MonitoringType: "DataQuality" },
        Tags,
      });
      await send("sagemaker:CreatePipeline", {
        PipelineName: name("l"),
        ClientRequestToken: token,
        PipelineDefinition: "{}",
        RoleArn,
        Tags,
      });
      await send("sagemaker:StartPipelineExecution", { PipelineName: name("l"), ClientRequestToken: token });
      await send("sagemaker:CreateNotebookInstance", {
        NotebookInstanceName: name("n"),
        InstanceType: "ml.t3.medium",
        RoleArn,
        SubnetId: made.subnet,
        SecurityGroupIds: [made.group],
        DirectInternetAccess: "Disabled",
        Tags,
      });
    }
    async function deleteModels(suffix: string): Promise<void> {
      await send("sagemaker:DeleteEndpointConfig", { EndpointConfigName: `c-${suffix}` });
      await send("sagemaker:DeleteModel", { ModelName: `m-${suffix}` });
    }
    /** Numbers of interfaces that use the group of the workloads. */
    const held = async () =>
      ((await send("ec2:DescribeNetworkInterfaces", { Filters: [{ Name: "group-id", Values: [made.group] }] }))
        .NetworkInterfaces as unknown[]) ?? [];
    const running = 7;

    before(async () => {
      const { GroupId } = await send("ec2:CreateSecurityGroup", { VpcId: made.vpc, GroupName: "workloads", Description: "of a test" });
      made.group = String(GroupId);
      await startWorkloads("their", riskTags);
    });
    after(async () => {
      // The environment of the neighbor is drained through the same domain here.
      state[0]!.outputs!.tags = riskTags;
      await run({ yes: true, all: true });
      state[0]!.outputs!.tags = { "cloister:environment": "lab" };
      assert.equal((await held()).length, 0);
      await deleteModels("their");
      await send("ec2:DeleteSecurityGroup", { GroupId: made.group });
    });

    it("stops and deletes every kind with --all, and nothing of another environment", async () => {
      await startWorkloads("our", labTags);
      assert.equal((await held()).length, 2 * running);
      const plan_ = await run({ persons: ["ana"] });
      for (const text of ["endpoint e-our", "training job t-our", "notebook instance n-our", "pipeline l-our", "monitoring schedule s-our"])
        assert.match(plan_, new RegExp(`${text} +│ ana`));
      assert.doesNotMatch(plan_, /-their/);
      const text = await run({ yes: true, all: true });
      for (const part of [
        "1 monitoring schedule deleted",
        "1 pipeline execution stopped",
        "1 pipeline deleted",
        "1 tuning job stopped",
        "1 AutoML job stopped",
        "1 training job stopped",
        "1 processing job stopped",
        "1 transform job stopped",
        "1 endpoint deleted",
        "1 notebook instance deleted",
      ])
        assert.ok(text.includes(part), `${part}: ${text}`);
      assert.equal((await held()).length, running, "the neighbor's workloads run");
      await deleteModels("our");
    });

    it("completes in the second run after a cut at any call", async function () {
      this.timeout(120_000);
      const cuts: string[] = [];
      // A drain of all kinds makes about 80 calls.
      for (const seed of seeds(4)) {
        await startWorkloads(`cut-${seed}`, labTags);
        const controller = new AbortController();
        const interrupt = { signal: controller.signal, engine: controller.signal };
        const end = await cut(
          control(),
          callsBefore(seed, 80),
          () => run({ yes: true, all: true, interrupt }),
          () => controller.abort(new Interrupted()),
        );
        cuts.push(`seed ${seed}: cut after ${callsBefore(seed, 80)} calls${"error" in end ? "" : ", complete"}`);
        assert.ok("result" in end || end.error instanceof Interrupted, String("error" in end && end.error));
        await run({ yes: true, all: true });
        assert.equal((await held()).length, running, cuts.at(-1));
        assert.doesNotMatch(await run({ all: true }), new RegExp(`-cut-${seed}\\b`));
        await deleteModels(`cut-${seed}`);
      }
      console.log(`        ${cuts.join("\n        ")}`);
    });

    it("keeps workloads whose tags cannot be read", async () => {
      await control().addFault({ kind: "deny", service: "sagemaker", operation: "ListTags" });
      assert.match(await run(), /endpoint e-their +│ unknown: tags are readable only in the network .*is kept/);
      await run({ yes: true, all: true });
      await control().clearFaults();
      assert.equal((await held()).length, running);
    });
  });

  it("stops all apps and keeps spaces with --yes", async () => {
    assert.match(await run({ yes: true }), /3 apps stopped\./);
    assert.ok((await statuses()).every((status) => status === "Deleted"));
    assert.deepEqual(await spaces(), ["notes", "team", "trial"]);
  });

  it("deletes spaces that the stack did not create with --spaces", async () => {
    assert.match(await run({ yes: true, spaces: true }), /3 apps stopped, 2 spaces deleted\./);
    assert.deepEqual(await spaces(), ["team"]);
  });

  it("drains one user profile, which can then be deleted", async () => {
    await send("sagemaker:CreateApp", inDomain({ UserProfileName: "bo", AppType: "JupyterServer", AppName: "default" }));
    assert.match(await run({ yes: true, spaces: true, profiles: ["bo"] }), /2 apps stopped, 1 space deleted/);
    assert.deepEqual(await spaces(), ["notes", "team"]);
    assert.equal((await statuses()).filter((status) => status === "InService").length, 2);
    await send("sagemaker:DeleteUserProfile", inDomain({ UserProfileName: "bo" }));
    await send("sagemaker:CreateUserProfile", inDomain({ UserProfileName: "bo" }));
  });

  it("retries after throttling, names the calls that AWS denies, and completes them when it is run again", async () => {
    await control().addFault({ kind: "throttle", service: "sagemaker", operation: "ListApps", times: 2 });
    await control().addFault({ kind: "deny", service: "sagemaker", operation: "DeleteApp", times: 2 });
    await assert.rejects(run({ yes: true, spaces: true }), (error: Error) => {
      assert.ok(error instanceof StudioError);
      assert.equal(error.message.match(/app default \(JupyterLab\) in space \w+: AccessDeniedException/g)?.length, 2, error.message);
      assert.match(error.message, /role `lifecycle`/);
      return true;
    });
    assert.match(await run({ yes: true, spaces: true }), /2 apps stopped/);
  });

  it("stops when it is interrupted and continues when it is run again", async () => {
    const controller = new AbortController();
    const interrupt = { signal: controller.signal, engine: controller.signal };
    await control().addFault({ kind: "delay", service: "sagemaker", operation: "ListApps", after: 1, delayMs: 10_000 });
    const since = new Date();
    const work = run({ yes: true, interrupt });
    while ((await deletions(since)).length < 3) await new Promise((resolve) => setTimeout(resolve, 20));
    const began = Date.now();
    controller.abort(new Interrupted());
    await assert.rejects(work, Interrupted);
    assert.ok(Date.now() - began < 5_000, "the interrupt does not wait for the answer");
    await control().clearFaults();
    assert.match(await run({ yes: true }), /apps? stopped|nothing to drain/);
    assert.ok((await statuses()).every((status) => status === "Deleted"));
    assert.equal((await deletions(since)).length, 3, "no call is repeated");
  });

  it("requires a drained domain before a destroy, and reports when the domain cannot be checked", async () => {
    const notes: string[] = [];
    const check = () => requireDrained(sources(), [plan], { progress: { ...silent, note: (text) => notes.push(text) } });
    await assert.rejects(check(), (error: Error) => {
      assert.ok(error instanceof StudioError);
      for (const part of [
        "app default (JupyterLab) in space team: InService",
        "space notes of ana: InService",
        "drain cloister-environment/lab --spaces --yes",
      ])
        assert.ok(error.message.includes(part), error.message);
      return true;
    });
    await control().addFault({ kind: "deny", service: "sagemaker", operation: "ListSpaces" });
    await check();
    assert.match(notes.join(), /Cannot check Studio in cloister-environment\/lab.*AccessDeniedException/);
    await control().clearFaults();
    await run({ yes: true, spaces: true });
    await check();
    assert.equal(notes.length, 1);
  });

  it("accepts that an app or space is already deleted", async () => {
    const studio = await sources().studio(studioDomains(state)[0]!);
    const apps = await studio.apps();
    await run({ yes: true, spaces: true });
    for (const app of apps) await studio.deleteApp(app);
    await studio.deleteSpace("trial");
    await control().addFault({ kind: "deny", service: "sagemaker", operation: "DeleteSpace" });
    await assert.rejects(studio.deleteSpace("trial"), { name: "AccessDeniedException" }, "AccessDeniedException is not ignored");
  });

  it("makes no changes for a deleted domain", async () => {
    const deleted = new Map(state.map((resource) => [resource.urn, resource])).get("domain")!;
    const arn = String(deleted.outputs!.arn).replace(made.domain!, "d-deleted");
    const elsewhere = { ...sources(), resources: () => Promise.resolve([{ ...deleted, outputs: { arn } }]) };
    assert.match(await drain(elsewhere, [plan], { names: [], progress: silent }), /Nothing to drain/);
    await requireDrained(elsewhere, [plan], { progress: silent });
  });

  it("uses the world, regardless of the AWS profile in the shell", async () => {
    const dir = scratch();
    const file = path.join(dir, "config");
    fs.writeFileSync(
      file,
      "[profile real]\nregion = us-east-1\nendpoint_url = http://127.0.0.1:9\naws_access_key_id = REAL\naws_secret_access_key = REAL\n",
    );
    const shell = {
      AWS_PROFILE: "real",
      AWS_CONFIG_FILE: file,
      AWS_SHARED_CREDENTIALS_FILE: file,
      AWS_ENDPOINT_URL: "http://127.0.0.1:9",
      AWS_ENDPOINT_URL_SAGEMAKER: "http://127.0.0.1:9",
      AWS_ACCESS_KEY_ID: "REAL",
      AWS_SECRET_ACCESS_KEY: "REAL",
      AWS_USE_FIPS_ENDPOINT: "true",
    };
    const before_ = Object.fromEntries(Object.keys(shell).map((name) => [name, process.env[name]]));
    Object.assign(process.env, shell);
    try {
      const [domain] = studioDomains(state) as [Domain];
      assert.equal((await (await sources().studio(domain)).apps()).length > 0, true);
    } finally {
      for (const [name, value] of Object.entries(before_))
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      fs.rmSync(dir, { recursive: true });
    }
  });
});
