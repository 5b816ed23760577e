import * as assert from "node:assert/strict";
import * as path from "node:path";
import { deployStack, destroyStack, previewStack, root, type RunOptions, StackFailed, type StackPlan } from "@cloister/cli";
import { atOnce, begin, changesIn, planOf, quiet, setUp, type Stage, until } from "../helpers/engine";

// Failures: invalid settings, missing stacks, programs that violate policies, throttling and errors from AWS, and
// interrupts. Uses the real engine against the sandbox. tests/faults/processes.test.ts kills processes.
// Not proven: that errors from AWS have the same text as errors from the sandbox.

describe("failures", function () {
  this.timeout(1_200_000);
  let stage: Stage;
  const hub = planOf("bank-hub");
  const team = planOf("fraud-dev");
  const failed = async (work: Promise<unknown>): Promise<StackFailed> => {
    const error = await work.then(
      () => assert.fail("unexpected success"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof StackFailed, String(error));
    return error;
  };
  const deploy = (plan: StackPlan, options: Partial<RunOptions> = {}) => deployStack(stage.session, plan, { ...atOnce, ...options });
  const times = (text: string, part: string) => text.split(part).length - 1;

  const withMistakes = (...mistakes: string[]) => ({
    program: path.join(root, "tests", "engine", "negative-examples"),
    env: { NEGATIVE_EXAMPLES: mistakes.join(",") },
  });

  before(async () => {
    stage = await setUp("trouble");
  });
  after(() => stage.end());

  it("lists all invalid settings in one message, and creates no resources", async () => {
    const set = { "cloister-core:ownr": "x", "cloister-core:keyDeletionDays": 3, "cloister-core:alertEmails": ["nobody"] };
    const { message } = await failed(deploy(hub, { set }));
    assert.match(message, /'cloister-core:ownr' is not a setting\. Did you mean 'owner'\?/);
    assert.match(message, /'cloister-core:keyDeletionDays' must be an integer from 7 to 30 \(got 3\)/);
    assert.match(message, /'cloister-core:alertEmails\[0\]' must be an email address \(got "nobody"\)/);
    assert.match(message, /No resources were created/);
    assert.equal(times(message, "keyDeletionDays' must be"), 1, `reported once: ${message}`);
    assert.doesNotMatch(message, /at .*\.ts:\d+/, "the message has no stack trace");
    assert.deepEqual(changesIn(await stage.control.journal()), []);
  });

  it("names the missing stack in the error", async () => {
    const { message } = await failed(previewStack(stage.session, team, { ...quiet, set: { "cloister-environment:coreStack": "no-hub" } }));
    assert.match(message, /organization\/cloister-core\/no-hub/);
    assert.match(message, /pulumi stack ls --all/);
    assert.deepEqual(changesIn(await stage.control.journal()), []);
  });

  it("reports a stack without outputs once, with the command that deploys it", async () => {
    await deploy({ ...hub, stack: "empty-hub" }, { program: path.join(root, "tests", "engine", "empty") });
    const { message } = await failed(
      previewStack(stage.session, team, { ...quiet, set: { "cloister-environment:coreStack": "empty-hub" } }),
    );
    assert.match(message, /'organization\/cloister-core\/empty-hub' has no outputs\. It is destroyed, or it was never deployed/);
    assert.match(message, /npx cloister up cloister-core\/empty-hub --world /);
    assert.doesNotMatch(message, /is missing/);
    assert.equal(times(message, "has no outputs"), 1, `reported once: ${message}`);
  });

  it("retries throttled calls, and completes in a second run after a failure", async () => {
    await stage.control.addFault({ kind: "throttle", service: "iam", operation: "CreatePolicy", times: 1 });
    // A server error is retried for minutes. A denied call fails at once.
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
    assert.ok((changes.same ?? 0) > 0, "created resources are kept");
    assert.deepEqual((await deploy(hub)).steps, []);
  });

  it("rejects at preview each mistake of the negative examples", async () => {
    const mistakes = [
      {
        mistake: "gateway",
        policy: "network-no-internet-gateway",
        problem: /This internet gateway connects a VPC to the internet\. Remove the gateway/,
      },
      { mistake: "public-domain", policy: "sagemaker-domain-vpc-only", problem: /Set appNetworkAccessType: "VpcOnly"/ },
      { mistake: "missing-key", policy: "log-group-kms", problem: /Set kmsKeyId: <ARN of a customer managed key>/ },
      {
        mistake: "open-resolver",
        policy: "network-dns-firewall",
        problem: /DNS Firewall without a BLOCK rule for all other domains\. Associate a rule group/,
      },
      { mistake: "open-group", policy: "network-sg-no-open-egress", problem: /0\.0\.0\.0\/0.*Set referencedSecurityGroupId/s },
    ];
    const before_ = changesIn(await stage.control.journal()).length;
    const error = await failed(previewStack(stage.session, team, { ...quiet, ...withMistakes(...mistakes.map(({ mistake }) => mistake)) }));
    for (const { policy, problem } of mistakes) {
      const [first] = error.violations.filter((violation) => violation.policy === policy);
      assert.ok(first, `${policy} is not among ${error.violations.map((violation) => violation.policy).join(", ")}: ${error.message}`);
      assert.match(first.message, problem);
    }
    assert.match(error.message, /No resources were changed/);
    assert.equal(changesIn(await stage.control.journal()).length, before_);
  });

  it("rejects an update with a violation before the first resource is changed", async () => {
    const before_ = changesIn(await stage.control.journal()).length;
    await failed(deploy(team, { previewed: false, ...withMistakes("public-domain") }));
    assert.equal(changesIn(await stage.control.journal()).length, before_);
  });

  it("prints an unexpected error inside an apply with its stack and cause, and without the resources it refers to", async () => {
    const { message } = await failed(previewStack(stage.session, team, { ...quiet, ...withMistakes("error-in-apply") }));
    assert.match(message, /unexpected error of the program\n\s+at .*negative-examples\/index\.ts:\d+/);
    assert.match(message, /Caused by: Error: the file does not exist/);
    assert.doesNotMatch(message, /__pulumi|OutputImpl|\[Object\]/);
    assert.ok(message.length < 10_000, `${message.length} characters`);
  });

  it("explains a wrong passphrase", async () => {
    const { message } = await failed(
      previewStack(stage.session, hub, { ...quiet, env: { PULUMI_CONFIG_PASSPHRASE: "wrong", PULUMI_CONFIG_PASSPHRASE_FILE: "" } }),
    );
    assert.match(message, /passphrase does not match the state of this stack/);
  });

  const upOfHub = () => ["-r", "ts-node/register/transpile-only", "tools/cli/main.ts", "up", "bank-hub", "--world", stage.world.name];
  const keysIn = async () => (await stage.control.leftovers()).filter(({ service, type }) => service === "kms" && /key/i.test(type));

  it("completes the running operation when a signal reaches the whole process group, and continues in the next run", async () => {
    await destroyStack(stage.session, hub, quiet);
    await stage.control.addFault({ kind: "delay", service: "kms", operation: "CreateKey", delayMs: 6_000 });
    const up = begin(process.execPath, upOfHub(), { detached: true });
    await until(async () => (await stage.control.faults()).some(({ hit }) => hit > 0), "the request for the key arrives");
    // The engine stops at once, without the result of the call, if it receives the signal twice.
    process.kill(-up.pid, "SIGINT");
    assert.equal(await up.exited, 130, up.output());
    await stage.control.clearFaults();
    await deploy(hub);
    assert.equal((await keysIn()).length, 1, JSON.stringify(await keysIn()));
  });

  it("keeps keys and buckets, and their protection, on destroy unless purge is set", async () => {
    const set = { "cloister-core:purge": false };
    await deploy(hub, { set });
    const since = new Date().toISOString();
    await destroyStack(stage.session, hub, { ...quiet, set });
    const left = (await stage.control.leftovers()).map(({ service, type }) => `${service} ${type}`);
    assert.equal(left.filter((item) => /^kms .*key/i.test(item)).length, 1, left.join(", "));
    assert.equal(left.filter((item) => /^s3 .*bucket/i.test(item)).length, 1, left.join(", "));
    assert.equal(left.length, 2, left.join(", "));
    const taken = (await stage.control.journal({ service: "s3", since })).filter(({ operation }) => operation.startsWith("Delete"));
    assert.deepEqual(taken, [], "the kept bucket keeps its policy, public access block and encryption");
    await deploy(hub);
  });
});
