import assert from "node:assert/strict";
import { consume, type Contract, contractProblems, outputsTable, plainValue, type Received } from "@cloister/components/stack/contract";
import * as pulumi from "@pulumi/pulumi";
import { settle, useMocks } from "../../helpers/mocks";

const contract = {
  name: { kind: "string", about: "its name" },
  ids: { kind: "string[]", about: "its ids" },
  accounts: { kind: "records", about: "its accounts" },
} as const satisfies Contract;
const kept = { name: "a", ids: ["1", "2"], accounts: { one: { region: "x" } } };
const stack = "organization/cloister-core/hub";

describe("contract", () => {
  const table: { it: string; outputs: Record<string, unknown>; want: string[] }[] = [
    { it: "is kept", outputs: kept, want: [] },
    { it: "is kept with more than it asks for", outputs: { ...kept, more: 1 }, want: [] },
    { it: "is kept by empty lists and objects", outputs: { name: "", ids: [], accounts: {} }, want: [] },
    { it: "misses every key", outputs: {}, want: ["'name' is missing", "'ids' is missing", "'accounts' is missing"] },
    {
      it: "tells kinds, not values",
      outputs: { name: 4711, ids: "secret", accounts: ["secret"] },
      want: [
        "'name' must be a string (got a number)",
        "'ids' must be a list of strings (got a string)",
        "'accounts' must be an object of objects of strings (got a list of string values)",
      ],
    },
    {
      it: "finds one wrong element",
      outputs: { ...kept, ids: ["1", 2] },
      want: ["'ids' must be a list of strings (got a list of string and number values)"],
    },
    {
      it: "finds one wrong record",
      outputs: { ...kept, accounts: { one: { n: 1 } } },
      want: ["'accounts' must be an object of objects of strings (got an object)"],
    },
    {
      it: "finds nothing where there should be something",
      outputs: { ...kept, name: null },
      want: ["'name' must be a string (got null)"],
    },
  ];
  for (const one of table) it(one.it, () => assert.deepEqual(contractProblems(contract, one.outputs), one.want));

  describe("of another stack", () => {
    const received = async (outputs: Record<string, unknown>, secretOutputNames: string[] = []): Promise<Received<typeof contract>> => {
      await useMocks({ project: "it", stack: "it", config: {}, stacks: { [stack]: { outputs, secretOutputNames } } });
      return consume(contract, stack);
    };

    it("hands over every value", async () => {
      const { name, ids, accounts } = await received(kept);
      assert.deepEqual({ name: await settle(name), ids: await settle(ids), accounts: await settle(accounts) }, kept);
    });

    it("fails with one error that names the stack and all that is wrong", async () => {
      await assert.rejects(received({ name: "hunter2", ids: "hunter2" }), (error: Error) => {
        assert.ok(pulumi.RunError.isInstance(error));
        assert.match(
          error.message,
          /^Stack 'organization\/cloister-core\/hub' does not export the required outputs\. No resources were created\.\n/,
        );
        assert.match(error.message, /- 'ids' must be a list of strings \(got a string\)\n {2}- 'accounts' is missing\n/);
        assert.match(error.message, /Fix: run 'pulumi up' in that stack/);
        assert.doesNotMatch(error.message, /hunter2/);
        return true;
      });
    });

    it("keeps a secret secret and its neighbours readable", async () => {
      const { name, ids, accounts } = await received(kept, ["name"]);
      assert.deepEqual(await Promise.all([pulumi.isSecret(name), pulumi.isSecret(ids), pulumi.isSecret(accounts)]), [true, false, false]);
    });

    it("names a stack that does not exist", async () => {
      await useMocks({ project: "it", stack: "it", config: {} });
      await assert.rejects(
        consume(contract, stack),
        /Cannot read stack 'organization\/cloister-core\/hub': .* Fix: deploy that stack first.* pulumi stack ls --all$/s,
      );
    });
  });

  describe("plain", () => {
    it("resolves with the value", async () => assert.equal(await plainValue(pulumi.output("value")), "value"));
    it("rejects when the output fails", async () => {
      const failed = pulumi.output("x").apply((): string => {
        throw new Error("broken");
      });
      await assert.rejects(plainValue(failed), /broken/);
    });
  });

  it("has a row for each output", () =>
    assert.deepEqual(outputsTable(contract).split("\n").slice(2), [
      "| `name` | string | its name |",
      "| `ids` | string[] | its ids |",
      "| `accounts` | records | its accounts |",
    ]));
});
