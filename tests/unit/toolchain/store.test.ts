import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { silent } from "@cloister/common";
import { cleanToolchain, ToolchainError } from "@cloister/toolchain";
import {
  buildFromModules,
  contentOf,
  withToolchainLock,
  install,
  installed,
  keyOf,
  requireSpace,
  run,
  secondsText,
} from "@cloister/toolchain/testing";

// The cache of pieces contains only complete pieces, and one process at a time changes it. The engine suite tests the real
// builds.

describe("toolchain cache", () => {
  let dir: string;
  const cacheBefore = process.env.CLOISTER_CACHE;
  const step = { update: (text: string) => void updates.push(text), done() {}, fail() {} };
  let updates: string[];

  beforeEach(() => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-cache-"));
    process.env.CLOISTER_CACHE = dir;
    updates = [];
  });
  afterEach(() => {
    if (cacheBefore === undefined) delete process.env.CLOISTER_CACHE;
    else process.env.CLOISTER_CACHE = cacheBefore;
    fs.rmSync(dir, { recursive: true, force: true });
  });

  it("adds a piece when it is complete, with a receipt", async () => {
    await install("piece-1", async (draft) => {
      fs.writeFileSync(path.join(draft, "file"), "12345");
      assert.equal(installed("piece-1"), undefined, "a piece is not installed before it is complete");
      return { origin: "built", version: "1.0.0" };
    });
    const found = installed("piece-1")!;
    assert.deepEqual({ ...found.receipt, seconds: 0 }, { origin: "built", version: "1.0.0", seconds: 0, bytes: 5 });
    assert.equal(fs.readFileSync(path.join(found.dir, "file"), "utf8"), "12345");
  });

  it("deletes the files of a piece that failed", async () => {
    await assert.rejects(
      install("piece-1", async (draft) => {
        fs.writeFileSync(path.join(draft, "file"), "half");
        throw new Error("no");
      }),
    );
    assert.equal(installed("piece-1"), undefined);
    assert.deepEqual(fs.readdirSync(path.join(dir, "toolchain")), []);
  });

  it("ignores a folder without a receipt", () => {
    fs.mkdirSync(path.join(dir, "toolchain", "piece-1"), { recursive: true });
    assert.equal(installed("piece-1"), undefined);
  });

  it("changes the key with every file of a recipe", () => {
    const recipe = path.join(dir, "recipe");
    fs.mkdirSync(path.join(recipe, "deep"), { recursive: true });
    fs.writeFileSync(path.join(recipe, "deep", "a"), "1");
    const first = keyOf(contentOf(recipe));
    assert.equal(keyOf(contentOf(recipe)), first);
    fs.writeFileSync(path.join(recipe, "deep", "a"), "2");
    assert.notEqual(keyOf(contentOf(recipe)), first);
  });

  /** Takes the lock, and returns when the lock is held. */
  async function holdLock(): Promise<{ release: () => Promise<void> }> {
    let end = () => {};
    const ended = new Promise<void>((resolve) => (end = resolve));
    let held = () => {};
    const isHeld = new Promise<void>((resolve) => (held = resolve));
    const work = withToolchainLock(step, () => (held(), ended));
    await isHeld;
    return { release: () => (end(), work) };
  }

  it("lets only one process at a time change the toolchain, and shows the process that it waits for", async () => {
    const order: string[] = [];
    const first = await holdLock();
    const second = withToolchainLock(step, async () => void order.push("second starts"));
    await new Promise((resolve) => setTimeout(resolve, 300));
    order.push("first ends");
    await first.release();
    await second;
    assert.deepEqual(order, ["first ends", "second starts"]);
    assert.match(updates.join("\n"), new RegExp(`waiting for process ${process.pid}`));
  });

  it("stops the wait for the lock when it is interrupted", async () => {
    const interrupt = new AbortController();
    const first = await holdLock();
    const second = withToolchainLock(step, () => assert.fail("ran without the lock"), interrupt.signal);
    setTimeout(() => interrupt.abort(new Error("interrupted")), 100);
    await assert.rejects(second, /^Error: interrupted$/);
    await first.release();
  });

  it("releases the lock when the work fails", async () => {
    await assert.rejects(withToolchainLock(step, () => Promise.reject(new Error("no"))));
    await withToolchainLock(step, async () => {});
  });

  it("rejects work that needs more space than the disk has", () => {
    assert.throws(
      () => requireSpace(1e18, "The plugin"),
      /The plugin requires about 1000000000\.0 GB in .*are free\. Free some space, or move the cache with CLOISTER_CACHE/,
    );
  });

  it("explains what to install when Go is missing", async () => {
    const pathBefore = process.env.PATH;
    process.env.PATH = dir;
    try {
      const recipe = { title: "The thing", version: "1", source: dir, target: ".", binary: "thing", tags: "", ldflags: "", freshBytes: 1 };
      await assert.rejects(
        buildFromModules(recipe, dir, step),
        /The thing must be built from source.*requires Go 1\.26 or later, and Go is not installed\. Install Go/,
      );
    } finally {
      process.env.PATH = pathBefore;
    }
  });

  it("explains a full disk during an installation, and deletes the piece", async () => {
    const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    await assert.rejects(
      install("piece-1", () => Promise.reject(full)),
      (error: Error) =>
        error instanceof ToolchainError && /ENOSPC.*\nThe disk is full\. Free some space, or move the cache/.test(error.message),
    );
    assert.deepEqual(fs.readdirSync(path.join(dir, "toolchain")), []);
  });

  it("explains a full disk in the output of a command", async () => {
    await assert.rejects(run("sh", ["-c", "echo 'write /x: no space left on device' >&2; exit 1"]), /The disk is full\. Free some space/);
  });

  it("stops the descendants of a build when it is interrupted, and leaves no incomplete piece", () => {
    const script = `
      const { killChildren, run } = require("@cloister/toolchain/testing");
      const { install } = require("@cloister/toolchain/testing");
      process.on("SIGTERM", () => killChildren("SIGTERM"));
      install("piece-1", async () => {
        setTimeout(() => process.kill(process.pid, "SIGTERM"), 200);
        await run("sh", ["-c", "sleep 60 & echo $! > ${dir}/grandchild; wait"]);
        return { origin: "built", version: "1" };
      }).catch((error) => console.log(error.message));`;
    const ended = spawnSync(process.execPath, ["-r", "ts-node/register/transpile-only", "-e", script], {
      encoding: "utf8",
      cwd: __dirname,
      timeout: 15_000,
    });
    assert.match(ended.stdout, /was stopped by SIGTERM/);
    assert.equal(installed("piece-1"), undefined);
    const grandchild = Number(fs.readFileSync(path.join(dir, "grandchild"), "utf8"));
    // A process that exited is a zombie until its parent reads its exit code.
    const state = spawnSync("ps", ["-o", "stat=", "-p", String(grandchild)], { encoding: "utf8" }).stdout.trim();
    assert.match(state, /^(Z.*)?$/, "the compiler stops with the build");
  });

  it("deletes caches and downloads, or the whole toolchain, and keeps worlds", async () => {
    const files = ["go/build/x", "toolchain/downloads/x", "toolchain/piece-1/x", "worlds/w/x"];
    for (const file of files) {
      fs.mkdirSync(path.dirname(path.join(dir, file)), { recursive: true });
      fs.writeFileSync(path.join(dir, file), "12345");
    }
    const left = () => files.filter((file) => fs.existsSync(path.join(dir, file)));
    assert.equal((await cleanToolchain("intermediate", silent)).freedBytes, 10);
    assert.deepEqual(left(), ["toolchain/piece-1/x", "worlds/w/x"]);
    await cleanToolchain("all", silent);
    assert.deepEqual(left(), ["worlds/w/x"]);
  });

  it("formats durations in minutes and seconds", () => {
    assert.deepEqual([secondsText(4), secondsText(1015)], ["4 s", "16 min 55 s"]);
  });
});
