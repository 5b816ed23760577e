import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

// bootstrap.mjs runs before anything is installed, so it is plain JavaScript; its decisions are asked in a process of their own.

const root = path.resolve(__dirname, "..", "..", "..");
const ask = (expression: string): unknown => {
  const script = `import * as b from ${JSON.stringify(path.join(root, "tools", "cli", "bootstrap.mjs"))}; console.log(JSON.stringify(${expression}) ?? "null");`;
  const answer = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
  assert.equal(answer.status, 0, answer.stderr);
  return JSON.parse(answer.stdout);
};

describe("bootstrap", () => {
  it("takes Node.js 20.19 and later, and says what to install otherwise", () => {
    assert.deepEqual(ask('["20.19.0", "20.20.2", "22.0.0", "24.1.0"].map((v) => b.nodeProblem(v) ?? null)'), [null, null, null, null]);
    for (const version of ["18.20.0", "20.18.1"])
      assert.match(String(ask(`b.nodeProblem("${version}")`)), /needs Node\.js 20\.19 or later .*; this is .*Install one/);
  });

  it("installs anew when the lock file changes", () => {
    assert.equal(ask('b.packagesStamp("a") === b.packagesStamp("a")'), true);
    assert.equal(ask('b.packagesStamp("a") === b.packagesStamp("b")'), false);
  });

  it("runs what npm start, npm test and npm run cloister ask for", () => {
    const entry = (verb: string) => (ask(`b.entryOf("${verb}", ["--help"])`) as string[]).map((part) => path.relative(root, part));
    assert.deepEqual((ask('b.entryOf("start", ["--help"])') as string[]).slice(1), ["start", "--help"]);
    assert.equal(entry("test")[0], path.join("tests", "run.ts"));
    assert.equal(entry("run")[0], path.join("tools", "cli", "main.ts"));
    for (const verb of ["test", "run"]) assert.deepEqual((ask(`b.entryOf("${verb}", ["--help"])`) as string[]).slice(1), ["--help"]);
  });
});

describe("command line", () => {
  // A cache of its own: what this machine has in the real one is not to be seen.
  const cache = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-cli-"));
  after(() => fs.rmSync(cache, { recursive: true }));
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ["-r", "ts-node/register/transpile-only", "tools/cli/main.ts", ...args], {
      cwd: root,
      encoding: "utf8",
      env: { ...process.env, CLOISTER_CACHE: cache },
    });

  it("refuses a config of the pack that the pack does not know, before anything else", () => {
    const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "cloister-config-")), "config.json");
    fs.writeFileSync(file, JSON.stringify({ "network-reachability": { requireClose: true }, "kms-key-rotatio": "advisory" }));
    const { status, stderr } = run("preview", "--policy-pack-config", file);
    assert.notEqual(status, 0);
    assert.match(stderr, /--policy-pack-config: .*has an unknown setting "requireClose"\. Did you mean "requireClosed"\?/);
    assert.match(stderr, /There is no policy "kms-key-rotatio"\. Did you mean "kms-key-rotation"\?/);
    assert.match(run("up", "--policy-pack-config", `${file}.none`).stderr, /--policy-pack-config: .*no such file/);
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
    it(`explains ${command.join(" ") || "itself"} with --help`, () => {
      const help = run(...command, "--help");
      assert.equal(help.status, 0, help.stderr);
      assert.match(help.stdout, /Usage: cloister/);
      if (command.length > 0 && command[0] !== "toolchain") assert.match(help.stdout, /Example/);
    }).timeout(30_000);

  for (const { args, says } of [
    { args: ["start", "--port", "0"], says: /A port is a whole number from 1 to 65535/ },
    { args: ["start", "--destroy", "--stop"], says: /two things/ },
    { args: ["preview", "nobody"], says: /No settings for nobody\. Known: .*fraud-dev/ },
    { args: ["strat"], says: /unknown command 'strat'/ },
    {
      args: ["up", "--world", "nowhere"],
      says: /No sandbox world 'nowhere' is running\. Start one: npx cloister sandbox start --world nowhere/,
    },
    {
      args: ["sandbox", "journal", "--world", "nowhere"],
      says: /No sandbox world 'nowhere' is running\. See: npx cloister sandbox status/,
    },
  ])
    it(`refuses ${args.join(" ")}`, () => {
      const ended = run(...args);
      assert.notEqual(ended.status, 0);
      assert.match(ended.stderr, says);
    }).timeout(30_000);

  for (const { args, says } of [
    { args: ["sandbox", "status"], says: /No worlds\. Start one: npx cloister sandbox start/ },
    { args: ["sandbox", "stop"], says: /No sandbox world 'default' was running/ },
    { args: ["toolchain", "clean"], says: /✔ Cleaning the toolchain .*: .* freed/ },
  ])
    it(`does ${args.join(" ")} where there is nothing yet`, () => {
      const ended = run(...args);
      assert.equal(ended.status, 0, ended.stderr);
      assert.match(ended.stdout, says);
    }).timeout(30_000);
});
