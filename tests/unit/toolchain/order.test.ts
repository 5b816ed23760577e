import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { type Progress, silent } from "@cloister/common";
import { cleanToolchain, ensureShellcheck, ensureToolchain, shellcheckProblem, ToolchainError, toolchainStatus } from "@cloister/toolchain";
import { resetConnections, cliRelease, pluginRelease, pulumiHome } from "@cloister/toolchain/testing";
import { archiveOf, direct, type ReleaseServer, releaseServer, withEnvironment } from "./releases";

// Tests the origin of each piece: this machine, else the official release, else a build. Programs are stand-ins, in a separate
// cache, PATH and home.
// Not proven: that built or downloaded programs run; the engine suite tests that.

const npmVersion = (name: string) =>
  (JSON.parse(fs.readFileSync(require.resolve(`${name}/package.json`), "utf8")) as { version: string }).version;
const sdk = npmVersion("@pulumi/pulumi");
const aws = npmVersion("@pulumi/aws");
const script = (text: string) => `#!/bin/sh\n${text}\n`;

const pulumi = (version: string) => script(`echo ${version}`);
const host = script("exit 0");
/** Reports a supported version and creates a virtual environment in which pip "installs" moto or ShellCheck. */
const python = script(`case "$1 $2" in
  "-c import sys"*) echo True ;;
  "-m venv") mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
  "-m pip") case "$*" in
    *" --require-hashes -r "*aws-base/requirements.txt) cp "$0" "$(dirname "$0")/moto_server" ;;
    *" --require-hashes --only-binary :all: -r "*shellcheck/requirements.txt) cp "$0" "$(dirname "$0")/shellcheck" ;;
    *) exit 2 ;;
    esac ;;
esac`);
/** Prints its version, lists two packages and builds an empty program. */
const go = (version: string) =>
  script(`case "$1" in
  env) echo ${version} ;;
  list) echo one; echo two ;;
  build) for a; do case "$a" in -o=*) printf '#!/bin/sh\\n' > "\${a#-o=}"; chmod +x "\${a#-o=}" ;; esac; done ;;
esac`);

/** Programs on this machine that stand-ins and the toolchain use. */
const tools = ["sh", "mkdir", "cp", "dirname", "chmod", "tar", "gzip"].map((name) =>
  execFileSync("which", [name], { encoding: "utf8" }).trim(),
);

