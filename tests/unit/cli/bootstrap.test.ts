import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

// bootstrap.mjs runs before packages are installed, so bootstrap.mjs is plain JavaScript. Each expression runs in a separate
// process.

const root = path.resolve(__dirname, "..", "..", "..");
const evaluate = (expression: string): unknown => {
  const script = `import * as b from ${JSON.stringify(path.join(root, "tools", "cli", "bootstrap.mjs"))}; console.log(JSON.stringify(${expression}) ?? "null");`;
  const child = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
  assert.equal(child.status, 0, child.stderr);
  return JSON.parse(child.stdout);
};

describe("bootstrap", () => {
  it("accepts Node.js 20.19 and later, and explains what to install for an older version", () => {
    assert.deepEqual(evaluate('["20.19.0", "20.20.2", "22.0.0", "24.1.0"].map((v) => b.nodeProblem(v) ?? null)'), [null, null, null, null]);
    for (const version of ["18.20.0", "20.18.1"])
      assert.match(String(evaluate(`b.nodeProblem("${version}")`)), /requires Node\.js 20\.19 or later, .*\(got [\d.]+\)\. Install it/);
  });

  it("installs packages again when the lock file changes", () => {
    assert.equal(evaluate('b.packagesStamp("a") === b.packagesStamp("a")'), true);
    assert.equal(evaluate('b.packagesStamp("a") === b.packagesStamp("b")'), false);
  });

  it("selects the script for npm start, npm test and npm run cloister", () => {
    const entry = (verb: string) => (evaluate(`b.entryOf("${verb}", ["--help"])`) as string[]).map((part) => path.relative(root, part));
    assert.deepEqual((evaluate('b.entryOf("start", ["--help"])') as string[]).slice(1), ["start", "--help"]);
    assert.equal(entry("test")[0], path.join("tests", "run.ts"));
    assert.equal(entry("run")[0], path.join("tools", "cli", "main.ts"));
    for (const verb of ["test", "run"]) assert.deepEqual((evaluate(`b.entryOf("${verb}", ["--help"])`) as string[]).slice(1), ["--help"]);
  });
});

