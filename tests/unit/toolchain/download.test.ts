import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as http from "node:http";
import { type AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { askAgain, checksumIn, cliRelease, downloadRelease, pluginRelease, Unreachable } from "@cloister/sandbox/toolchain/download";
import { ToolchainError } from "@cloister/sandbox/toolchain";
import { withRoomFor } from "../../helpers/full-disk";

// Official releases from a local server of the same layout. It does not prove that the real server still has this layout.

const step = { update() {}, done() {}, fail() {} };

describe("official release", () => {
  let dir: string;
  let server: http.Server;
  let archive: Buffer;
  /** What the server does next; the default serves what it has. */
  let answer: ((request: http.IncomingMessage, response: http.ServerResponse) => boolean) | undefined;
  let checksum: string;
  const asked: { url: string; range?: string }[] = [];

  before(async () => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-release-"));
    fs.mkdirSync(path.join(dir, "made", "pulumi"), { recursive: true });
    fs.writeFileSync(path.join(dir, "made", "pulumi", "pulumi"), "a program ".repeat(20_000));
    execFileSync("tar", ["-czf", path.join(dir, "archive.tar.gz"), "-C", path.join(dir, "made"), "pulumi"]);
    archive = fs.readFileSync(path.join(dir, "archive.tar.gz"));
    server = http.createServer((request, response) => {
      asked.push({ url: request.url!, ...(request.headers.range ? { range: request.headers.range } : {}) });
      if (answer?.(request, response)) return;
      if (request.url!.endsWith("-checksums.txt")) return void response.end(`${checksum}  ${cliRelease("1.2.3")!.archive}\n`);
      const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
      response.writeHead(start > 0 ? 206 : 200, { "content-length": archive.length - start }).end(archive.subarray(start));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    process.env.CLOISTER_RELEASES_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    delete process.env.CLOISTER_RELEASES_URL;
    server.close();
    fs.rmSync(dir, { recursive: true });
  });
  beforeEach(() => {
    answer = undefined;
    checksum = createHash("sha256").update(archive).digest("hex");
    asked.length = 0;
    askAgain();
    for (const name of ["parts", "out"]) {
      fs.rmSync(path.join(dir, name), { recursive: true, force: true });
      fs.mkdirSync(path.join(dir, name));
    }
  });
  const never = new AbortController().signal;
  const download = (signal = never) => downloadRelease(cliRelease("1.2.3")!, path.join(dir, "parts"), path.join(dir, "out"), step, signal);
  const unpacked = () => fs.readFileSync(path.join(dir, "out", "pulumi"), "utf8").length;

  it("is named as its project names it", () => {
    assert.match(cliRelease("3.270.0")!.archive, /^pulumi-v3\.270\.0-(linux|darwin)-(x64|arm64)\.tar\.gz$/);
    assert.match(pluginRelease("7.48.0")!.archive, /^pulumi-resource-aws-v7\.48\.0-(linux|darwin)-(amd64|arm64)\.tar\.gz$/);
    assert.match(cliRelease("3.270.0")!.base, /\/pulumi\/releases\/download\/v3\.270\.0$/);
  });

  it("is checked and unpacked, and leaves no archive behind", async () => {
    await download();
    assert.equal(unpacked(), 200_000);
    assert.deepEqual(fs.readdirSync(path.join(dir, "parts")), []);
  });

  it("is refused and removed when its checksum differs", async () => {
    checksum = "0".repeat(64);
    await assert.rejects(download(), (error: Error) => error instanceof ToolchainError && /published is 0{64}/.test(error.message));
    assert.deepEqual(fs.readdirSync(path.join(dir, "parts")), []);
    assert.deepEqual(fs.readdirSync(path.join(dir, "out")), []);
  });

  it("goes on where it broke off", async () => {
    answer = (request, response) => {
      if (!request.url!.endsWith(".tar.gz")) return false;
      response.writeHead(200, { "content-length": archive.length });
      response.write(archive.subarray(0, 100), () => response.destroy());
      return true;
    };
    await assert.rejects(download(), (error: Error) => error instanceof Unreachable && /broke off after/.test(error.message));
    answer = undefined;
    await download();
    assert.equal(asked.at(-1)!.range, "bytes=100-");
    assert.equal(unpacked(), 200_000);
  });

  for (const { what, url } of [
    { what: "waiting for an answer", url: /checksums/ },
    { what: "downloading", url: /\.tar\.gz$/ },
  ])
    it(`ends at once when it is interrupted while ${what}, and goes on in the next run`, async () => {
      const interrupt = new AbortController();
      answer = (request, response) => {
        if (!url.test(request.url!)) return false;
        if (request.url!.endsWith(".tar.gz")) response.writeHead(200, { "content-length": archive.length }).write(archive.subarray(0, 100));
        setTimeout(() => interrupt.abort(new Error("interrupted")), 100);
        return true;
      };
      await assert.rejects(download(interrupt.signal), /^Error: interrupted$/);
      answer = undefined;
      await download();
      assert.equal(asked.at(-1)!.range, url.test("x.tar.gz") ? "bytes=100-" : undefined);
      assert.equal(unpacked(), 200_000);
    });

  it("starts over when the server can't go on", async () => {
    fs.writeFileSync(path.join(dir, "parts", `${checksum.slice(0, 16)}-${cliRelease("1.2.3")!.archive}`), "stale");
    answer = (request, response) => {
      if (!request.url!.endsWith(".tar.gz")) return false;
      response.writeHead(200, { "content-length": archive.length }).end(archive);
      return true;
    };
    await download();
    assert.equal(unpacked(), 200_000);
  });

  it("is given up at once when it is not published", async () => {
    answer = (_request, response) => {
      response.writeHead(404).end();
      return true;
    };
    await assert.rejects(download(), (error: Error) => error instanceof Unreachable && /is not published/.test(error.message));
  });

  it("is given up when nobody listens, and that server is not asked again in this run", async () => {
    const { base, ...rest } = cliRelease("1.2.3")!;
    const nobody = { ...rest, base: base.replace(/:\d+/, ":1") };
    const attempt = () => downloadRelease(nobody, path.join(dir, "parts"), path.join(dir, "out"), step, never);
    await assert.rejects(attempt(), /did not answer/);
    await assert.rejects(attempt(), /did not answer/);
    assert.equal(asked.length, 0);
  });

  it("is no reason to build when the disk is full, and goes on when there is room", async () => {
    await assert.rejects(
      withRoomFor(100, () => download()),
      (error: Error) => !(error instanceof Unreachable) && /^ENOSPC/.test(error.message),
    );
    await download();
    assert.equal(asked.at(-1)!.range, "bytes=100-");
    assert.equal(unpacked(), 200_000);
  });

  it("is not begun when there is no room for it, nor built instead", async () => {
    answer = (request, response) => {
      if (!request.url!.endsWith(".tar.gz")) return false;
      response.writeHead(200, { "content-length": 1e15 }).flushHeaders();
      return true;
    };
    await assert.rejects(
      download(),
      (error: Error) => error instanceof ToolchainError && /official release pulumi-v1\.2\.3.* needs about .*Make room/.test(error.message),
    );
    assert.deepEqual(fs.readdirSync(path.join(dir, "parts")), []);
  });

  it("needs a checksum for this very file", () => {
    const sum = "ab".repeat(32);
    assert.equal(checksumIn(`${sum}  other.tar.gz\n${sum} *wanted.tar.gz\n`, "wanted.tar.gz"), sum);
    assert.equal(checksumIn(`${sum}  other.tar.gz\n`, "wanted.tar.gz"), undefined);
    assert.equal(checksumIn("abc  wanted.tar.gz\n", "wanted.tar.gz"), undefined);
  });
});
