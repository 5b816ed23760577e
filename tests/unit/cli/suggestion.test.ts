import * as assert from "node:assert/strict";
import { suggestion } from "@cloister/cli/testing";

describe("suggestion for a misspelt name", () => {
  const known = ["default", "try", "fraud-dev", "fraud-staging"];
  for (const [name, want] of [
    ["tyr", " Did you mean 'try'?"],
    ["fraud-dve", " Did you mean 'fraud-dev'?"],
    ["frauds-taging", " Did you mean 'fraud-staging'?"],
    ["nowhere", ""],
    ["ab", ""],
    ["tyy", " Did you mean 'try'?"],
    ["toy", " Did you mean 'try'?"],
    ["foy", ""],
  ] as const)
    it(`is ${want === "" ? "empty" : want.trim()} for ${name}`, () => assert.equal(suggestion(name, known), want));

  it("is empty if no name is known", () => assert.equal(suggestion("try", []), ""));
});
