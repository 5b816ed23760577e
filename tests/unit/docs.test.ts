import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { settingTexts } from "../../docs/change-tables";
import { render } from "../../docs/diagrams";
import { pages, threatsPage } from "../../docs/generate";
import { loggedAttacks } from "../permissions/attack-log";
import { attackGroups } from "../permissions/attacks";
import { attackers } from "../permissions/row-kit";

function assertCurrent(name: string, text: string): void {
  const file = path.join(__dirname, "..", "..", "docs", name);
  assert.equal(fs.existsSync(file) && fs.readFileSync(file, "utf8"), text, "Stale. Fix: npm run docs, and commit the result.");
}

describe("generated reference", () => {
  it("has the diagrams of the pages about self-service", async () => {
    for (const [name, text] of Object.entries(await render())) {
      assertCurrent(name, text);
      const users = fs.readdirSync(path.join(__dirname, "../../docs"), { recursive: true, encoding: "utf8" });
      const links = users.filter(
        (page) => page.endsWith(".md") && fs.readFileSync(path.join(__dirname, "../../docs", page), "utf8").includes(name),
      );
      assert.equal(links.length, 1, name);
    }
  });

  for (const [name, text] of Object.entries(pages)) it(`${name} matches the code`, () => assertCurrent(name, text));

  for (const page of ["differences.md", "studio.md", "monitoring.md", "audit.md", "self-service.md"])
    it(`${page} names only settings that exist`, () => {
      const known = [...pages["reference/settings.md"]!.matchAll(/^\| `([^`]+)`/gm)].map(([, setting]) => setting!.replaceAll("[]", ""));
      const text = fs.readFileSync(path.join(__dirname, "../../docs", page), "utf8").replaceAll(/```[^]*?```/g, "");
      // A path in code, such as `studio.profiles[].gitName`. A page can leave out the first part: `volumeGb.maximum`.
      const named = [...text.matchAll(/`([a-z]\w*(?:\.[a-z]\w+|\[\])+)`/g)].map(([, setting]) => setting!.replaceAll("[]", ""));
      assert.ok(named.length > 0);
      assert.deepEqual(
        named.filter((setting) => !known.some((name) => name === setting || name.endsWith(`.${setting}`))),
        [],
      );
    });

  it("changes.md has no two rows of the same change with the same other settings", () => {
    const sections = pages["reference/changes.md"]!.split("\n## ").slice(1);
    assert.equal(sections.length, 3);
    for (const section of sections) {
      const rows = [...section.matchAll(/^((?:\| [^|]*){4})\|/gm)].map(([, cells]) => cells!);
      assert.ok(rows.length > 30);
      assert.deepEqual(
        rows.filter((row, i) => rows.indexOf(row) !== i),
        [],
      );
    }
  });

  it("changes.md lists the other settings of a row in a short form", () => {
    const settings = { studio: { spaces: [{ name: "two", owner: "bo", app: "codeeditor" }, "x"], signIn: "iam" }, network: {} };
    const all = ["`studio.spaces: two (owner: bo, app: codeeditor), x`", "`studio.signIn: iam`", "`network: {}`"];
    assert.deepEqual(settingTexts(settings), all);
    assert.deepEqual(settingTexts(settings, "studio.signIn"), [all[0], all[2]]);
    assert.deepEqual(settingTexts({ a: ["x".repeat(99)] }), [`\`a: ${"x".repeat(60)}…\``]);
  });

  it("threats.md has attacks of each attacker and each group, all of them denied, and matches the code", async function () {
    this.timeout(180_000);
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