describe("toolchain", () => {
  let dir: string;
  let server: ReleaseServer;
  let restore: () => void;
  let notes: string[];
  let steps: string[];
  const progress: Progress = {
    step: (title) => ({
      update: (text) => void steps.push(`${title}: ${text}`),
      done: (text) => void steps.push(`${title} done: ${text}`),
      fail: (text) => void steps.push(`${title} failed: ${text}`),
    }),
    note: (text) => void notes.push(text),
  };

  before(async () => {
    server = await releaseServer();
  });
  after(() => server.close());
  beforeEach(() => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-toolchain-"));
    for (const name of ["bin", "elsewhere", "tools"]) fs.mkdirSync(path.join(dir, name));
    for (const tool of tools) fs.symlinkSync(tool, path.join(dir, "tools", path.basename(tool)));
    restore = withEnvironment({
      ...direct,
      CLOISTER_CACHE: path.join(dir, "cache"),
      CLOISTER_RELEASES_URL: `http://127.0.0.1:${server.port}`,
      PATH: ["bin", "elsewhere", "tools"].map((name) => path.join(dir, name)).join(path.delimiter),
      PULUMI_HOME: path.join(dir, "home"),
    });
    server.empty();
    resetConnections();
    notes = [];
    steps = [];
  });
  afterEach(() => {
    restore();
    resetConnections();
    fs.rmSync(dir, { recursive: true, force: true });
  });

  /** Writes a program below the folder of this test. */
  function put(file: string, text: string): string {
    const at = path.join(dir, file);
    fs.mkdirSync(path.dirname(at), { recursive: true });
    fs.writeFileSync(at, text, { mode: 0o755 });
    return at;
  }
  const putCli = (cliVersion = `v${sdk}`) => [put("bin/pulumi", pulumi(cliVersion)), put("bin/pulumi-language-nodejs", host)] as const;
  const putPlugin = () => put(`home/plugins/resource-aws-v${aws}/pulumi-resource-aws`, script(""));
  const publish = (sum?: string) => {
    server.publish(cliRelease(sdk)!, archiveOf({ "pulumi/pulumi": pulumi(`v${sdk}`), "pulumi/pulumi-language-nodejs": host }), sum);
    server.publish(pluginRelease(aws)!, archiveOf({ "pulumi-resource-aws": script("") }), sum);
  };
  const origins = async () => Object.fromEntries((await toolchainStatus()).map(({ id, state, origin }) => [id, origin ?? state]));
  const failure = async () => {
    let message = "";
    await assert.rejects(ensureToolchain(progress), (error: Error) => {
      message = error.message;
      return error instanceof ToolchainError;
    });
    return message;
  };

  describe("CLI on the PATH", () => {
    const table: { it: string; version: string; host: string | undefined; want: "path" | "missing" }[] = [
      { it: "uses a CLI with the oldest supported version", version: "v3.259.0", host: "bin", want: "path" },
      { it: "uses a CLI with a later version", version: "v3.270.0", host: "bin", want: "path" },
      { it: "uses a CLI with a version that is later by number, not by text", version: "v3.1000.0", host: "bin", want: "path" },
      { it: "uses a CLI whose version has no v", version: "4.0.0", host: "bin", want: "path" },
      { it: "uses a CLI whose language host is in another folder on the PATH", version: "v3.259.0", host: "elsewhere", want: "path" },
      { it: "does not use a CLI with an older version", version: "v3.258.0", host: "bin", want: "missing" },
      { it: "does not use a CLI with a version that is older by number, not by text", version: "v3.99.0", host: "bin", want: "missing" },
      { it: "does not use a CLI without a language host", version: "v3.259.0", host: undefined, want: "missing" },
      { it: "does not use a CLI that fails", version: "v3.259.0; exit 1", host: "bin", want: "missing" },
    ];
    for (const { it: title, version, host: hostFolder, want } of table)
      it(title, async () => {
        put("bin/pulumi", pulumi(version));
        if (hostFolder) put(`${hostFolder}/pulumi-language-nodejs`, host);
        const found = await origins();
        assert.equal(found["pulumi-cli"], want);
        // The language host comes with the CLI.
        assert.equal(found["language-host"], want);
      });

    it("does not use the CLI of the toolchain itself", async () => {
      const [cli] = putCli();
      const toolchainBin = path.join(dir, "cache", "toolchain", "bin-0");
      fs.mkdirSync(toolchainBin, { recursive: true });
      for (const name of ["pulumi", "pulumi-language-nodejs"])
        fs.renameSync(path.join(path.dirname(cli), name), path.join(toolchainBin, name));
      process.env.PATH = toolchainBin;
      assert.equal((await origins())["pulumi-cli"], "missing");
    });
  });

  describe("plugin in the Pulumi cache", () => {
    it("uses a plugin with the version of the SDK", async () => {
      putPlugin();
      assert.equal((await origins())["aws-plugin"], "plugin-cache");
    });
    it("does not use a plugin with another version", async () => {
      put("home/plugins/resource-aws-v0.0.1/pulumi-resource-aws", script(""));
      assert.equal((await origins())["aws-plugin"], "missing");
    });
    it("does not use the plugin link in the home of the toolchain", async () => {
      process.env.PULUMI_HOME = pulumiHome();
      put(`cache/toolchain/pulumi-home/plugins/resource-aws-v${aws}/pulumi-resource-aws`, script(""));
      assert.equal((await origins())["aws-plugin"], "missing");
    });
  });

  it("installs only missing tools, and downloads no release of an installed tool", async () => {
    const [cli] = putCli();
    const plugin = putPlugin();
    put("bin/python3", python);
    const toolchain = await ensureToolchain(progress);
    assert.deepEqual(await origins(), { "pulumi-cli": "path", "language-host": "path", "aws-base": "venv", "aws-plugin": "plugin-cache" });
    assert.deepEqual(server.requests, []);
    assert.equal(toolchain.pulumiBin, cli);
    assert.equal(toolchain.pulumiHome, path.join(dir, "cache", "toolchain", "pulumi-home"));
    assert.equal(toolchain.env.PATH!.split(path.delimiter)[0], path.dirname(cli));
    const linked = path.join(toolchain.env.PULUMI_HOME!, "plugins", `resource-aws-v${aws}`, "pulumi-resource-aws");
    assert.equal(fs.realpathSync(linked), fs.realpathSync(plugin));
    for (const file of [toolchain.python, toolchain.motoServer]) fs.accessSync(file, fs.constants.X_OK);
    // Only moto is installed, and a second run installs no piece.
    assert.deepEqual(
      steps.filter((line) => / done: /.test(line)).map((line) => /^[^(]*/.exec(line)![0].trim()),
      ["moto"],
    );
    steps.length = 0;
    await ensureToolchain(progress);
    assert.deepEqual(steps, []);
  });

  describe("ShellCheck, which only tests use,", () => {
    it("is installed once, on request", async () => {
      put("bin/python3", python);
      const shellcheck = await ensureShellcheck(progress);
      assert.match(shellcheck, /cache\/toolchain\/shellcheck-[0-9a-f]{16}\/bin\/shellcheck$/);
      fs.accessSync(shellcheck, fs.constants.X_OK);
      assert.match(steps.at(-1)!, /^ShellCheck [\d.]+ done: [\d.]+, venv, /);
      steps.length = 0;
      assert.equal(await ensureShellcheck(progress), shellcheck);
      assert.deepEqual(steps, []);
      assert.ok(!(await toolchainStatus()).some(({ id }) => id === "shellcheck"), "the engine does not require ShellCheck");
    });

    it("requires Python", () => assert.rejects(ensureShellcheck(silent), /^ToolchainError: ShellCheck requires Python 3\.10 or later/));

    for (const [machine, has] of [
      ["linux x64", true],
      ["darwin arm64", true],
      ["linux arm64", false],
      ["linux x64 without glibc", false],
    ] as const)
      it(`is ${has ? "" : "not "}available for ${machine}`, () =>
        assert.equal(shellcheckProblem(machine), has ? undefined : `the Python package of ShellCheck does not support ${machine}`));
  });

  it("downloads pieces that are too old or missing, and links the plugin for the engine", async () => {
    putCli("v3.258.0");
    put("bin/python3", python);
    publish();
    const toolchain = await ensureToolchain(progress);
    assert.deepEqual(await origins(), {
      "pulumi-cli": "download",
      "language-host": "download",
      "aws-base": "venv",
      "aws-plugin": "download",
    });
    assert.equal(execFileSync(toolchain.pulumiBin, ["version"], { encoding: "utf8" }), `v${sdk}\n`);
    // The language host from the release stays beside the CLI.
    fs.accessSync(path.join(path.dirname(toolchain.pulumiBin), "pulumi-language-nodejs"), fs.constants.X_OK);
    fs.accessSync(path.join(toolchain.pulumiHome, "plugins", `resource-aws-v${aws}`, "pulumi-resource-aws"), fs.constants.X_OK);
    assert.deepEqual(fs.readdirSync(path.join(dir, "cache", "toolchain", "downloads")), []);
    server.requests.length = 0;
    await ensureToolchain(silent);
    assert.deepEqual(server.requests, []);
  });

  it("replaces the link to a previous plugin", async () => {
    putCli();
    put("bin/python3", python);
    putPlugin();
    const { pulumiHome: home } = await ensureToolchain(silent);
    process.env.PULUMI_HOME = path.join(dir, "another-home");
    publish();
    await ensureToolchain(silent);
    const linked = fs.realpathSync(path.join(home, "plugins", `resource-aws-v${aws}`, "pulumi-resource-aws"));
    assert.match(linked, /cache\/toolchain\/aws-plugin-[0-9a-f]{16}\/pulumi-resource-aws$/);
  });

  it("builds pieces that are not published, and puts the stand-in language host beside the CLI", async () => {
    put("bin/go", go("go1.26.0"));
    put("bin/python3", python);
    // With existing Go caches, a build requires less disk space.
    fs.mkdirSync(path.join(dir, "cache", "go", "build"), { recursive: true });
    const toolchain = await ensureToolchain(progress);
    assert.deepEqual(await origins(), { "pulumi-cli": "built", "language-host": "stand-in", "aws-base": "venv", "aws-plugin": "built" });
    assert.match(toolchain.pulumiBin, /cache\/toolchain\/bin-[0-9a-f]{16}\/pulumi$/);
    fs.accessSync(path.join(path.dirname(toolchain.pulumiBin), "pulumi-language-nodejs"), fs.constants.X_OK);
    assert.match(steps.join("\n"), /Pulumi CLI 3\.259\.0: .*checksums\.txt is not published; building from source instead/);
    assert.match(steps.join("\n"), /AWS provider plugin .*: .*checksums\.txt is not published; building from source instead/);
  });

  it("does not build when a release has a wrong checksum", async () => {
    put("bin/go", go("go1.26.0"));
    publish("0".repeat(64));
    assert.match(await failure(), /The checksum of .* must be 0{64} \(got [0-9a-f]{64}\)/);
    assert.match(steps.at(-1)!, /^Pulumi CLI 3\.259\.0 failed: installation failed$/);
    assert.equal((await origins())["pulumi-cli"], "missing");
  });

  describe("requirements of an installation", () => {
    it("explain that a build requires Go when Go is missing", async () => {
      assert.match(
        await failure(),
        /^The Pulumi CLI must be built from source, .* requires Go 1\.26 or later, and Go is not installed\. Install Go \(https:\/\/go\.dev\/dl\/\), or the official Pulumi CLI and plugin/,
      );
    });
    for (const { version, ok } of [
      { version: "go1.25.9", ok: false },
      { version: "go1.26", ok: true },
      { version: "go2.0.1", ok: true },
    ])
      it(`${ok ? "accept" : "explain that a build requires a later Go version than"} ${version}`, async () => {
        put("bin/go", go(version));
        fs.mkdirSync(path.join(dir, "cache", "go", "build"), { recursive: true });
        // With a supported Go version, the next problem is that moto requires Python.
        assert.match(await failure(), ok ? /requires Python 3\.10/ : /requires Go 1\.26 or later, and go1\.25 is installed\. Install Go/);
      });

    it("name the plugin when only the plugin must be built", async () => {
      putCli();
      put("bin/python3", python);
      assert.match(await failure(), /^The AWS provider plugin must be built from source, .*Go is not installed\. Install Go/);
      assert.deepEqual(await origins(), { "pulumi-cli": "path", "language-host": "path", "aws-base": "venv", "aws-plugin": "missing" });
    });

    it("explain that Python is missing or too old", async () => {
      putCli();
      const wanted =
        /^moto \(AWS emulator of the sandbox\) requires Python 3\.10 or later, and the PATH has none\. Install it \(https:\/\/www\.python\.org\/downloads\/\)/;
      assert.match(await failure(), wanted);
      put("bin/python3", script("echo False"));
      assert.match(await failure(), wanted);
    });

    it("explain that Python has no venv module", async () => {
      putCli();
      put("bin/python3", script('case "$2" in *venv*) exit 1 ;; *) echo True ;; esac'));
      assert.match(
        await failure(),
        /requires the venv module of Python, and python3 does not have it\. On Debian and Ubuntu: apt-get install python3-venv\. Then run the same command again\.$/,
      );
    });

    it("accept Python under the name python", async () => {
      putCli();
      putPlugin();
      put("bin/python", python);
      await ensureToolchain(silent);
    });
  });

  for (const { node, note } of [
    { node: "20.19.0", note: ["Node.js 20.19.0 is supported. The Pulumi SDK recommends version 22 or later."] },
    { node: "22.0.0", note: [] },
    { node: "24.1.0", note: [] },
  ])
    it(`${note.length > 0 ? "recommends a later version than" : "accepts"} Node.js ${node}`, async () => {
      putCli();
      putPlugin();
      put("bin/python3", python);
      const real = Object.getOwnPropertyDescriptor(process.versions, "node")!;
      Object.defineProperty(process.versions, "node", { ...real, value: node });
      try {
        await ensureToolchain(progress);
      } finally {
        Object.defineProperty(process.versions, "node", real);
      }
      assert.deepEqual(notes, note);
    });

  describe("installed toolchain", () => {
    beforeEach(async () => {
      put("bin/python3", python);
      publish();
      await ensureToolchain(silent);
      put("cache/go/build/one", "1".repeat(1000));
      put("cache/go/mod/two", "2".repeat(500));
      put("cache/toolchain/downloads/part", "3".repeat(250));
      put("cache/worlds/test/state", "4");
    });

    it("shows the size, duration and path of each piece", async () => {
      for (const { id, state, version, path: file, bytes, seconds, detail } of await toolchainStatus()) {
        assert.equal(state, "ready", id);
        assert.ok(version && file?.startsWith(path.join(dir, "cache", "toolchain")), id);
        assert.equal(typeof bytes, id === "language-host" ? "undefined" : "number");
        assert.equal(typeof seconds, id === "language-host" ? "undefined" : "number");
        assert.equal(detail, id === "aws-plugin" ? "Go caches: 2 KB (delete them: npx cloister toolchain clean)" : undefined);
      }
    });

    it("deletes Go caches and incomplete downloads, but no piece", async () => {
      assert.deepEqual(await cleanToolchain("intermediate", progress), { freedBytes: 1750 });
      assert.match(steps.at(-1)!, /done: 2 KB freed$/);
      assert.deepEqual(fs.readdirSync(path.join(dir, "cache", "go")), []);
      assert.deepEqual(fs.readdirSync(path.join(dir, "cache", "toolchain", "downloads")), []);
      assert.ok((await toolchainStatus()).every(({ state, detail }) => state === "ready" && detail === undefined));
    });

    it("deletes all pieces on request, but keeps worlds", async () => {
      assert.ok((await cleanToolchain("all", progress)).freedBytes > 1750);
      assert.deepEqual(new Set(Object.values(await origins())), new Set(["missing"]));
      assert.deepEqual(fs.readdirSync(path.join(dir, "cache", "toolchain")), []);
      assert.equal(fs.readFileSync(path.join(dir, "cache", "worlds", "test", "state"), "utf8"), "4");
    });
  });
});
