import * as assert from "node:assert/strict";
import * as path from "node:path";
import { chooseStacks, findStacks, previewStack } from "@cloister/cli";
import { quiet, setUp, type Stage } from "../helpers/engine";
import { restore } from "../helpers/recorded";

// Previews the example organization that an earlier version deployed, with the current programs: what a user sees after an upgrade.
// The recording has the services and the Pulumi state from that version. Not proven: a refresh or an update.

/** Deployed by the version before the current layout of tools/, components/aws and components/stack. */
const recording = path.join(__dirname, "recorded", "organization.json.gz");

describe("an organization deployed by an earlier version", function () {
  this.timeout(600_000);
  let stage: Stage;

  before(async () => {
    stage = await setUp("upgrade", (name) => restore(recording, name));
  });
  after(() => stage.end());

  for (const plan of chooseStacks(findStacks(), []))
    it(`sees no change in ${plan.id}`, async () => {
      const { steps, changes } = await previewStack(stage.session, plan, quiet);
      assert.deepEqual(steps, []);
      assert.ok((changes.same ?? 0) > 20, `too few resources in the recorded state: ${JSON.stringify(changes)}`);
    });
});
