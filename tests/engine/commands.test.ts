import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { root } from "@cloister/cli";
import { cleanEnvironment, Control, openWorld, stopWorld, type World } from "@cloister/sandbox";
import { areGone, begin, descendantsOf, perform, setUp, type Stage, until } from "../helpers/engine";

// What a person types: `npm start` and its kin, and the README's steps for an account. Both go side by side, each in a world of its own.
// Not proven: that packages are installed, a login and a secrets provider, which belong to an account and are left out here; Ctrl-C in a terminal.

describe("commands", function () {
  this.timeout(900_000);
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-commands-"));

  /** Work that goes on beside the tests of others; what it came to is asked for later. */
  const aside = <T>(work: Promise<T>) => {
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
  const picture = path.join(scratch, "picture.html");
  const start = ["tools/cli/bootstrap.mjs", "start", "--world", name];
  const quickstart = [...start, "--quickstart", "--report", picture];
  const npmStart = (...args: string[]) => perform(process.execPath, [...start, ...args]);
  const cloister = (...args: string[]) => perform(process.execPath, ["tools/cli/cloister.mjs", ...args]);

  async function startAndGoOn() {
    const first = begin(process.execPath, quickstart);
    const makesKeys = async (world?: World) =>
      world && (await new Control(world).journal({ service: "kms", operation: "CreateKey" })).length > 0;
    await until(async () => first.hasEnded() || makesKeys(await openWorld(name)), "the first key");
    const engine = descendantsOf(first.pid);
    first.kill("SIGINT");
    const interrupted = { code: await first.ended, said: first.said(), engine };
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

  // The README's steps for an account.

  const block = /### Deploy to an AWS account\n[\s\S]*?```sh\n([\s\S]*?)```/.exec(fs.readFileSync(path.join(root, "README.md"), "utf8"))![1]!;
  /** What the world's env.sh stands for, and packages that are there already. Everything else is run as it is written. */
  const leftOut = [/^npm ci && /m, /^pulumi login s3:.*$/m, / --secrets-provider "awskms:[^"]*"/gm];
  const steps = leftOut
    .reduce((text, part) => text.replace(part, ""), block)
    .split("\n")
    .filter((line) => line.trim() !== "");

  /** The checkout as git has it, with the packages of this one; its own workspaces stand for themselves. */
  function copyOfCheckout(): string {
    const copy = path.join(scratch, "checkout");
    const files = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root, encoding: "utf8" });
    for (const file of files.split("\0").filter((one) => one && fs.existsSync(path.join(root, one))))
      fs.cpSync(path.join(root, file), path.join(copy, file));
    const link = (from: string, to: string) => {
      fs.mkdirSync(path.join(copy, to), { recursive: true });
      for (const entry of fs.readdirSync(path.join(root, from)))
        if (entry !== "@cloister") fs.symlinkSync(path.join(root, from, entry), path.join(copy, to, entry));
    };
    link("node_modules", "node_modules");
    for (const workspace of fs.readdirSync(path.join(root, "node_modules", "@cloister"))) {
      const own = path.relative(root, fs.realpathSync(path.join(root, "node_modules", "@cloister", workspace)));
      fs.mkdirSync(path.join(copy, "node_modules", "@cloister"), { recursive: true });
      fs.symlinkSync(path.join(copy, own), path.join(copy, "node_modules", "@cloister", workspace));
      if (fs.existsSync(path.join(root, own, "node_modules"))) link(path.join(own, "node_modules"), path.join(own, "node_modules"));
    }
    return copy;
  }

  async function followReadme(stage: Stage) {
    const cwd = copyOfCheckout();
    const shell = (line: string, code = 0) =>
      perform("sh", ["-c", `. '${path.join(stage.world.dir, "env.sh")}'\n${line}`], { cwd, env: cleanEnvironment(), code });
    const said: string[] = [];
    for (const step of steps) said.push(await shell(step));
    const cli = "node -r ts-node/register/transpile-only tools/cli/main.ts";
    const again = await shell(`${cli} preview my-hub risk-dev risk-staging`);
    const example = await shell(`${cli} preview bank-hub`, 1);
    return { said, again, example, settings: fs.readFileSync(path.join(cwd, "environment", "Pulumi.risk-dev.yaml"), "utf8") };
  }

  let stage: Stage;
  let started: () => ReturnType<typeof startAndGoOn>;
  let readme: () => ReturnType<typeof followReadme>;

  before(async () => {
    const stamp = path.join(root, "node_modules", ".cloister-stamp");
    const wanted = createHash("sha256")
      .update(fs.readFileSync(path.join(root, "package-lock.json")))
      .digest("hex");
    if (!fs.existsSync(stamp) || fs.readFileSync(stamp, "utf8") !== wanted)
      throw new Error(
        "`npm start` would install the packages anew while tests run on them. Run this through `npm test`, which installs them first.",
      );
    stage = await setUp("readme");
    readme = aside(followReadme(stage));
    started = aside(startAndGoOn());
  });
  after(async () => {
    await Promise.allSettled([readme?.(), started?.()]);
    await stage?.end();
    await stopWorld(name);
    fs.rmSync(scratch, { recursive: true });
  });

  it("npm start ends the engine on Ctrl-C, with all that it started", async () => {
    const { code, said, engine } = (await started()).interrupted;
    assert.equal(code, 130, said);
    assert.match(said, /Interrupted: the engine finishes what it is at/);
    assert.match(said, /✖ Deploying cloister\/quickstart .*: interrupted\n[\s\S]*Interrupted\. Completed work is kept/);
    for (const part of [/pulumi up/, /pulumi-resource-aws/])
      assert.ok(
        engine.some(({ command }) => part.test(command)),
        `${part} was not among ${JSON.stringify(engine)}`,
      );
  });

  it("npm start goes on from there, and says what exists and how to go on", async () => {
    const { second, world, keys } = await started();
    assert.match(second, /✔ Deploying cloister\/quickstart .*: \d+ create, \d+ same/);
    assert.ok(keys.made >= 4, "one key of core, three of the environment");
    assert.equal(keys.made, keys.inState, "what the interrupted run made is in the state, and not made twice");
    for (const key of ["vpcId", "studioUrl", "dataBucketName", "logBucketName"]) assert.match(second, new RegExp(`^ {2}${key} +\\S+`, "m"));
    assert.match(second, /\d+ judged, none broken/);
    assert.ok(second.includes(`source ${path.join(world.dir, "env.sh")}`), second);
    assert.ok(second.includes(`Picture and resources: ${picture}`), second);
    const html = fs.readFileSync(picture, "utf8");
    assert.match(html, /<svg/);
    assert.match(html, /no AWS account was touched/);
  });

  it("npm start changes nothing when it is run again", async () => {
    const { third } = await started();
    assert.match(third, /✔ Deploying cloister\/quickstart .*: no changes, \d+ resources/);
  });

  it("cloister sandbox shows the world, and what AWS was asked", async () => {
    const { status, journal, world } = await started();
    const row = status.split("\n").find((line) => line.includes(` ${name} `));
    assert.ok(row?.includes("running") && row.includes(world.endpoint) && row.includes(world.dir), status);
    const calls = journal.trim().split("\n");
    assert.equal(calls.length, 1, journal);
    const call = JSON.parse(calls[0]!) as { service: string; operation: string; result: string };
    assert.deepEqual([call.service, call.operation, call.result], ["sagemaker", "CreateDomain", "ok"]);
  });

  it("npm start takes everything down again, and ends the sandbox", async () => {
    const { destroyed, left, anew, stopped, world } = await started();
    assert.match(destroyed, /Everything is gone\./);
    assert.deepEqual(left, []);
    assert.equal(anew.includes("CreateDomain"), false, "a world that was reset knows nothing of what was");
    assert.match(stopped, /has ended; its services and Pulumi's state of them are gone together/);
    assert.equal(fs.existsSync(world.dir), false);
  });

  it("README's steps for an account run as written", async () => {
    for (const part of leftOut) assert.match(block, part, "the README has changed: see what is left out here");
    const { said } = await readme();
    assert.equal(said.filter((text) => /Policies:[\s\S]*cloister@v/.test(text)).length, 4, "the pack judges each preview and update");
    assert.match(said.at(-1)!, /Resources:\n\s+\+ \d+ created/);
  });

  it("README's steps take over nothing of the example", async () => {
    const { settings } = await readme();
    assert.doesNotMatch(settings, /purge|cidr|cost-center/);
  });

  it("npx cloister goes on with these stacks, and says what to do about others", async () => {
    const { again, example } = await readme();
    assert.equal(again.match(/✔ Previewing .*: no changes, \d+ resources/g)?.length, 3, again);
    assert.match(example, /no stack named 'bank-hub'/);
    assert.match(example, /Without names, every stack that the checkout has settings for is meant/);
  });
});
