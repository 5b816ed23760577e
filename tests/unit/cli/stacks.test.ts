import * as assert from "node:assert/strict";
import { chooseStacks, findStacks, inOrder, type StackPlan, UsageError } from "@cloister/cli/stacks";

describe("order of stacks", () => {
  const plan = (id: string, reads: string[] = []): StackPlan => {
    const [project, stack] = id.split("/") as [string, string];
    return { id, project, folder: project, stack, settingsFile: `${project}/Pulumi.${stack}.yaml`, reads };
  };
  const ids = (stacks: StackPlan[]) => stacks.map(({ id }) => id);

  it("of the example organization: what is read comes first", () => {
    assert.deepEqual(ids(chooseStacks(findStacks(), [])), [
      "cloister-core/bank-hub",
      "cloister-environment/fraud-dev",
      "cloister-target-accounts/fraud-prod",
      "cloister-target-accounts/fraud-staging",
    ]);
  });

  it("leaves the quickstart out unless it is named", () => {
    assert.ok(ids(findStacks()).includes("cloister/quickstart"));
    assert.deepEqual(ids(chooseStacks(findStacks(), ["quickstart"])), ["cloister/quickstart"]);
  });

  it("takes names in short and in full, and keeps the order", () => {
    assert.deepEqual(ids(chooseStacks(findStacks(), ["fraud-staging", "cloister-core/bank-hub"])), [
      "cloister-core/bank-hub",
      "cloister-target-accounts/fraud-staging",
    ]);
  });

  it("is found for any order of files", () => {
    assert.deepEqual(ids(inOrder([plan("c/c", ["b/b"]), plan("a/a"), plan("b/b", ["a/a"])])), ["a/a", "b/b", "c/c"]);
  });

  const wrong: { it: string; work: () => unknown; says: RegExp }[] = [
    {
      it: "a stack without settings is read",
      work: () => inOrder([plan("b/b", ["a/x"]), plan("a/y")]),
      says: /b\/Pulumi\.b\.yaml names the stack a\/x, and there are no settings for it\. Known: a\/y\./,
    },
    {
      it: "stacks read each other in a circle",
      work: () => inOrder([plan("a/a", ["b/b"]), plan("b/b", ["a/a"])]),
      says: /in a circle: a\/a -> b\/b -> a\/a/,
    },
    { it: "a name is unknown", work: () => chooseStacks([plan("a/a")], ["b"]), says: /No settings for b\. Known: a\./ },
  ];
  for (const { it: what, work, says } of wrong)
    it(`is refused when ${what}`, () => assert.throws(work, (error: Error) => error instanceof UsageError && says.test(error.message)));
});
