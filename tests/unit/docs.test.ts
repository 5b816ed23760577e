import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { pages } from "../../docs/generate";

describe("generated reference", () => {
  for (const [name, text] of Object.entries(pages))
    it(`${name} matches the code`, () => {
      const file = path.join(__dirname, "..", "..", "docs", name);
      assert.equal(fs.existsSync(file) && fs.readFileSync(file, "utf8"), text, "Stale. Fix: npm run docs, and commit the result.");
    });
});
