// Passes the events that the sandbox sent for real calls to the handler of the evaluator, with the answers of the sandbox on the wire.
// Does not prove the events and answers of AWS, and how a gateway delivers events. Does not prove anything about compute whose network
// cannot be restricted. The sandbox has none of these operations, so controls-evaluator.test.ts has written events of this kind.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import { kinds, resourceTypes, typeOfCall } from "@cloister/components/controls/kinds";
import { type Answer, ControlsWorld } from "../../helpers/controls";
import { recordedCases } from "./control-events/cases";
import { recordEvents } from "./control-events/record";
import { type RecordedAnswer, type RecordedEvents, recordingFile } from "./control-events/recording";

const recorded = JSON.parse(fs.readFileSync(recordingFile, "utf8")) as RecordedEvents;

/** The recorded answer to a call with the same input. */
function answersOf(answers: readonly RecordedAnswer[]): Record<string, Answer> {
  const answer =
    (operation: string): Answer =>
    (input) => {
      const found = answers.find((entry) => entry.operation === operation && JSON.stringify(entry.input) === JSON.stringify(input));
      assert.ok(found, `${operation} ${JSON.stringify(input)} is not recorded`);
      return found.status === 200 ? found.body : String(found.body.__type).split("#").at(-1)!;
    };
  return Object.fromEntries([...new Set(answers.map(({ operation }) => operation))].map((operation) => [operation, answer(operation)]));
}

describe("evaluator with recorded events", () => {
  let world: ControlsWorld;
  afterEach(() => world?.stop());

  for (const { name, error, violates, corrects } of recordedCases)
    for (const { event, answers } of recorded[name] ?? [])
      it(`finds ${violates.join(", ") || "nothing"} for ${name} (${String(event["detail-type"])})`, async () => {
        world = await ControlsWorld.start(answersOf(answers));
        assert.deepEqual(await world.deliver([event]), [], JSON.stringify(world.logs("error")));
        const found = world.findings.flatMap((finding) => finding.violations.map(({ control }) => control));
        assert.deepEqual([...new Set(found)], violates);
        assert.deepEqual(
          world.changes.map(([operation]) => operation).filter((operation) => operation !== "AddTags"),
          corrects,
        );
        assert.equal(world.logs("ignored").length, error === undefined ? 0 : 1);
      });

  it("has the events that the sandbox still sends, and its answers", async () => assert.deepEqual(await recordEvents(), recorded));

  it("has at least 60 cases, with each case of the table", () => {
    assert.deepEqual(
      recordedCases.map(({ name }) => name).filter((name) => !(name in recorded)),
      [],
    );
    assert.ok(Object.keys(recorded).length >= 60, String(Object.keys(recorded).length));
  });

  it("has compliant, noncompliant and failed calls, and state changes", () => {
    const events = Object.values(recorded).flat();
    assert.ok(events.filter(({ event }) => /State Change$/.test(String(event["detail-type"]))).length >= 20);
    assert.ok(recordedCases.filter(({ error }) => error !== undefined).length >= 10);
    const named = recordedCases.map(({ operation }) => resourceTypes[typeOfCall(operation)!].kind);
    assert.deepEqual(
      Object.keys(kinds).filter((kind) => !named.some((entry) => entry === kind)),
      ["compute"],
    );
  });
});
