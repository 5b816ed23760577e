import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { runInOrder, type StackPlan } from "@cloister/cli";
import { adviceFor, changesText, killedText, removeStaleLocks, replaceFile, stackFailed } from "@cloister/cli/testing";

// The parts of a run that need no engine. tests/engine tests the runs with the engine.

const plan = (id: string, ...reads: string[]): StackPlan => ({ id, project: id, folder: id, stack: id, settingsFile: "", reads });

describe("runInOrder", () => {
  const stacks = [plan("core"), plan("team", "core"), plan("staging", "team"), plan("prod", "team")];
  const pause = () => new Promise((resolve) => setTimeout(resolve, 5));

  it("runs a stack after the stacks that it references, and independent stacks in parallel", async () => {
    const events: string[] = [];
    const results = await runInOrder(stacks, async ({ id }) => {
      events.push(`${id} starts`);
      await pause();
      events.push(`${id} ends`);
      return id.length;
    });
    assert.deepEqual(events.slice(0, 6), ["core starts", "core ends", "team starts", "team ends", "staging starts", "prod starts"]);
    assert.deepEqual(
      [...results],
      [
        ["core", 4],
        ["team", 4],
        ["staging", 7],
        ["prod", 4],
      ],
    );
  });

  it("runs a stack after the stacks that read it when reverse is set", async () => {
    const started: string[] = [];
    await runInOrder(stacks, async ({ id }) => (started.push(id), pause()), { reverse: true });
    assert.deepEqual(started, ["staging", "prod", "team", "core"]);
  });

  it("starts no other stack after a failure, and waits for running stacks", async () => {
    const ended: string[] = [];
    const work = runInOrder([plan("core"), plan("other"), plan("team", "core"), plan("after-other", "other")], async ({ id }) => {
      if (id === "core") throw new Error("no");
      await pause();
      ended.push(id);
    });
    await assert.rejects(work, /^Error: no$/);
    assert.deepEqual(ended, ["other"]);
  });
});

describe("advice on errors", () => {
  const refusedConnection = "dial tcp 10.1.2.3:443: connect: connection refused";
  it("points to the sandbox status in a world", () => assert.match(adviceFor(refusedConnection, true)!, /cloister sandbox status/));
  it("does not mention the sandbox when a command runs against an AWS account", () =>
    assert.equal(adviceFor(refusedConnection, false), undefined));
  it("explains a wrong passphrase, in an account and in a world", () =>
    assert.match(adviceFor("error: incorrect passphrase", false)!, /PULUMI_CONFIG_PASSPHRASE_FILE/));
  it("explains a full disk on this machine or in the sandbox", () => {
    for (const text of [
      "write /tmp/state.json: no space left on device",
      "api error SandboxStorage: The sandbox can't keep this change: ENOSPC: no space left on device, write.",
    ])
      assert.match(adviceFor(text, true)!, /disk is full\. Free some space and run the same command again/);
  });
  it("names the command that creates a deploy role which trusts the deploying role", () =>
    assert.match(
      adviceFor("Cannot assume IAM Role: IAM Role (arn:1) cannot be assumed.", false)!,
      /npx cloister bootstrap <stack> --trust <role> --deploy/,
    ));
  it("is undefined for an unknown error", () => assert.equal(adviceFor("ValidationException: no", true), undefined));
});

