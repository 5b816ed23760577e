import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { readInCopy } from "@cloister/cli/testing";
import { silent } from "@cloister/common";
import { ensureToolchain } from "@cloister/toolchain";
import { LocalWorkspace, PulumiCommand } from "@pulumi/pulumi/automation";

// A copy of the state of a stack, in which the runner reads resources of an earlier build, with the real Pulumi engine.
// Not proven: the read of resources in AWS, and a key of AWS KMS for secrets, which tests/faults/self-service.test.ts uses.

describe("copy of a state", function () {
  this.timeout(120_000);
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-state-copy-"));
  after(() => fs.rmSync(dir, { recursive: true, force: true }));
  const stackName = "111122223333-pp-1";
  const project = "cloister-environment";
  const stackUrn = `urn:pulumi:${stackName}::${project}::pulumi:pulumi:Stack::${project}-${stackName}`;
  const component = { urn: `urn:pulumi:${stackName}::${project}::cloister:test:Part::part`, type: "cloister:test:Part", custom: false };
  const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", plaintext: '"value"' };

  it("keeps secrets, and changes neither the stack nor its settings file", async () => {
    const { env } = await ensureToolchain(silent);
    process.env.PATH = env.PATH;
    const command = await PulumiCommand.get();
    const [work, backend] = ["work", "backend"].map((name) => path.join(dir, name)) as [string, string];
    for (const folder of [work, backend]) fs.mkdirSync(folder);
    fs.writeFileSync(path.join(work, "Pulumi.yaml"), `name: ${project}\nruntime: nodejs\n`);
    const secrets = { ...env, PULUMI_CONFIG_PASSPHRASE: "of a test" };
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName, workDir: work },
      {
        workDir: work,
        pulumiCommand: command,
        envVars: { ...secrets, PULUMI_BACKEND_URL: `file://${backend}` },
        secretsProvider: "passphrase",
      },
    );
    const root = { urn: stackUrn, type: "pulumi:pulumi:Stack", custom: false, outputs: { token: secret } };
    const empty = await stack.exportStack();
    await stack.importStack({ ...empty, deployment: { ...(empty.deployment as object), resources: [root] } });
    const before = await stack.exportStack();
    const settings = () => fs.readFileSync(path.join(work, `Pulumi.${stackName}.yaml`), "utf8");
    const settingsBefore = settings();

    const deployment = before.deployment as { resources: object[] };
    const more = { ...before, deployment: { ...deployment, resources: [...deployment.resources, component] } };
    const folder = path.join(dir, "copy");
    const options = { dir: work, folder, stackName, command, env: secrets, secretsProvider: "passphrase" };
    const copy = await readInCopy(more, [component.urn], options);

    const urns = (copy.deployment as { resources: { urn: string }[] }).resources.map(({ urn }) => urn);
    assert.deepEqual(urns, [stackUrn, component.urn]);
    assert.deepEqual(
      [(await stack.exportStack()).deployment, settings(), fs.existsSync(folder)],
      [before.deployment, settingsBefore, false],
    );
    await stack.importStack(copy);
    assert.deepEqual((await stack.outputs()).token, { value: "value", secret: true });
  });
});
