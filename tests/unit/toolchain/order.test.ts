import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { type Progress, silent } from "@cloister/common";
import { cleanToolchain, ensureShellcheck, ensureToolchain, noShellcheck, ToolchainError, toolchainStatus } from "@cloister/toolchain";
import { askAgain, cliRelease, pluginRelease, pulumiHome } from "@cloister/toolchain/testing";
import { archiveOf, direct, type ReleaseServer, releaseServer, withEnvironment } from "./releases";

// Where each piece comes from: this machine, else the official release, else a build. Programs are stand-ins of a few lines, in a cache, path and home of their own.
// It does not prove that what is built or downloaded runs; the engine's suite does.

const version = (name: string) =>
  (JSON.parse(fs.readFileSync(require.resolve(`${name}/package.json`), "utf8")) as { version: string }).version;
const sdk = version("@pulumi/pulumi");
const aws = version("@pulumi/aws");
const script = (text: string) => `#!/bin/sh\n${text}\n`;

const pulumi = (says: string) => script(`echo ${says}`);
const host = script("exit 0");
/** Answers what the toolchain asks, and makes an environment in which pip "installs" moto or, of wheels only and by their hashes, ShellCheck. */
const python = script(`case "$1 $2" in
  "-c import sys"*) echo True ;;
  "-m venv") mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
  "-m pip") case "$*" in
    *" --require-hashes -r "*aws-base/requirements.txt) cp "$0" "$(dirname "$0")/moto_server" ;;
    *" --require-hashes --only-binary :all: -r "*shellcheck/requirements.txt) cp "$0" "$(dirname "$0")/shellcheck" ;;
    *) exit 2 ;;
    esac ;;
esac`);
/** Says its version, lists two packages, and builds a program of its own name. */
const go = (says: string) =>
  script(`case "$1" in
  env) echo ${says} ;;
  list) echo one; echo two ;;
  build) for a; do case "$a" in -o=*) printf '#!/bin/sh\\n' > "\${a#-o=}"; chmod +x "\${a#-o=}" ;; esac; done ;;
esac`);

/** What the stand-ins and the toolchain itself run, and nothing else of this machine. */
const tools = ["sh", "mkdir", "cp", "dirname", "chmod", "tar", "gzip"].map((name) =>
  execFileSync("which", [name], { encoding: "utf8" }).trim(),
);

