// The tests of packages in a bucket: publishes them, and installs them with real pip in a virtual environment. The server in front of the
// bucket answers as S3 does without signature. Not proven: that AWS allows such reads through access points (docs/assumptions.md).
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as http from "node:http";
import * as os from "node:os";
import * as path from "node:path";
import { approve, type MirrorClient, PackagesError, removePackages, syncPackages, verifyPackages } from "@cloister/cli/testing";
import { silent } from "@cloister/common";
import { fileKey } from "@cloister/components/mirror/index-keys";
import { approvalProblems, parseManifest } from "@cloister/components/mirror/manifest";
import { appScript } from "@cloister/components/studio/lifecycle-scripts";
import { stringify } from "yaml";
import { facts } from "./studio";
import { type ExactKeyServer, serveKeys, type Wheel, wheel } from "./wheels";

/** A bucket that the tests publish to and change, as an attacker could. */
export interface TestBucket {
  client: MirrorClient;
  put(key: string, body: string | Buffer): Promise<unknown>;
  get(key: string): Promise<{ body: Uint8Array; type: string } | undefined>;
}

/** Registers the tests for a bucket that `open` creates. */
export function testPackages(open: () => Promise<TestBucket>): void {
  const wheels = [wheel("alpha", "1.0", 1, ["beta>=2"]), wheel("beta", "2.0", 2), wheel("beta", "1.0", 0)];
  let folder: string;
  let manifest: string;
  let client: MirrorClient;
  let server: ExactKeyServer;
  let bucket: TestBucket;

  const read = () => parseManifest(manifest, fs.readFileSync(manifest, "utf8")).manifest!;
  /** Stands in for the download from an index, which has the content of the wheels. */
  const download = (file: { filename: string }, target: string) => {
    fs.writeFileSync(target, wheels.find((item) => item.file.filename === file.filename)!.content);
    return Promise.resolve();
  };
  const sync = (yes = true) =>
    syncPackages(client, read(), {
      command: (more) => ["packages", "sync", ...more].join(" "),
      advisories: () => Promise.resolve({ known: [] }),
      progress: silent,
      yes,
      download,
    });
  const verify = () =>
    verifyPackages(client, read(), {
      sync: "npx cloister packages sync --yes",
      advisories: () => Promise.resolve({ known: [] }),
      progress: silent,
    });

  /** Runs Python as in an app: with the home directory that the start script has set up, and without other settings of pip. */
  const python = async (program: string, ...args: string[]) => {
    const env = {
      PATH: process.env.PATH,
      HOME: path.join(folder, "home"),
      LANG: "C",
      PIP_DISABLE_PIP_VERSION_CHECK: "1",
      PIP_NO_CACHE_DIR: "1",
    };
    const start = Date.now();
    // Not synchronous: this process answers pip.
    const child = spawn(program, args, { env, cwd: folder });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
    return { status, output, seconds: (Date.now() - start) / 1000 };
  };
  const venv = () => path.join(folder, "venv/bin/python");
  const install = (...args: string[]) => python(venv(), "-m", "pip", "install", "--force-reinstall", ...args);
  const answerOf = async (name: string) => (await python(venv(), "-c", `import ${name}; print(${name}.answer)`)).output.trim();
  const hashOf = ({ file }: Wheel) => `--hash=sha256:${file.sha256}`;
  const requirements = (...lines: string[]) => {
    fs.writeFileSync(path.join(folder, "requirements.txt"), lines.join("\n"));
    return ["--require-hashes", "-r", "requirements.txt"];
  };

  before(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-"));
    manifest = path.join(folder, "packages.yaml");
    bucket = await open();
    ({ client } = bucket);
    server = await serveKeys(bucket.get);
    fs.mkdirSync(path.join(folder, "home"));
    const script = appScript({ facts, pip: { indexUrl: `${server.url}/simple/`, requests: "platform@bank.example" } });
    const env = { PATH: process.env.PATH, HOME: path.join(folder, "home"), LANG: "C" };
    assert.equal(spawnSync("bash", ["-s"], { input: script, env }).status, 0);
    assert.equal((await python("python3", "-m", "venv", "venv")).status, 0);
  });
  after(async () => {
    server.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it("are published only after their approval", async () => {
    const packages = ["alpha", "beta"].map((name) => {
      const [newest] = wheels.filter(({ file }) => file.filename.startsWith(name));
      return { name, version: newest!.file.filename.split("-")[1], licence: "MIT", files: [newest!.file] };
    });
    fs.writeFileSync(manifest, stringify({ packages }));
    assert.equal(approvalProblems(manifest, read(), new Date()).length, 4);
    approve(["alpha", "beta"], { manifest, approver: "jane@bank.example", expires: "2999-12-31" });
    assert.deepEqual(approvalProblems(manifest, read(), new Date()), []);
    assert.match(await sync(false), /\+ 2 files .*\n.*~ 6 pages of the index: alpha, beta\nNo changes were made/);
    assert.deepEqual(await client.list(), []);
    assert.match(await sync(), /^The mirror has the packages of the manifest:/);
    assert.match(await sync(), /Nothing to publish\.$/);
    assert.match(await verify(), /exactly the packages of the manifest: 2 packages/);
  });

  it("are installed by pip with their dependencies, from the index in the settings of the home directory", async () => {
    const { status, output } = await install("alpha");
    assert.equal(status, 0, output);
    assert.ok(output.includes(`Looking in indexes: ${server.url}/simple/`), output);
    assert.deepEqual([await answerOf("alpha"), await answerOf("beta")], ["1", "2"]);
  });

  it("are installed with --require-hashes, and rejected with another hash", async () => {
    const [alpha, beta] = wheels as [Wheel, Wheel];
    const pinned = await install(...requirements(`alpha==1.0 ${hashOf(alpha)}`, `beta==2.0 ${hashOf(beta)}`));
    assert.equal(pinned.status, 0, pinned.output);
    const other = await install(...requirements(`beta==2.0 ${hashOf(alpha)}`));
    assert.equal(other.status, 1);
    assert.match(other.output, /THESE PACKAGES DO NOT MATCH THE HASHES|No matching distribution found/);
  });

  it("are rejected by pip and by verify if a file was changed in the bucket", async () => {
    const [, beta, tampered] = wheels as [Wheel, Wheel, Wheel];
    await bucket.put(fileKey(beta.file), tampered.content);
    const { status, output } = await install("beta");
    assert.equal(status, 1);
    assert.match(output, /THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE|hash/i);
    await assert.rejects(verify(), (error: Error) => {
      assert.ok(error instanceof PackagesError);
      assert.match(error.message, /beta-2\.0-py3-none-any\.whl was changed in the mirror/);
      return true;
    });
    await client.delete([fileKey(beta.file)]);
    assert.match(await sync(), /\+ 1 file .*beta-2\.0/);
    assert.equal((await install("beta")).status, 0);
    assert.match(await verify(), /exactly the packages/);
  });

  it("are reported by verify if a page was changed or an object was added", async () => {
    await bucket.put("simple/alpha/", "<a href='https://evil.example/alpha-9.whl'>alpha-9.whl</a>");
    await bucket.put("simple/evil/", "");
    await assert.rejects(verify(), (error: Error) => {
      assert.match(error.message, /simple\/alpha\/ was changed in the mirror/);
      assert.match(error.message, /simple\/evil\/ is in the mirror, but not in the manifest/);
      return true;
    });
    await sync();
    assert.match(await verify(), /exactly the packages/);
  });

  it("are not found within 2 s if unknown, and pip reports how to request them", async () => {
    const seconds: number[] = [];
    // The fastest of several attempts, without the start of pip, because other tests run at the same time.
    while (seconds.length < 5 && !seconds.some((duration) => duration < 2)) {
      const start = await python("python3", "-m", "pip", "--version");
      server.requests.length = 0;
      const { status, output, ...run } = await python("python3", "-m", "pip", "install", "--target", "packages", "gamma");
      assert.equal(status, 1);
      assert.match(output, /No matching distribution found for gamma/);
      assert.ok(output.includes("cloister: gamma is not an approved package. Request it: platform@bank.example"), output);
      assert.deepEqual(server.requests, ["GET simple/gamma/"], "no retries");
      seconds.push(run.seconds - start.seconds);
    }
    assert.ok(Math.min(...seconds) < 2, seconds.join());
  });

  it("are no longer installed after their removal", async () => {
    removePackages(["alpha"], { manifest });
    assert.match(await sync(), /- 1 project: alpha\n {2}- 1 file: alpha-1\.0/);
    const { status, output } = await install("alpha");
    assert.equal(status, 1);
    assert.match(output, /No matching distribution found for alpha/);
    assert.equal((await install("beta")).status, 0);
  });

  it("cannot be uploaded through the index", async () => {
    for (const method of ["PUT", "POST", "DELETE"]) {
      const status = await new Promise<number | undefined>((resolve) => {
        http.request(`${server.url}/simple/beta/`, { method }, (response) => resolve(response.resume().statusCode)).end();
      });
      assert.equal(status, 403, method);
    }
    assert.equal((await install("beta")).status, 0);
  });
}
