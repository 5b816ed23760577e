// Two parts, because each takes minutes: "controls deployments" and "controls events" with `--grep`.
// Deploys core with controls and an environment with the real engine and provider. Jobs are created through the API, and the events of
// the sandbox reach the code of the deployed function.
// Not proven, because it needs AWS: that CloudTrail and SageMaker send the events, when EventBridge delivers them, and that alarms fire.
import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { deployStack, destroyStack, previewStack, type StackPlan, stackResources } from "@cloister/cli";
import { type Call } from "@cloister/sandbox";
import { stringify } from "yaml";
import { atOnce, quiet, setUp, type Stage, until } from "../helpers/engine";
import { boto3 } from "../sandbox/boto3";

type Item = Record<string, unknown>;

/** The promise of docs/controls.md, without the delivery of events by AWS. */
const promisedMilliseconds = 60_000;

describe("controls", function () {
  this.timeout(900_000);
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-controls-"));
  let stage: Stage;
  let python: ReturnType<typeof boto3>;
  let outputs: Item;

  function planFor(folder: "core" | "environment", stack: string, settings: object): StackPlan {
    const settingsFile = path.join(dir, `Pulumi.${stack}.yaml`);
    const all = { owner: "tests@bank.example", purge: true, confirmPurge: stack, ...settings };
    const named = Object.entries(all).map(([key, value]) => [`cloister-${folder}:${key}`, value]);
    fs.writeFileSync(settingsFile, stringify({ config: { "aws:region": "eu-central-1", ...Object.fromEntries(named) } }));
    return { id: `cloister-${folder}/${stack}`, project: `cloister-${folder}`, folder, stack, settingsFile, reads: [] };
  }
  const core = (controls: object, stack = "watch-hub") => planFor("core", stack, { controls, audit: { trail: {} } });
  const environment = () => planFor("environment", "watch-dev", { coreStack: "watch-hub", team: "watch", studio: { profiles: ["ana"] } });
  const deploy = (plan: StackPlan) => deployStack(stage.session, plan, atOnce);
  const changesOf = async (plan: StackPlan) =>
    (await previewStack(stage.session, plan, quiet)).steps
      .filter(({ op }) => op !== "same")
      .map(({ op, urn }) => `${op} ${urn.split("::").at(-1)!}`)
      .sort();
  const resourceOf = async (plan: StackPlan, name: string): Promise<Item> =>
    (await stackResources(stage.session, plan)).find(({ urn, type }) => urn.endsWith(`::${name}`) && type.startsWith("aws:"))!
      .outputs as Item;

  async function call(service: string, operation: string, input: object): Promise<Item> {
    const { output, error, message } = await python({ service, operation, input, account: stage.world.hubAccount });
    assert.equal(error, undefined, `${service}:${operation}: ${message}`);
    return output as Item;
  }
  const calls = (service: string, operation: string): Promise<Call[]> => stage.control.journal({ service, operation, result: "ok" });
  const notices = async (name: string) =>
    (await calls("sns", "Publish")).filter(({ parameters }) => JSON.stringify(parameters).includes(`TrainingJob ${name} `)).length;
  const findings = async (): Promise<number> => {
    const { bucket } = await resourceOf(core({ mode: "observe" }), "watch-hub-controls-history-bucket");
    const { Contents = [] } = await call("s3", "ListObjectsV2", { Bucket: bucket, Prefix: "findings/" });
    return (Contents as unknown[]).length;
  };
  const statusOf = async (TrainingJobName: string) =>
    (await call("sagemaker", "DescribeTrainingJob", { TrainingJobName })).TrainingJobStatus;
  const tagsOf = async (name: string) => {
    const { Tags } = await call("sagemaker", "ListTags", {
      ResourceArn: `arn:aws:sagemaker:eu-central-1:${stage.world.hubAccount}:training-job/${name}`,
    });
    return Tags as { Key: string; Value: string }[];
  };
  /** A job that meets the allow-list of the environment. The administrator of the account has no guardrails. */
  const train = (TrainingJobName: string, change: object = {}) =>
    call("sagemaker", "CreateTrainingJob", {
      TrainingJobName,
      RoleArn: outputs.executionRoleArn,
      AlgorithmSpecification: {
        TrainingImage: `${stage.world.hubAccount}.dkr.ecr.eu-central-1.amazonaws.com/train:1`,
        TrainingInputMode: "File",
      },
      OutputDataConfig: { S3OutputPath: `s3://${String(outputs.dataBucketName)}/out`, KmsKeyId: outputs.dataKeyArn },
      ResourceConfig: { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 10, VolumeKmsKeyId: outputs.dataKeyArn },
      StoppingCondition: { MaxRuntimeInSeconds: 60 },
      VpcConfig: { Subnets: outputs.subnetIds, SecurityGroupIds: [outputs.workloadSecurityGroupId] },
      EnableNetworkIsolation: true,
      EnableInterContainerTrafficEncryption: true,
      ...change,
    });
  /** Waits until the function described the job, and its invocations have ended. */
  const evaluated = async (name: string) => {
    await until(
      async () =>
        (await calls("sagemaker", "DescribeTrainingJob")).some(
          ({ parameters, principal }) =>
            principal?.includes("watch-hub-controls") === true && (parameters as Item).TrainingJobName === name,
        ),
      `the evaluation of ${name}`,
      promisedMilliseconds,
    );
    await empty();
  };
  /** Waits until the queue of events is empty, and no message is in flight. */
  const empty = async () => {
    const { url } = await resourceOf(core({ mode: "observe" }), "watch-hub-controls-queue");
    await until(
      async () => {
        const AttributeNames = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];
        const { Attributes } = await call("sqs", "GetQueueAttributes", { QueueUrl: url, AttributeNames });
        return Object.values(Attributes as Record<string, string>).every((count) => count === "0");
      },
      "an empty queue",
      promisedMilliseconds,
    );
  };

  /** A network that does not belong to the environment. */
  let elsewhere: { VpcId: string; SubnetId: string; GroupId: string } | undefined;
  /** Settings of the deployed core stack. */
  let deployed: object = { mode: "observe" };

  before(async () => {
    stage = await setUp("controls");
    python = boto3(stage.world, stage.toolchain.python);
    await deploy(core(deployed));
    ({ outputs } = await deploy(environment()));
  });
  after(async () => {
    python?.close();
    await stage.end();
    fs.rmSync(dir, { recursive: true, force: true });
  });

  describe("deployments", () => {
    it("have no changes when core and the environment are deployed again", async () => {
      assert.deepEqual(await changesOf(core(deployed)), []);
      assert.deepEqual(await changesOf(environment()), []);
    });

    it("change only the function and its permissions with the mode", async () => {
      assert.deepEqual(await changesOf(core({ mode: "correct" })), [
        "update watch-hub-controls-evaluator",
        "update watch-hub-controls-evaluator-policy",
      ]);
    });

    it("cause an alarm when another principal changes a rule", async () => {
      const rule = await resourceOf(core(deployed), "watch-hub-controls-states");
      const before = (await calls("sqs", "SendMessage")).length;
      const description = { Name: rule.name, EventPattern: rule.eventPattern, Description: String(rule.description) };
      await call("events", "PutRule", description);
      await until(async () => (await calls("sqs", "SendMessage")).length > before, "the event of the change", promisedMilliseconds);
      await empty();
      assert.deepEqual(await changesOf(core(deployed)), []);
    });

    it("exist twice in an account and region, with two core stacks", async () => {
      const second = planFor("core", "watch-hub-2", { controls: {}, audit: { existingTrailArn: await trailArn() } });
      await deploy(second);
      assert.deepEqual(await changesOf(second), []);
      assert.deepEqual(await changesOf(core(deployed)), []);
      await destroyStack(stage.session, second, quiet);
    });
    const trailArn = async () => String((await resourceOf(core(deployed), "watch-hub-trail")).arn);
  });

  describe("events", () => {
    it("report a noncompliant job in the mode observe, and change nothing", async () => {
      await train("observed", { VpcConfig: undefined });
      await evaluated("observed");
      assert.deepEqual([await statusOf("observed"), await tagsOf("observed")], ["InProgress", []]);
      assert.deepEqual([await notices("observed"), await findings()], [1, 1]);
    });

    it("are deployed again with the mode correct", async () => {
      deployed = { mode: "correct" };
      await deploy(core(deployed));
    });

    it("stop a job without a network within a minute, tag the job, and report one finding for both of its events", async () => {
      const start = Date.now();
      await train("noncompliant", { VpcConfig: undefined });
      await until(async () => (await statusOf("noncompliant")) !== "InProgress", "the job to be stopped", promisedMilliseconds);
      assert.ok(Date.now() - start < promisedMilliseconds);
      await until(() => notices("noncompliant"), "the notification", promisedMilliseconds);
      await empty();
      assert.deepEqual(await tagsOf("noncompliant"), [{ Key: "cloister:finding", Value: "InSubnets InGroups" }]);
      assert.deepEqual([await notices("noncompliant"), await findings()], [1, 2]);
      const stops = await calls("sagemaker", "StopTrainingJob");
      assert.equal(stops.length, 1);
      assert.match(stops[0]!.principal!, /assumed-role\/watch-hub-controls-role/);
    });

    it("stop a job in a subnet of another network", async () => {
      const { Vpc } = await call("ec2", "CreateVpc", { CidrBlock: "10.99.0.0/24" });
      const { VpcId } = Vpc as { VpcId: string };
      const { Subnet } = await call("ec2", "CreateSubnet", { VpcId, CidrBlock: "10.99.0.0/26" });
      const { GroupId } = await call("ec2", "CreateSecurityGroup", { VpcId, GroupName: "elsewhere", Description: "Of another network" });
      const network = { Subnets: [(Subnet as { SubnetId: string }).SubnetId], SecurityGroupIds: [GroupId] };
      await train("elsewhere", { VpcConfig: network });
      await until(async () => (await statusOf("elsewhere")) !== "InProgress", "the job to be stopped", promisedMilliseconds);
      await empty();
      assert.deepEqual(await tagsOf("elsewhere"), [{ Key: "cloister:finding", Value: "InOurSubnets InOurGroups" }]);
      assert.equal(await findings(), 3);
      elsewhere = { VpcId, SubnetId: network.Subnets[0]!, GroupId: String(GroupId) };
    });

    it("do nothing more for the same event again", async () => {
      const detail = { eventVersion: "1.11", eventName: "CreateTrainingJob", requestParameters: { trainingJobName: "noncompliant" } };
      const event = {
        version: "0",
        account: stage.world.hubAccount,
        region: "eu-central-1",
        source: "aws.sagemaker",
        "detail-type": "AWS API Call via CloudTrail",
        time: "2026-11-27T12:00:00Z",
        detail,
      };
      const { name } = await resourceOf(core({ mode: "correct" }), "watch-hub-controls-evaluator");
      const record = { messageId: "1", body: JSON.stringify(event), attributes: { ApproximateReceiveCount: "1" } };
      const { Payload } = await call("lambda", "Invoke", { FunctionName: name, Payload: JSON.stringify({ Records: [record] }) });
      assert.deepEqual(JSON.parse(String(Payload)), { batchItemFailures: [] });
      assert.deepEqual([await notices("noncompliant"), await findings(), (await calls("sagemaker", "StopTrainingJob")).length], [1, 3, 2]);
    });

    it("do not change a job that meets the allow-list", async () => {
      await train("compliant");
      await evaluated("compliant");
      assert.deepEqual([await statusOf("compliant"), await tagsOf("compliant"), await notices("compliant")], ["InProgress", [], 0]);
      assert.equal(await findings(), 3);
    });
  });

  describe("removal", () => {
    it("leave nothing when the environment and core are destroyed", async () => {
      await stopJobs();
      await empty();
      if (elsewhere) {
        await call("ec2", "DeleteSecurityGroup", { GroupId: elsewhere.GroupId });
        await call("ec2", "DeleteSubnet", { SubnetId: elsewhere.SubnetId });
        await call("ec2", "DeleteVpc", { VpcId: elsewhere.VpcId });
      }
      for (const plan of [environment(), core(deployed)]) await destroyStack(stage.session, plan, quiet);
      const left = (await stage.control.leftovers()).map(({ service, type }) => `${service} ${type}`);
      assert.deepEqual(
        left.filter((kind) => !kind.startsWith("sagemaker ")),
        [],
      );
    });
    const stopJobs = async () => {
      const { TrainingJobSummaries } = await call("sagemaker", "ListTrainingJobs", {});
      for (const { TrainingJobName, TrainingJobStatus } of TrainingJobSummaries as Record<string, string>[]) {
        if (TrainingJobStatus === "InProgress") await call("sagemaker", "StopTrainingJob", { TrainingJobName });
        await until(async () => (await statusOf(TrainingJobName!)) === "Stopped", "the job to end", promisedMilliseconds);
      }
    };
  });
});
