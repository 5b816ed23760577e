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
  exclusively,
  install,
  installed,
  keyOf,
  requireSpace,
  run,
  secondsText,
} from "@cloister/toolchain/testing";

// The cache of pieces: whole or not at all, one process at a time. The real builds are made by the engine tests' own toolchain.

describe("toolchain cache", () => {
  let dir: string;
  const cacheBefore = process.env.CLOISTER_CACHE;
  const step = { update: (text: string) => void said.push(text), done() {}, fail() {} };
  let said: string[];

  beforeEach(() => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-cache-"));
    process.env.CLOISTER_CACHE = dir;
    said = [];
  });
  afterEach(() => {
    if (cacheBefore === undefined) delete process.env.CLOISTER_CACHE;
    else process.env.CLOISTER_CACHE = cacheBefore;
    fs.rmSync(dir, { recursive: true, force: true });
  });

  it("puts a piece in place whole, with a receipt", async () => {
    await install("piece-1", async (draft) => {
      fs.writeFileSync(path.join(draft, "file"), "12345");
      assert.equal(installed("piece-1"), undefined, "not before it is whole");
      return { origin: "built", version: "1.0.0" };
    });
    const found = installed("piece-1")!;
    assert.deepEqual({ ...found.receipt, seconds: 0 }, { origin: "built", version: "1.0.0", seconds: 0, bytes: 5 });
    assert.equal(fs.readFileSync(path.join(found.dir, "file"), "utf8"), "12345");
  });

  it("leaves nothing of a piece that failed", async () => {
    await assert.rejects(
      install("piece-1", async (draft) => {
        fs.writeFileSync(path.join(draft, "file"), "half");
        throw new Error("no");
      }),
    );
    assert.equal(installed("piece-1"), undefined);
    assert.deepEqual(fs.readdirSync(path.join(dir, "toolchain")), []);
  });

  it("does not take a folder without a receipt for a piece", () => {
    fs.mkdirSync(path.join(dir, "toolchain", "piece-1"), { recursive: true });
    assert.equal(installed("piece-1"), undefined);
  });

  it("changes the key with any file of a recipe", () => {
    const recipe = path.join(dir, "recipe");
    fs.mkdirSync(path.join(recipe, "deep"), { recursive: true });
    fs.writeFileSync(path.join(recipe, "deep", "a"), "1");
    const first = keyOf(contentOf(recipe));
    assert.equal(keyOf(contentOf(recipe)), first);
    fs.writeFileSync(path.join(recipe, "deep", "a"), "2");
    assert.notEqual(keyOf(contentOf(recipe)), first);
  });

  it("lets one at a time change the toolchain, and says who is waited for", async () => {
    const order: string[] = [];
    const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    const first = exclusively(step, async () => {
      order.push("first begins");
      await pause(300);
      order.push("first ends");
    });
    await pause(50);
    await Promise.all([first, exclusively(step, async () => void order.push("second begins"))]);
    assert.deepEqual(order, ["first begins", "first ends", "second begins"]);
    assert.match(said.join("\n"), new RegExp(`waiting for process ${process.pid}`));
  });

  it("ends the waiting when it is interrupted", async () => {
    const interrupt = new AbortController();
    let through = () => {};
    const first = exclusively(step, () => new Promise<void>((resolve) => (through = resolve)));
    const second = exclusively(step, () => assert.fail("it was not its turn"), interrupt.signal);
    setTimeout(() => interrupt.abort(new Error("interrupted")), 100);
    await assert.rejects(second, /^Error: interrupted$/);
    through();
    await first;
  });

  it("frees the lock when the work fails", async () => {
    await assert.rejects(exclusively(step, () => Promise.reject(new Error("no"))));
    await exclusively(step, async () => {});
  });

  it("refuses to fill the disk, and says how to go on", () => {
    assert.throws(
      () => requireSpace(1e18, "The plugin"),
      /The plugin needs about 1000000000\.0 GB in .*are free\. Free some space, or move the cache with CLOISTER_CACHE/,
    );
  });

  it("says what to install when there is no Go", async () => {
    const pathBefore = process.env.PATH;
    process.env.PATH = dir;
    try {
      const recipe = { title: "The thing", version: "1", source: dir, target: ".", binary: "thing", tags: "", ldflags: "", freshBytes: 1 };
      await assert.rejects(
        buildFromModules(recipe, dir, step),
        /The thing has to be built here.*needs Go 1\.26 or later, and no Go is installed\. Install Go/,
      );
    } finally {
      process.env.PATH = pathBefore;
    }
  });

  it("says what to do when the disk gets full under a piece, and leaves nothing of it", async () => {
    const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    await assert.rejects(
      install("piece-1", () => Promise.reject(full)),
      (error: Error) =>
        error instanceof ToolchainError && /ENOSPC.*\nThe disk is full\. Free some space, or move the cache/.test(error.message),
    );
    assert.deepEqual(fs.readdirSync(path.join(dir, "toolchain")), []);
  });

  it("names a full disk when a command meets one", async () => {
    await assert.rejects(run("sh", ["-c", "echo 'write /x: no space left on device' >&2; exit 1"]), /The disk is full\. Free some space/);
  });

  it("ends what a build started when it is interrupted, and leaves no half piece", () => {
    const script = `
      const { endAll, run } = require("@cloister/toolchain/testing");
      const { install } = require("@cloister/toolchain/testing");
      process.on("SIGTERM", () => endAll("SIGTERM"));
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
    assert.match(ended.stdout, /was ended by SIGTERM/);
    assert.equal(installed("piece-1"), undefined);
    const grandchild = Number(fs.readFileSync(path.join(dir, "grandchild"), "utf8"));
    // A process that ended but was not yet asked for by its parent shows as a zombie.
    const state = spawnSync("ps", ["-o", "stat=", "-p", String(grandchild)], { encoding: "utf8" }).stdout.trim();
    assert.match(state, /^(Z.*)?$/, "the compiler that the build called must end with it");
  });

  it("is cleaned of what can be made again, and of everything when asked; worlds stay", async () => {
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

  it("writes times as people say them", () => {
    assert.deepEqual([secondsText(4), secondsText(1015)], ["4 s", "16 min 55 s"]);
  });
});
