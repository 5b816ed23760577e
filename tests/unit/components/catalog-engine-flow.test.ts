// Checks the definition of the state machine of the engine. tests/sandbox/engine-flow.test.ts runs it.
import assert from "node:assert/strict";
import { flowDefinition, pollSeconds } from "@cloister/components/catalog/engine/flow";

const facts = {
  partition: "aws",
  projectName: "runner",
  reportFunctionArn: "arn:aws:lambda:eu-central-1:111122223333:function:report",
  timeoutMinutes: 60,
};

describe("the flow of the engine", () => {
  it("has a next state for each state, and every state can be reached", () => {
    interface State {
      Type: string;
      Next?: string;
      Default?: string;
      Catch?: { Next: string }[];
      Choices?: { Next: string }[];
    }
    const { StartAt, States } = flowDefinition(facts) as unknown as { StartAt: string; States: Record<string, State> };
    const nextOf = ({ Next, Default, Catch = [], Choices = [] }: State) =>
      [Next, Default, ...[...Catch, ...Choices].map((one) => one.Next)].filter((name) => name !== undefined);
    const reached = new Set([StartAt]);
    for (const name of reached) for (const next of nextOf(States[name]!)) reached.add(next);
    assert.deepEqual([...reached].sort(), Object.keys(States).sort());
  });

  it("looks at a build at most 600 times, so that all attempts fit into the history of an execution", () => {
    assert.deepEqual([20, 60, 150, 151, 480].map(pollSeconds), [15, 15, 15, 16, 48]);
    // Events of one look: a wait (2), a task (5) and a choice (2).
    assert.ok(3 * (600 * 9 + 50) < 25_000);
  });
});
