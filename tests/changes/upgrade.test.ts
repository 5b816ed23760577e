import * as assert from "node:assert/strict";
import { chooseStacks, deployStack, findStacks, previewStack } from "@cloister/cli";
import { bootstrapWorld } from "@cloister/cli/testing";
import { atOnce, quiet, setUp, type Stage } from "../helpers/engine";
import { organization, restore } from "../helpers/recorded";

// Upgrades all stacks of the organization that an earlier version deployed. tests/engine/upgrade.test.ts lists what changes.
// Not proven: how long AWS takes, and workloads that run during the upgrade.

describe("upgrade of an organization", function () {
  this.timeout(600_000);
  let stage: Stage;

  before(async () => {
    stage = await setUp("upgrade-all", (name) => restore(organization, name));
    await bootstrapWorld(stage.session, stage.world, findStacks());
  });
  after(() => stage.end());

  for (const plan of chooseStacks(findStacks(), []))
    it(`is complete in ${plan.id}, and has no changes afterwards`, async () => {
      await deployStack(stage.session, plan, atOnce);
      assert.deepEqual((await previewStack(stage.session, plan, quiet)).steps, []);
    });
});
