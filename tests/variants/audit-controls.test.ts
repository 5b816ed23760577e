import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { deployStack, destroyStack, previewStack, type StackPlan } from "@cloister/cli";
import { stringify } from "yaml";
import { atOnce, quiet, setUp, type Stage } from "../helpers/engine";

// Deploys two core stacks with an audit and controls in one account and region. The first enables AWS Security Hub, and the second
// uses the trail and the hub of the first.
// Not proven, because it needs AWS: that events reach the evaluators, and that Security Hub shows their findings.

describe("two core stacks with an audit and controls", function () {
  this.timeout(600_000);
  let stage: Stage;
  const settingsDir = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-audit-controls-"));
  const project = "cloister-core";
  let first: StackPlan;
  let second: StackPlan;
  const controls = { securityHub: true };

  function core(stack: string, settings: object): StackPlan {
    const settingsFile = path.join(settingsDir, `Pulumi.${stack}.yaml`);
    const all = { owner: "tests", purge: true, confirmPurge: stack, ...settings };
    const named = Object.entries(all).map(([key, value]) => [`${project}:${key}`, value]);
    fs.writeFileSync(settingsFile, stringify({ config: { "aws:region": "eu-central-1", ...Object.fromEntries(named) } }));
    return { id: `${project}/${stack}`, project, folder: "core", stack, settingsFile, reads: [] };
  }
  const count = async (kind: string) =>
    (await stage.control.leftovers()).filter(({ service, type }) => `${service} ${type}` === kind).length;

  before(async () => {
    stage = await setUp("audit-controls");
    await assert.rejects(
      previewStack(stage.session, core("hub", { audit: { trail: {} }, controls }), quiet),
      /'cloister-core:controls\.securityHub' requires AWS Security Hub, which is not enabled in the account and region/,
    );
    first = core("hub", { audit: { trail: {}, securityHub: true }, controls });
    const { outputs } = await deployStack(stage.session, first, atOnce);
    second = core("other", { audit: { existingTrailArn: outputs.auditTrailArn }, controls });
  });
  after(async () => {
    fs.rmSync(settingsDir, { recursive: true });
    await stage.end();
  });

  it("are deployed without clashes, and the second uses the hub of the first", async () => {
    await assert.rejects(
      previewStack(stage.session, core("third", { audit: { securityHub: true } }), quiet),
      /'cloister-core:audit\.securityHub' must not be true, because account 111122223333 uses AWS Security Hub/,
    );
    await deployStack(stage.session, second, atOnce);
    assert.deepEqual([await count("securityhub Hub"), await count("cloudtrail Trail"), await count("lambda Function")], [1, 1, 2]);
    for (const plan of [first, second])
      assert.deepEqual(
        (await previewStack(stage.session, plan, quiet)).steps.map(({ op, urn }) => `${op} ${urn.split("::").at(-1)!}`),
        [],
      );
  });

  it("are destroyed one after the other, with nothing left", async () => {
    await destroyStack(stage.session, second, quiet);
    assert.deepEqual([await count("securityhub Hub"), await count("lambda Function")], [1, 1]);
    await destroyStack(stage.session, first, quiet);
    assert.deepEqual(await stage.control.leftovers(), []);
  });
});
