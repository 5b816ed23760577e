import * as assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { accountSession, deployStack, inTurn, root, type Session, type StackPlan } from "@cloister/cli";
import { enginesIn, forEngine, type Interrupt } from "@cloister/cli/testing";
import { Interrupted, silent } from "@cloister/common";
import { listWorlds, startWorld } from "@cloister/sandbox";

// What Ctrl-C does wherever a run is at. `pulumi` is a stand-in of a few lines here; tests/engine interrupts the real one.

describe("interrupt", function () {
  this.timeout(30_000);
  let dir: string;
  const before_ = { PATH: process.env.PATH, CLOISTER_CACHE: process.env.CLOISTER_CACHE };
  const plan = (id: string, ...reads: string[]): StackPlan => ({ id, project: id, folder: "core", stack: id, settingsFile: "", reads });
  let interrupt: Interrupt;
  let press: () => void;

  /** Puts a program named `pulumi` first on the path, which notes what it is asked in a file. */
  function standIn(source: string): { asked: () => string[] } {
    const log = path.join(dir, "asked");
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
    return { asked: () => (fs.existsSync(log) ? fs.readFileSync(log, "utf8").trim().split("\n") : []) };
  }

  const until = async (holds: () => boolean) => {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
  };

  beforeEach(() => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-interrupt-"));
    process.env.PATH = `${dir}${path.delimiter}${before_.PATH}`;
    process.env.CLOISTER_CACHE = path.join(dir, "cache");
    const [nothingNew, engine] = [new AbortController(), new AbortController()];
    interrupt = { signal: nothingNew.signal, engine: engine.signal };
    press = () => {
      nothingNew.abort(new Interrupted());
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

  it("begins no stack", async () => {
    const pulumi = standIn("");
    const session = await accountSession();
    press();
    await assert.rejects(
      inTurn([plan("core"), plan("team", "core")], ({ id }) => deploy(session, id)),
      isInterrupted,
    );
    assert.deepEqual(pulumi.asked(), ["version"]);
  });

  it("begins no update after the preview that was running", async () => {
    // A preview that is through before the signal has reached it.
    const pulumi = standIn(`if (args[0] === "preview") {
      process.on("SIGINT", () => process.exit(0));
      setInterval(() => {}, 1000);
      fs.appendFileSync(${JSON.stringify(path.join(dir, "asked"))}, "previewing\\n");
    }`);
    const running = deploy(await accountSession());
    await until(() => pulumi.asked().includes("previewing"));
    press();
    await assert.rejects(running, isInterrupted);
    assert.deepEqual(
      pulumi.asked().filter((said) => /^up/.test(said)),
      [],
    );
  });

  it("reaches an engine that is just being started", () => {
    press();
    let told = 0;
    forEngine(interrupt).addEventListener("abort", () => told++);
    assert.equal(told, 1);
  });

  it("reaches an engine once when it comes later, and not at all before", () => {
    let told = 0;
    forEngine(interrupt).addEventListener("abort", () => told++);
    assert.equal(told, 0);
    press();
    assert.equal(told, 1);
  });

  it("ends the start of a sandbox, and leaves nothing of it", async () => {
    fs.writeFileSync(path.join(dir, "python"), "#!/bin/sh\necho /no-models\n", { mode: 0o700 });
    const starting = startWorld(
      { python: path.join(dir, "python"), env: {} },
      { name: "interrupted", progress: silent, signal: interrupt.signal },
    );
    press();
    await assert.rejects(starting, isInterrupted);
    assert.deepEqual(await listWorlds(), []);
  });

  it("ends a sandbox's gateway that is being started", async () => {
    // The gateway waits for its base, which never answers.
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

  describe("of the command line", () => {
    /** A process that listens as the command line does and runs an engine, which tells of every signal that it gets. */
    function commandLine(engine: string) {
      const script = `
        const { spawn } = require("node:child_process");
        const { forEngine, listenForInterrupts } = require("@cloister/cli/testing");
        const interrupt = listenForInterrupts(console.log);
        const engine = spawn(process.execPath, ["-e", ${JSON.stringify(engine)}], { stdio: "inherit" });
        forEngine(interrupt).addEventListener("abort", () => engine.kill("SIGINT"));
        engine.once("close", () => (process.exitCode = interrupt.count() > 0 ? 130 : 0));`;
      const child = spawn(process.execPath, ["-r", "ts-node/register/transpile-only", "-e", script], {
        cwd: __dirname,
        stdio: ["ignore", "pipe", "inherit"],
      });
      let said = "";
      child.stdout.on("data", (data: Buffer) => (said += data.toString()));
      const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
      const interruptIt = async (times: number) => {
        for (let i = 0; i < times; i++) {
          child.kill("SIGINT");
          // Longer than what counts as one and the same.
          await new Promise((resolve) => setTimeout(resolve, 700));
        }
      };
      return { said: () => said, ended, interruptIt };
    }
    const patient = `
      const grandchild = require("node:child_process").spawn("sleep", ["60"], { detached: true });
      console.log("grandchild " + grandchild.pid);
      process.on("SIGINT", () => console.log("told"));
      setInterval(() => {}, 1000);`;
    const grandchildOf = (said: string) => Number(/grandchild (\d+)/.exec(said)![1]);
    const isAlive = (pid: number) =>
      !/^(Z.*)?$/.test(spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).stdout.trim());

    it("is handed on once, and the engine's end is waited for", async () => {
      const line = commandLine(
        `process.on("SIGINT", () => setTimeout(() => (console.log("state is written"), process.exit(1)), 300)); console.log("ready"); setInterval(() => {}, 1000)`,
      );
      await until(() => line.said().includes("ready"));
      await line.interruptIt(1);
      assert.equal(await line.ended, 130);
      assert.match(line.said(), /Interrupted: the engine finishes.*\nstate is written/);
    });

    it("tells the engine again the second time, and kills what goes on with all that it started", async () => {
      const line = commandLine(patient);
      await until(() => line.said().includes("grandchild"));
      await line.interruptIt(2);
      assert.equal(await line.ended, 130);
      assert.equal(line.said().split("told").length - 1, 2);
      assert.equal(isAlive(grandchildOf(line.said())), false);
    });

    it("does not wait the third time", async () => {
      const line = commandLine(patient);
      await until(() => line.said().includes("grandchild"));
      const began = Date.now();
      await line.interruptIt(3);
      assert.equal(await line.ended, 130);
      assert.ok(Date.now() - began < 4_000);
      assert.equal(isAlive(grandchildOf(line.said())), false);
    });
  });

  it("takes for engines what was started in the own process group, not a sandbox or a build", () => {
    const rows = [
      { pid: 1, parent: 0, group: 1 },
      { pid: 10, parent: 1, group: 10 },
      // An engine with a plugin, which leads a group of its own, and a program.
      { pid: 11, parent: 10, group: 10 },
      { pid: 12, parent: 11, group: 12 },
      { pid: 13, parent: 11, group: 10 },
      { pid: 14, parent: 13, group: 10 },
      // A sandbox with its base.
      { pid: 20, parent: 10, group: 20 },
      { pid: 21, parent: 20, group: 20 },
      // Somebody else's.
      { pid: 30, parent: 1, group: 10 },
    ];
    assert.deepEqual(enginesIn(rows, 10), [11, 12, 13, 14]);
    assert.deepEqual(enginesIn(rows, 99), []);
  });

  it("of `npx cloister` reaches what it runs", async () => {
    // It has nothing to do but to wait for a lock that this process holds.
    fs.mkdirSync(path.join(dir, "cache", "worlds", "taken.lock"), { recursive: true });
    const fresh = setInterval(() => fs.utimesSync(path.join(dir, "cache", "worlds", "taken.lock"), new Date(), new Date()), 1000);
    const child = spawn(process.execPath, ["tools/cli/cloister.mjs", "sandbox", "stop", "--world", "taken"], {
      cwd: root,
      stdio: "ignore",
    });
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    const below = () => spawnSync("pgrep", ["-P", String(child.pid), "-f", "tools/cli/main.ts"], { encoding: "utf8" }).stdout.trim();
    await until(() => below() !== "");
    // It listens once it is loaded.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const inner = Number(below());
    child.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 700));
    child.kill("SIGINT");
    assert.equal(await ended, 130);
    clearInterval(fresh);
    assert.equal(spawnSync("ps", ["-o", "pid=", "-p", String(inner)], { encoding: "utf8" }).stdout.trim(), "");
  });
});
