// Tests how worlds start, stop, and resume after their processes died. Each test has its own worlds, unlike the rest of this folder.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { EC2Client, CreateVpcCommand, DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import { SageMakerClient, CreateModelPackageGroupCommand, DescribeModelPackageGroupCommand } from "@aws-sdk/client-sagemaker";
import { type Progress } from "@cloister/common";
import { cleanEnvironment, Control, listWorlds, openWorld, startWorld, stopWorld, type World, type WorldOptions } from "@cloister/sandbox";
import { startOf } from "@cloister/sandbox/testing";
import { worldName, worldTools } from "./world";

/** A progress reporter that records its messages. */
function collector(): Progress & { texts: string[] } {
  const texts: string[] = [];
  const collect = (text = "") => void texts.push(text);
  return { texts, note: collect, step: () => ({ update: collect, done: collect, fail: collect }) };
}

const names: string[] = [];
async function start(name: string, more: Partial<WorldOptions> = {}): Promise<{ world: World; output: string }> {
  if (!names.includes(name)) names.push(name);
  const progress = collector();
  const world = await startWorld(await worldTools(), { name, progress, ...more });
  return { world, output: progress.texts.join("\n") };
}

function client<T>(make: new (settings: object) => T, world: World): T {
  const credentials = {
    accessKeyId: world.env.AWS_ACCESS_KEY_ID!,
    secretAccessKey: world.env.AWS_SECRET_ACCESS_KEY!,
    sessionToken: world.env.AWS_SESSION_TOKEN!,
  };
  return new make({ endpoint: world.endpoint, region: world.region, credentials, maxAttempts: 1 });
}

/** Creates a resource in moto and a resource in a native service. Returns a function that checks that both still exist. */
async function createResources(world: World): Promise<(later: World) => Promise<void>> {
  const { Vpc } = await client(EC2Client, world).send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
  await client(SageMakerClient, world).send(new CreateModelPackageGroupCommand({ ModelPackageGroupName: "kept" }));
  return async (later) => {
    const { Vpcs } = await client(EC2Client, later).send(new DescribeVpcsCommand({}));
    assert.deepEqual(
      Vpcs?.map(({ VpcId }) => VpcId),
      [Vpc!.VpcId],
    );
    await client(SageMakerClient, later).send(new DescribeModelPackageGroupCommand({ ModelPackageGroupName: "kept" }));
  };
}

