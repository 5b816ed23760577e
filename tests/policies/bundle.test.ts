// Tests the bundle in policy-pack/bin: it starts only when its sources have not changed, starts fast, and its errors
// name source files.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as os from "node:os";
import * as path from "node:path";

const pack = path.resolve(__dirname, "..", "..", "policy-pack");

describe("policy pack bundle", () => {
  let dir: string;
  const write = (file: string, text: string) => {
    fs.mkdirSync(path.dirname(path.join(dir, file)), { recursive: true });
    fs.writeFileSync(path.join(dir, file), text);
  };
  const start = () => spawnSync(process.execPath, ["main.js"], { cwd: dir, encoding: "utf8" });
  const { stamp, sources } = createRequire(__filename)(path.join(pack, "stamp.js")) as {
    stamp(dir: string): string;
    sources(dir: string): string[];
  };
  const build = () => {
    write("bin/index.js", 'console.log("serving");\n');
    write("bin/stamp", stamp(dir));
  };

  beforeEach(() => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), "policy-pack-"));
    for (const file of ["main.js", "stamp.js"]) fs.copyFileSync(path.join(pack, file), path.join(dir, file));
    write("index.ts", "one");
    write("rules/network/rule.ts", "two");
  });
  afterEach(() => fs.rmSync(dir, { recursive: true }));

  it("starts when bin/ was built from the current sources", () => {
    build();
    const { status, stdout, stderr } = start();
    assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: "serving\n", stderr: "" });
  });

  const changes: Record<string, () => void> = {
    "bin/ was never built": () => fs.rmSync(path.join(dir, "bin"), { recursive: true }),
    "the build was interrupted": () => fs.rmSync(path.join(dir, "bin", "stamp")),
    "a source file changed": () => write("rules/network/rule.ts", "2"),
    "a source file was added": () => write("rules/s3/rule.ts", ""),
    "a source file was removed": () => fs.rmSync(path.join(dir, "index.ts")),
    "a source file was renamed": () => fs.renameSync(path.join(dir, "index.ts"), path.join(dir, "main.ts")),
    "the text of one source file moved to another": () => {
      write("index.ts", "onerules/network/rule.ts\0two");
      fs.rmSync(path.join(dir, "rules", "network", "rule.ts"));
    },
  };
  for (const [reason, change] of Object.entries(changes))
    it(`does not start when ${reason}`, () => {
      build();
      change();
      const { status, stdout, stderr } = start();
      assert.deepEqual({ status, stdout }, { status: 1, stdout: "" });
      assert.match(stderr, /The policy pack in bin\/ is missing or older than its sources\. Run `npm run build`/);
    });

  it("ignores node_modules and bin when the pack checks for changed sources", () => {
    build();
    write("node_modules/some/index.d.ts", "");
    write("bin/extra.d.ts", "");
    assert.equal(start().status, 0);
    assert.deepEqual(sources(dir), ["index.ts", "rules/network/rule.ts"]);
  });
});

describe("policy pack start", () => {
  let dir: string;
  before(() => {
    execFileSync(process.execPath, [path.join(pack, "build.mjs")]);
    dir = fs.mkdtempSync(path.join(os.tmpdir(), "policy-pack-"));
  });
  after(() => fs.rmSync(dir, { recursive: true }));

  it("loads the file that package.json names", () => assert.equal(createRequire(__filename).resolve(pack), path.join(pack, "main.js")));

  it("serves under Pulumi's runner without loading TypeScript or the Automation API", () => {
    const [, nodeArguments] = /^\s+nodeargs: (.+)$/m.exec(fs.readFileSync(path.join(pack, "PulumiPolicy.yaml"), "utf8"))!;
    // The pack prints its port when it is ready. This code then prints the loaded modules and exits.
    const listLoaded = path.join(dir, "list-loaded.js");
    fs.writeFileSync(
      listLoaded,
      `const write = process.stdout.write.bind(process.stdout);
process.stdout.write = (port) => write([port.trim(), ...Object.keys(require.cache)].join("\\n"), () => process.exit(0));`,
    );
    const runner = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [...nodeArguments!.split(" "), "--require", listLoaded, runner, "127.0.0.1:1", pack],
      { cwd: pack, encoding: "utf8", env: { ...process.env, NODE_OPTIONS: "" }, timeout: 60_000 },
    );
    const [port, ...loaded] = stdout.split("\n");
    assert.match(port!, /^\d+$/, stderr);
    assert.ok(loaded.includes(path.join(pack, "bin", "index.js")));
    assert.deepEqual(
      loaded.filter((file) => /node_modules\/(typescript|ts-node|@npmcli|@pulumi\/(aws|policy|pulumi\/automation))\//.test(file)),
      [],
    );
  });

  it("maps the stack trace of an error in a rule to the source file of the rule", () => {
    const script = `
      require("source-map-support/register");
      const { configProblems } = require("./bin/check-config.js");
      try { configProblems({ get "s3-tls-only"() { throw new Error("on purpose"); } }); } catch (error) { console.log(error.stack); }`;
    const stack = execFileSync(process.execPath, ["-e", script], { cwd: pack, encoding: "utf8" });
    assert.match(stack, /on purpose[^]*policy-pack\/check-config\.ts:\d+/);
  });
});