describe("command line", () => {
  // A separate cache, because the content of the user's cache must not change the results.
  const cache = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-cli-"));
  after(() => fs.rmSync(cache, { recursive: true }));
  const run = (...args: string[]) => runWith({}, ...args);
  const runWith = (env: NodeJS.ProcessEnv, ...args: string[]) =>
    spawnSync(process.execPath, ["-r", "ts-node/register/transpile-only", "tools/cli/main.ts", ...args], {
      cwd: root,
      encoding: "utf8",
      env: { ...process.env, CLOISTER_CACHE: cache, ...env },
    });

  it("rejects an unknown setting or policy in the configuration file of the policy pack, before a stack is opened", () => {
    const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "cloister-config-")), "config.json");
    fs.writeFileSync(file, JSON.stringify({ "network-reachability": { requireClose: true }, "kms-key-rotatio": "advisory" }));
    const { status, stderr } = run("preview", "--policy-pack-config", file);
    assert.notEqual(status, 0);
    assert.match(stderr, /--policy-pack-config: .*has an unknown setting "requireClose"\. Did you mean "requireClosed"\?/);
    assert.match(stderr, /Unknown policy "kms-key-rotatio"\. Did you mean "kms-key-rotation"\?/);
    assert.match(run("up", "--policy-pack-config", `${file}.none`).stderr, /--policy-pack-config: The file '.*\.none' does not exist\./);
  });

  for (const command of [
    [],
    ["start"],
    ["up"],
    ["preview"],
    ["destroy"],
    ["sandbox", "start"],
    ["sandbox", "journal"],
    ["toolchain", "status"],
  ])
    it(`prints the help for ${command.join(" ") || "cloister"}`, () => {
      const help = run(...command, "--help");
      assert.equal(help.status, 0, help.stderr);
      assert.match(help.stdout, /Usage: cloister/);
      if (command.length > 0 && command[0] !== "toolchain") assert.match(help.stdout, /Example/);
    }).timeout(30_000);

  for (const { args, message } of [
    { args: ["start", "--port", "0"], message: /argument '0' is invalid\. It must be an integer from 1 to 65535/ },
    { args: ["start", "--destroy", "--stop"], message: /must not be combined\. Run npm start -- --destroy first/ },
    { args: ["preview", "unknown"], message: /No settings file for 'unknown'\. Stacks with settings: .*fraud-dev/ },
    { args: ["strat"], message: /unknown command 'strat'[\s\S]*\nTo list the commands and options, add --help\.\n$/ },
    { args: ["preview", "fraud-dve"], message: /No settings file for 'fraud-dve'\. Did you mean 'fraud-dev'\? Stacks with settings: / },
  ])
    it(`rejects the command line ${args.join(" ")}`, () => {
      const child = run(...args);
      assert.equal(child.status, 2);
      assert.match(child.stderr, message);
      assert.doesNotMatch(child.stderr, /\n {4}at |bug in Cloister/);
    }).timeout(30_000);

  it("prints an unexpected error with its stack trace and the request to report it", () => {
    // The cache path is below a file, so the file system returns an error that the CLI does not expect.
    const { status, stderr } = runWith({ CLOISTER_CACHE: path.join(__filename, "cache") }, "toolchain", "clean");
    assert.equal(status, 1);
    assert.match(stderr, /Error: ENOTDIR[\s\S]*\n {4}at [\s\S]*\n\nThis is a bug in Cloister [\d.]+\. Report it/);
  }).timeout(30_000);

  it("rejects a world that does not exist", () => {
    const { status, stderr } = run("sandbox", "stop", "--world", "nosuch");
    assert.equal(status, 2);
    assert.match(stderr, /The sandbox world 'nosuch' does not exist\. No worlds exist\./);
  }).timeout(30_000);

  describe("with sandbox worlds that are not running", () => {
    const worlds = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-worlds-"));
    before(() => {
      for (const name of ["quiet", "try"]) {
        fs.mkdirSync(path.join(worlds, "worlds", name), { recursive: true });
        const settings = { name, port: 1, region: "eu-central-1", accounts: [], credentials: { secretAccessKey: "" } };
        fs.writeFileSync(path.join(worlds, "worlds", name, "world.json"), JSON.stringify(settings));
      }
    });
    after(() => fs.rmSync(worlds, { recursive: true }));

    const misspelt = "The sandbox world 'tyr' does not exist. Did you mean 'try'? Worlds: quiet, try.";
    for (const { args, message } of [
      ...[["up"], ["bootstrap", "fraud-staging"], ["sandbox", "journal"]].map((command) => ({
        args: [...command, "--world", "tyr"],
        message: `${misspelt} Start it: npx cloister sandbox start --world tyr`,
      })),
      { args: ["sandbox", "stop", "--world", "tyr"], message: misspelt },
      { args: ["sandbox", "reset", "--world", "tyr"], message: misspelt },
      {
        args: ["preview", "--world", "try"],
        message: "The sandbox world 'try' is not running. Start it: npx cloister sandbox start --world try",
      },
    ])
      it(`reports the worlds for ${args.join(" ")}`, () => {
        const { status, stderr } = runWith({ CLOISTER_CACHE: worlds }, ...args);
        assert.equal(stderr.trim(), message);
        assert.equal(status, 2);
      }).timeout(30_000);
  });

  for (const { args, output } of [
    { args: ["sandbox", "status"], output: /No sandbox worlds exist\. Start one: npx cloister sandbox start/ },
    { args: ["sandbox", "stop"], output: /The sandbox world 'default' was not running/ },
    { args: ["toolchain", "clean"], output: /✔ Cleaning the toolchain .*: .* freed/ },
  ])
    it(`runs ${args.join(" ")} with an empty cache`, () => {
      const child = run(...args);
      assert.equal(child.status, 0, child.stderr);
      assert.match(child.stdout, output);
    }).timeout(30_000);
});
