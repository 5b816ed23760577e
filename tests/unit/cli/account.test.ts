import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { accountSession, deployStack, root, StackFailed } from "@cloister/cli";
import { silent, UserError } from "@cloister/common";

// A session in an account, with a stand-in for `pulumi`. tests/engine/commands.test.ts deploys with the real `pulumi`.

describe("account session", () => {
  const pathBefore = process.env.PATH;
  let dir: string;
  beforeEach(() => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-account-"));
    process.env.PATH = `${dir}${path.delimiter}${pathBefore}`;
  });
  afterEach(() => {
    process.env.PATH = pathBefore;
    fs.rmSync(dir, { recursive: true });
  });
  const pulumi = (script: string) => fs.writeFileSync(path.join(dir, "pulumi"), `#!/bin/sh\n${script}\n`, { mode: 0o700 });

  it("uses the environment of the shell and no setting of the sandbox", async () => {
    pulumi("echo v3.270.0");
    const { env, world, policyPack } = await accountSession();
    assert.deepEqual(env, { ...process.env });
    assert.equal(world, undefined);
    assert.equal(policyPack, path.join(root, "policy-pack"));
  });

  it("explains what to do without the Pulumi CLI", async () => {
    process.env.PATH = dir;
    await assert.rejects(accountSession(), (error: Error) => {
      assert.match(error.message, /^The program 'pulumi' is not on the PATH\. .* install the Pulumi CLI: .*--world\.$/);
      return error instanceof UserError;
    });
  });

  it("explains how to create a stack that does not exist in the backend", async () => {
    pulumi(`case "$1" in version) echo v3.270.0;; stack) echo "error: no stack named 'hub' found" >&2; exit 255;; esac`);
    const plan = { id: "cloister-core/hub", project: "cloister-core", folder: "core", stack: "hub", settingsFile: "", reads: [] };
    await assert.rejects(deployStack(await accountSession(), plan, { progress: silent }), (error: Error) => {
      assert.ok(error instanceof StackFailed);
      assert.match(error.message, /^cloister-core\/hub failed\.\nno stack named 'hub' found\n/);
      assert.match(error.message, /pulumi --cwd <project> stack init <stack>.*name the stacks to use/);
      return true;
    });
  });
});
