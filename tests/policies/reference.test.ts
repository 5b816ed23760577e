import assert from "node:assert/strict";
import { catalogue } from "@cloister/policy-pack/catalogue";
import { guardrailTable } from "@cloister/policy-pack/reference";

describe("the table of guardrails", () => {
  const lines = guardrailTable().trimEnd().split("\n");

  it("has a row for each rule, in order, with as many cells as its head", () => {
    assert.deepEqual(
      lines.slice(2).map((line) => /^\| `([a-z0-9-]+)` \|/.exec(line)?.[1]),
      catalogue.map(({ name }) => name),
    );
    for (const line of lines) assert.equal(line.split(/(?<!\\)\|/).length, 9, line);
  });

  it("tells all about a rule", () => {
    const row = lines.find((line) => line.includes("kms-key-rotation"))!;
    for (const text of [
      "Every symmetric key rotates.",
      "| medium |",
      "NIST SP 800-53 SC-12: Cryptographic key establishment and management; Security Hub KMS.4; ",
      "Write enableKeyRotation: true.",
      "`maxRotationDays` (`365`): Longest rotation period in days, 90 to 2560.",
    ])
      assert.ok(row.includes(text), text);
  });

  it("keeps what a rule says from ending a cell or beginning a tag", () => {
    const [, , row] = guardrailTable([{ ...catalogue[0]!, why: "a | b <c>", fix: "Write <ARN>." }]).split("\n");
    assert.ok(row!.includes("| a \\| b &lt;c> |") && row!.includes("| Write &lt;ARN>. |"), row);
  });

  it("says of a rule without settings that it has none", () =>
    assert.match(guardrailTable(catalogue.filter(({ settings }) => !settings)), /\| none \|\n/));
});
