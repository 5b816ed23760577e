import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { silent } from "@cloister/common";
import { setUp, type Stage } from "../helpers/engine";
import { javascript } from "../sandbox/javascript";
import { core } from "./tours/core";
import { type Call, createExisting, createPrincipals } from "./tours/existing";
import { runTour } from "./tours/run";

// Changes settings of deployed stacks with the real engine and provider, and compares the steps with docs/reference/changes.md.
// tours/coverage.ts lists the rows that it does not show.
// Not proven, because it needs AWS: that AWS accepts each call, and how long it takes.

describe("changes", function () {
  this.timeout(900_000);
  let stage: Stage;
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-changes-"));
  let result: Promise<string[]>;

  before(async () => {
    stage = await setUp("changes");
    // Guardrails are the subject of other tests.
    const session = { ...stage.session, policyPack: undefined };
    const client = javascript(stage.world);
    const call: Call = async (service, operation, input) => {
      const outcome = await client({ service, operation, input, account: stage.world.hubAccount });
      assert.ok("output" in outcome, `${operation}: ${JSON.stringify(outcome)}`);
      return outcome.output as Record<string, unknown>;
    };
    await createPrincipals(call);
    result = runTour({ session, dir, progress: silent }, core(await createExisting(call)));
  });
  after(async () => {
    await result;
    await stage.end();
    fs.rmSync(dir, { recursive: true });
  });

  it("each setting of core has the recorded effect", async () => assert.deepEqual(await result, []));
});
