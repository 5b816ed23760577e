import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { inTurn, type StackPlan } from "@cloister/cli";
import { adviceOn, changesText, freeDeadLocks } from "@cloister/cli/testing";

// The pure parts of deploying. What the engine does is shown by tests/engine.

const plan = (id: string, ...reads: string[]): StackPlan => ({ id, project: id, folder: id, stack: id, settingsFile: "", reads });

describe("deploying in turn", () => {
  const stacks = [plan("core"), plan("team", "core"), plan("staging", "team"), plan("prod", "team")];
  const pause = () => new Promise((resolve) => setTimeout(resolve, 5));

  it("waits for what a stack reads, and runs the rest side by side", async () => {
    const events: string[] = [];
    const results = await inTurn(stacks, async ({ id }) => {
      events.push(`${id} begins`);
      await pause();
      events.push(`${id} ends`);
      return id.length;
    });
    assert.deepEqual(events.slice(0, 6), ["core begins", "core ends", "team begins", "team ends", "staging begins", "prod begins"]);
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

  it("goes the other way round to destroy", async () => {
    const begun: string[] = [];
    await inTurn(stacks, async ({ id }) => (begun.push(id), pause()), true);
    assert.deepEqual(begun, ["staging", "prod", "team", "core"]);
  });

  it("begins nothing after a failure, but lets what runs end", async () => {
    const ended: string[] = [];
    const work = inTurn([plan("core"), plan("other"), plan("team", "core"), plan("after-other", "other")], async ({ id }) => {
      if (id === "core") throw new Error("no");
      await pause();
      ended.push(id);
    });
    await assert.rejects(work, /^Error: no$/);
    assert.deepEqual(ended, ["other"]);
  });
});

describe("what helps", () => {
  const refused = "dial tcp 10.1.2.3:443: connect: connection refused";
  it("asks for the sandbox's health in a world", () => assert.match(adviceOn(refused, true)!, /cloister sandbox status/));
  it("does not speak of the sandbox to a user of an account", () => assert.equal(adviceOn(refused, false), undefined));
  it("tells about a wrong passphrase anywhere", () =>
    assert.match(adviceOn("error: incorrect passphrase", false)!, /PULUMI_CONFIG_PASSPHRASE_FILE/));
  it("says what to do about a full disk, of this machine or of the sandbox", () => {
    for (const said of [
      "write /tmp/state.json: no space left on device",
      "api error SandboxStorage: The sandbox can't keep this change: ENOSPC: no space left on device, write.",
    ])
      assert.match(adviceOn(said, true)!, /disk is full\. Make room and run the same command again/);
  });
  it("says nothing of what it does not know", () => assert.equal(adviceOn("ValidationException: no", true), undefined));
});

describe("what changed, in words", () => {
  for (const [changes, words] of [
    [{ create: 61, update: 3, same: 19 }, "61 create, 3 update, 19 same"],
    [{ same: 18 }, "no changes, 18 resources"],
    [{ delete: 97, discard: 1 }, "97 delete"],
    [{ create: 0, update: 2, read: 3 }, "2 update"],
    [{}, "no changes, 0 resources"],
  ] as const)
    it(words, () => assert.equal(changesText(changes), words));
});

describe("locks of runs that died", () => {
  it("are removed, and those of runs at work are not", () => {
    const dir = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-locks-"));
    const locks = path.join(dir, ".pulumi", "locks", "organization", "p", "s");
    fs.mkdirSync(locks, { recursive: true });
    const dead = spawnSync("true").pid;
    fs.writeFileSync(path.join(locks, "dead.json"), JSON.stringify({ pid: dead }));
    fs.writeFileSync(path.join(locks, "alive.json"), JSON.stringify({ pid: process.pid }));
    freeDeadLocks(dir, { project: "p", stack: "s" });
    assert.deepEqual(fs.readdirSync(locks), ["alive.json"]);
    fs.rmSync(dir, { recursive: true });
  });

  it("need not be there", () =>
    assert.doesNotThrow(() => freeDeadLocks(path.join(os.tmpdir(), "cloister-no-such-state"), { project: "p", stack: "s" })));
});
