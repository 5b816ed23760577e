// Tests that a command in a message acts where the command that printed it acted: in the account, or in the sandbox world.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { root } from "@cloister/cli";
import { commandText, requireForwarded, startText } from "@cloister/cli/testing";

describe("command in a message", () => {
  it("names the sandbox world", () => {
    assert.equal(commandText(["destroy", "fraud-dev"], "try"), "npx cloister destroy fraud-dev --world try");
    assert.equal(commandText(["destroy", "fraud-dev"], undefined), "npx cloister destroy fraud-dev");
    assert.equal(startText("--stop", { name: "try" }), "npm start -- --stop --world try");
    assert.equal(startText("--stop", { name: "default" }), "npm start -- --stop");
  });

  it("quotes every word that a shell would change, except placeholders", () => {
    assert.equal(
      commandText(["drain", "--person", "ana horvat; id", "<environment>", "a:b/c@d.e"], "x y"),
      "npx cloister drain --person 'ana horvat; id' <environment> a:b/c@d.e --world 'x y'",
    );
    assert.equal(commandText(["up", "it's $(id)"], undefined), "npx cloister up 'it'\\''s $(id)'");
  });

  it("is not run if npm kept its options, because npm start would deploy", () => {
    requireForwarded({ npm_config_cache: "/c" });
    assert.throws(
      () => requireForwarded({ npm_config_destroy: "true", npm_config_quickstart: "true" }),
      /^UsageError: npm did not pass on --destroy --quickstart\. Run: npm start -- --destroy --quickstart$/,
    );
  });

  it("is written only by the function that adds the world, except in help texts", () => {
    const folder = path.join(root, "tools", "cli");
    const files = fs
      .readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !/node_modules/.test(file));
    assert.ok(files.length > 50);
    // Commands that act on an account. Comments, help texts of commands, and lists without a call name no world.
    const command = /npx cloister (bootstrap|destroy|drain|preview|sweep|up|verify(?! --list))\b/;
    const written = files.flatMap((file) =>
      fs
        .readFileSync(path.join(folder, file), "utf8")
        .split("\n")
        .filter((line) => command.test(line) && !/^ {2}npx|^\s*(\/\/|\*)|addHelpText/.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
    assert.deepEqual(written, []);
  });
});
