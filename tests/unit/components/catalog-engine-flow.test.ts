// Checks the definition of the state machine of the engine. tests/sandbox/engine-flow.test.ts runs it.
import assert from "node:assert/strict";
import { flowDefinition, pollSeconds } from "@cloister/components/catalog/engine/flow";
import { leadOperations, maxAttempts, operations } from "@cloister/components/catalog/engine/names";

const facts = {
  partition: "aws",
  projectName: "runner",
  previewProjectName: "previews",
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
      [Next, Default, ...[...Catch, ...Choices].map((step) => step.Next)].filter((name) => name !== undefined);
    const reached = new Set([StartAt]);
    for (const name of reached) for (const next of nextOf(States[name]!)) reached.add(next);
    assert.deepEqual([...reached].sort(), Object.keys(States).sort());
  });

  it("builds operations of leads in one project, and those of the fleet in another, and fails only for the fleet", () => {
    const { States } = flowDefinition(facts);
    const nextOf = ({ Choices, Default }: typeof States.SelectProject, operation: string) =>
      Choices.find(({ StringEquals }) => StringEquals === operation)?.Next ?? Default;
    const projects = { Project: States.Project.Result, PreviewProject: States.PreviewProject.Result } as Record<string, string>;
    for (const operation of operations) {
      const expected = (leadOperations as readonly string[]).includes(operation) ? ["runner", "Done"] : ["previews", "Failed"];
      const found = [projects[nextOf(States.SelectProject, operation)], nextOf(States.IsReported, operation)];
      assert.deepEqual(found, expected, operation);
    }
  });

  it("polls a build so that all attempts fit into the history of an execution", () => {
    assert.deepEqual([20, 60, 150, 151, 480].map(pollSeconds), [15, 15, 15, 16, 48]);
    const mostEvents = 25_000;
    const queuedMinutes = 60;
    for (const timeoutMinutes of [20, 60, 480]) {
      const { States } = flowDefinition({ ...facts, timeoutMinutes });
      const polls = Math.ceil(((timeoutMinutes + queuedMinutes) * 60) / States.Wait.Seconds);
      // Events of one poll: a wait (2), a task (5) and a choice (2). A failed attempt of a task has 3 events.
      const repeats = [States.Prepare, States.Start, States.Report].flatMap(({ Retry }) => Retry.map(({ MaxAttempts }) => MaxAttempts));
      // A build of an earlier execution can run for as long. Each attempt can see the end of one more build.
      const earlier = Math.ceil(((timeoutMinutes + queuedMinutes) * 60) / States.WaitForEarlier.Seconds);
      const events = 9 * earlier + maxAttempts * (9 * polls + 3 * repeats.reduce((sum, count) => sum + count, 0) + 70);
      assert.ok(events < mostEvents, `${timeoutMinutes}: ${events}`);
    }
  });

  it("repeats calls of AWS for as long as AWS can be unavailable, and reports for hours", () => {
    const { States } = flowDefinition(facts);
    const retries = (state: { Retry: { ErrorEquals: string[]; MaxAttempts: number; MaxDelaySeconds: number }[] }) =>
      state.Retry.map(({ ErrorEquals, MaxAttempts, MaxDelaySeconds }) => [ErrorEquals[0], MaxAttempts, MaxDelaySeconds]);
    assert.deepEqual(retries(States.Prepare), [
      ["RequestEnded", 0, 300],
      ["States.ALL", 8, 300],
    ]);
    assert.deepEqual(retries(States.Start), [
      ["CodeBuild.AccountLimitExceededException", 60, 300],
      ["CodeBuild.CodeBuildException", 8, 300],
    ]);
    for (const state of [States.Poll, States.PollEarlier]) assert.deepEqual(retries(state), [["States.ALL", 60, 300]]);
    for (const state of [States.Report, States.ReportError, States.ReportUnknown])
      assert.deepEqual(retries(state), [["States.ALL", 20, 300]]);
  });
});
