import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { root } from "@cloister/cli";
import { cleanEnvironment, Control, openWorld, stopWorld, type World } from "@cloister/sandbox";
import { areGone, begin, descendantsOf, perform, setUp, type Stage, until } from "../helpers/engine";

// Runs the commands that users type: `npm start`, `npx cloister`, and the steps in the README for an account. Both groups run in
// parallel, each in a separate world.
// Not proven: package installation, login and secrets provider of an account, Ctrl-C in a terminal.

describe("commands", function () {
  this.timeout(900_000);
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-commands-"));

  /** Runs work in parallel with the tests. Returns a function that waits for the result. */
  const inBackground = <T>(work: Promise<T>) => {
    const settled = work.then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    return async (): Promise<T> => {
      const end = await settled;
      if ("error" in end) throw end.error;
      return end.value;
    };
  };

  // `npm start`

  const name = `test-start-${process.pid}`;
  const report = path.join(scratch, "report.html");
  const start = ["tools/cli/bootstrap.mjs", "start", "--world", name];
  const quickstart = [...start, "--quickstart", "--report", report];
  const npmStart = (...args: string[]) => perform(process.execPath, [...start, ...args]);
  const cloister = (...args: string[]) => perform(process.execPath, ["tools/cli/cloister.mjs", ...args]);

  async function startAndContinue() {
    const first = begin(process.execPath, quickstart);
    const makesKeys = async (world?: World) =>
      world && (await new Control(world).journal({ service: "kms", operation: "CreateKey" })).length > 0;
    await until(async () => first.hasExited() || makesKeys(await openWorld(name)), "the first key");
    const engine = descendantsOf(first.pid);
    first.kill("SIGINT");
    const interrupted = { code: await first.exited, output: first.output(), engine };
    await areGone(engine);
    const world = (await openWorld(name))!;
    const control = new Control(world);
    const second = await perform(process.execPath, quickstart);
    const made = (await control.journal({ service: "kms", operation: "CreateKey", result: "ok" })).length;
    const state = fs.readFileSync(path.join(world.stateDir, ".pulumi", "stacks", "cloister", "quickstart.json"), "utf8");
    const keys = { made, inState: state.match(/"type":\s*"aws:kms\/key:Key"/g)?.length ?? 0 };
    const third = await perform(process.execPath, quickstart);
    const status = await cloister("sandbox", "status");
    const journal = await cloister("sandbox", "journal", "--world", name, "--operation", "CreateDomain", "--json");
    const destroyed = await npmStart("--quickstart", "--destroy");
    const left = await control.leftovers();
    await cloister("sandbox", "reset", "--world", name);
    const anew = await cloister("sandbox", "journal", "--world", name, "--json");
    const stopped = await npmStart("--stop");
    return { world, interrupted, second, keys, third, status, journal, destroyed, left, anew, stopped };
  }

  // The steps in the README for an account.

  const blockAfter = (heading: string) =>
    new RegExp(`### ${heading}\\n[\\s\\S]*?\`\`\`sh\\n([\\s\\S]*?)\`\`\``).exec(fs.readFileSync(path.join(root, "README.md"), "utf8"))![1]!;
  const block = blockAfter("Deploy to an AWS account");
  /** Steps that the world's env.sh replaces, and the package installation. All other steps run as written. */
  const skipped = [/^npm ci && /m, /^pulumi login s3:.*$/m, / --secrets-provider "awskms:[^"]*"/gm];
  const steps = skipped
    .reduce((text, part) => text.replace(part, ""), block)
    .split("\n")
    .filter((line) => line.trim() !== "");

  /** The steps that destroy what the steps above deployed. */
  const destroySteps = blockAfter("Destroy an environment")
    .split("\n")
    .filter((line) => line.trim() !== "");

  /** A copy of the files in git, with links to the installed packages. Links between workspaces point into the copy. */
  function copyOfCheckout(): string {
    const copy = path.join(scratch, "checkout");
    const files = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root, encoding: "utf8" });
    for (const file of files.split("\0").filter((item) => item && fs.existsSync(path.join(root, item))))
      fs.cpSync(path.join(root, file), path.join(copy, file));
    const link = (from: string, to: string) => {
      fs.mkdirSync(path.join(copy, to), { recursive: true });
      for (const entry of fs.readdirSync(path.join(root, from)))
        if (entry !== "@cloister") fs.symlinkSync(path.join(root, from, entry), path.join(copy, to, entry));
    };
    link("node_modules", "node_modules");
    for (const workspace of fs.readdirSync(path.join(root, "node_modules", "@cloister"))) {
      const folder = path.relative(root, fs.realpathSync(path.join(root, "node_modules", "@cloister", workspace)));
      fs.mkdirSync(path.join(copy, "node_modules", "@cloister"), { recursive: true });
      fs.symlinkSync(path.join(copy, folder), path.join(copy, "node_modules", "@cloister", workspace));
      if (fs.existsSync(path.join(root, folder, "node_modules")))
        link(path.join(folder, "node_modules"), path.join(folder, "node_modules"));
    }
    return copy;
  }

  async function followReadme(stage: Stage) {
    const cwd = copyOfCheckout();
    const shell = (line: string, code = 0) =>
      perform("sh", ["-c", `. '${path.join(stage.world.dir, "env.sh")}'\n${line}`], { cwd, env: cleanEnvironment(), code });
    const outputs: string[] = [];
    const cli = "node -r ts-node/register/transpile-only tools/cli/main.ts";
    // npx would run the checkout, not the copy.
    for (const step of steps) outputs.push(await shell(step.replace(/^npx cloister/, cli)));
    const again = await shell(`${cli} preview my-hub risk-dev risk-staging`);
    const example = await shell(`${cli} preview bank-hub`, 1);
    const settings = fs.readFileSync(path.join(cwd, "environment", "Pulumi.risk-dev.yaml"), "utf8");
    const destruction: Record<string, string> = {};
    for (const step of destroySteps) destruction[step] = await shell(step.replace("npx cloister", cli));
    const left = (await stage.control.leftovers()).map(({ service, type }) => `${service} ${type}`);
    return { outputs, again, example, settings, destruction, left };
  }

  let stage: Stage;
  let started: () => ReturnType<typeof startAndContinue>;
  let readme: () => ReturnType<typeof followReadme>;

  before(async () => {
    const stamp = path.join(root, "node_modules", ".cloister-stamp");
    const wanted = createHash("sha256")
      .update(fs.readFileSync(path.join(root, "package-lock.json")))
      .digest("hex");
    if (!fs.existsSync(stamp) || fs.readFileSync(stamp, "utf8") !== wanted)
      throw new Error(
        "`npm start` would reinstall the packages while tests use them. Run this file with `npm test`, which installs them first.",
      );
    stage = await setUp("readme");
    readme = inBackground(followReadme(stage));
    started = inBackground(startAndContinue());
  });
  after(async () => {
    await Promise.allSettled([readme?.(), started?.()]);
    await stage?.end();
    await stopWorld(name);
    fs.rmSync(scratch, { recursive: true });
  });

  it("npm start stops the engine and its descendants on Ctrl-C", async () => {
    const { code, output, engine } = (await started()).interrupted;
    assert.equal(code, 130, output);
    assert.match(output, /Interrupted: the engine completes running operations/);
    assert.match(output, /✖ Deploying cloister\/quickstart .*: interrupted\n[\s\S]*Interrupted\. Completed work is kept/);
    for (const part of [/pulumi up/, /pulumi-resource-aws/])
      assert.ok(
        engine.some(({ command }) => part.test(command)),
        `${part} was not among ${JSON.stringify(engine)}`,
      );
  });

  it("npm start continues after an interrupt, and prints outputs and next steps", async () => {
    const { second, world, keys } = await started();
    assert.match(second, /✔ Deploying cloister\/quickstart .*: \d+ create, \d+ same/);
    assert.ok(keys.made >= 4, "the core stack has one key, the environment has three keys");
    assert.equal(keys.made, keys.inState, "keys from the interrupted run are in the state and exist only once");
    for (const key of ["vpcId", "studioUrl", "dataBucketName", "logBucketName"]) assert.match(second, new RegExp(`^ {2}${key} +\\S+`, "m"));
    assert.match(second, /\d+ evaluated, no violations/);
    assert.ok(second.includes(`source ${path.join(world.dir, "env.sh")}`), second);
    assert.ok(second.includes(`Report with a diagram and all resources: ${report}`), second);
    const html = fs.readFileSync(report, "utf8");
    assert.match(html, /<svg/);
    assert.match(html, /no AWS account was used/);
  });

  it("npm start makes no changes in a second run", async () => {
    const { third } = await started();
    assert.match(third, /✔ Deploying cloister\/quickstart .*: no changes, \d+ resources/);
  });

  it("cloister sandbox lists the world and its AWS calls", async () => {
    const { status, journal, world } = await started();
    const row = status.split("\n").find((line) => line.includes(` ${name} `));
    assert.ok(row?.includes("running") && row.includes(world.endpoint) && row.includes(world.dir), status);
    const calls = journal.trim().split("\n");
    assert.equal(calls.length, 1, journal);
    const call = JSON.parse(calls[0]!) as { service: string; operation: string; result: string };
    assert.deepEqual([call.service, call.operation, call.result], ["sagemaker", "CreateDomain", "ok"]);
  });

  it("npm start deletes all resources and stops the sandbox", async () => {
    const { destroyed, left, anew, stopped, world } = await started();
    assert.match(destroyed, /All resources were deleted\./);
    assert.deepEqual(left, []);
    assert.equal(anew.includes("CreateDomain"), false, "a world is empty after a reset");
    assert.match(stopped, /Stopped the sandbox world .* and deleted its services and its Pulumi state/);
    assert.equal(fs.existsSync(world.dir), false);
  });

  it("the README steps for an account run as written", async () => {
    for (const part of skipped) assert.match(block, part, "the README has changed: check the steps that this test skips");
    const { outputs } = await readme();
    assert.equal(
      outputs.filter((text) => /Policies:[\s\S]*cloister@v/.test(text)).length,
      4,
      "the policy pack evaluates each preview and update",
    );
    assert.match(outputs.at(-1)!, /Resources:\n\s+\+ \d+ created/);
  });

  it("the README steps do not copy settings from the example", async () => {
    const { settings } = await readme();
    assert.doesNotMatch(settings, /purge|cidr|cost-center/);
  });

  it("the README steps destroy what they deployed, and keep only keys and buckets", async () => {
    const { destruction, left } = await readme();
    const outputs = Object.values(destruction);
    assert.equal(outputs.length, 7);
    assert.match(outputs[1]!, /cloister-bootstrap-risk-dev-staging is deleted/);
    assert.match(outputs[2]!, /Nothing to drain/);
    assert.match(outputs[4]!, /Kept: file system fs-\w+\./);
    assert.match(outputs[5]!, /1 file system deleted/);
    assert.deepEqual([...new Set(left)].sort(), ["kms Key", "s3 Bucket"]);
  });

  it("npx cloister previews the stacks in the README, and explains what to do about a missing stack", async () => {
    const { again, example } = await readme();
    assert.equal(again.match(/✔ Previewing .*: no changes, \d+ resources/g)?.length, 3, again);
    assert.match(example, /no stack named 'bank-hub'/);
    assert.match(example, /Without names, the command uses every stack that has a settings file in the checkout/);
  });
});
