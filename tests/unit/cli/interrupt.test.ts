import * as assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { accountSession, deployStack, runInOrder, root, type Session, type StackPlan } from "@cloister/cli";
import { enginesOf, engineSignal, type Interrupt } from "@cloister/cli/testing";
import { Interrupted, silent } from "@cloister/common";
import { listWorlds, startWorld } from "@cloister/sandbox";

// What Ctrl-C does at each stage of a run. `pulumi` is a stand-in here; tests/engine interrupts the real `pulumi`.

describe("interrupt", function () {
  this.timeout(30_000);
  let dir: string;
  const before_ = { PATH: process.env.PATH, CLOISTER_CACHE: process.env.CLOISTER_CACHE };
  const plan = (id: string, ...reads: string[]): StackPlan => ({ id, project: id, folder: "core", stack: id, settingsFile: "", reads });
  let interrupt: Interrupt;
  let press: () => void;

  /** Puts a program named `pulumi` first on the PATH, which records its arguments in a file. */
  function fakePulumi(source: string): { calls: () => string[] } {
    const log = path.join(dir, "calls");
    fs.writeFileSync(
      path.join(dir, "pulumi"),
      `#!${process.execPath}
      const fs = require("node:fs");
      const args = process.argv.slice(2);
      fs.appendFileSync(${JSON.stringify(log)}, args.join(" ") + "\\n");
      if (args[0] === "version") console.log("v3.270.0");
      ${source}`,
      { mode: 0o700 },
    );
    return { calls: () => (fs.existsSync(log) ? fs.readFileSync(log, "utf8").trim().split("\n") : []) };
  }

  const until = async (holds: () => boolean) => {
    // Throws before the test's timeout, so that a failure does not keep mocha running.
    for (const deadline = Date.now() + 25_000; !holds(); await new Promise((resolve) => setTimeout(resolve, 20)))
      if (Date.now() > deadline) throw new Error(`Timed out: ${holds}`);
  };

  beforeEach(() => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-interrupt-"));
    process.env.PATH = `${dir}${path.delimiter}${before_.PATH}`;
    process.env.CLOISTER_CACHE = path.join(dir, "cache");
    const [start, engine] = [new AbortController(), new AbortController()];
    interrupt = { signal: start.signal, engine: engine.signal };
    press = () => {
      start.abort(new Interrupted());
      engine.abort();
    };
  });
  afterEach(() => {
    for (const [name, value] of Object.entries(before_))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    fs.rmSync(dir, { recursive: true });
  });

  const isInterrupted = (error: Error) => error instanceof Interrupted && /run the same command again to continue/.test(error.message);
  const deploy = (session: Session, id = "core") => deployStack(session, plan(id), { progress: silent, interrupt });

  it("prevents the start of any stack", async () => {
    const pulumi = fakePulumi("");
    const session = await accountSession();
    press();
    await assert.rejects(
      runInOrder([plan("core"), plan("team", "core")], ({ id }) => deploy(session, id)),
      isInterrupted,
    );
    assert.deepEqual(pulumi.calls(), ["version"]);
  });

  it("prevents the update after a running preview", async () => {
    // A preview that succeeds even though it receives the signal.
    const pulumi = fakePulumi(`if (args[0] === "preview") {
      process.on("SIGINT", () => process.exit(0));
      setInterval(() => {}, 1000);
      fs.appendFileSync(${JSON.stringify(path.join(dir, "calls"))}, "previewing\\n");
    }`);
    const running = deploy(await accountSession());
    await until(() => pulumi.calls().includes("previewing"));
    press();
    await assert.rejects(running, isInterrupted);
    assert.deepEqual(
      pulumi.calls().filter((call) => /^up/.test(call)),
      [],
    );
  });

  it("reaches an engine that starts at the same time", () => {
    press();
    let signals = 0;
    engineSignal(interrupt).addEventListener("abort", () => signals++);
    assert.equal(signals, 1);
  });

  it("reaches a running engine exactly once", () => {
    let signals = 0;
    engineSignal(interrupt).addEventListener("abort", () => signals++);
    assert.equal(signals, 0);
    press();
    assert.equal(signals, 1);
  });

  for (const isCancelling of [true, false])
    it(`is ${isCancelling ? "not " : ""}forwarded to an engine that ${isCancelling ? "reported" : "did not report"} the signal`, async () => {
      let signals = 0;
      engineSignal(interrupt, () => isCancelling).addEventListener("abort", () => signals++);
      press();
      await new Promise((resolve) => setTimeout(resolve, 700));
      assert.equal(signals, isCancelling ? 0 : 1);
    });

  it("stops the start of a sandbox, and leaves no files", async () => {
    fs.writeFileSync(path.join(dir, "python"), "#!/bin/sh\necho /no-models\n", { mode: 0o700 });
    const starting = startWorld(
      { python: path.join(dir, "python"), env: {} },
      { name: "interrupted", progress: silent, signal: interrupt.signal },
    );
    press();
    await assert.rejects(starting, isInterrupted);
    assert.deepEqual(await listWorlds(), []);
  });

  it("stops the gateway of a sandbox while it starts", async () => {
    // The gateway waits for moto, which never answers.
    fs.writeFileSync(path.join(dir, "python"), `#!/bin/sh\nif [ "$1" = -c ]; then echo /no-models; else exec sleep 60; fi\n`, {
      mode: 0o700,
    });
    const starting = startWorld(
      { python: path.join(dir, "python"), env: {} },
      { name: "interrupted", progress: silent, signal: interrupt.signal },
    );
    const gateways = () => spawnSync("pgrep", ["-f", path.join(dir, "cache", "worlds", "interrupted")], { encoding: "utf8" }).stdout;
    await until(() => gateways() !== "");
    press();
    await assert.rejects(starting, isInterrupted);
    await until(() => gateways() === "");
    assert.deepEqual(await listWorlds(), []);
  });

  describe("listenForInterrupts", () => {
    /** A process that listens for interrupts and runs an engine, which prints every signal that it receives. */
    function commandLine(engine: string) {
      const script = `
        const { spawn } = require("node:child_process");
        const { engineSignal, listenForInterrupts } = require("@cloister/cli/testing");
        const interrupt = listenForInterrupts(console.log);
        const engine = spawn(process.execPath, ["-e", ${JSON.stringify(engine)}], { stdio: "inherit" });
        engineSignal(interrupt).addEventListener("abort", () => engine.kill("SIGINT"));
        engine.once("close", () => (process.exitCode = interrupt.count() > 0 ? 130 : 0));`;
      const child = spawn(process.execPath, ["-r", "ts-node/register/transpile-only", "-e", script], {
        cwd: __dirname,
        stdio: ["ignore", "pipe", "inherit"],
      });
      let output = "";
      child.stdout.on("data", (data: Buffer) => (output += data.toString()));
      const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
      const sendSigint = async (times: number) => {
        for (let i = 0; i < times; i++) {
          child.kill("SIGINT");
          // Longer than the interval in which repeated signals count as one signal.
          await new Promise((resolve) => setTimeout(resolve, 700));
        }
      };
      return { output: () => output, ended, sendSigint };
    }
    const stubborn = `
      const grandchild = require("node:child_process").spawn("sleep", ["60"], { detached: true });
      process.on("SIGINT", () => console.log("SIGINT received"));
      console.log("grandchild " + grandchild.pid);
      setInterval(() => {}, 1000);`;
    const grandchildOf = (output: string) => Number(/grandchild (\d+)/.exec(output)![1]);
    const isAlive = (pid: number) =>
      !/^(Z.*)?$/.test(spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).stdout.trim());

    it("forwards the signal once, and waits for the engine", async () => {
      const line = commandLine(
        `process.on("SIGINT", () => setTimeout(() => (console.log("state is written"), process.exit(1)), 300)); console.log("ready"); setInterval(() => {}, 1000)`,
      );
      await until(() => line.output().includes("ready"));
      await line.sendSigint(1);
      assert.equal(await line.ended, 130);
      assert.match(line.output(), /Interrupted: the engine completes.*\nstate is written/);
    });

    it("forwards the second signal, then kills a running engine with all its descendants", async () => {
      const line = commandLine(stubborn);
      await until(() => line.output().includes("grandchild"));
      await line.sendSigint(2);
      assert.equal(await line.ended, 130);
      assert.equal(line.output().split("SIGINT received").length - 1, 2);
      assert.equal(isAlive(grandchildOf(line.output())), false);
    });

    it("exits at once on the third signal", async () => {
      const line = commandLine(stubborn);
      await until(() => line.output().includes("grandchild"));
      const began = Date.now();
      await line.sendSigint(3);
      assert.equal(await line.ended, 130);
      assert.ok(Date.now() - began < 4_000);
      assert.equal(isAlive(grandchildOf(line.output())), false);
    });
  });

  it("treats child processes in the same process group as engines, but not a sandbox or a build", () => {
    const rows = [
      { pid: 1, parent: 0, group: 1 },
      { pid: 10, parent: 1, group: 10 },
      // An engine with a program and a plugin. The plugin leads a separate process group.
      { pid: 11, parent: 10, group: 10 },
      { pid: 12, parent: 11, group: 12 },
      { pid: 13, parent: 11, group: 10 },
      { pid: 14, parent: 13, group: 10 },
      // A sandbox with moto.
      { pid: 20, parent: 10, group: 20 },
      { pid: 21, parent: 20, group: 20 },
      // A child of another process.
      { pid: 30, parent: 1, group: 10 },
    ];
    assert.deepEqual(enginesOf(rows, 10), [11, 12, 13, 14]);
    assert.deepEqual(enginesOf(rows, 99), []);
  });

  it("reaches the process that `npx cloister` runs", async () => {
    // The command only waits for this lock. A modification time in the future prevents the lock from becoming stale.
    const lock = path.join(dir, "cache", "worlds", "taken.lock");
    fs.mkdirSync(lock, { recursive: true });
    const credentials = { accessKeyId: "none", secretAccessKey: "none", sessionToken: "none" };
    const settings = { name: "taken", id: "none", hubAccount: "", accounts: [], region: "eu-central-1", credentials, port: 1 };
    fs.mkdirSync(path.join(dir, "cache", "worlds", "taken"));
    fs.writeFileSync(path.join(dir, "cache", "worlds", "taken", "world.json"), JSON.stringify(settings));
    const future = new Date(Date.now() + 3_600_000);
    fs.utimesSync(lock, future, future);
    // As `tools/cli/cloister.mjs`, but without an installation of packages under the running tests.
    const script = `import { main } from "./tools/cli/bootstrap.mjs"; await main(["run", "sandbox", "reset", "--world", "taken"], async () => {});`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], { cwd: root, stdio: "ignore" });
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    const children = () => spawnSync("pgrep", ["-P", String(child.pid), "-f", "tools/cli/main.ts"], { encoding: "utf8" }).stdout.trim();
    await until(() => children() !== "");
    // The command listens for signals when it is loaded.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const inner = Number(children());
    child.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 700));
    child.kill("SIGINT");
    assert.equal(await ended, 130);
    assert.equal(spawnSync("ps", ["-o", "pid=", "-p", String(inner)], { encoding: "utf8" }).stdout.trim(), "");
  });
});
