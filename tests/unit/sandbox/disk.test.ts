// Simulates a full disk under the sandbox. Fakes replace Node's write function and moto; the fake moto counts its requests.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { diskAdvice, silent, writeWhole } from "@cloister/common";
import { listWorlds, startWorld } from "@cloister/sandbox";
import { AwsError, Moto, StateStore } from "@cloister/sandbox/testing";
import { withRoomFor } from "../../helpers/full-disk";

describe("full disk", () => {
  let dir: string;
  const cacheBefore = process.env.CLOISTER_CACHE;

  /** An executable that runs this JavaScript instead of Python. */
  function fakePython(source: string): string {
    const file = path.join(dir, "python");
    fs.writeFileSync(file, `#!${process.execPath}\n${source}\n`, { mode: 0o700 });
    return file;
  }

  beforeEach(() => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-disk-"));
    process.env.CLOISTER_CACHE = path.join(dir, "cache");
  });
  afterEach(() => {
    if (cacheBefore === undefined) delete process.env.CLOISTER_CACHE;
    else process.env.CLOISTER_CACHE = cacheBefore;
    fs.rmSync(dir, { recursive: true });
  });

  it("is recognized by the error messages of Node.js and other programs", () => {
    for (const said of ["ENOSPC: no space left on device, write", "write /x: no space left on device", "write: Disk quota exceeded"])
      assert.match(diskAdvice(said)!, /Free some space, or move the cache with CLOISTER_CACHE/);
    assert.equal(diskAdvice("EACCES: permission denied, open '/x'"), undefined);
  });

  it("is detected when a write stores only a part of the data", async () => {
    const fd = fs.openSync(path.join(dir, "file"), "w");
    const write = () => writeWhole(fd, Buffer.from("0123456789"));
    await assert.rejects(
      withRoomFor(4, async () => write()),
      /ENOSPC/,
    );
    write();
    fs.closeSync(fd);
    assert.equal(fs.readFileSync(path.join(dir, "file"), "utf8"), "01230123456789");
  });

  it("leaves the state of a service unchanged", async () => {
    const name = { service: "thing", account: "111122223333", region: "eu-central-1" };
    const change = (store: StateStore, to: string) =>
      store.change(
        name,
        () => ({ value: "first" }),
        async (state) => ((state as { value: string }).value = to),
      );
    await change(new StateStore(dir), "kept");
    await assert.rejects(
      withRoomFor(5, () => change(new StateStore(dir), "lost")),
      /ENOSPC/,
    );
    assert.deepEqual(
      new StateStore(dir).all().map(({ state }) => state),
      [{ value: "kept" }],
    );
  });

  it("sends moto's token, keeps it out of the log, and restarts moto only after a lost connection", async () => {
    const logFile = path.join(dir, "state", "moto.jsonl");
    const moto = new Moto({
      world: "try",
      python: fakePython(`
        const server = require("node:http").createServer((request, response) => {
          if (request.url === "/die") process.exit(1);
          response.end(String(request.headers["x-cloister-token"] === process.env.CLOISTER_MOTO_TOKEN && process.env.CLOISTER_MOTO_TOKEN));
        });
        server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ port: server.address().port })));
        process.stdin.on("end", () => process.exit()).resume();`),
      logFile,
      outputFile: path.join(dir, "moto.log"),
      note: () => undefined,
    });
    const send = (target: string, headers: Record<string, string> = {}) =>
      moto.send({ method: "POST", target, headers, body: Buffer.alloc(0) }, "111122223333", true);
    try {
      const token = (await send("/")).body.toString();
      assert.match(token, /^[0-9a-f]{48}$/);
      assert.doesNotMatch(fs.readFileSync(logFile, "utf8"), new RegExp(token));
      const { pid } = moto;
      await assert.rejects(send("/", { "x-invalid": "\n" }), /Invalid character in header content/);
      await assert.rejects(send("/", { "x-missing": undefined as unknown as string }), /Invalid value "undefined"/);
      await send("/");
      assert.deepEqual([moto.pid, moto.recoveries], [pid, 0]);
      await assert.rejects(send("/die"), /moto died/);
    } finally {
      moto.stop();
    }
  });

  it("rejects a change that the sandbox cannot save, and continues after space is freed", async () => {
    const notes: string[] = [];
    const moto = new Moto({
      world: "try",
      python: fakePython(`
        const targets = [];
        const server = require("node:http").createServer((request, response) => {
          if (request.method === "POST") targets.push(request.url);
          response.end(JSON.stringify(targets));
        });
        server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ port: server.address().port })));
        process.stdin.on("end", () => process.exit()).resume();`),
      logFile: path.join(dir, "state", "moto.jsonl"),
      outputFile: path.join(dir, "moto.log"),
      note: (text) => void notes.push(text),
    });
    const send = (method: string, target: string) =>
      moto.send({ method, target, headers: {}, body: Buffer.alloc(0) }, "111122223333", method === "POST");
    const held = async () => JSON.parse((await send("GET", "/")).body.toString()) as string[];
    try {
      await send("POST", "/first");
      await assert.rejects(
        withRoomFor(20, () => send("POST", "/second")),
        (error: Error) =>
          error instanceof AwsError &&
          error.code === "SandboxStorage" &&
          error.status < 500 &&
          /ENOSPC.*Free some space/.test(error.message),
      );
      assert.deepEqual(await held(), ["/first"], "moto must not have changes that are not in the log");
      assert.equal(moto.recoveries, 1);
      await send("POST", "/third");
      assert.deepEqual(await held(), ["/first", "/third"]);
      const log = fs
        .readFileSync(path.join(dir, "state", "moto.jsonl"), "utf8")
        .trim()
        .split("\n");
      assert.deepEqual(
        log.map((line) => (JSON.parse(line) as { target: string }).target),
        ["/first", "/third"],
      );
    } finally {
      moto.stop();
    }
  });

  it("prevents a new world and reports what to do", async () => {
    const python = fakePython(`console.log("/models")`);
    await assert.rejects(
      withRoomFor(5, () => startWorld({ python, env: {} }, { name: "full", progress: silent })),
      /ENOSPC.*\nThe disk is full\. Free some space/,
    );
    assert.deepEqual(await listWorlds(), []);
  });
});
