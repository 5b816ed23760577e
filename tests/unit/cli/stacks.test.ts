import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { chooseStacks, findStacks, type StackPlan, UsageError } from "@cloister/cli";
import { chooseEnvironments, inOrder } from "@cloister/cli/testing";

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

  it("has environments among them, the quickstart too when it is named", () => {
    assert.deepEqual(ids(chooseEnvironments(findStacks(), [])), ["cloister-environment/fraud-dev"]);
    assert.deepEqual(ids(chooseEnvironments(findStacks(), ["quickstart", "fraud-dev"])), [
      "cloister-environment/fraud-dev",
      "cloister/quickstart",
    ]);
    const same = [plan("cloister-environment/dev"), plan("cloister-target-accounts/dev")];
    assert.deepEqual(ids(chooseEnvironments(same, ["dev"])), ["cloister-environment/dev"], "a name that other stacks have too");
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

  it("is read from the settings of a checkout, which may name a stack in full", () => {
    const checkout = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-checkout-"));
    const write = (file: string, text: string) => {
      fs.mkdirSync(path.dirname(path.join(checkout, file)), { recursive: true });
      fs.writeFileSync(path.join(checkout, file), text);
    };
    write("core/Pulumi.yaml", "name: cloister-core\n");
    write("core/Pulumi.hub.yaml", "");
    write("environment/Pulumi.dev.yaml", "config:\n  cloister-environment:coreStack: acme/cloister-core/hub\n");
    write("environment/Pulumi.lone.yaml", "config:\n  aws:region: eu-central-1\n");
    const found = findStacks(checkout);
    fs.rmSync(checkout, { recursive: true });
    assert.deepEqual(
      found.map(({ id, folder, settingsFile, reads }) => ({ id, folder, file: path.relative(checkout, settingsFile), reads })),
      [
        { id: "cloister-core/hub", folder: "core", file: "core/Pulumi.hub.yaml", reads: [] },
        { id: "cloister-environment/dev", folder: "environment", file: "environment/Pulumi.dev.yaml", reads: ["cloister-core/hub"] },
        { id: "cloister-environment/lone", folder: "environment", file: "environment/Pulumi.lone.yaml", reads: [] },
      ],
    );
  });

  const wrong: { it: string; work: () => unknown; says: RegExp }[] = [
    {
      it: "a stack without settings is read",
      work: () => inOrder([plan("b/b", ["a/x"]), plan("a/y")]),
      says: /b\/Pulumi\.b\.yaml names the stack a\/x, and there are no settings for it\. Known: a\/y\./,
    },
    {
      it: "a stack of a project without settings is read",
      work: () => inOrder([plan("b/b", ["a/x"])]),
      says: /No stack of a has settings\.$/,
    },
    {
      it: "stacks read each other in a circle",
      work: () => inOrder([plan("a/a", ["b/b"]), plan("b/b", ["a/a"])]),
      says: /in a circle: a\/a -> b\/b -> a\/a/,
    },
    {
      it: "an environment is asked for and another stack named",
      work: () =>
        chooseEnvironments([plan("cloister-core/hub"), plan("cloister-environment/dev"), plan("cloister/quickstart")], ["dev", "hub"]),
      says: /^No environment: hub\. Environments: dev, quickstart\.$/,
    },
    { it: "a name is unknown", work: () => chooseStacks([plan("a/a")], ["b"]), says: /No settings for b\. Known: a\./ },
  ];
  for (const { it: what, work, says } of wrong)
    it(`is refused when ${what}`, () => assert.throws(work, (error: Error) => error instanceof UsageError && says.test(error.message)));
});
