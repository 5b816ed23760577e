// Runs `cloister sweep` with the AWS SDK on what the sandbox's SageMaker leaves of deleted domains. The state of the stack is a fake:
// tests/engine/destroy.test.ts reads real states. Not proven: how long AWS takes, and that AWS leaves nothing else.
import assert from "node:assert/strict";
import { type StateResource, UsageError } from "@cloister/cli";
import { callerAccount, markTraces, sweep, sweepClient, SweepError, type SweepOptions, type SweepSources } from "@cloister/cli/testing";
import { Interrupted, silent } from "@cloister/common";
import { callsBefore, cut, seeds } from "../helpers/cuts";
import { javascript } from "./javascript";
import { control, world } from "./world";

const plan = (team: string) => ({
  id: `cloister-environment/${team}-dev`,
  project: "cloister-environment",
  folder: "environment",
  stack: `${team}-dev`,
  settingsFile: "",
  reads: [],
});

interface Home {
  domain: string;
  fileSystem: string;
}

describe("sweep", function () {
  this.timeout(60_000);
  let client: ReturnType<typeof javascript>;
  let state: StateResource[] = [];
  const made: Record<string, string> = {};
  const send = async <T = Record<string, unknown>>(call: string, input: object = {}): Promise<T> => {
    const [service, operation] = call.split(":") as [string, string];
    const { output, error, message } = await client({ service, operation, input, account: world().hubAccount });
    assert.equal(error, undefined, `${call}: ${message}`);
    return output as T;
  };
  const session = () => ({ env: world().env, world: world(), policyPack: undefined, command: undefined as never });
  const sources = (team: string, signal?: AbortSignal): SweepSources => ({
    resources: () => Promise.resolve(state),
    config: () => ({ "cloister-environment:team": team }),
    defaultRegion: world().region,
    client: (region) => sweepClient(session(), region, signal),
    account: (region) => callerAccount(session(), region, signal),
  });
  const run = (options: Partial<SweepOptions> = {}, team = "lab") =>
    sweep(sources(team, options.interrupt?.signal), [plan(team)], { names: [`${team}-dev`], progress: silent, pollMs: 10, ...options });
  const changes = async (since: Date) =>
    (await control().journal({ since: since.toISOString() })).filter(
      ({ operation, result }) => result === "ok" && /^(Delete|Revoke|Create|Tag)/.test(operation),
    );

  async function createHome(name: string): Promise<Home> {
    const { DomainId: domain } = await send<{ DomainId: string }>("sagemaker:CreateDomain", {
      DomainName: name,
      AuthMode: "IAM",
      AppNetworkAccessType: "VpcOnly",
      VpcId: made.vpc,
      SubnetIds: [made.subnet, made.other],
      DefaultUserSettings: { ExecutionRole: made.role },
    });
    const { HomeEfsFileSystemId } = await send<{ HomeEfsFileSystemId: string }>("sagemaker:DescribeDomain", { DomainId: domain });
    return { domain, fileSystem: HomeEfsFileSystemId };
  }
  const deleteDomain = ({ domain }: Home, HomeEfsFileSystem = "Retain") =>
    send("sagemaker:DeleteDomain", { DomainId: domain, RetentionPolicy: { HomeEfsFileSystem } });
  /** What AWS has of a domain: numbers of file systems, mount targets and groups. */
  async function leftOf({ domain }: Home): Promise<number[]> {
    const { FileSystems } = await send<{ FileSystems: { NumberOfMountTargets: number }[] }>("efs:DescribeFileSystems", {
      CreationToken: domain,
    });
    const filter = { Filters: [{ Name: "group-name", Values: [`security-group-for-*-nfs-${domain}`] }] };
    const { SecurityGroups = [] } = await send<{ SecurityGroups?: unknown[] }>("ec2:DescribeSecurityGroups", filter);
    return [FileSystems.length, FileSystems[0]?.NumberOfMountTargets ?? 0, SecurityGroups.length];
  }
  const all = [1, 2, 2];
  const nothing = [0, 0, 0];
  /** An interface that SageMaker did not delete. */
  const createInterface = ({ domain }: Home) =>
    send("ec2:CreateNetworkInterface", {
      SubnetId: made.subnet,
      Description: `[DO NOT DELETE] ENI managed by SageMaker for Studio Domain (${domain})`,
    });
  const interfaces = async () =>
    (
      await send<{ NetworkInterfaces?: { Description: string; Status: string }[] }>("ec2:DescribeNetworkInterfaces", {
        Filters: [{ Name: "subnet-id", Values: [made.subnet] }],
      })
    ).NetworkInterfaces?.map(({ Description }) => Description) ?? [];
  const createConfig = (team: string) =>
    send("sagemaker:CreateStudioLifecycleConfig", {
      StudioLifecycleConfigName: `${team}-dev-jupyter-old`,
      StudioLifecycleConfigContent: "IyEvYmluL2Jhc2g=",
      StudioLifecycleConfigAppType: "JupyterLab",
      Tags: [{ Key: "cloister:environment", Value: `${team}-dev` }],
    });
  const configs = async () =>
    (
      await send<{ StudioLifecycleConfigs: { StudioLifecycleConfigName: string }[] }>("sagemaker:ListStudioLifecycleConfigs")
    ).StudioLifecycleConfigs.map(({ StudioLifecycleConfigName }) => StudioLifecycleConfigName);

  let neighbor: Home;

  before(async () => {
    client = javascript(world());
    const trust = { Effect: "Allow", Principal: { Service: "sagemaker.amazonaws.com" }, Action: "sts:AssumeRole" };
    const { Role } = await send<{ Role: { Arn: string } }>("iam:CreateRole", {
      RoleName: "swept",
      AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [trust] }),
    });
    made.role = Role.Arn;
    made.vpc = (await send<{ Vpc: { VpcId: string } }>("ec2:CreateVpc", { CidrBlock: "10.0.0.0/16" })).Vpc.VpcId;
    const subnet = async (CidrBlock: string, AvailabilityZone: string) =>
      (await send<{ Subnet: { SubnetId: string } }>("ec2:CreateSubnet", { VpcId: made.vpc, CidrBlock, AvailabilityZone })).Subnet.SubnetId;
    made.subnet = await subnet("10.0.0.0/24", "eu-central-1a");
    made.other = await subnet("10.0.1.0/24", "eu-central-1b");
    // The neighbor uses the same VPC and subnets. Its domain is deleted too, and its file system is kept.
    neighbor = await createHome("neighbor");
    state = [{ urn: "neighbor", type: "aws:sagemaker/domain:Domain", id: neighbor.domain }];
    await markTraces(sources("neighbor"), plan("neighbor"));
    await deleteDomain(neighbor);
    await createInterface(neighbor);
    await createConfig("neighbor");
  });

  beforeEach(() => {
    state = [];
  });

  afterEach(async () => {
    await control().clearFaults();
    assert.deepEqual(await leftOf(neighbor), all, "the neighbor is untouched");
    assert.equal((await interfaces()).filter((text) => text.includes(neighbor.domain)).length, 1);
    assert.ok((await configs()).includes("neighbor-dev-jupyter-old"));
  });

  after(async () => {
    await run({ yes: true, purge: true, confirm: ["neighbor-dev"] }, "neighbor");
    assert.deepEqual(await leftOf(neighbor), nothing);
    for (const SubnetId of [made.subnet, made.other]) await send("ec2:DeleteSubnet", { SubnetId });
    await send("ec2:DeleteVpc", { VpcId: made.vpc });
    await send("iam:DeleteRole", { RoleName: "swept" });
  });

  /** Creates and deletes a domain, as a destroy does: it marks the traces first. */
  async function leave(name: string): Promise<Home> {
    const home = await createHome(name);
    state = [{ urn: "domain", type: "aws:sagemaker/domain:Domain", id: home.domain }];
    await markTraces(sources("lab"), plan("lab"));
    await deleteDomain(home);
    state = [];
    await createInterface(home);
    return home;
  }

  it("shows what it would delete, without changes, and how to delete the home directories", async () => {
    const home = await leave("shown");
    const since = new Date();
    const text = await run();
    for (const part of [
      /mount target fsmt-\w+ +│ d-\w+ +│ connects fs-\w+ to subnet-\w+ +│ is deleted/,
      /file system fs-\w+ .*GB of home directories +│ is kept/,
      /network interface eni-\w+ .*is deleted/,
      /security group sg-\w+ .*security-group-for-inbound-nfs-d-\w+, holds vpc-\w+ +│ is deleted/,
      /npx cloister sweep lab-dev --yes/,
      /npx cloister sweep lab-dev --purge --confirm lab-dev --yes/,
    ])
      assert.match(text, part);
    assert.deepEqual(await changes(since), []);
    assert.match(
      await run({ yes: true, purge: true, confirm: ["lab-dev"] }),
      /2 mount targets, 1 file system, 1 network interface, 2 security groups deleted/,
    );
    assert.deepEqual(await leftOf(home), nothing);
    assert.match(await run(), /Nothing to sweep: no leftover resources of lab-dev/);
  });

  it("keeps the file system without --purge, and finds it again when the stack and the network are gone", async () => {
    const home = await leave("kept");
    assert.match(await run({ yes: true }), /deleted\. Kept: file system fs-\w+\./);
    assert.deepEqual(await leftOf(home), [1, 0, 0]);
    await assert.rejects(run({ yes: true, purge: true }), (error: Error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, /--confirm must name each environment \(missing: lab-dev\)\. No resources were deleted/);
      return true;
    });
    assert.deepEqual(await leftOf(home), [1, 0, 0]);
    assert.match(await run({ yes: true, purge: true, confirm: ["lab-dev"] }), /1 file system deleted\./);
    assert.deepEqual(await leftOf(home), nothing);
  });

  it("deletes nothing of a domain that still exists, except lifecycle configurations that no profile or space uses", async () => {
    const home = await createHome("alive");
    state = [{ urn: "domain", type: "aws:sagemaker/domain:Domain", id: home.domain }];
    await createConfig("lab");
    const notes: string[] = [];
    const text = await run({ yes: true, progress: { ...silent, note: (note) => notes.push(note) } });
    assert.match(text, /1 lifecycle configuration deleted\./);
    assert.match(notes.join("\n"), /domain d-\w+ still exists.*npx cloister destroy cloister-environment\/lab-dev/);
    assert.deepEqual(await leftOf(home), all);
    await deleteDomain(home, "Delete");
    assert.deepEqual(await leftOf(home), nothing);
  });

  it("finds a domain by the network that the stack created, or by --domain", async () => {
    const home = await createHome("unmarked");
    await deleteDomain(home);
    assert.match(await run(), /Nothing to sweep/);
    state = [{ urn: "subnet", type: "aws:ec2/subnet:Subnet", id: made.subnet! }];
    assert.match(await run(), new RegExp(home.fileSystem));
    state = [];
    assert.match(await run({ yes: true, domains: [home.domain], purge: true, confirm: ["lab-dev"] }), /2 mount targets, 1 file system/);
    assert.deepEqual(await leftOf(home), nothing);
    assert.match(await run({ domains: [neighbor.domain] }), /Nothing to sweep/, "a domain of another environment is not swept");
  });

  it("deletes the logs of Studio apps only on request", async () => {
    const home = await leave("logs");
    const group = { logGroupName: "/aws/sagemaker/studio" };
    const name = `${home.domain}/ana/JupyterLab/default`;
    await send("logs:CreateLogGroup", group);
    for (const logStreamName of [name, `${neighbor.domain}/bo/JupyterLab/default`])
      await send("logs:CreateLogStream", { ...group, logStreamName });
    const streams = async () => (await send<{ logStreams: unknown[] }>("logs:DescribeLogStreams", group)).logStreams.length;
    assert.match(await run({ yes: true, purge: true, confirm: ["lab-dev"] }), new RegExp(`Kept: log stream /aws/sagemaker/studio:${name}`));
    assert.equal(await streams(), 2);
    assert.match(await run({ yes: true, logs: true, domains: [home.domain] }), /1 log stream deleted/);
    assert.equal(await streams(), 1);
    await send("logs:DeleteLogGroup", group);
  });

  it("retries throttled calls, lists every denied deletion, and continues in the next run", async () => {
    const home = await leave("denied");
    await control().addFault({ kind: "throttle", service: "elasticfilesystem", operation: "DescribeMountTargets", times: 2 });
    await control().addFault({ kind: "deny", service: "elasticfilesystem", operation: "DeleteMountTarget" });
    await control().addFault({ kind: "deny", service: "ec2", operation: "DeleteNetworkInterface" });
    await assert.rejects(run({ yes: true, limitMinutes: 0 }), (error: Error) => {
      assert.ok(error instanceof SweepError);
      assert.equal(error.message.match(/mount target fsmt-\w+: AccessDenied/g)?.length, 2, error.message);
      assert.match(error.message, /network interface eni-\w+: /);
      assert.match(error.message, /security group sg-\w+: DependencyViolation/);
      assert.match(error.message, /run the same command again:\n {2}npx cloister sweep lab-dev --yes/);
      return true;
    });
    await control().clearFaults();
    await run({ yes: true, purge: true, confirm: ["lab-dev"] });
    assert.deepEqual(await leftOf(home), nothing);
  });

  it("completes in the second run after a cut at any call", async function () {
    this.timeout(180_000);
    const cuts: string[] = [];
    // A sweep makes about 32 calls.
    for (const seed of seeds(8)) {
      const home = await leave(`cut-${seed}`);
      const controller = new AbortController();
      const interrupt = { signal: controller.signal, engine: controller.signal };
      const options = { yes: true, purge: true, confirm: ["lab-dev"] };
      const end = await cut(
        control(),
        callsBefore(seed, 32),
        () => run({ ...options, interrupt }),
        () => controller.abort(new Interrupted()),
      );
      cuts.push(`seed ${seed}: cut after ${callsBefore(seed, 32)} calls${"error" in end ? "" : ", complete"}`);
      assert.ok("result" in end || end.error instanceof Interrupted, String("error" in end && end.error));
      await run(options);
      assert.deepEqual(await leftOf(home), nothing, cuts.at(-1));
      assert.deepEqual(
        (await interfaces()).filter((text) => text.includes(home.domain)),
        [],
      );
    }
    console.log(`      ${cuts.join("\n      ")}`);
  });
});
