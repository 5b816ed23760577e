import assert from "node:assert/strict";
import {
  consume,
  type Contract,
  contractProblems,
  outputsTable,
  parametersOf,
  plainValue,
  publish,
  type Received,
} from "@cloister/components/stack/contract";
import * as pulumi from "@pulumi/pulumi";
import { settle, useMocks } from "../../helpers/mocks";

const contract = {
  name: { kind: "string", about: "its name" },
  ids: { kind: "string[]", about: "its IDs" },
  accounts: { kind: "records", about: "its accounts" },
} as const satisfies Contract;
const complete = { name: "a", ids: ["1", "2"], accounts: { one: { region: "x" } } };
const stack = "organization/cloister-core/hub";

describe("contractProblems", () => {
  const table: { it: string; outputs: Record<string, unknown>; want: string[] }[] = [
    { it: "accepts complete outputs", outputs: complete, want: [] },
    { it: "accepts additional outputs", outputs: { ...complete, more: 1 }, want: [] },
    { it: "accepts empty strings, lists and objects", outputs: { name: "", ids: [], accounts: {} }, want: [] },
    { it: "reports every missing output", outputs: {}, want: ["'name' is missing", "'ids' is missing", "'accounts' is missing"] },
    {
      it: "reports the types of wrong outputs, and never their values",
      outputs: { name: 4711, ids: "secret", accounts: ["secret"] },
      want: [
        "'name' must be a string (got a number)",
        "'ids' must be a list of strings (got a string)",
        "'accounts' must be an object of objects of strings (got a list of string values)",
      ],
    },
    {
      it: "rejects a list with one wrong element",
      outputs: { ...complete, ids: ["1", 2] },
      want: ["'ids' must be a list of strings (got a list of string and number values)"],
    },
    {
      it: "rejects an object with one wrong record",
      outputs: { ...complete, accounts: { one: { n: 1 } } },
      want: ["'accounts' must be an object of objects of strings (got an object)"],
    },
    {
      it: "rejects null",
      outputs: { ...complete, name: null },
      want: ["'name' must be a string (got null)"],
    },
  ];
  for (const row of table) it(row.it, () => assert.deepEqual(contractProblems(contract, row.outputs), row.want));
});

describe("contract", () => {
  it("publishes its outputs and no other value", () => {
    const values = { ...complete, vpcId: "vpc-1" };
    assert.deepEqual(publish(contract, values), complete);
  });

  describe("consume", () => {
    const received = async (outputs: Record<string, unknown>, secretOutputNames: string[] = []): Promise<Received<typeof contract>> => {
      await useMocks({ project: "it", stack: "it", config: {}, stacks: { [stack]: { outputs, secretOutputNames } } });
      return consume(contract, stack);
    };

    it("returns every output", async () => {
      const { name, ids, accounts } = await received(complete);
      assert.deepEqual({ name: await settle(name), ids: await settle(ids), accounts: await settle(accounts) }, complete);
    });

    it("fails with one error that names the stack and all wrong outputs", async () => {
      await assert.rejects(received({ name: "hunter2", ids: "hunter2" }), (error: Error) => {
        assert.ok(pulumi.RunError.isInstance(error));
        assert.match(
          error.message,
          /^Stack 'organization\/cloister-core\/hub' does not export the required outputs\. No resources were created\.\n/,
        );
        assert.match(error.message, /- 'ids' must be a list of strings \(got a string\)\n {2}- 'accounts' is missing\n/);
        assert.match(error.message, /Fix: deploy that stack with this version of Cloister: npx cloister up cloister-core\/hub$/);
        assert.doesNotMatch(error.message, /hunter2/);
        return true;
      });
    });

    it("reports a stack without outputs in one sentence, without a list of outputs", () =>
      assert.rejects(received({}), {
        message:
          "Stack 'organization/cloister-core/hub' has no outputs. It is destroyed, or it was never deployed. No resources were created.\n" +
          "Fix: deploy that stack first: npx cloister up cloister-core/hub",
      }));

    it("keeps a secret secret and the other outputs readable", async () => {
      const { name, ids, accounts } = await received(complete, ["name"]);
      assert.deepEqual(await Promise.all([pulumi.isSecret(name), pulumi.isSecret(ids), pulumi.isSecret(accounts)]), [true, false, false]);
    });

    it("names a stack that does not exist and how to list stacks", async () => {
      await useMocks({ project: "it", stack: "it", config: {} });
      await assert.rejects(
        consume(contract, stack),
        /Cannot read stack 'organization\/cloister-core\/hub': .* Fix: deploy that stack first.* pulumi stack ls --all$/s,
      );
    });
  });

  describe("plainValue", () => {
    it("resolves with the value", async () => assert.equal(await plainValue(pulumi.output("value")), "value"));
    it("rejects when the output fails", async () => {
      const failed = pulumi.output("x").apply((): string => {
        throw new Error("broken");
      });
      await assert.rejects(plainValue(failed), /broken/);
    });
  });

  describe("with SSM parameters", () => {
    const published = {
      ...contract,
      name: { ...contract.name, parameter: "it-name" },
      ids: { ...contract.ids, parameter: "it-ids" },
    } as const;

    it("returns the value of each parameter, lists joined with commas", async () => {
      const parameters = parametersOf(published, { ...complete, ids: [pulumi.output("1"), "2"] });
      assert.deepEqual(await settle(parameters), { "it-name": "a", "it-ids": "1,2" });
    });
    it("returns no parameters for a contract without parameters", () => assert.deepEqual(parametersOf(contract, complete), {}));
    it("has a column for the parameters in its table", () =>
      assert.deepEqual(outputsTable(published).split("\n"), [
        "| output | kind | SSM parameter | what it is |",
        "| --- | --- | --- | --- |",
        "| `name` | string | `it-name` | its name |",
        "| `ids` | string[] | `it-ids` | its IDs |",
        "| `accounts` | records |  | its accounts |",
      ]));
  });

  it("has one table row for each output", () =>
    assert.deepEqual(outputsTable(contract).split("\n"), [
      "| output | kind | what it is |",
      "| --- | --- | --- |",
      "| `name` | string | its name |",
      "| `ids` | string[] | its IDs |",
      "| `accounts` | records | its accounts |",
    ]));
});