describe("toolchain", () => {
  let dir: string;
  let server: ReleaseServer;
  let restore: () => void;
  let notes: string[];
  let told: string[];
  const progress: Progress = {
    step: (title) => ({
      update: (text) => void told.push(`${title}: ${text}`),
      done: (text) => void told.push(`${title} done: ${text}`),
      fail: (text) => void told.push(`${title} failed: ${text}`),
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
    askAgain();
    notes = [];
    told = [];
  });
  afterEach(() => {
    restore();
    askAgain();
    fs.rmSync(dir, { recursive: true, force: true });
  });

  /** Puts a program somewhere below the test's folder. */
  function put(file: string, text: string): string {
    const at = path.join(dir, file);
    fs.mkdirSync(path.dirname(at), { recursive: true });
    fs.writeFileSync(at, text, { mode: 0o755 });
    return at;
  }
  const putCli = (says = `v${sdk}`) => [put("bin/pulumi", pulumi(says)), put("bin/pulumi-language-nodejs", host)] as const;
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

  describe("takes a CLI on the PATH", () => {
    const table: { it: string; says: string; host: string | undefined; want: "path" | "missing" }[] = [
      { it: "of the oldest version that fits", says: "v3.259.0", host: "bin", want: "path" },
      { it: "of a later one", says: "v3.270.0", host: "bin", want: "path" },
      { it: "of one that is later by number, not by letters", says: "v3.1000.0", host: "bin", want: "path" },
      { it: "whose version has no v", says: "4.0.0", host: "bin", want: "path" },
      { it: "whose language host is elsewhere on the PATH", says: "v3.259.0", host: "elsewhere", want: "path" },
      { it: "but none that is older", says: "v3.258.0", host: "bin", want: "missing" },
      { it: "but none that is older by number, not by letters", says: "v3.99.0", host: "bin", want: "missing" },
      { it: "but none without language host", says: "v3.259.0", host: undefined, want: "missing" },
      { it: "but none that fails", says: "v3.259.0; exit 1", host: "bin", want: "missing" },
    ];
    for (const one of table)
      it(one.it, async () => {
        put("bin/pulumi", pulumi(one.says));
        if (one.host) put(`${one.host}/pulumi-language-nodejs`, host);
        const found = await origins();
        assert.equal(found["pulumi-cli"], one.want);
        // The host goes with the CLI: one that is taken from elsewhere would have no CLI here.
        assert.equal(found["language-host"], one.want);
      });

    it("but not what the toolchain itself put in front of the PATH", async () => {
      const [cli] = putCli();
      const own = path.join(dir, "cache", "toolchain", "bin-0");
      fs.mkdirSync(own, { recursive: true });
      for (const name of ["pulumi", "pulumi-language-nodejs"]) fs.renameSync(path.join(path.dirname(cli), name), path.join(own, name));
      process.env.PATH = own;
      assert.equal((await origins())["pulumi-cli"], "missing");
    });
  });

  describe("takes a plugin of Pulumi's own cache", () => {
    it("of exactly the version of the SDK", async () => {
      putPlugin();
      assert.equal((await origins())["aws-plugin"], "plugin-cache");
    });
    it("but none of another version", async () => {
      put("home/plugins/resource-aws-v0.0.1/pulumi-resource-aws", script(""));
      assert.equal((await origins())["aws-plugin"], "missing");
    });
    it("but not its own link, where this shell has the toolchain's home", async () => {
      process.env.PULUMI_HOME = pulumiHome();
      put(`cache/toolchain/pulumi-home/plugins/resource-aws-v${aws}/pulumi-resource-aws`, script(""));
      assert.equal((await origins())["aws-plugin"], "missing");
    });
  });

  it("makes nothing that is there, and asks nobody for it", async () => {
    const [cli] = putCli();
    const plugin = putPlugin();
    put("bin/python3", python);
    const toolchain = await ensureToolchain(progress);
    assert.deepEqual(await origins(), { "pulumi-cli": "path", "language-host": "path", "aws-base": "venv", "aws-plugin": "plugin-cache" });
    assert.deepEqual(server.asked, []);
    assert.equal(toolchain.pulumiBin, cli);
    assert.equal(toolchain.pulumiHome, path.join(dir, "cache", "toolchain", "pulumi-home"));
    assert.equal(toolchain.env.PATH!.split(path.delimiter)[0], path.dirname(cli));
    const linked = path.join(toolchain.env.PULUMI_HOME!, "plugins", `resource-aws-v${aws}`, "pulumi-resource-aws");
    assert.equal(fs.realpathSync(linked), fs.realpathSync(plugin));
    for (const file of [toolchain.python, toolchain.motoServer]) fs.accessSync(file, fs.constants.X_OK);
    // Only the base was made; a second time nothing is.
    assert.deepEqual(
      told.filter((line) => / done: /.test(line)).map((line) => /^[^(]*/.exec(line)![0].trim()),
      ["Base of the sandbox"],
    );
    told.length = 0;
    await ensureToolchain(progress);
    assert.deepEqual(told, []);
  });

  describe("ShellCheck, which only tests need", () => {
    it("is made when it is asked for, beside the others, and once", async () => {
      put("bin/python3", python);
      const shellcheck = await ensureShellcheck(progress);
      assert.match(shellcheck, /cache\/toolchain\/shellcheck-[0-9a-f]{16}\/bin\/shellcheck$/);
      fs.accessSync(shellcheck, fs.constants.X_OK);
      assert.match(told.at(-1)!, /^ShellCheck [\d.]+ done: [\d.]+, venv, /);
      told.length = 0;
      assert.equal(await ensureShellcheck(progress), shellcheck);
      assert.deepEqual(told, []);
      assert.ok(!(await toolchainStatus()).some(({ id }) => id === "shellcheck"), "not among what the engine needs");
    });

    it("says what it needs", () => assert.rejects(ensureShellcheck(silent), /^ToolchainError: ShellCheck needs Python 3\.10 or later/));

    for (const [machine, has] of [
      ["linux x64", true],
      ["darwin arm64", true],
      ["linux arm64", false],
      ["linux x64 without glibc", false],
    ] as const)
      it(`is ${has ? "" : "not "}to be had for ${machine}`, () =>
        assert.equal(noShellcheck(machine), has ? undefined : `the Python package of ShellCheck has no program for ${machine}`));
  });

  it("downloads what is too old or missing, and links the plugin where the engine looks", async () => {
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
    // The host that came with the CLI stays beside it.
    fs.accessSync(path.join(path.dirname(toolchain.pulumiBin), "pulumi-language-nodejs"), fs.constants.X_OK);
    fs.accessSync(path.join(toolchain.pulumiHome, "plugins", `resource-aws-v${aws}`, "pulumi-resource-aws"), fs.constants.X_OK);
    assert.deepEqual(fs.readdirSync(path.join(dir, "cache", "toolchain", "downloads")), []);
    server.asked.length = 0;
    await ensureToolchain(silent);
    assert.deepEqual(server.asked, []);
  });

  it("puts another plugin in the place of the one before", async () => {
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

  it("builds what is not published, and gives the CLI our language host in a folder of theirs", async () => {
    put("bin/go", go("go1.26.0"));
    put("bin/python3", python);
    // With caches of Go's a build needs less room on this disk.
    fs.mkdirSync(path.join(dir, "cache", "go", "build"), { recursive: true });
    const toolchain = await ensureToolchain(progress);
    assert.deepEqual(await origins(), { "pulumi-cli": "built", "language-host": "stand-in", "aws-base": "venv", "aws-plugin": "built" });
    assert.match(toolchain.pulumiBin, /cache\/toolchain\/bin-[0-9a-f]{16}\/pulumi$/);
    fs.accessSync(path.join(path.dirname(toolchain.pulumiBin), "pulumi-language-nodejs"), fs.constants.X_OK);
    assert.match(told.join("\n"), /Pulumi CLI 3\.259\.0: .*checksums\.txt is not published; building from source instead/);
    assert.match(told.join("\n"), /AWS provider plugin .*: .*checksums\.txt is not published; building from source instead/);
  });

  it("does not build in place of a release that is not what was published", async () => {
    put("bin/go", go("go1.26.0"));
    publish("0".repeat(64));
    assert.match(await failure(), /has the checksum [0-9a-f]{64}; published is 0{64}/);
    assert.match(told.at(-1)!, /^Pulumi CLI 3\.259\.0 failed: could not be had$/);
    assert.equal((await origins())["pulumi-cli"], "missing");
  });

  describe("says what to install", () => {
    it("where a build needs Go, and there is none", async () => {
      assert.match(
        await failure(),
        /^The Pulumi CLI has to be built here, .* needs Go 1\.26 or later, and no Go is installed\. Install Go \(https:\/\/go\.dev\/dl\/\), or the official Pulumi CLI and plugin/,
      );
    });
    for (const { says, ok } of [
      { says: "go1.25.9", ok: false },
      { says: "go1.26", ok: true },
      { says: "go2.0.1", ok: true },
    ])
      it(`where Go is ${says}: ${ok ? "nothing" : "a later one"}`, async () => {
        put("bin/go", go(says));
        fs.mkdirSync(path.join(dir, "cache", "go", "build"), { recursive: true });
        // With Go that fits it comes as far as the base, which needs Python.
        assert.match(await failure(), ok ? /needs Python 3\.10/ : /needs Go 1\.26 or later, and go1\.25 is installed\. Install Go/);
      });

    it("where the plugin alone has to be built", async () => {
      putCli();
      put("bin/python3", python);
      assert.match(await failure(), /^The AWS provider plugin has to be built here, .*no Go is installed\. Install Go/);
      assert.deepEqual(await origins(), { "pulumi-cli": "path", "language-host": "path", "aws-base": "venv", "aws-plugin": "missing" });
    });

    it("where there is no Python, or an older one", async () => {
      putCli();
      const wanted =
        /^The base of the sandbox needs Python 3\.10 or later, and none is on the PATH\. Install it \(https:\/\/www\.python\.org\/downloads\/\)/;
      assert.match(await failure(), wanted);
      put("bin/python3", script("echo False"));
      assert.match(await failure(), wanted);
    });

    it("where Python has no venv module", async () => {
      putCli();
      put("bin/python3", script('case "$2" in *venv*) exit 1 ;; *) echo True ;; esac'));
      assert.match(
        await failure(),
        /needs Python's venv module, which python3 lacks\. On Debian and Ubuntu: apt-get install python3-venv\. Then run this again\.$/,
      );
    });

    it("takes Python by its other name", async () => {
      putCli();
      putPlugin();
      put("bin/python", python);
      await ensureToolchain(silent);
    });
  });

  for (const { node, note } of [
    { node: "20.19.0", note: ["Node.js 20.19.0 works; Pulumi's SDK recommends 22 or later."] },
    { node: "22.0.0", note: [] },
    { node: "24.1.0", note: [] },
  ])
    it(`${note.length > 0 ? "notes that" : "says nothing of"} Node.js ${node}`, async () => {
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

  describe("in its cache", () => {
    beforeEach(async () => {
      put("bin/python3", python);
      publish();
      await ensureToolchain(silent);
      put("cache/go/build/one", "1".repeat(1000));
      put("cache/go/mod/two", "2".repeat(500));
      put("cache/toolchain/downloads/part", "3".repeat(250));
      put("cache/worlds/mine/state", "4");
    });

    it("tells what is there, with size, time and where", async () => {
      for (const { id, state, version: of, path: at, bytes, seconds, detail } of await toolchainStatus()) {
        assert.equal(state, "ready", id);
        assert.ok(of && at?.startsWith(path.join(dir, "cache", "toolchain")), id);
        assert.equal(typeof bytes, id === "language-host" ? "undefined" : "number");
        assert.equal(typeof seconds, id === "language-host" ? "undefined" : "number");
        assert.equal(detail, id === "aws-plugin" ? "Go's caches: 2 KB (cloister toolchain clean removes them)" : undefined);
      }
    });

    it("removes Go's caches and unfinished downloads, and nothing that is used", async () => {
      assert.deepEqual(await cleanToolchain("intermediate", progress), { freedBytes: 1750 });
      assert.match(told.at(-1)!, /done: 2 KB freed$/);
      assert.deepEqual(fs.readdirSync(path.join(dir, "cache", "go")), []);
      assert.deepEqual(fs.readdirSync(path.join(dir, "cache", "toolchain", "downloads")), []);
      assert.ok((await toolchainStatus()).every(({ state, detail }) => state === "ready" && detail === undefined));
    });

    it("removes all pieces when asked to, and leaves worlds", async () => {
      assert.ok((await cleanToolchain("all", progress)).freedBytes > 1750);
      assert.deepEqual(new Set(Object.values(await origins())), new Set(["missing"]));
      assert.deepEqual(fs.readdirSync(path.join(dir, "cache", "toolchain")), []);
      assert.equal(fs.readFileSync(path.join(dir, "cache", "worlds", "mine", "state"), "utf8"), "4");
    });
  });
});
