import assert from "node:assert/strict";
import { catalogue } from "@cloister/policy-pack/catalogue";
import { guardrailTable } from "@cloister/policy-pack/reference";

describe("guardrail reference", () => {
  const lines = guardrailTable().trimEnd().split("\n");

  it("has a row for each rule with a cell for each column", () => {
    assert.deepEqual(
      lines.slice(2).map((line) => /^\| `([a-z0-9-]+)` \|/.exec(line)?.[1]),
      catalogue.map(({ name }) => name),
    );
    for (const line of lines) assert.equal(line.split(/(?<!\\)\|/).length, 9, line);
  });

  it("has a row that describes a rule", () => {
    const row = lines.find((line) => line.includes("kms-key-rotation"))!;
    for (const text of [
      "Every symmetric key rotates.",
      "| medium |",
      "NIST SP 800-53 SC-12: Cryptographic key establishment and management; Security Hub KMS.4; ",
      "Set enableKeyRotation: true.",
      "`maxRotationDays` (`365`): Longest rotation period in days, from 90 to 2560.",
    ])
      assert.ok(row.includes(text), text);
  });

  it("escapes pipes and angle brackets", () => {
    const [, , row] = guardrailTable([{ ...catalogue[0]!, risk: "a | b <c>", fix: "Set <ARN>." }]).split("\n");
    assert.ok(row!.includes("| a \\| b &lt;c> |") && row!.includes("| Set &lt;ARN>. |"), row);
  });

  it("shows 'none' for a rule without settings", () =>
    assert.match(guardrailTable(catalogue.filter(({ settings }) => !settings)), /\| none \|\n/));
});
