// Worlds of their own: how they begin, go on after processes died, and end. The rest of this folder shares one world.
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

/** Progress that remembers what was said. */
function listener(): Progress & { said: string[] } {
  const said: string[] = [];
  const say = (text = "") => void said.push(text);
  return { said, note: say, step: () => ({ update: say, done: say, fail: say }) };
}

const names: string[] = [];
async function start(name: string, more: Partial<WorldOptions> = {}): Promise<{ world: World; said: string }> {
  if (!names.includes(name)) names.push(name);
  const progress = listener();
  const world = await startWorld(await worldTools(), { name, progress, ...more });
  return { world, said: progress.said.join("\n") };
}

function client<T>(make: new (settings: object) => T, world: World): T {
  const credentials = {
    accessKeyId: world.env.AWS_ACCESS_KEY_ID!,
    secretAccessKey: world.env.AWS_SECRET_ACCESS_KEY!,
    sessionToken: world.env.AWS_SESSION_TOKEN!,
  };
  return new make({ endpoint: world.endpoint, region: world.region, credentials, maxAttempts: 1 });
}

/** Makes something in the base and something in a service of ours, and tells whether both are still there. */
async function furnish(world: World): Promise<(later: World) => Promise<void>> {
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
    assert.ok(Date.now() < deadline, `waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const settingsFile = (world: World) => path.join(world.dir, "world.json");
const gatewayPid = (world: World): number =>
  (JSON.parse(fs.readFileSync(settingsFile(world), "utf8")) as { process: { pid: number } }).process.pid;
const gone = (pid: number) => () => startOf(pid) === undefined;

describe("sandbox world", function () {
  this.timeout(60_000);

  afterEach(async () => {
    for (const name of names.splice(0)) await stopWorld(name);
  });

  it("begins with its accounts, a deployment role in each and nothing else", async () => {
    const { world } = await start(worldName("begin"));
    assert.deepEqual(world.accounts, ["111122223333", "444455556666", "555566667777", "777788889999", "888899990000"]);
    assert.deepEqual(await new Control(world).leftovers(), []);
    assert.equal((await listWorlds()).find(({ name }) => name === world.name)?.state, "running");
    assert.equal(fs.statSync(world.env.PULUMI_CONFIG_PASSPHRASE_FILE!).mode & 0o777, 0o600);
    assert.equal(fs.statSync(world.dir).mode & 0o077, 0);
  });

  it("is the same one for the second who starts it", async () => {
    const { world } = await start(worldName("again"));
    const { world: again, said } = await start(world.name);
    assert.deepEqual(again, world);
    assert.match(said, /runs at http:\/\/127\.0\.0\.1/);
    assert.deepEqual(await openWorld(world.name), world);
    const { port } = new URL(world.endpoint);
    await assert.rejects(start(world.name, { port: Number(port) + 1 }), /already runs on port/);
  });

  it("says which port is taken and what to do, and leaves nothing behind", async () => {
    const other = net.createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as net.AddressInfo;
    const name = worldName("port");
    try {
      await assert.rejects(start(name, { port }), new RegExp(`Port ${port} of 127.0.0.1 is taken.*choose another port`));
    } finally {
      other.close();
    }
    assert.equal(await openWorld(name), undefined);
    assert.equal(
      (await listWorlds()).some((status) => status.name === name),
      false,
    );
  });

  it("says that Python can't be used, and leaves nothing behind", async () => {
    const name = worldName("python");
    const progress = listener();
    await assert.rejects(startWorld({ python: process.execPath, env: {} }, { name, progress }), /can't load moto/);
    assert.equal(
      (await listWorlds()).some((status) => status.name === name),
      false,
    );
  });

  it("goes on when its base dies, with the same things in it", async () => {
    const { world } = await start(worldName("base"));
    const check = await furnish(world);
    const { base } = await new Control(world).status();
    process.kill(base.pid!, "SIGKILL");
    await check(world);
    assert.equal((await new Control(world).status()).base.recoveries, 1);
  });

  it("is brought back when its gateway died, with the same things in it", async () => {
    const { world } = await start(worldName("gateway"));
    const check = await furnish(world);
    const { base } = await new Control(world).status();
    process.kill(gatewayPid(world), "SIGKILL");
    await until(gone(base.pid!), "the base follows its gateway");
    assert.equal((await listWorlds()).find(({ name }) => name === world.name)?.state, "asleep");
    assert.equal(await openWorld(world.name), undefined);
    const { world: back, said } = await start(world.name);
    assert.match(said, /is back at .* as it was/);
    assert.deepEqual(back.env, world.env);
    await check(back);
  });

  it("ends by itself when nobody uses it, and is brought back as it was", async () => {
    const { world } = await start(worldName("idle"), { idleHours: 2 / 3600 });
    const check = await furnish(world);
    await until(gone(gatewayPid(world)), "the gateway ends");
    await check((await start(world.name)).world);
  });

  it("is thrown away with its Pulumi state when its services can't be brought back", async () => {
    const { world } = await start(worldName("lost"));
    await furnish(world);
    fs.writeFileSync(path.join(world.stateDir, "state-of-a-stack"), "describes what was lost");
    await new Control(world).shutdown();
    await until(gone(gatewayPid(world)), "the gateway ends");
    const log = path.join(world.dir, "state", "base.jsonl");
    fs.writeFileSync(log, fs.readFileSync(log, "utf8").replace(/"answer":"[0-9a-f]{8}/, '"answer":"00000000'));
    const { world: fresh, said } = await start(world.name);
    assert.match(said, /can't be brought back.*Pulumi state goes with it/);
    assert.deepEqual(fs.readdirSync(fresh.stateDir), []);
    assert.deepEqual((await client(EC2Client, fresh).send(new DescribeVpcsCommand({}))).Vpcs ?? [], []);
    assert.notEqual(fresh.env.AWS_ACCESS_KEY_ID, world.env.AWS_ACCESS_KEY_ID);
  });

  it("goes on from a log whose last line was cut", async () => {
    const { world } = await start(worldName("cut"));
    const check = await furnish(world);
    await new Control(world).shutdown();
    await until(gone(gatewayPid(world)), "the gateway ends");
    fs.appendFileSync(path.join(world.dir, "state", "base.jsonl"), '{"method":"POST","tar');
    await check((await start(world.name)).world);
  });

  it("leaves no process and no file behind when it is stopped, however often", async () => {
    const { world } = await start(worldName("stop"));
    const { base, pid } = await new Control(world).status();
    await Promise.all([stopWorld(world.name), stopWorld(world.name)]);
    assert.deepEqual([startOf(pid), fs.existsSync(world.dir)], [undefined, false]);
    await until(gone(base.pid!), "the base follows its gateway");
    await assert.rejects(new Control(world).status(), /No sandbox answers.*cloister sandbox start/);
  });

  it("does not end a process that only has the id of its gateway", async () => {
    const { world } = await start(worldName("reused"));
    await new Control(world).shutdown();
    await until(gone(gatewayPid(world)), "the gateway ends");
    const settings = JSON.parse(fs.readFileSync(settingsFile(world), "utf8")) as { process: { pid: number } };
    fs.writeFileSync(settingsFile(world), JSON.stringify({ ...settings, process: { ...settings.process, pid: process.pid } }));
    // This very process would end here.
    await stopWorld(world.name);
    assert.equal(fs.existsSync(world.dir), false);
  });

  it("gives a shell all that it needs", async () => {
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

  it("refuses names that are no file names", async () => {
    await assert.rejects(openWorld("../elsewhere"), /can't name a world/);
  });
});
