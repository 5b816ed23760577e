import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { ToolchainError } from "@cloister/toolchain";
import { askAgain, checksumIn, cliRelease, downloadRelease, pluginRelease, type Release, Unreachable } from "@cloister/toolchain/testing";
import { withRoomFor } from "../../helpers/full-disk";
import { archiveOf, direct, proxyTo, type ReleaseServer, releaseServer, sumOf, withEnvironment } from "./releases";

// Official releases from a local server of the same layout. It does not prove that the real server still has this layout.

const step = { update() {}, done() {}, fail() {} };
const program = "a program ".repeat(20_000);
const archive = archiveOf({ "pulumi/pulumi": program });

describe("official release", () => {
  let dir: string;
  let server: ReleaseServer;
  let restore: () => void;

  before(async () => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-release-"));
    server = await releaseServer();
  });
  after(() => {
    server.close();
    fs.rmSync(dir, { recursive: true });
  });
  beforeEach(() => {
    restore = withEnvironment({ ...direct, CLOISTER_RELEASES_URL: `http://127.0.0.1:${server.port}` });
    server.empty();
    server.publish(cliRelease("1.2.3")!, archive);
    askAgain();
    for (const name of ["parts", "out"]) {
      fs.rmSync(path.join(dir, name), { recursive: true, force: true });
      fs.mkdirSync(path.join(dir, name));
    }
  });
  afterEach(() => {
    restore();
    askAgain();
  });
  const download = ({
    release = cliRelease("1.2.3")!,
    signal = new AbortController().signal,
  }: { release?: Release; signal?: AbortSignal } = {}) =>
    downloadRelease(release, path.join(dir, "parts"), path.join(dir, "out"), step, signal);
  const unpacked = (name = "pulumi") => fs.readFileSync(path.join(dir, "out", name), "utf8").length;

  it("is named as its project names it", () => {
    assert.match(cliRelease("3.270.0")!.archive, /^pulumi-v3\.270\.0-(linux|darwin)-(x64|arm64)\.tar\.gz$/);
    assert.equal(cliRelease("3.270.0")!.checksums, "pulumi-3.270.0-checksums.txt");
    assert.match(pluginRelease("7.48.0")!.archive, /^pulumi-resource-aws-v7\.48\.0-(linux|darwin)-(amd64|arm64)\.tar\.gz$/);
    assert.equal(pluginRelease("7.48.0")!.checksums, "pulumi-aws_7.48.0_checksums.txt");
    assert.match(cliRelease("3.270.0")!.base, /\/pulumi\/releases\/download\/v3\.270\.0$/);
    assert.match(pluginRelease("7.48.0")!.base, /\/pulumi-aws\/releases\/download\/v7\.48\.0$/);
  });

  it("is checked and unpacked, and leaves no archive behind", async () => {
    await download();
    assert.equal(unpacked(), 200_000);
    assert.deepEqual(fs.readdirSync(path.join(dir, "parts")), []);
  });

  it("of the plugin has no folder around its files", async () => {
    server.publish(pluginRelease("1.2.3")!, archiveOf({ "pulumi-resource-aws": program, LICENSE: "terms" }));
    await download({ release: pluginRelease("1.2.3") });
    assert.equal(unpacked("pulumi-resource-aws"), 200_000);
  });

  it("is refused and removed when its checksum differs", async () => {
    server.publish(cliRelease("1.2.3")!, archive, "0".repeat(64));
    await assert.rejects(download(), (error: Error) => error instanceof ToolchainError && /published is 0{64}/.test(error.message));
    assert.deepEqual(fs.readdirSync(path.join(dir, "parts")), []);
    assert.deepEqual(fs.readdirSync(path.join(dir, "out")), []);
  });

  it("goes on where it broke off", async () => {
    server.answer = (request, response) => {
      if (!request.url!.endsWith(".tar.gz")) return false;
      response.writeHead(200, { "content-length": archive.length });
      response.write(archive.subarray(0, 100), () => response.destroy());
      return true;
    };
    await assert.rejects(download(), (error: Error) => error instanceof Unreachable && /broke off after/.test(error.message));
    server.answer = undefined;
    await download();
    assert.equal(server.asked.at(-1)!.range, "bytes=100-");
    assert.equal(unpacked(), 200_000);
  });

  for (const { what, url } of [
    { what: "waiting for an answer", url: /checksums/ },
    { what: "downloading", url: /\.tar\.gz$/ },
  ])
    it(`ends at once when it is interrupted while ${what}, and goes on in the next run`, async () => {
      const interrupt = new AbortController();
      server.answer = (request, response) => {
        if (!url.test(request.url!)) return false;
        if (request.url!.endsWith(".tar.gz")) response.writeHead(200, { "content-length": archive.length }).write(archive.subarray(0, 100));
        setTimeout(() => interrupt.abort(new Error("interrupted")), 100);
        return true;
      };
      await assert.rejects(download({ signal: interrupt.signal }), /^Error: interrupted$/);
      server.answer = undefined;
      await download();
      assert.equal(server.asked.at(-1)!.range, url.test("x.tar.gz") ? "bytes=100-" : undefined);
      assert.equal(unpacked(), 200_000);
    });

  it("starts over when the server can't go on", async () => {
    fs.writeFileSync(path.join(dir, "parts", `${sumOf(archive).slice(0, 16)}-${cliRelease("1.2.3")!.archive}`), "stale");
    server.answer = (request, response) => {
      if (!request.url!.endsWith(".tar.gz")) return false;
      response.writeHead(200, { "content-length": archive.length }).end(archive);
      return true;
    };
    await download();
    assert.equal(unpacked(), 200_000);
  });

  it("is given up at once when it is not published", async () => {
    await assert.rejects(
      download({ release: cliRelease("1.2.4") }),
      (error: Error) => error instanceof Unreachable && /is not published/.test(error.message),
    );
  });

  it("is given up when nobody listens, and that server is not asked again in this run", async () => {
    // Of the lowest ports fetch refuses some by itself; this one it asks.
    const { base, ...rest } = cliRelease("1.2.3")!;
    const nobody = { ...rest, base: base.replace(/:\d+/, ":2") };
    await assert.rejects(download({ release: nobody }), /127\.0\.0\.1:2 did not answer: .*ECONNREFUSED/);
    await assert.rejects(download({ release: nobody }), /127\.0\.0\.1:2 did not answer$/);
    assert.equal(server.asked.length, 0);
  });

  it("is no reason to build when the disk is full, and goes on when there is room", async () => {
    await assert.rejects(
      withRoomFor(100, () => download()),
      (error: Error) => !(error instanceof Unreachable) && /^ENOSPC/.test(error.message),
    );
    await download();
    assert.equal(server.asked.at(-1)!.range, "bytes=100-");
    assert.equal(unpacked(), 200_000);
  });

  it("is not begun when there is no room for it, nor built instead", async () => {
    server.answer = (request, response) => {
      if (!request.url!.endsWith(".tar.gz")) return false;
      response.writeHead(200, { "content-length": 1e15 }).flushHeaders();
      return true;
    };
    await assert.rejects(
      download(),
      (error: Error) =>
        error instanceof ToolchainError && /official release pulumi-v1\.2\.3.* needs about .*Free some space/.test(error.message),
    );
    assert.deepEqual(fs.readdirSync(path.join(dir, "parts")), []);
  });

  it("needs a checksum for this very file", () => {
    const sum = "ab".repeat(32);
    assert.equal(checksumIn(`${sum}  other.tar.gz\n${sum} *wanted.tar.gz\n`, "wanted.tar.gz"), sum);
    assert.equal(checksumIn(`${sum}  other.tar.gz\n`, "wanted.tar.gz"), undefined);
    assert.equal(checksumIn("abc  wanted.tar.gz\n", "wanted.tar.gz"), undefined);
  });

  describe("behind a proxy", () => {
    // A name that only the proxy knows.
    const releases = "releases.invalid";
    const behind = async (
      scheme: string,
      variables: (proxy: string) => Record<string, string>,
      then: (asked: string[]) => Promise<void>,
    ) => {
      const proxy = await proxyTo(`${releases}:80`, server.port);
      const back = withEnvironment({ ...variables(proxy.url), CLOISTER_RELEASES_URL: `${scheme}://${releases}` });
      try {
        await then(proxy.asked);
      } finally {
        back();
        askAgain();
        proxy.close();
      }
    };

    for (const name of ["HTTP_PROXY", "http_proxy"])
      it(`comes through what ${name} names`, () =>
        behind(
          "http",
          (url) => ({ [name]: url }),
          async (asked) => {
            await download();
            assert.equal(unpacked(), 200_000);
            assert.equal(asked[0], `${releases}:80`);
          },
        ));

    for (const name of ["HTTPS_PROXY", "https_proxy"])
      it(`is asked for through what ${name} names`, () =>
        behind(
          "https",
          (url) => ({ [name]: url }),
          async (asked) => {
            await assert.rejects(download(), (error: Error) => error instanceof Unreachable && /did not answer: /.test(error.message));
            assert.deepEqual(asked, [`${releases}:443`]);
          },
        ));

    it("is asked for without the one for http when it is https", () =>
      behind(
        "https",
        (url) => ({ HTTP_PROXY: url }),
        async (asked) => {
          await assert.rejects(download(), /did not answer: .*(ENOTFOUND|EAI_AGAIN)/);
          assert.deepEqual(asked, []);
        },
      ));

    it("is asked for without it where NO_PROXY names its host", () =>
      behind(
        "http",
        (url) => ({ HTTP_PROXY: url, NO_PROXY: releases }),
        async (asked) => {
          await assert.rejects(download(), /did not answer: .*(ENOTFOUND|EAI_AGAIN)/);
          assert.deepEqual(asked, []);
        },
      ));
  });
});