describe("error of a program in a world", () => {
  const log = { errors: [], violations: [], applied: [] };
  const world = { name: "try", dir: "/cache/worlds/try" };
  const textOf = (text: string, inside?: typeof world) => stackFailed(plan("prod"), new Error(text), log, inside).message;

  it("names the world in the command that creates a deploy role", () => {
    const command = "npx cloister bootstrap prod --trust 'arn:aws:iam::1:role/a b' --deploy";
    assert.ok(textOf(`Fix: ${command}\nOther.`, world).endsWith(`Fix: ${command} --world try\nOther.`));
    assert.ok(textOf(`Fix: ${command}\nOther.`).endsWith(`Fix: ${command}\nOther.`));
  });

  for (const command of [
    "pulumi --cwd environment config set --stack fraud-dev --path network.zones 2",
    "pulumi config rm --stack quickstart --path cloister-core:ownr",
    "pulumi --cwd core stack rename --stack hub hub-2",
  ])
    it(`names the script with the variables of the world, once: ${command}`, () => {
      const text = `Fix: ${command}\nFix: ${command}`;
      assert.equal(textOf(text, world), `prod failed.\n${text}\nBefore you run \`pulumi\` in this world: source /cache/worlds/try/env.sh`);
      assert.equal(textOf(text), `prod failed.\n${text}`);
    });

  it("names the script after advice with a command of Pulumi, and not without such a command", () => {
    assert.match(textOf("unknown stack", world), /pulumi stack ls --all`[\s\S]*source \/cache\/worlds\/try\/env\.sh$/);
    assert.doesNotMatch(textOf("the pulumi engine stopped", world), /env\.sh/);
  });
});

describe("error of the AWS provider", () => {
  const cause =
    "creating SageMaker AI User Profile (bo): operation error SageMaker: CreateUserProfile, ResourceInUse: Domain [d-1] is being updated.";
  const messageOf = (...errors: string[]) =>
    stackFailed(plan("dev"), new Error("x"), { errors, violations: [], applied: [] }, undefined).message;

  it("is printed once, without the origin in the provider", () =>
    assert.equal(
      messageOf(
        `sdk-v2/provider2.go:571: sdk.helper_schema: ${cause}: provider=aws@7.48.0\n`,
        `1 error occurred:\n\t* ${cause}\n\n`,
        "update failed",
      ),
      `dev failed.\n${cause}`,
    ));

  it("keeps a list of several errors", () =>
    assert.equal(messageOf("2 errors occurred:\n\t* one\n\t* two\n"), "dev failed.\n2 errors occurred:\n\t* one\n\t* two"));
});

describe("error of an engine that a signal ended", () => {
  const killed = "The Pulumi engine ended early, because it received the signal SIGKILL. A common cause is too little memory.";
  /** As `createCommandError` of the Automation API writes the error of `execa`. */
  const raw = (signal: string) =>
    new Error(
      `code: -2\n stdout: \n stderr: Command was killed with ${signal} (Forced termination): /opt/pulumi up --yes\nsecret\n err?: x`,
    );
  const messageOf = (signal: string, errors: string[] = []) =>
    stackFailed(plan("dev"), raw(signal), { errors, violations: [], applied: [] }, undefined).message;

  it("states the signal and the next step, and not the command and its output", () =>
    assert.equal(
      messageOf("SIGKILL"),
      `dev failed.\n${killed} Completed changes are in the state, and the same operation continues when it is repeated.`,
    ));
  it("follows the errors that the engine reported before", () => {
    assert.match(
      messageOf("SIGTERM", ["creating bucket: denied"]),
      /^dev failed\.\ncreating bucket: denied\nThe Pulumi engine .* SIGTERM\./,
    );
  });
  it("is not found in other errors", () => assert.equal(killedText("the signal SIGKILL is documented"), undefined));
});

describe("violations", () => {
  it("contain the URN, which an exemption requires", () => {
    const urn = "urn:pulumi:fraud-dev::cloister-environment::aws:s3/bucket:Bucket::import";
    const violations = [{ policy: "s3-bucket-kms", level: "mandatory", urn, message: "One.\nTwo." }];
    assert.equal(
      stackFailed(plan("dev"), new Error("x"), { errors: [], violations, applied: [] }, undefined).message,
      `dev violates mandatory policies. No resources were changed.\n  s3-bucket-kms: ${urn}\n    One.\n    Two.`,
    );
  });
});

describe("violations of an environment with NAT", () => {
  const urnOf = (types: string, name: string) => `urn:pulumi:fraud-dev::cloister-environment::${types}::${name}`;
  const violation = (policy: string, urn: string) => ({ policy, urn, level: "mandatory", message: "This is open." });
  const textOf = (...violations: ReturnType<typeof violation>[]) =>
    stackFailed(
      { ...plan("cloister-environment/fraud-dev"), project: "cloister-environment", stack: "fraud-dev" },
      new Error("rejected"),
      { errors: [], violations, applied: [] },
      undefined,
    ).message;
  const network = "cloister:environment:Environment$cloister:network:ClosedVpc$";
  const internet = violation(
    "network-no-internet-gateway",
    urnOf(`${network}aws:ec2/internetGateway:InternetGateway`, "fraud-dev-internet"),
  );

  it("start with the setting, its value and two ways to fix them", () => {
    const nat = violation("network-no-nat-gateway", urnOf(`${network}aws:ec2/natGateway:NatGateway`, "fraud-dev-nat-eu-central-1a"));
    const [, cause, keep, page, first] = textOf(internet, nat).split("\n");
    assert.equal(
      cause,
      "'cloister-environment:network.egress' is 'nat', and the policy pack rejects NAT in a VPC that its config does not list. Fix: pulumi --cwd environment config set --stack fraud-dev --path cloister-environment:network.egress none",
    );
    assert.match(keep!, /list the VPC in `natVpcs` of every policy that has this setting, by the name 'fraud-dev-vpc'/);
    assert.match(page!, /docs\/how-to\/grant-an-exemption\.md/);
    assert.match(first!, /^ {2}network-no-internet-gateway: /);
  });

  it("do not name the setting for a NAT gateway of another program", () => {
    const other = violation("network-no-nat-gateway", urnOf("aws:ec2/natGateway:NatGateway", "gateway"));
    assert.doesNotMatch(textOf(other, internet), /network\.egress/);
  });
});

describe("changesText", () => {
  for (const [changes, text] of [
    [{ create: 61, update: 3, same: 19 }, "61 create, 3 update, 19 same"],
    [{ same: 18 }, "no changes, 18 resources"],
    [{ delete: 97, discard: 1 }, "97 delete"],
    [{ create: 0, update: 2, read: 3 }, "2 update"],
    [{}, "no changes, 0 resources"],
  ] as const)
    it(`returns '${text}'`, () => assert.equal(changesText(changes), text));
});

describe("replaceFile", () => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-replace-"));
  const file = path.join(dir, "Pulumi.yaml");
  after(() => fs.rmSync(dir, { recursive: true }));

  it("lets an engine that reads the file finish with the old text", () => {
    replaceFile(file, "name: old\n");
    const reader = fs.openSync(file, "r");
    replaceFile(file, "name: new\n");
    assert.equal(fs.readFileSync(reader, "utf8"), "name: old\n");
    fs.closeSync(reader);
    assert.equal(fs.readFileSync(file, "utf8"), "name: new\n");
    assert.deepEqual(fs.readdirSync(dir), ["Pulumi.yaml"]);
  });

  it("does not touch a file with the same text", () => {
    const before = fs.statSync(file).ino;
    replaceFile(file, "name: new\n");
    assert.equal(fs.statSync(file).ino, before);
  });
});

describe("removeStaleLocks", () => {
  it("removes the locks of dead processes and keeps those of running ones", () => {
    const dir = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-locks-"));
    const locks = path.join(dir, ".pulumi", "locks", "organization", "p", "s");
    fs.mkdirSync(locks, { recursive: true });
    const dead = spawnSync("true").pid;
    fs.writeFileSync(path.join(locks, "dead.json"), JSON.stringify({ pid: dead }));
    fs.writeFileSync(path.join(locks, "alive.json"), JSON.stringify({ pid: process.pid }));
    removeStaleLocks(dir, { project: "p", stack: "s" });
    assert.deepEqual(fs.readdirSync(locks), ["alive.json"]);
    fs.rmSync(dir, { recursive: true });
  });

  it("accepts a state folder without locks", () =>
    assert.doesNotThrow(() => removeStaleLocks(path.join(os.tmpdir(), "cloister-no-such-state"), { project: "p", stack: "s" })));
});
