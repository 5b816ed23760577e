import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { deployStack } from "@cloister/cli";
import { seeds } from "../helpers/cuts";
import { cutUpdateAndDestroy } from "../helpers/cut-runs";
import { atOnce, planOf, planOfEnvironment, setUp, type Stage } from "../helpers/engine";

// Updates and destroys are cut at random calls and run again. Uses the real engine against the sandbox.
// tests/engine/destroy.test.ts cuts one update and one destroy; tests/sandbox cuts drain and sweep.

describe("cut updates and destroys", function () {
  this.timeout(1_800_000);
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-cuts-"));
  const hub = planOf("bank-hub");
  let stage: Stage;

  before(async () => {
    stage = await setUp("cuts");
    await deployStack(stage.session, hub, atOnce);
  });
  after(async () => {
    await stage.end();
    fs.rmSync(dir, { recursive: true });
  });

  for (const seed of seeds(10))
    it(`complete in the second run, and leave nothing, with seed ${seed}`, async () => {
      const had = await stage.control.leftovers();
      await cutUpdateAndDestroy(stage, planOfEnvironment(dir, hub, `cut${seed}`, "10.90.0.0/20"), seed);
      assert.deepEqual(await stage.control.leftovers(), had);
    });
});
