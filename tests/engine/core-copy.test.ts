import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { coreCopy, coreStackOf } from "@cloister/cli/testing";
import { silent } from "@cloister/common";
import { ensureToolchain } from "@cloister/toolchain";
import { StackReference } from "@pulumi/pulumi";
import { LocalWorkspace, PulumiCommand } from "@pulumi/pulumi/automation";

// The outputs of a core stack in the state bucket of the runner, as the real Pulumi engine reads them. A folder replaces the bucket.
// Not proven: conditional writes of S3, which tests/sandbox tests against the sandbox.

describe("outputs of a core stack in the state bucket", function () {
  this.timeout(120_000);
  const core = { stack: "organization/cloister-core/bank-hub", outputs: { region: "eu-central-1", zones: { a: ["b"] } } };
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-core-copy-"));
  after(() => fs.rmSync(dir, { recursive: true, force: true }));

  it("are read by environments that are launched at the same time", async () => {
    const { env } = await ensureToolchain(silent);
    process.env.PATH = env.PATH;
    const command = await PulumiCommand.get();
    const launch = async (stackName: string) => {
      const program = () => Promise.resolve({ core: new StackReference(`organization/cloister-core/${coreStackOf(core)}`).outputs });
      const stack = await LocalWorkspace.createOrSelectStack(
        { stackName, projectName: "cloister-environment", program },
        { pulumiCommand: command, envVars: { ...env, PULUMI_BACKEND_URL: `file://${dir}`, PULUMI_CONFIG_PASSPHRASE: "" } },
      );
      const { key, body } = coreCopy(core);
      fs.mkdirSync(path.dirname(path.join(dir, key)), { recursive: true });
      const isFirst = await fs.promises.writeFile(path.join(dir, key), body, { flag: "wx" }).then(
        () => true,
        () => false,
      );
      const { outputs } = await stack.up();
      return { isFirst, outputs: outputs.core!.value as unknown };
    };
    const launches = await Promise.all(["111122223333-pp-1", "111122223333-pp-2"].map(launch));
    assert.deepEqual(launches.map(({ isFirst }) => isFirst).sort(), [false, true]);
    for (const { outputs } of launches) assert.deepEqual(outputs, core.outputs);
  });
});
