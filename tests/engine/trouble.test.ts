import * as assert from "node:assert/strict";
import * as path from "node:path";
import { deployStack, destroyStack, previewStack, root, type RunOptions, StackFailed, type StackPlan, worldSession } from "@cloister/cli";
import { silent } from "@cloister/common";
import { startWorld } from "@cloister/sandbox";
import { areGone, atOnce, begin, changesIn, descendantsOf, planOf, quiet, setUp, type Stage, until } from "../helpers/engine";

// What goes wrong: settings, missing stacks, bad programs, AWS that throttles or fails, processes that die. The real engine against the sandbox.
// It does not prove that AWS's own errors read as the sandbox's.

describe("trouble", function () {
  this.timeout(1_200_000);
  let stage: Stage;
  const hub = planOf("bank-hub");
  const team = planOf("fraud-dev");
  const failed = async (work: Promise<unknown>): Promise<StackFailed> => {
    const error = await work.then(
      () => assert.fail("it should have failed"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof StackFailed, String(error));
    return error;
  };
  const deploy = (plan: StackPlan, options: Partial<RunOptions> = {}) => deployStack(stage.session, plan, { ...atOnce, ...options });
  const times = (text: string, part: string) => text.split(part).length - 1;

  before(async () => {
    stage = await setUp("trouble");
  });
  after(() => stage.end());

  it("tells all that is wrong with settings in one message, and creates nothing", async () => {
    const set = { "cloister-core:ownr": "x", "cloister-core:keyDeletionDays": 3, "cloister-core:alertEmails": ["nobody"] };
    const { message } = await failed(deploy(hub, { set }));
    assert.match(message, /'cloister-core:ownr' is not a setting\. Did you mean 'owner'\?/);
    assert.match(message, /'cloister-core:keyDeletionDays' must be an integer from 7 to 30 \(got 3\)/);
    assert.match(message, /'cloister-core:alertEmails\[0\]' must be an email address \(got "nobody"\)/);
    assert.match(message, /No resources were created/);
    assert.equal(times(message, "keyDeletionDays' must be"), 1, `told once: ${message}`);
    assert.doesNotMatch(message, /at .*\.ts:\d+/, "no stack trace");
    assert.deepEqual(changesIn(await stage.control.journal()), []);
  });

  it("names the stack that is read and does not exist", async () => {
    const { message } = await failed(previewStack(stage.session, team, { ...quiet, set: { "cloister-environment:coreStack": "no-hub" } }));
    assert.match(message, /organization\/cloister-core\/no-hub/);
    assert.match(message, /pulumi stack ls --all/);
    assert.deepEqual(changesIn(await stage.control.journal()), []);
  });

  it("names everything that a stack should hand over and does not", async () => {
    await deploy({ ...hub, stack: "empty-hub" }, { program: path.join(root, "tests", "engine", "empty") });
    const { message } = await failed(
      previewStack(stage.session, team, { ...quiet, set: { "cloister-environment:coreStack": "empty-hub" } }),
    );
    for (const output of ["keyArn", "logBucketName", "permissionsBoundaryArn", "alertTopicArn"])
      assert.match(message, new RegExp(`'${output}' is missing`));
    assert.match(message, /empty-hub/);
    assert.match(message, /Run 'pulumi up' there/);
    assert.equal(times(message, "'keyArn' is missing"), 1, `told once: ${message}`);
  });

  it("gets over throttling, and ends clean in the second run after a failure in the middle", async () => {
    await stage.control.addFault({ kind: "throttle", service: "iam", operation: "CreatePolicy", times: 1 });
    // A server error is tried again for minutes; one that denies fails at once.
    await stage.control.addFault({ kind: "error", service: "kms", operation: "CreateKey", times: 1 });
    await stage.control.addFault({ kind: "deny", service: "sns", operation: "CreateTopic" });
    const { message } = await failed(deploy(hub));
    assert.match(message, /CreateTopic.*not authorized/s);
    const hits = await stage.control.faults();
    assert.ok(
      hits.every(({ hit }) => hit > 0),
      JSON.stringify(hits),
    );
    await stage.control.clearFaults();
    const { changes } = await deploy(hub);
    assert.ok((changes.same ?? 0) > 0, "what was made stays");
    assert.deepEqual((await deploy(hub)).steps, []);
  });

  for (const { twin, policy, says } of [
    { twin: "gateway", policy: "network-no-internet-gateway", says: /internet gateway opens a way .*Remove it/ },
    { twin: "public-domain", policy: "sagemaker-domain-vpc-only", says: /Write appNetworkAccessType: "VpcOnly"/ },
    { twin: "missing-key", policy: "log-group-kms", says: /Write kmsKeyId: <ARN of a customer managed key>/ },
    {
      twin: "open-resolver",
      policy: "network-dns-firewall",
      says: /DNS Firewall that does not block the rest\. Put a rule group on the VPC/,
    },
    { twin: "open-group", policy: "network-sg-no-open-egress", says: /0\.0\.0\.0\/0.*Name the security group/s },
  ])
    it(`refuses at preview the environment's bad twin: ${twin}`, async () => {
      const before_ = changesIn(await stage.control.journal()).length;
      const error = await failed(
        previewStack(stage.session, team, {
          ...quiet,
          program: path.join(root, "tests", "engine", "negative-examples"),
          env: { NEGATIVE_EXAMPLE: twin },
        }),
      );
      const [first] = error.violations.filter((violation) => violation.policy === policy);
      assert.ok(first, `${policy} is not among ${error.violations.map((violation) => violation.policy).join(", ")}: ${error.message}`);
      assert.match(first.message, says);
      assert.match(error.message, /Nothing was changed/);
      assert.equal(changesIn(await stage.control.journal()).length, before_);
    });

  it("stops `up` of a bad twin before the first resource", async () => {
    const before_ = changesIn(await stage.control.journal()).length;
    await failed(
      deploy(team, {
        previewed: false,
        program: path.join(root, "tests", "engine", "negative-examples"),
        env: { NEGATIVE_EXAMPLE: "public-domain" },
      }),
    );
    assert.equal(changesIn(await stage.control.journal()).length, before_);
  });

  it("says that a passphrase is wrong", async () => {
    const { message } = await failed(
      previewStack(stage.session, hub, { ...quiet, env: { PULUMI_CONFIG_PASSPHRASE: "wrong", PULUMI_CONFIG_PASSPHRASE_FILE: "" } }),
    );
    assert.match(message, /passphrase does not fit this stack's state/);
  });

  it("ends the engine and all that it started on a second Ctrl-C, and goes on in the next run", async () => {
    await destroyStack(stage.session, hub, quiet);
    // An answer that does not come: the engine can't finish what it is at.
    await stage.control.addFault({ kind: "timeout", service: "kms", operation: "CreateKey", delayMs: 300_000 });
    const up = begin(process.execPath, [
      "-r",
      "ts-node/register/transpile-only",
      "tools/cli/main.ts",
      "up",
      "bank-hub",
      "--world",
      stage.world.name,
    ]);
    await until(async () => (await stage.control.faults()).some(({ hit }) => hit > 0), "the key to be asked for");
    const engine = descendantsOf(up.pid);
    for (const part of [/pulumi up/, /pulumi-resource-aws/])
      assert.ok(
        engine.some(({ command }) => part.test(command)),
        `${part} is not among ${JSON.stringify(engine)}`,
      );
    up.kill("SIGINT");
    await until(() => /Interrupted: the engine finishes what it is at/.test(up.said()), "the first to be told");
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    assert.ok(
      descendantsOf(up.pid).some(({ command }) => /pulumi up/.test(command)),
      "the engine waits for what it is at",
    );
    up.kill("SIGINT");
    assert.equal(await up.ended, 130, up.said());
    await areGone(engine);
    await stage.control.clearFaults();
    await deploy(hub);
    assert.deepEqual((await deploy(hub)).steps, []);
    const keys = (await stage.control.leftovers()).filter(({ service, type }) => service === "kms" && /key/i.test(type));
    assert.equal(keys.length, 1, JSON.stringify(keys));
  });

  it("keeps what holds data on destroy, with its protection, unless purge is set", async () => {
    const set = { "cloister-core:purge": false };
    await deploy(hub, { set });
    const since = new Date().toISOString();
    await destroyStack(stage.session, hub, { ...quiet, set });
    const left = (await stage.control.leftovers()).map(({ service, type }) => `${service} ${type}`);
    assert.equal(left.filter((one) => /^kms .*key/i.test(one)).length, 1, left.join(", "));
    assert.equal(left.filter((one) => /^s3 .*bucket/i.test(one)).length, 1, left.join(", "));
    assert.equal(left.length, 2, left.join(", "));
    const taken = (await stage.control.journal({ service: "s3", since })).filter(({ operation }) => operation.startsWith("Delete"));
    assert.deepEqual(taken, [], "the bucket that is kept keeps its policy, block and encryption");
    await deploy(hub);
  });

  /** The example's hub under another name, which is then what is purged. */
  const another = (stack: string) => ({ other: { ...hub, stack }, set: { "cloister-core:confirmPurge": stack } });
  /** Keys and buckets that a deployment of another hub made, beside those that were there. */
  const keysAndBuckets = async () =>
    (await stage.control.leftovers()).filter(({ service, type }) => /^(kms .*key|s3 .*bucket)$/i.test(`${service} ${type}`));

  it("goes on in the same run when the base dies with writes in flight: it is brought back with what it held", async () => {
    const { other, set } = another("hub-of-a-dying-base");
    const had = (await keysAndBuckets()).length;
    const since = new Date().toISOString();
    // Held up in the gateway until the base has stopped to answer, so that it surely is in flight there when the base dies.
    await stage.control.addFault({ kind: "delay", service: "kms", operation: "CreateKey", delayMs: 6_000, times: 1 });
    const running = deploy(other, { set });
    await until(async () => (await stage.control.faults()).some(({ hit }) => hit > 0), "the key to be asked for");
    const { moto } = await stage.control.status();
    process.kill(moto.pid!, "SIGSTOP");
    await new Promise((resolve) => setTimeout(resolve, 8_000));
    const made = async () => (await stage.control.journal({ since, service: "kms", operation: "CreateKey" })).map(({ result }) => result);
    assert.deepEqual(await made(), [], "not answered yet");
    process.kill(moto.pid!, "SIGKILL");
    await running;
    await stage.control.clearFaults();
    assert.deepEqual(await made(), ["ok"], "asked for once, and answered by the base that came back");
    assert.ok((await stage.control.status()).moto.recoveries >= 1);
    assert.deepEqual((await deploy(other, { set })).steps, []);
    assert.equal((await keysAndBuckets()).length, had + 2, "one key and one bucket");
  });

  it("says so when the gateway dies with a write in flight, and goes on when it is started again", async () => {
    const { other, set } = another("hub-of-a-dying-gateway");
    const had = (await keysAndBuckets()).length;
    const since = new Date().toISOString();
    await stage.control.addFault({ kind: "timeout", service: "kms", operation: "CreateKey", delayMs: 300_000 });
    const running = failed(deploy(other, { set, env: { AWS_MAX_ATTEMPTS: "2" } }));
    // The key is asked for, and the bucket is made and its answer was received.
    await until(async () => {
      const calls = await stage.control.journal({ since, service: "s3" });
      const asked = (await stage.control.faults()).some(({ hit }) => hit > 0);
      return asked && changesIn(calls).some((call) => /^s3:Put/.test(call));
    }, "the key to be asked for");
    const { pid } = await stage.control.status();
    process.kill(pid, "SIGKILL");
    const { message } = await running;
    assert.match(message, /sandbox did not answer\. `npx cloister sandbox status` tells why.*the same command goes on from there/s);
    const world = await startWorld(stage.toolchain, { name: stage.world.name, progress: silent });
    const session = await worldSession(stage.toolchain, world);
    await deployStack(session, other, { ...atOnce, set });
    assert.deepEqual((await deployStack(session, other, { ...atOnce, set })).steps, []);
    assert.equal((await keysAndBuckets()).length, had + 2, "one key and one bucket");
  });
});
