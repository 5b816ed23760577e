import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { deployStack, type Session } from "@cloister/cli";
import { bootstrapWorld } from "@cloister/cli/testing";
import { silent } from "@cloister/common";
import { atOnce, setUp, type Stage } from "../helpers/engine";
import { environmentOutputs } from "../programs/example-target-accounts";
import { javascript } from "../sandbox/javascript";
import { core } from "./tours/core";
import { environment } from "./tours/environment";
import { type Call, createExisting, createInAccount, createPrincipals, createRoles, type Existing } from "./tours/existing";
import { planWith, runTour, type Tour } from "./tours/run";
import { targetAccounts } from "./tours/target-accounts";

// Changes settings of deployed stacks with the real engine and provider, and compares the steps with docs/reference/changes.md.
// tours/coverage.ts lists the rows that it does not show. The stacks change in parallel, because most of the time is waiting.
// Not proven, because it needs AWS: that AWS accepts each call, and how long it takes.

describe("changes", function () {
  this.timeout(900_000);
  let stage: Stage;
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-changes-"));
  const tours: Record<string, (existing: Existing) => Tour> = { core, environment, "target accounts": targetAccounts };
  const results = new Map<string, Promise<string[]>>();

  before(async () => {
    stage = await setUp("changes");
    // Guardrails are the subject of other tests.
    const session = { ...stage.session, policyPack: undefined };
    const client = javascript(stage.world);
    const call: Call = async (service, operation, input, account = stage.world.hubAccount) => {
      const outcome = await client({ service, operation, input, account });
      assert.ok("output" in outcome, `${operation}: ${JSON.stringify(outcome)}`);
      return outcome.output as Record<string, unknown>;
    };
    const existing = await createExisting(call, stage.world.accounts.slice(1));
    await Promise.all([createPrincipals(call), createInAccount(call, existing.targetAccounts[0]!)]);
    const hub = planWith(dir, core(existing), core(existing).base);
    const other = planWith(dir, { ...core(existing), stack: "other" }, { owner: "owner@bank.example" });
    const [{ outputs }] = await Promise.all([deployStack(session, other, atOnce), deployStack(session, hub, atOnce)]);
    await Promise.all([createRoles(call, String(outputs.permissionsBoundaryArn)), prepareTargetAccounts(session, existing)]);
    const run = { session, control: stage.control, dir, progress: silent };
    for (const [name, tour] of Object.entries(tours)) results.set(name, runTour(run, tour(existing)));
  });
  after(async () => {
    await Promise.all(results.values());
    await stage.end();
    fs.rmSync(dir, { recursive: true });
  });

  /** Creates the deploy role, and a stack with the outputs of an environment. The outputs never change during the test. */
  async function prepareTargetAccounts(session: Session, existing: Existing): Promise<void> {
    const project = { project: "cloister-environment", folder: "environment" as const };
    const published = planWith(dir, { ...project, stack: "published" }, { outputs: environmentOutputs("fraud-dev") });
    await deployStack(session, published, { ...atOnce, program: path.join(__dirname, "tours", "published") });
    const environmentPlan = planWith(dir, { ...project, stack: "bootstrapped" }, environment(existing).base);
    const accountsPlan = planWith(dir, targetAccounts(existing), targetAccounts(existing).base);
    await bootstrapWorld(session, stage.world, [environmentPlan, { ...accountsPlan, reads: [environmentPlan.id] }]);
  }

  for (const name of Object.keys(tours))
    it(`each setting of ${name} has the recorded effect`, async () => assert.deepEqual(await results.get(name), []));
});
