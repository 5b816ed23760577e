// Tests that the commands in messages act on the stack and project that the message is about.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { failOnProblems } from "@cloister/components/stack/errors";
import { inStack, removeCommand, renameCommand, setCommand, setListCommand, withJointFixes } from "@cloister/components/stack/fix-command";
import { parse } from "yaml";
import { useMocks } from "../../helpers/mocks";

const root = path.resolve(__dirname, "..", "..", "..");
const environment = { project: "cloister-environment", stack: "fraud-dev" };

describe("commands that fix settings", () => {
  const cases: { it: string; command: string; expected: string }[] = [
    {
      it: "set a value",
      command: setCommand("cloister-environment:network.zones", 2),
      expected: "config set --stack fraud-dev --path cloister-environment:network.zones 2",
    },
    {
      it: "set a secret",
      command: setCommand("cloister-environment:owner", "<value>", { isSecret: true }),
      expected: "config set --stack fraud-dev --secret --path cloister-environment:owner <value>",
    },
    {
      it: "set digits as text, in a path that a shell would expand",
      command: setCommand("a:accounts[0].id", "444455556666", { isText: true }),
      expected: "config set --stack fraud-dev --path 'a:accounts[0].id' 444455556666 --type string",
    },
    {
      it: "set all values of a list",
      command: setListCommand("a:network.features", ["studio", "jobs"]),
      expected:
        "config set-all --stack fraud-dev --path --plaintext 'a:network.features[0]=studio' --plaintext 'a:network.features[1]=jobs'",
    },
    {
      it: "set a value that a shell would run",
      command: setCommand("a:existingRoles.x", "arn:aws:iam::111122223333:role/$(id)/it's"),
      expected: `config set --stack fraud-dev --path a:existingRoles.x 'arn:aws:iam::111122223333:role/$(id)/it'\\''s'`,
    },
    { it: "remove a value", command: removeCommand("a:cidr"), expected: "config rm --stack fraud-dev --path a:cidr" },
    { it: "rename the stack", command: renameCommand, expected: "stack rename --stack fraud-dev <name>" },
  ];
  for (const { it: title, command, expected } of cases)
    it(title, () => assert.equal(inStack(`Fix: ${command}, or not`, environment), `Fix: pulumi --cwd environment ${expected}, or not`));

  it("leave commands that name no setting unchanged", () => {
    const text = "List the stacks: pulumi stack ls --all. Run 'pulumi up'.";
    assert.equal(inStack(text, environment), text);
  });

  for (const folder of ["core", "environment", "target-accounts", "."])
    it(`name the folder of the project in ${folder}`, () => {
      const { name: project } = parse(fs.readFileSync(path.join(root, folder, "Pulumi.yaml"), "utf8")) as { name: string };
      const cwd = folder === "." ? "" : ` --cwd ${folder}`;
      assert.equal(inStack(removeCommand("a:b"), { project, stack: "dev" }), `pulumi${cwd} config rm --stack dev --path a:b`);
    });

  it("are composed in one file, so that every one is completed", () => {
    const composers = "components/stack/fix-command.ts";
    const folders = ["components", "core", "environment", "target-accounts", "tools"];
    const files = folders.flatMap((folder) =>
      fs
        .readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts") && !name.includes("node_modules"))
        .map((name) => `${folder}/${name}`),
    );
    const written = files.filter(
      (file) =>
        file !== composers &&
        // A command in a comment is no message.
        /^(?!\s*(\/\/|\*)).*\bpulumi (config (set|set-all|rm)|stack rename) /m.test(fs.readFileSync(path.join(root, file), "utf8")),
    );
    assert.deepEqual(written, []);
  });

  it("are complete in the errors of a program", async () => {
    await useMocks({ ...environment, config: {} });
    const text = `must not be set. Fix: ${removeCommand("cloister-environment:x")}`;
    const complete = "pulumi --cwd environment config rm --stack fraud-dev --path cloister-environment:x";
    assert.throws(
      () => failOnProblems([{ setting: "cloister-environment:x", text }, `This ${text}`]),
      ({ message }: Error) => message.split(complete).length === 3,
    );
  });
});

describe("commands of several messages", () => {
  const inDev = (command: string) => inStack(command, environment);
  const features = (...added: string[]) => inDev(`Fix: ${setListCommand("a:network.features", ["studio", ...added])}`);
  const account = (i: number, id: string) => inDev(`Fix: ${setCommand(`a:network.imageAccounts[${i}]`, id, { isText: true })}`);

  it("keep the values that other commands add to the same list", () =>
    assert.deepEqual(withJointFixes([features("notebooks"), "Fix: remove it", features("git")]), [
      features("notebooks", "git"),
      "Fix: remove it",
      features("notebooks", "git"),
    ]));

  it("extend the same list at different positions", () =>
    assert.deepEqual(withJointFixes([account(1, "111122223333"), account(1, "444455556666"), account(1, "111122223333")]), [
      account(1, "111122223333"),
      account(2, "444455556666"),
      account(1, "111122223333"),
    ]));

  for (const [title, ...texts] of [
    ["of different lists", features("git"), inDev(setListCommand("b:features", ["jobs"]))],
    ["with a value that users replace", inDev(setCommand("a:ids[0]", "<one>")), inDev(setCommand("a:ids[0]", "<other>"))],
    ["of settings that are no lists", inDev(setCommand("a:network.zones", 2)), inDev(setCommand("a:network.zones", 3))],
    ["with quotes", inDev(setListCommand("a:names", ["it's", "b"]))],
  ] as [string, ...string[]][])
    it(`stay as they are: ${title}`, () => assert.deepEqual(withJointFixes(texts), texts));
});
