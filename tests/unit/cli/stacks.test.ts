import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { chooseStacks, findStacks, type StackPlan, UsageError } from "@cloister/cli";
import { chooseEnvironments, sortStacks } from "@cloister/cli/testing";

describe("stacks in a checkout", () => {
  const plan = (id: string, reads: string[] = []): StackPlan => {
    const [project, stack] = id.split("/") as [string, string];
    return { id, project, folder: project, stack, settingsFile: `${project}/Pulumi.${stack}.yaml`, reads };
  };
  const ids = (stacks: StackPlan[]) => stacks.map(({ id }) => id);

  it("are sorted so that each stack comes after the stacks that it references", () => {
    assert.deepEqual(ids(chooseStacks(findStacks(), [])), [
      "cloister-core/bank-hub",
      "cloister-environment/fraud-dev",
      "cloister-target-accounts/fraud-prod",
      "cloister-target-accounts/fraud-staging",
    ]);
  });

  it("exclude the quickstart unless it is named", () => {
    assert.ok(ids(findStacks()).includes("cloister/quickstart"));
    assert.deepEqual(ids(chooseStacks(findStacks(), ["quickstart"])), ["cloister/quickstart"]);
  });

  it("include environments, and the quickstart when it is named", () => {
    assert.deepEqual(ids(chooseEnvironments(findStacks(), [])), ["cloister-environment/fraud-dev"]);
    assert.deepEqual(ids(chooseEnvironments(findStacks(), ["quickstart", "fraud-dev"])), [
      "cloister-environment/fraud-dev",
      "cloister/quickstart",
    ]);
    const same = [plan("cloister-environment/dev"), plan("cloister-target-accounts/dev")];
    assert.deepEqual(ids(chooseEnvironments(same, ["dev"])), ["cloister-environment/dev"], "a stack of another project has the same name");
  });

  it("are selected by short or full name, and returned in deployment order", () => {
    assert.deepEqual(ids(chooseStacks(findStacks(), ["fraud-staging", "cloister-core/bank-hub"])), [
      "cloister-core/bank-hub",
      "cloister-target-accounts/fraud-staging",
    ]);
  });

  it("are sorted independently of the order of their files", () => {
    assert.deepEqual(ids(sortStacks([plan("c/c", ["b/b"]), plan("a/a"), plan("b/b", ["a/a"])])), ["a/a", "b/b", "c/c"]);
  });

  it("are not read from invalid YAML, and the error names the file", () => {
    const dir = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-stacks-"));
    fs.mkdirSync(path.join(dir, "environment"));
    fs.writeFileSync(path.join(dir, "environment", "Pulumi.a.yaml"), "config:\n  x: [1\n");
    assert.throws(
      () => findStacks(dir),
      (error: Error) => {
        assert.match(error.message, /environment\/Pulumi\.a\.yaml must be valid YAML\. .* at line 3/);
        return error instanceof UsageError;
      },
    );
    fs.rmSync(dir, { recursive: true });
  });

  it("are read from settings files, which can contain the full name of a stack", () => {
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

  const cases: { it: string; work: () => unknown; message: RegExp }[] = [
    {
      it: "a stack reads a stack without a settings file",
      work: () => sortStacks([plan("b/b", ["a/x"]), plan("a/y")]),
      message: /b\/Pulumi\.b\.yaml reads the stack 'a\/x', which has no settings file\. Stacks with settings: a\/y\./,
    },
    {
      it: "a stack reads a stack of a project without settings files",
      work: () => sortStacks([plan("b/b", ["a/x"])]),
      message: /No stack of a has settings\.$/,
    },
    {
      it: "stacks read each other",
      work: () => sortStacks([plan("a/a", ["b/b"]), plan("b/b", ["a/a"])]),
      message: /must not read each other \(got a\/a -> b\/b -> a\/a\)/,
    },
    {
      it: "a stack without an environment is selected as an environment",
      work: () =>
        chooseEnvironments([plan("cloister-core/hub"), plan("cloister-environment/dev"), plan("cloister/quickstart")], ["dev", "hub"]),
      message: /^Not an environment: 'hub'\. Environments: dev, quickstart\.$/,
    },
    {
      it: "a name is misspelt",
      work: () => chooseStacks([plan("a/fraud-dev"), plan("a/risk-dev")], ["fraud-dve", "a/risk-deb"]),
      message:
        /^No settings file for 'fraud-dve', 'a\/risk-deb'\. Did you mean 'fraud-dev'\? Did you mean 'a\/risk-dev'\? Stacks with settings: fraud-dev, risk-dev\.$/,
    },
    {
      it: "a stack reads a stack whose name is misspelt",
      work: () => sortStacks([plan("b/b", ["a/my-hbu"]), plan("a/my-hub")]),
      message: /has no settings file\. Did you mean 'my-hub'\? Stacks with settings: a\/my-hub\.$/,
    },
    {
      it: "a name is unknown",
      work: () => chooseStacks([plan("a/a")], ["b"]),
      message: /No settings file for 'b'\. Stacks with settings: a\./,
    },
  ];
  for (const { it: title, work, message } of cases)
    it(`are rejected when ${title}`, () =>
      assert.throws(work, (error: Error) => error instanceof UsageError && message.test(error.message)));
});