async function until(holds: () => boolean | Promise<boolean>, what: string, ms = 10_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!(await holds())) {
    assert.ok(Date.now() < deadline, `timed out: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const settingsFile = (world: World) => path.join(world.dir, "world.json");
const gatewayPid = (world: World): number =>
  (JSON.parse(fs.readFileSync(settingsFile(world), "utf8")) as { process: { pid: number } }).process.pid;
const ended = (pid: number) => () => startOf(pid) === undefined;

describe("sandbox world", function () {
  this.timeout(60_000);

  afterEach(async () => {
    for (const name of names.splice(0)) await stopWorld(name);
  });

  it("starts with its accounts and a deployment role in each", async () => {
    const { world } = await start(worldName("begin"));
    assert.deepEqual(world.accounts, ["111122223333", "444455556666", "555566667777", "777788889999", "888899990000"]);
    assert.deepEqual(await new Control(world).leftovers(), []);
    assert.equal((await listWorlds()).find(({ name }) => name === world.name)?.state, "running");
    assert.equal(fs.statSync(world.env.PULUMI_CONFIG_PASSPHRASE_FILE!).mode & 0o777, 0o600);
    assert.equal(fs.statSync(world.dir).mode & 0o077, 0);
  });

  it("is reused by a second start", async () => {
    const { world } = await start(worldName("again"));
    const { world: again, output } = await start(world.name);
    assert.deepEqual(again, world);
    assert.match(output, /runs at http:\/\/127\.0\.0\.1/);
    assert.deepEqual(await openWorld(world.name), world);
    const { port } = new URL(world.endpoint);
    await assert.rejects(start(world.name, { port: Number(port) + 1 }), /already runs on port/);
  });

  it("reports a port in use and leaves no files", async () => {
    const other = net.createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as net.AddressInfo;
    const name = worldName("port");
    try {
      await assert.rejects(start(name, { port }), new RegExp(`Port ${port} of 127.0.0.1 is in use.*choose another port`));
    } finally {
      other.close();
    }
    assert.equal(await openWorld(name), undefined);
    assert.equal(
      (await listWorlds()).some((status) => status.name === name),
      false,
    );
  });

  it("reports a Python without moto and leaves no files", async () => {
    const name = worldName("python");
    const progress = collector();
    await assert.rejects(startWorld({ python: process.execPath, env: {} }, { name, progress }), /cannot load moto/);
    assert.equal(
      (await listWorlds()).some((status) => status.name === name),
      false,
    );
  });

  it("restarts moto with the same resources after moto died", async () => {
    const { world } = await start(worldName("moto"));
    const check = await createResources(world);
    const { moto } = await new Control(world).status();
    process.kill(moto.pid!, "SIGKILL");
    await check(world);
    assert.equal((await new Control(world).status()).moto.recoveries, 1);
  });

  it("resumes with the same resources after its gateway died", async () => {
    const { world } = await start(worldName("gateway"));
    const check = await createResources(world);
    const { moto } = await new Control(world).status();
    process.kill(gatewayPid(world), "SIGKILL");
    await until(ended(moto.pid!), "moto ends after its gateway");
    assert.equal((await listWorlds()).find(({ name }) => name === world.name)?.state, "suspended");
    assert.equal(await openWorld(world.name), undefined);
    const { world: resumed, output } = await start(world.name);
    assert.match(output, /resumed at .* with its state/);
    assert.deepEqual(resumed.env, world.env);
    await check(resumed);
  });

  it("suspends itself after its idle hours and resumes with its resources", async () => {
    const { world } = await start(worldName("idle"), { idleHours: 2 / 3600 });
    const check = await createResources(world);
    await until(ended(gatewayPid(world)), "the gateway ends");
    await check((await start(world.name)).world);
  });

  it("is deleted with its Pulumi state when its services cannot be restored", async () => {
    const { world } = await start(worldName("lost"));
    await createResources(world);
    fs.writeFileSync(path.join(world.stateDir, "state-of-a-stack"), "describes what was lost");
    await new Control(world).shutdown();
    await until(ended(gatewayPid(world)), "the gateway ends");
    const log = path.join(world.dir, "state", "moto.jsonl");
    fs.writeFileSync(log, fs.readFileSync(log, "utf8").replace(/"answer":"[0-9a-f]{8}/, '"answer":"00000000'));
    const { world: recreated, output } = await start(world.name);
    assert.match(output, /cannot be restored.*Pulumi state of the world is deleted/);
    assert.deepEqual(fs.readdirSync(recreated.stateDir), []);
    assert.deepEqual((await client(EC2Client, recreated).send(new DescribeVpcsCommand({}))).Vpcs ?? [], []);
    assert.notEqual(recreated.env.AWS_ACCESS_KEY_ID, world.env.AWS_ACCESS_KEY_ID);
  });

  it("resumes from a log whose last line is incomplete", async () => {
    const { world } = await start(worldName("cut"));
    const check = await createResources(world);
    await new Control(world).shutdown();
    await until(ended(gatewayPid(world)), "the gateway ends");
    fs.appendFileSync(path.join(world.dir, "state", "moto.jsonl"), '{"method":"POST","tar');
    await check((await start(world.name)).world);
  });

  it("resumes a world from an earlier version with other file names", async () => {
    const { world } = await start(worldName("earlier"));
    const check = await createResources(world);
    await new Control(world).shutdown();
    await until(ended(gatewayPid(world)), "the gateway ends");
    const state = path.join(world.dir, "state");
    fs.renameSync(path.join(state, "moto.jsonl"), path.join(state, "base.jsonl"));
    fs.renameSync(path.join(state, "native"), path.join(state, "owned"));
    await check((await start(world.name)).world);
  });

  it("leaves no process and no file when it is stopped twice", async () => {
    const { world } = await start(worldName("stop"));
    const { moto, pid } = await new Control(world).status();
    await Promise.all([stopWorld(world.name), stopWorld(world.name)]);
    assert.deepEqual([startOf(pid), fs.existsSync(world.dir)], [undefined, false]);
    await until(ended(moto.pid!), "moto ends after its gateway");
    await assert.rejects(new Control(world).status(), /No sandbox answers.*cloister sandbox start --world test-/);
  });

  it("does not end another process that has the previous ID of its gateway", async () => {
    const { world } = await start(worldName("reused"));
    await new Control(world).shutdown();
    await until(ended(gatewayPid(world)), "the gateway ends");
    const settings = JSON.parse(fs.readFileSync(settingsFile(world), "utf8")) as { process: { pid: number } };
    fs.writeFileSync(settingsFile(world), JSON.stringify({ ...settings, process: { ...settings.process, pid: process.pid } }));
    // If the ID is not compared with the start time, this ends the test process.
    await stopWorld(world.name);
    assert.equal(fs.existsSync(world.dir), false);
  });

  it("writes a script that configures a shell", async () => {
    const { world } = await start(worldName("shell"));
    const script = `. '${path.join(world.dir, "env.sh")}' && exec "$PYTHON" -c 'import boto3; print(boto3.client("sts").get_caller_identity()["Arn"])'`;
    const env = {
      ...cleanEnvironment(),
      AWS_PROFILE: "a-real-account",
      PULUMI_CONFIG_PASSPHRASE: "x",
      PYTHON: (await worldTools()).python,
    };
    const arn = execFileSync("sh", ["-c", script], { encoding: "utf8", env }).trim();
    assert.equal(arn, "arn:aws:sts::111122223333:assumed-role/OrganizationAccountAccessRole/cloister");
  });

  it("rejects names that are not valid file names", async () => {
    await assert.rejects(openWorld("../elsewhere"), /A world name must have/);
  });
});
