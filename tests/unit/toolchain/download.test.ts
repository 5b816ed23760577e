import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { ToolchainError } from "@cloister/toolchain";
import {
  resetConnections,
  checksumIn,
  cliRelease,
  downloadRelease,
  pluginRelease,
  type Release,
  Unavailable,
} from "@cloister/toolchain/testing";
import { withRoomFor } from "../../helpers/full-disk";
import { archiveOf, direct, proxyTo, type ReleaseServer, releaseServer, sumOf, withEnvironment } from "./releases";

// Official releases from a local server with the same layout. Not proven: that the real servers still have this layout.

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
    resetConnections();
    for (const name of ["parts", "out"]) {
      fs.rmSync(path.join(dir, name), { recursive: true, force: true });
      fs.mkdirSync(path.join(dir, name));
    }
  });
  afterEach(() => {
    restore();
    resetConnections();
  });
  const download = ({
    release = cliRelease("1.2.3")!,
    signal = new AbortController().signal,
  }: { release?: Release; signal?: AbortSignal } = {}) =>
    downloadRelease(release, path.join(dir, "parts"), path.join(dir, "out"), step, signal);
  const unpacked = (name = "pulumi") => fs.readFileSync(path.join(dir, "out", name), "utf8").length;

  it("has the file names of its project", () => {
    assert.match(cliRelease("3.270.0")!.archive, /^pulumi-v3\.270\.0-(linux|darwin)-(x64|arm64)\.tar\.gz$/);
    assert.equal(cliRelease("3.270.0")!.checksums, "pulumi-3.270.0-checksums.txt");
    assert.match(pluginRelease("7.48.0")!.archive, /^pulumi-resource-aws-v7\.48\.0-(linux|darwin)-(amd64|arm64)\.tar\.gz$/);
    assert.equal(pluginRelease("7.48.0")!.checksums, "pulumi-aws_7.48.0_checksums.txt");
    assert.match(cliRelease("3.270.0")!.base, /\/pulumi\/releases\/download\/v3\.270\.0$/);
    assert.match(pluginRelease("7.48.0")!.base, /\/pulumi-aws\/releases\/download\/v7\.48\.0$/);
  });

  it("is verified and unpacked, and its archive is deleted", async () => {
    await download();
    assert.equal(unpacked(), 200_000);
    assert.deepEqual(fs.readdirSync(path.join(dir, "parts")), []);
  });

  it("has no leading folder in the archive of the plugin", async () => {
    server.publish(pluginRelease("1.2.3")!, archiveOf({ "pulumi-resource-aws": program, LICENSE: "terms" }));
    await download({ release: pluginRelease("1.2.3") });
    assert.equal(unpacked("pulumi-resource-aws"), 200_000);
  });

  it("is rejected and deleted when its checksum differs", async () => {
    server.publish(cliRelease("1.2.3")!, archive, "0".repeat(64));
    await assert.rejects(download(), (error: Error) => error instanceof ToolchainError && /must be 0{64}/.test(error.message));
    assert.deepEqual(fs.readdirSync(path.join(dir, "parts")), []);
    assert.deepEqual(fs.readdirSync(path.join(dir, "out")), []);
  });

  it("continues an interrupted download", async () => {
    server.answer = (request, response) => {
      if (!request.url!.endsWith(".tar.gz")) return false;
      response.writeHead(200, { "content-length": archive.length });
      response.write(archive.subarray(0, 100), () => response.destroy());
      return true;
    };
    await assert.rejects(download(), (error: Error) => error instanceof Unavailable && /stopped after/.test(error.message));
    server.answer = undefined;
    await download();
    assert.equal(server.requests.at(-1)!.range, "bytes=100-");
    assert.equal(unpacked(), 200_000);
  });

  for (const { stage, url } of [
    { stage: "waiting for an answer", url: /checksums/ },
    { stage: "downloading", url: /\.tar\.gz$/ },
  ])
    it(`stops when it is interrupted while ${stage}, and continues in the next run`, async () => {
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
      assert.equal(server.requests.at(-1)!.range, url.test("x.tar.gz") ? "bytes=100-" : undefined);
      assert.equal(unpacked(), 200_000);
    });

  it("is downloaded again from the start when the server does not support ranges", async () => {
    fs.writeFileSync(path.join(dir, "parts", `${sumOf(archive).slice(0, 16)}-${cliRelease("1.2.3")!.archive}`), "stale");
    server.answer = (request, response) => {
      if (!request.url!.endsWith(".tar.gz")) return false;
      response.writeHead(200, { "content-length": archive.length }).end(archive);
      return true;
    };
    await download();
    assert.equal(unpacked(), 200_000);
  });

  it("is unavailable when its server has not published it", async () => {
    await assert.rejects(
      download({ release: cliRelease("1.2.4") }),
      (error: Error) => error instanceof Unavailable && /is not published/.test(error.message),
    );
  });

  it("is unavailable when the server does not answer, and each server is tried once per run", async () => {
    // `fetch` itself rejects some of the lowest ports, but it accepts this port.
    const { base, ...rest } = cliRelease("1.2.3")!;
    const unanswered = { ...rest, base: base.replace(/:\d+/, ":2") };
    await assert.rejects(download({ release: unanswered }), /127\.0\.0\.1:2 did not answer: .*ECONNREFUSED/);
    await assert.rejects(download({ release: unanswered }), /127\.0\.0\.1:2 did not answer$/);
    assert.equal(server.requests.length, 0);
  });

  it("is not replaced by a build when the disk is full, and the download continues when space is free", async () => {
    await assert.rejects(
      withRoomFor(100, () => download()),
      (error: Error) => !(error instanceof Unavailable) && /^ENOSPC/.test(error.message),
    );
    await download();
    assert.equal(server.requests.at(-1)!.range, "bytes=100-");
    assert.equal(unpacked(), 200_000);
  });

  it("is neither downloaded nor replaced by a build when disk space is missing", async () => {
    server.answer = (request, response) => {
      if (!request.url!.endsWith(".tar.gz")) return false;
      response.writeHead(200, { "content-length": 1e15 }).flushHeaders();
      return true;
    };
    await assert.rejects(
      download(),
      (error: Error) =>
        error instanceof ToolchainError && /official release pulumi-v1\.2\.3.* requires about .*Free some space/.test(error.message),
    );
    assert.deepEqual(fs.readdirSync(path.join(dir, "parts")), []);
  });

  it("must have a checksum for its file", () => {
    const sum = "ab".repeat(32);
    assert.equal(checksumIn(`${sum}  other.tar.gz\n${sum} *wanted.tar.gz\n`, "wanted.tar.gz"), sum);
    assert.equal(checksumIn(`${sum}  other.tar.gz\n`, "wanted.tar.gz"), undefined);
    assert.equal(checksumIn("abc  wanted.tar.gz\n", "wanted.tar.gz"), undefined);
  });

  describe("official release behind a proxy", () => {
    // A host name that only the proxy resolves.
    const releases = "releases.invalid";
    const withProxy = async (
      scheme: string,
      variables: (proxy: string) => Record<string, string>,
      test: (requests: string[]) => Promise<void>,
    ) => {
      const proxy = await proxyTo(`${releases}:80`, server.port);
      const restoreProxy = withEnvironment({ ...variables(proxy.url), CLOISTER_RELEASES_URL: `${scheme}://${releases}` });
      try {
        await test(proxy.requests);
      } finally {
        restoreProxy();
        resetConnections();
        proxy.close();
      }
    };

    for (const name of ["HTTP_PROXY", "http_proxy"])
      it(`is downloaded through the proxy in ${name}`, () =>
        withProxy(
          "http",
          (url) => ({ [name]: url }),
          async (requests) => {
            await download();
            assert.equal(unpacked(), 200_000);
            assert.equal(requests[0], `${releases}:80`);
          },
        ));

    for (const name of ["HTTPS_PROXY", "https_proxy"])
      it(`is requested through the proxy in ${name}`, () =>
        withProxy(
          "https",
          (url) => ({ [name]: url }),
          async (requests) => {
            await assert.rejects(download(), (error: Error) => error instanceof Unavailable && /did not answer: /.test(error.message));
            assert.deepEqual(requests, [`${releases}:443`]);
          },
        ));

    it("ignores HTTP_PROXY for https", () =>
      withProxy(
        "https",
        (url) => ({ HTTP_PROXY: url }),
        async (requests) => {
          await assert.rejects(download(), /did not answer: .*(ENOTFOUND|EAI_AGAIN)/);
          assert.deepEqual(requests, []);
        },
      ));

    it("ignores the proxy for hosts in NO_PROXY", () =>
      withProxy(
        "http",
        (url) => ({ HTTP_PROXY: url, NO_PROXY: releases }),
        async (requests) => {
          await assert.rejects(download(), /did not answer: .*(ENOTFOUND|EAI_AGAIN)/);
          assert.deepEqual(requests, []);
        },
      ));
  });
});
