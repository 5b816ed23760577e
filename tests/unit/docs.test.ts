import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { pages } from "../../docs/generate";

describe("generated reference", () => {
  for (const [name, text] of Object.entries(pages))
    it(`${name} is what the code says`, () => {
      const file = path.join(__dirname, "..", "..", "docs", name);
      assert.equal(fs.existsSync(file) && fs.readFileSync(file, "utf8"), text, "Run npm run docs, and commit what it wrote.");
    });
});
