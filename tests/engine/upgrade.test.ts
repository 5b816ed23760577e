import * as assert from "node:assert/strict";
import { chooseStacks, deployStack, findStacks, previewStack } from "@cloister/cli";
import { bootstrapWorld } from "@cloister/cli/testing";
import { atOnce, quiet, setUp, type Stage } from "../helpers/engine";
import { organization, restore } from "../helpers/recorded";

// Upgrades the example organization that an earlier version deployed: what a user sees at the first preview and deployment with the
// current programs. tests/changes/upgrade.test.ts upgrades all stacks. The recording has the services and the Pulumi state from that version.
// Not proven: how long AWS takes, and workloads that run during the upgrade.

/** Resource names by operation. No other resource changes. */
type Steps = Record<string, string[]>;

const ofAccounts = (stage: string, accounts: string[]): Steps => {
  const each = (...names: string[]) => accounts.flatMap((account) => names.map((name) => `fraud-dev-${stage}-${account}-${name}`));
  const ofStage = (...names: string[]) => accounts.flatMap((account) => names.map((name) => `fraud-dev-${stage}-${name}${account}`));
  return {
    // The provider of an account assumes another role, and the registry names the new boundary.
    update: [
      ...each("dns-allowed", "flow-logs-policy", "flow-logs-role", "model", "model-policy", "models-key", "models-policy", "s3"),
      ...ofStage("account-", "registry-"),
    ],
    // The component of the boundary has the name of the account.
    delete: [...each("boundary", "ecr-api", "ecr-dkr", "kms", "sagemaker-api", "ssm"), ...ofStage("")],
  };
};

/**
 * The steps of the upgrade. Policies change in place, and endpoints that no role can use are deleted.
 * AWS cannot change lifecycle configurations, so a changed start script replaces them.
 */
const expected: Record<string, Steps> = {
  "cloister-core/bank-hub": { update: ["bank-hub-boundary"], replace: ["bank-hub-ds-admin", "bank-hub-ds-admin-policy"] },
  "cloister-environment/fraud-dev": {
    // The settings of the example also add the features `notebooks` and `git`.
    create: [
      "fraud-dev-allow-list",
      "fraud-dev-execution-features",
      "fraud-dev-execution-work",
      "fraud-dev-features",
      "fraud-dev-git-codecommit",
      "fraud-dev-members-start",
      "fraud-dev-members-start-codeeditor",
      "fraud-dev-members-start-jupyterlab",
      "fraud-dev-notebook-ledger-features",
      "fraud-dev-notebook-ledger-work",
      "fraud-dev-sagemaker-notebook",
      "fraud-dev-space-scorecards-initial",
      "fraud-dev-start-ana-horvat",
      "fraud-dev-work",
    ],
    update: [
      "fraud-dev-boundary",
      "fraud-dev-dashboard",
      "fraud-dev-data-key",
      "fraud-dev-denied-calls-rule",
      "fraud-dev-denied-changes",
      "fraud-dev-dns-allowed",
      "fraud-dev-execution-policy",
      "fraud-dev-execution-role-arn",
      "fraud-dev-flow-logs-policy",
      "fraud-dev-flow-logs-role",
      "fraud-dev-model-policy",
      "fraud-dev-models-policy",
      "fraud-dev-notebook-ledger",
      "fraud-dev-notebook-ledger-policy",
      "fraud-dev-pipeline-policy",
      "fraud-dev-profile-ana-horvat",
      "fraud-dev-s3",
      "fraud-dev-start-ledger",
      "fraud-dev-volumes-key",
    ],
    replace: [
      "fraud-dev-data-scientist",
      "fraud-dev-data-scientist-policy",
      "fraud-dev-lifecycle",
      "fraud-dev-lifecycle-policy",
      "fraud-dev-start-codeeditor-ana-horvat",
      "fraud-dev-start-jupyterlab-ana-horvat",
      "fraud-dev-team-administrator",
      "fraud-dev-team-administrator-policy",
    ],
    delete: [
      "fraud-dev-ecr-api",
      "fraud-dev-ecr-dkr",
      "fraud-dev-endpoint-security-group-id",
      "fraud-dev-kms",
      "fraud-dev-permissions-boundary-arn",
    ],
  },
  "cloister-target-accounts/fraud-prod": ofAccounts("prod", ["777788889999", "888899990000"]),
  "cloister-target-accounts/fraud-staging": ofAccounts("staging", ["444455556666", "555566667777"]),
};

/** The parts of a replacement, which is a separate step. */
const partsOfReplacements = ["create-replacement", "delete-replaced"];

const nameOf = (urn: string) => urn.split("::").at(-1)!;

describe("an organization deployed by an earlier version", function () {
  this.timeout(600_000);
  let stage: Stage;

  before(async () => {
    stage = await setUp("upgrade", (name) => restore(organization, name));
    // The changelog lists this step: the default role of the version is that of `cloister bootstrap`.
    await bootstrapWorld(stage.session, stage.world, findStacks());
  });
  after(() => stage.end());

  for (const plan of chooseStacks(findStacks(), [])) {
    it(`changes only what the changelog lists in ${plan.id}`, async () => {
      const { steps, changes } = await previewStack(stage.session, plan, quiet);
      const found: Steps = {};
      for (const { op, urn } of steps) if (!partsOfReplacements.includes(op)) (found[op] ??= []).push(nameOf(urn));
      for (const names of [...Object.values(found), ...Object.values(expected[plan.id]!)]) names.sort();
      assert.deepEqual(found, expected[plan.id]);
      assert.ok((changes.same ?? 0) >= 18, `too few resources in the recorded state: ${JSON.stringify(changes)}`);
    });

    // The preview of a stack depends on the stacks that it reads.
    if (plan.project !== "cloister-target-accounts")
      it(`is upgraded in ${plan.id}, and has no changes afterwards`, async () => {
        await deployStack(stage.session, plan, atOnce);
        const { steps } = await previewStack(stage.session, plan, quiet);
        assert.deepEqual(steps, []);
      });
  }
});
