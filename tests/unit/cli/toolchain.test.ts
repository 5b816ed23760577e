import * as assert from "node:assert/strict";
import { toolchainText } from "@cloister/cli/testing";

describe("status of the toolchain", () => {
  const plugin = { id: "aws-plugin" as const, title: "AWS provider plugin", version: "7.48.0" };
  const detail = "Go caches: 2 GB (delete them: npx cloister toolchain clean)";

  it("has the path of a piece in its column, and details below the table", () => {
    const text = toolchainText([{ ...plugin, state: "ready", origin: "built", path: "/cache/plugin", bytes: 1e6, seconds: 3, detail }]);
    assert.match(text, /AWS provider plugin │ 7\.48\.0 +│ built +│ 1 MB +│ 3 s +│ \/cache\/plugin/);
    assert.ok(text.endsWith(`\nAWS provider plugin: ${detail}`), text);
  });

  it("has the command that installs a missing piece", () =>
    assert.match(toolchainText([{ ...plugin, state: "missing" }]), /│ missing +│.*│ npx cloister toolchain install/));
});
