import * as assert from "node:assert/strict";
import { deployStack, StackFailed, worldSession } from "@cloister/cli";
import { silent } from "@cloister/common";
import { startWorld } from "@cloister/sandbox";
import { areGone, atOnce, begin, changesIn, descendantsOf, planOf, setUp, type Stage, until } from "../helpers/engine";

// The engine and the services of the sandbox are killed while a resource is created. Uses the real engine against the sandbox.
// Cheaper tests of the same claims: unit/cli/interrupt.test.ts, engine/commands.test.ts, sandbox/world.test.ts.

describe("killed processes", function () {
  this.timeout(1_200_000);
  let stage: Stage;
  const hub = planOf("bank-hub");

  before(async () => {
    stage = await setUp("processes");
  });
  after(() => stage.end());

  it("kills the engine and its descendants on a second Ctrl-C, and continues in the next run", async () => {
    // The call gets no answer, so the engine cannot complete its running operation.
    await stage.control.addFault({ kind: "timeout", service: "kms", operation: "CreateKey", delayMs: 300_000 });
    const command = ["-r", "ts-node/register/transpile-only", "tools/cli/main.ts", "up", "bank-hub", "--world", stage.world.name];
    const up = begin(process.execPath, command);
    await until(async () => (await stage.control.faults()).some(({ hit }) => hit > 0), "the request for the key arrives");
    const engine = descendantsOf(up.pid);
    for (const part of [/pulumi up/, /pulumi-resource-aws/])
      assert.ok(
        engine.some(({ command }) => part.test(command)),
        `${part} is not among ${JSON.stringify(engine)}`,
      );
    up.kill("SIGINT");
    await until(() => /Interrupted: the engine completes running operations/.test(up.output()), "the message about the first Ctrl-C");
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    assert.ok(
      descendantsOf(up.pid).some(({ command }) => /pulumi up/.test(command)),
      "the engine waits for its running operation",
    );
    up.kill("SIGINT");
    assert.equal(await up.exited, 130, up.output());
    await areGone(engine);
    await stage.control.clearFaults();
    await deployStack(stage.session, hub, atOnce);
    assert.deepEqual((await deployStack(stage.session, hub, atOnce)).steps, []);
    assert.equal((await keysAndBuckets()).length, 2, JSON.stringify(await keysAndBuckets()));
  });

  /** The example's hub stack under another name. `confirmPurge` must contain this name. */
  const renamedHub = (stack: string) => ({ other: { ...hub, stack }, set: { "cloister-core:confirmPurge": stack } });
  /** All keys and buckets in the world. */
  const keysAndBuckets = async () =>
    (await stage.control.leftovers()).filter(({ service, type }) => /^(kms .*key|s3 .*bucket)$/i.test(`${service} ${type}`));

  it("restarts moto with its state when moto is killed during a write, and continues in the same run", async () => {
    const { other, set } = renamedHub("hub-with-killed-moto");
    const had = (await keysAndBuckets()).length;
    const since = new Date().toISOString();
    // The gateway delays the call until moto no longer answers, so that the call is in flight when moto is killed.
    await stage.control.addFault({ kind: "delay", service: "kms", operation: "CreateKey", delayMs: 6_000, times: 1 });
    const running = deployStack(stage.session, other, { ...atOnce, set });
    await until(async () => (await stage.control.faults()).some(({ hit }) => hit > 0), "the request for the key arrives");
    const { moto } = await stage.control.status();
    process.kill(moto.pid!, "SIGSTOP");
    await new Promise((resolve) => setTimeout(resolve, 8_000));
    const results = async () =>
      (await stage.control.journal({ since, service: "kms", operation: "CreateKey" })).map(({ result }) => result);
    assert.deepEqual(await results(), [], "the call has no answer yet");
    process.kill(moto.pid!, "SIGKILL");
    await running;
    await stage.control.clearFaults();
    assert.deepEqual(await results(), ["ok"], "the key is requested once, and the restarted moto answers");
    assert.ok((await stage.control.status()).moto.recoveries >= 1);
    assert.deepEqual((await deployStack(stage.session, other, { ...atOnce, set })).steps, []);
    assert.equal((await keysAndBuckets()).length, had + 2, "one key and one bucket are created");
  });

  it("explains that the gateway was killed during a write, and continues after a restart", async () => {
    const { other, set } = renamedHub("hub-with-killed-gateway");
    const had = (await keysAndBuckets()).length;
    const since = new Date().toISOString();
    await stage.control.addFault({ kind: "timeout", service: "kms", operation: "CreateKey", delayMs: 300_000 });
    const running = deployStack(stage.session, other, { ...atOnce, set, env: { AWS_MAX_ATTEMPTS: "2" } }).then(
      () => assert.fail("unexpected success"),
      (error: unknown) => error,
    );
    // The key was requested. The bucket was created, and its answer was received.
    await until(async () => {
      const calls = await stage.control.journal({ since, service: "s3" });
      const isRequested = (await stage.control.faults()).some(({ hit }) => hit > 0);
      return isRequested && changesIn(calls).some((call) => /^s3:Put/.test(call));
    }, "the request for the key arrives");
    const { pid } = await stage.control.status();
    process.kill(pid, "SIGKILL");
    const error = await running;
    assert.ok(error instanceof StackFailed, String(error));
    assert.match(
      error.message,
      /sandbox did not answer\. `npx cloister sandbox status` shows the reason.*Run the same command again to continue/s,
    );
    const world = await startWorld(stage.toolchain, { name: stage.world.name, progress: silent });
    const session = await worldSession(stage.toolchain, world);
    await deployStack(session, other, { ...atOnce, set });
    assert.deepEqual((await deployStack(session, other, { ...atOnce, set })).steps, []);
    assert.equal((await keysAndBuckets()).length, had + 2, "one key and one bucket are created");
  });
});
