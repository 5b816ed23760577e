import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { deployStack, destroyStack } from "@cloister/cli";
import { drain, drainSources, requireDrained, sweep, sweepSources } from "@cloister/cli/testing";
import { silent } from "@cloister/common";
import { type WorldLeftover } from "@cloister/sandbox";
import { seeds } from "../helpers/cuts";
import { cutUpdateAndDestroy } from "../helpers/cut-runs";
import { atOnce, planOf, planOfEnvironment, quiet, setUp, type Stage } from "../helpers/engine";
import { javascript } from "../sandbox/javascript";

// A used environment is destroyed next to another environment in the same account. Uses the real engine against the sandbox.
// tests/faults/cuts.test.ts cuts more updates and destroys.
// Not proven, because it needs AWS: how long deletions take, and that AWS leaves nothing else.

describe("destruction of an environment", function () {
  this.timeout(1_200_000);
  let stage: Stage;
  const settingsDir = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-destroy-"));
  const hub = planOf("bank-hub");

  const planFor = (team: string, cidr: string) => planOfEnvironment(settingsDir, hub, team, cidr);
  const used = planFor("used", "10.70.0.0/20");
  const neighbor = planFor("neighbor", "10.80.0.0/20");
  let send: <T = Record<string, unknown>>(call: string, input?: object) => Promise<T>;
  const purged = { "cloister-environment:purge": true, "cloister-environment:confirmPurge": "used-dev" };
  const nameOf = ({ service, type, id }: WorldLeftover) => `${service} ${type} ${id}`;
  const leftovers = async () => (await stage.control.leftovers()).map(nameOf).sort();
  let ofHub: string[];
  let ofNeighbor: string[];
  let neighborDomain: string;

  before(async () => {
    stage = await setUp("destroy");
    const client = javascript(stage.world);
    send = async <T>(call: string, input: object = {}) => {
      const [service, operation] = call.split(":") as [string, string];
      const { output, error, message } = await client({ service, operation, input, account: stage.world.hubAccount });
      assert.equal(error, undefined, `${call}: ${message}`);
      return output as T;
    };
    await deployStack(stage.session, hub, atOnce);
    ofHub = await leftovers();
    const { outputs } = await deployStack(stage.session, neighbor, atOnce);
    neighborDomain = String(outputs.domainId);
    await use("neighbor-dev", outputs);
    ofNeighbor = await leftovers();
    await use("used-dev", (await deployStack(stage.session, used, { ...atOnce, set: purged })).outputs);
  });
  after(async () => {
    await stage.end();
    fs.rmSync(settingsDir, { recursive: true });
  });

  /** Leaves in an environment what users leave: an app in a space, a profile, an endpoint, a job, and an old lifecycle configuration. */
  async function use(environment: string, outputs: Record<string, unknown>): Promise<void> {
    const { domainId: DomainId, executionRoleArn: RoleArn, modelRoleArn, subnetIds, workloadSecurityGroupId } = outputs;
    const Tags = [
      { Key: "cloister:environment", Value: environment },
      { Key: "cloister:person", Value: "ana" },
    ];
    const VpcConfig = { Subnets: subnetIds, SecurityGroupIds: [workloadSecurityGroupId] };
    await send("sagemaker:CreateUserProfile", { DomainId, UserProfileName: "guest" });
    await send("sagemaker:CreateSpace", {
      DomainId,
      SpaceName: "notes",
      OwnershipSettings: { OwnerUserProfileName: "guest" },
      SpaceSharingSettings: { SharingType: "Private" },
      SpaceSettings: { AppType: "JupyterLab" },
    });
    await send("sagemaker:CreateApp", { DomainId, SpaceName: "notes", AppType: "JupyterLab", AppName: "default" });
    await send("sagemaker:CreateModel", {
      ModelName: environment,
      PrimaryContainer: { Image: "111122223333.dkr.ecr.eu-central-1.amazonaws.com/model:1" },
      ExecutionRoleArn: modelRoleArn,
      VpcConfig,
    });
    await send("sagemaker:CreateEndpointConfig", {
      EndpointConfigName: environment,
      ProductionVariants: [{ VariantName: "all", ModelName: environment, InstanceType: "ml.m5.large", InitialInstanceCount: 1 }],
    });
    await send("sagemaker:CreateEndpoint", { EndpointName: environment, EndpointConfigName: environment, Tags });
    await send("sagemaker:CreateTrainingJob", {
      TrainingJobName: environment,
      AlgorithmSpecification: { TrainingImage: "111122223333.dkr.ecr.eu-central-1.amazonaws.com/job:1", TrainingInputMode: "File" },
      RoleArn,
      OutputDataConfig: { S3OutputPath: "s3://bucket/out" },
      ResourceConfig: { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 10 },
      StoppingCondition: { MaxRuntimeInSeconds: 60 },
      VpcConfig,
      Tags,
    });
    await send("sagemaker:CreateStudioLifecycleConfig", {
      StudioLifecycleConfigName: `${environment}-jupyterlab-old`,
      StudioLifecycleConfigContent: "IyEvYmluL2Jhc2g=",
      StudioLifecycleConfigAppType: "JupyterLab",
      Tags,
    });
  }
  const drained = () => drainSources(stage.session);
  const drainOptions = { names: ["used-dev"], yes: true, all: true, progress: silent, pollMs: 50 };
  /** Models and endpoint configurations cost nothing and hold no network, so nothing deletes them. */
  const free = ["EndpointConfig", "Model"].map((type) => `sagemaker ${type} used-dev`);

  it("is rejected while users have apps, endpoints or jobs, and deletes none of these resources", async () => {
    await assert.rejects(requireDrained(drained(), [used], { progress: silent }), (error: Error) => {
      for (const part of ["app default (JupyterLab) in space notes", "profile guest", "endpoint used-dev", "training job used-dev"])
        assert.ok(error.message.includes(part), error.message);
      return true;
    });
  });

  it("leaves nothing with purge after a drain, and changes nothing of another environment in the same account", async () => {
    assert.match(
      await drain(drained(), [used], drainOptions),
      /1 training job stopped, 1 endpoint deleted, 1 app stopped, 1 space deleted/,
    );
    await requireDrained(drained(), [used], { progress: silent });
    const { changes } = await destroyStack(stage.session, used, { ...quiet, set: purged });
    assert.ok((changes.delete ?? 0) > 50, JSON.stringify(changes));
    assert.deepEqual(await leftovers(), [...ofNeighbor, ...free].sort());
    const apps = await send<{ Apps: { Status: string }[] }>("sagemaker:ListApps", { DomainIdEquals: neighborDomain });
    assert.deepEqual(
      apps.Apps.map(({ Status }) => Status),
      ["InService"],
    );
  });

  it("keeps home directories, keys and buckets without purge, and deletes the network", async () => {
    await drain(drained(), [neighbor], { ...drainOptions, names: [neighbor.stack] });
    await destroyStack(stage.session, neighbor, quiet);
    const left = (await leftovers()).filter((leftover) => !ofHub.includes(leftover) && !free.includes(leftover));
    assert.deepEqual(left.map((item) => item.split(" ").slice(0, 2).join(" ")).sort(), [
      "elasticfilesystem FileSystem",
      "kms Key",
      "kms Key",
      "kms Key",
      "s3 Bucket",
      "s3 Bucket",
      "sagemaker EndpointConfig",
      "sagemaker Model",
    ]);
  });

  it("deletes the kept home directories later, when --confirm names the environment", async () => {
    const sources = sweepSources(stage.session);
    const options = { names: ["neighbor-dev"], purge: true, yes: true, progress: silent, pollMs: 50 };
    await assert.rejects(sweep(sources, [neighbor], options), /--confirm must name each environment \(missing: neighbor-dev\)/);
    assert.match(await sweep(sources, [neighbor], { ...options, confirm: ["neighbor-dev"] }), /1 file system deleted/);
    assert.ok(!(await leftovers()).some((leftover) => leftover.startsWith("elasticfilesystem")));
  });

  it("completes in the second run after a cut at any call of an update or a destroy", async () => {
    const had = await leftovers();
    for (const seed of seeds(1)) await cutUpdateAndDestroy(stage, planFor(`cut${seed}`, "10.90.0.0/20"), seed);
    assert.deepEqual(await leftovers(), had);
  });
});
