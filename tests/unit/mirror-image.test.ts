// Runs the server of the package mirror as in its image, against a bucket at the wire, with the pip of a virtual environment.
// Does not build the image.
import * as assert from "node:assert/strict";
import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import * as fs from "node:fs";
import * as http from "node:http";
import { type AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { pageKey, rootKey } from "@cloister/components/mirror/index-keys";
import { mirrorListener } from "@cloister/components/mirror/server/app";
import { healthPaths } from "@cloister/components/mirror/server/health";
import { negotiate } from "@cloister/components/mirror/server/negotiate";
import { strToU8, zipSync } from "fflate";
import { dockerfileRules, instructionsOf } from "../helpers/dockerfile";
import { type S3Server, startS3 } from "../helpers/s3-server";

const root = path.resolve(__dirname, "..", "..");
const read = (file: string) => fs.readFileSync(path.join(root, file), "utf8");
const run = promisify(execFile);
const bucket = "hub-packages";

describe("image of the package mirror", () => {
  const dockerfile = read("mirror/Dockerfile");
  for (const [title, rule] of Object.entries(dockerfileRules)) it(title, () => assert.deepEqual(rule(instructionsOf(dockerfile)), []));

  it("has the base image of the runner", () => {
    const base = (text: string) => /^FROM \S+\/(node:\S+) AS build$/m.exec(text)![1];
    assert.equal(base(dockerfile), base(read("runner/Dockerfile")));
  });

  it("contains the package.json of every workspace, which npm ci reads, and no other code than the server's", () => {
    const kept = read("mirror/Dockerfile.dockerignore")
      .split("\n")
      .filter((line) => line.startsWith("!"))
      .map((line) => line.slice(1));
    const { workspaces } = JSON.parse(read("package.json")) as { workspaces: string[] };
    const needed = [
      ".npmrc",
      "package.json",
      "package-lock.json",
      "components/mirror",
      ...workspaces.map((name) => `${name}/package.json`),
    ];
    assert.deepEqual(kept.sort(), needed.sort());
    for (const entry of kept) assert.ok(fs.existsSync(path.join(root, entry)), `${entry} does not exist`);
  });
});

describe("content types of the package mirror", () => {
  const json = "application/vnd.pypi.simple.v1+json";
  const html = "text/html; charset=utf-8";
  const cases: [accept: string | undefined, contentType: string | undefined][] = [
    [undefined, html],
    ["", html],
    ["*/*", html],
    [json, json],
    ["application/vnd.pypi.simple.latest+json", json],
    ["application/vnd.pypi.simple.v1+html", "application/vnd.pypi.simple.v1+html"],
    // What pip sends.
    [`${json}, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01`, json],
    [`text/html, ${json};q=0.5`, html],
    [`${json};q=0, text/html;q=0.1`, html],
    ["APPLICATION/VND.PYPI.SIMPLE.V1+JSON", json],
    ["application/vnd.pypi.simple.v2+json", undefined],
    ["image/png", undefined],
    [`${json};q=abc`, undefined],
    ["__proto__", undefined],
  ];
  for (const [accept, contentType] of cases)
    it(`for '${accept}' are ${contentType}`, () => assert.equal(negotiate(accept)?.contentType, contentType));
});

const sha256 = (data: Buffer) => createHash("sha256").update(data).digest("hex");

/** A wheel with one module. */
function wheel(name: string, version: string, requires: string[] = []): { filename: string; content: Buffer } {
  const info = `${name}-${version}.dist-info`;
  const metadata = [
    "Metadata-Version: 2.1",
    `Name: ${name}`,
    `Version: ${version}`,
    ...requires.map((text) => `Requires-Dist: ${text}`),
    "",
  ];
  const content = zipSync(
    {
      [`${name}.py`]: strToU8(`VERSION = "${version}"\n`),
      [`${info}/METADATA`]: strToU8(metadata.join("\n")),
      [`${info}/WHEEL`]: strToU8("Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"),
      [`${info}/RECORD`]: strToU8(`${name}.py,,\n${info}/METADATA,,\n${info}/WHEEL,,\n${info}/RECORD,,\n`),
    },
    // The same wheel always has the same hash.
    { mtime: "1980-01-02" },
  );
  return { filename: `${name}-${version}-py3-none-any.whl`, content: Buffer.from(content) };
}

/** Waits until a condition is true. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe("busy server of the package mirror", () => {
  it("ends an answer that takes too long", async () => {
    let entries = 0;
    const server = http.createServer(
      mirrorListener({
        read: () => new Promise(() => undefined),
        ready: () => Promise.resolve(),
        maxRequests: 2,
        maxDuration: 50,
        log: () => entries++,
      }),
    );
    await once(server.listen(0, "127.0.0.1"), "listening");
    await assert.rejects(fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/simple/a/`));
    await until(() => entries === 1);
    server.close();
  });

  it("answers 503 to more requests than it can hold, and stays ready", async () => {
    const waiting: (() => void)[] = [];
    const read = () => new Promise<{ status: 404 }>((resolve) => waiting.push(() => resolve({ status: 404 })));
    const server = http.createServer(
      mirrorListener({ read, ready: () => Promise.resolve(), maxRequests: 2, maxDuration: 60_000, log: () => undefined }),
    );
    await once(server.listen(0, "127.0.0.1"), "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const held = [fetch(`${url}/simple/a/`), fetch(`${url}/simple/b/`)];
    await until(() => waiting.length === 2);
    const rejected = await fetch(`${url}/simple/c/`);
    assert.deepEqual([rejected.status, rejected.headers.get("retry-after")], [503, "1"]);
    assert.equal((await fetch(`${url}${healthPaths.ready}`)).status, 200);
    for (const answer of waiting) answer();
    assert.deepEqual(
      (await Promise.all(held)).map(({ status }) => status),
      [404, 404],
    );
    const next = fetch(`${url}/simple/d/`);
    await until(() => waiting.length === 3);
    waiting[2]!();
    assert.equal((await next).status, 404);
    server.close();
    server.closeAllConnections();
  });
});

describe("server of the package mirror", function () {
  this.timeout(120_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "mirror-"));
  let s3: S3Server;
  let server: ChildProcess;
  /** Lines of the request log. */
  const log: Record<string, unknown>[] = [];
  let url: string;
  let pip: string;

  /** Adds a project with wheels to the bucket, as the mirror's publishers do. */
  function publish(name: string, wheels: { filename: string; content: Buffer }[]): void {
    const files = wheels.map(({ filename, content }) => {
      const hash = sha256(content);
      s3.objects.set(`files/${hash}/${filename}`, { body: content });
      return { filename, url: `../../files/${hash}/${filename}`, hashes: { sha256: hash } };
    });
    const links = files.map(({ filename, url, hashes }) => `<a href="${url}#sha256=${hashes.sha256}">${filename}</a>`);
    s3.objects.set(pageKey(name, "html"), { body: `<!DOCTYPE html><html><body>${links.join("")}</body></html>` });
    s3.objects.set(pageKey(name, "json"), { body: JSON.stringify({ meta: { "api-version": "1.0" }, name, files }) });
  }

  const install = (...args: string[]) =>
    run(pip, ["install", "--no-cache-dir", "--disable-pip-version-check", "--index-url", `${url}/simple/`, "--force-reinstall", ...args], {
      env: { PATH: process.env.PATH, HOME: folder },
    });
  const failure = (...args: string[]): Promise<string> =>
    install(...args).then(
      () => assert.fail("pip installed the package"),
      ({ stderr }: { stderr: string }) => stderr,
    );

  /** Bundles the server with the command of the image, and starts it with the variables of the task. */
  async function start(): Promise<void> {
    const bundle = path.join(folder, "server.js");
    const [command, ...args] = /^\s*&& (node_modules\/\.bin\/esbuild .*)$/m.exec(read("mirror/Dockerfile"))![1]!.split(" ");
    const local = args.map((arg) => arg.replace("/opt/mirror/server.js", bundle));
    assert.notDeepEqual(local, args);
    await run(path.join(root, command!), local, { cwd: root });
    server = spawn(process.execPath, [bundle], {
      env: {
        NODE_NO_WARNINGS: "1",
        MIRROR_BUCKET: bucket,
        PORT: "0",
        AWS_REGION: "eu-central-1",
        AWS_ENDPOINT_URL_S3: s3.url,
        AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
        AWS_SECRET_ACCESS_KEY: "example",
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines = createInterface(server.stdout!);
    const [line] = (await once(lines, "line")) as [string];
    lines.on("line", (text) => log.push(JSON.parse(text) as Record<string, unknown>));
    const { listening } = JSON.parse(line) as { listening: { port: number } };
    url = `http://127.0.0.1:${listening.port}`;
  }

  before(async () => {
    s3 = await startS3(bucket);
    await start();
    execFileSync("python3", ["-m", "venv", path.join(folder, "venv")]);
    pip = path.join(folder, "venv", "bin", "pip");
    publish("alpha", [wheel("alpha", "1.0", ["beta>=2"]), wheel("alpha", "0.9")]);
    publish("beta", [wheel("beta", "2.0")]);
  });
  after(async () => {
    server.kill("SIGKILL");
    await s3.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it("installs a package with its dependencies, by hash, from JSON pages", async () => {
    const requirements = path.join(folder, "requirements.txt");
    const line = ({ filename, content }: ReturnType<typeof wheel>) => {
      const [name, version] = filename.split("-");
      return `${name}==${version} --hash=sha256:${sha256(content)}`;
    };
    fs.writeFileSync(requirements, [line(wheel("alpha", "1.0", ["beta>=2"])), line(wheel("beta", "2.0"))].join("\n"));
    s3.requests.length = 0;
    const { stdout } = await install("--require-hashes", "--requirement", requirements);
    assert.match(stdout, /Successfully installed alpha-1\.0 beta-2\.0/);
    assert.ok(s3.requests.includes(`GET ${bucket}/${pageKey("alpha", "json")}`));
    assert.deepEqual(
      s3.requests.filter((request) => !/^(GET|HEAD) /.test(request)),
      [],
    );
  });

  it("reads the bucket for each request: a new version needs no restart, and a removed package is gone", async () => {
    publish("gamma", [wheel("gamma", "1.0")]);
    assert.match((await install("gamma")).stdout, /gamma-1\.0/);
    publish("gamma", [wheel("gamma", "1.0"), wheel("gamma", "1.1")]);
    assert.match((await install("gamma")).stdout, /gamma-1\.1/);
    for (const form of ["html", "json"] as const) s3.objects.delete(pageKey("gamma", form));
    assert.match(await failure("gamma"), /No matching distribution found for gamma/);
  });

  it("lets pip reject a file that was changed in the bucket", async () => {
    const { filename, content } = wheel("delta", "1.0");
    publish("delta", [{ filename, content }]);
    s3.objects.set(`files/${sha256(content)}/${filename}`, { body: wheel("delta", "1.0", ["evil"]).content });
    assert.match(await failure("delta"), /THESE PACKAGES DO NOT MATCH THE HASHES|HASH/i);
  });

  it("reports a package that is not approved in less than two seconds", async () => {
    // The start of pip takes longer on a busy machine.
    const started = performance.now();
    await run(pip, ["install", "--help"]);
    const requested = performance.now();
    assert.match(await failure("requests"), /No matching distribution found for requests/);
    assert.ok(performance.now() - requested - (requested - started) < 2000);
    const response = await fetch(`${url}/simple/requests/`);
    assert.equal(response.status, 404);
    assert.match(await response.text(), /No package 'requests' is approved in this mirror\. Ask/);
  });

  for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
    it(`rejects ${method}, also of an upload as twine sends it`, async () => {
      s3.requests.length = 0;
      for (const target of ["/", "/simple/", "/legacy/", "/files/x/alpha-1.0-py3-none-any.whl"]) {
        const body = method === "POST" || method === "PUT" ? ":action=file_upload&name=alpha" : undefined;
        const response = await fetch(`${url}${target}`, { method, body });
        assert.equal(response.status, 405);
        assert.equal(response.headers.get("allow"), "GET, HEAD");
        assert.match(await response.text(), /read-only/);
      }
      assert.deepEqual(s3.requests, []);
    });

  it("negotiates the form of a page", async () => {
    const accept = async (value: string) => {
      const { status, headers } = await fetch(`${url}/simple/beta/`, { headers: { Accept: value } });
      return [status, headers.get("content-type"), headers.get("vary")];
    };
    const json = "application/vnd.pypi.simple.v1+json";
    assert.deepEqual(await accept(json), [200, json, "Accept"]);
    assert.deepEqual(await accept("text/html"), [200, "text/html; charset=utf-8", "Accept"]);
    assert.equal((await accept("image/png"))[0], 406);
  });

  it("redirects to the normalized name of a project, at the same host", async () => {
    const location = async (target: string) => {
      const { status, headers } = await fetch(`${url}${target}`, { redirect: "manual" });
      return [status, headers.get("location")];
    };
    assert.deepEqual(await location("/simple"), [301, "/simple/"]);
    assert.deepEqual(await location("/simple/beta"), [301, "/simple/beta/"]);
    assert.deepEqual(await location("/simple/Be_.Ta/"), [301, "/simple/be-ta/"]);
    assert.deepEqual(await location("/simple/%2F%2Fevil.example"), [404, null]);
    assert.deepEqual(await location("/simple/%C3%9C/"), [301, "/simple/%C3%BC/"]);
  });

  it("answers HEAD, ranges and entity tags of files", async () => {
    const { filename, content } = wheel("beta", "2.0");
    const file = `${url}/files/${sha256(content)}/${filename}`;
    const head = await fetch(file, { method: "HEAD" });
    assert.deepEqual([head.status, head.headers.get("content-length"), await head.text()], [200, String(content.length), ""]);
    const part = await fetch(file, { headers: { Range: "bytes=2-5" } });
    assert.deepEqual([part.status, part.headers.get("content-range")], [206, `bytes 2-5/${content.length}`]);
    assert.deepEqual(Buffer.from(await part.arrayBuffer()), content.subarray(2, 6));
    assert.equal((await fetch(file, { headers: { Range: "bytes=999999-" } })).status, 416);
    assert.equal((await fetch(file, { headers: { "If-None-Match": head.headers.get("etag")! } })).status, 304);
    assert.equal((await fetch(`${file}x`)).status, 404);
  });

  it("reads no object for paths that leave the folder or are malformed", async () => {
    s3.requests.length = 0;
    /** The status for a path that `fetch` would change. */
    const status = async (target: string) => {
      const [response] = (await once(http.get(`${url}/`, { path: target }), "response")) as [http.IncomingMessage];
      response.resume();
      return response.statusCode;
    };
    const targets = ["/simple/..%2F..%2Fother", "/files//x", "/files/../x", "/files/%2e%2e/x", "/files/.", "/%00", "/%zz", "/files/a%5Cb"];
    for (const target of [...targets, "/"]) assert.equal(await status(target), 404, target);
    assert.deepEqual(s3.requests, []);
  });

  it("is ready without pages, and not ready if the bucket cannot be read; a fault of S3 does not stop it", async () => {
    const status = async (target: string) => (await fetch(`${url}${target}`)).status;
    assert.ok(!s3.objects.has(rootKey("html")));
    assert.deepEqual([await status(healthPaths.alive), await status(healthPaths.ready)], [200, 200]);
    for (const fail of [403, 500]) {
      s3.fail = fail;
      assert.deepEqual([await status(healthPaths.alive), await status(healthPaths.ready), await status("/simple/beta/")], [200, 502, 502]);
    }
    delete s3.fail;
    assert.equal(await status(healthPaths.ready), 200);
  });

  it("logs names of objects that exist, and no other text of a request", async () => {
    log.length = 0;
    await fetch(`${url}/simple/beta/?secret-query`);
    await fetch(`${url}/simple/secret-name/`, { headers: { "User-Agent": "secret-agent" } });
    await fetch(`${url}/simple/Secret_Name/`, { redirect: "manual" });
    await fetch(`${url}/files/secret-file`);
    await fetch(`${url}/secret-path`);
    await fetch(`${url}/secret-upload`, { method: "PUT", body: "secret-body" });
    s3.fail = 403;
    await fetch(`${url}/simple/secret-denied/`);
    delete s3.fail;
    await until(() => log.length === 8);
    const fields = ["level", "method", "path", "status", "s3Status"];
    assert.deepEqual(
      log.map((entry) => fields.flatMap((field) => (field in entry ? [String(entry[field])] : [])).join(" ")),
      ["GET /simple/beta/ 200", "GET 404", "GET 301", "GET 404", "GET 404", "PUT 405", "error GET 403", "GET 502"],
    );
    assert.doesNotMatch(JSON.stringify(log), /secret/i);
  });

  it("exits on SIGTERM", async () => {
    server.kill("SIGTERM");
    const [code] = (await once(server, "exit")) as [number];
    assert.equal(code, 0);
  });
});
