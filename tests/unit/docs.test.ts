import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { pages, threatsPage } from "../../docs/generate";
import { loggedAttacks } from "../permissions/attack-log";
import { attackGroups } from "../permissions/attacks";
import { attackers } from "../permissions/row-kit";

function assertCurrent(name: string, text: string): void {
  const file = path.join(__dirname, "..", "..", "docs", name);
  assert.equal(fs.existsSync(file) && fs.readFileSync(file, "utf8"), text, "Stale. Fix: npm run docs, and commit the result.");
}

describe("generated reference", () => {
  for (const [name, text] of Object.entries(pages)) it(`${name} matches the code`, () => assertCurrent(name, text));

  it("threats.md has attacks of each attacker and each group, all of them denied, and matches the code", async () => {
    // Rejects if the policies that the programs create allow an attack.
    const attacks = await loggedAttacks();
    assert.deepEqual(
      attackers.filter((attacker) => !attacks.some(({ by }) => by === attacker)),
      [],
    );
    assert.deepEqual(
      attackGroups.filter((group) => !attacks.some(({ tries }) => tries === group.tries)),
      [],
    );
    assertCurrent("threats.md", threatsPage(attacks));
  });
});
