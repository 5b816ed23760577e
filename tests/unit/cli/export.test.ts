// `cloister export`: what it takes, prints and writes. What the policies refuse: tests/unit/components/identity.test.ts.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { exportPolicies, policiesFor } from "@cloister/cli/testing";

const options = { profile: "strict", exempt: ["arn:aws:iam::*:role/Deployer"], organizationId: "o-exampleorgid" };

describe("cloister export", () => {
  for (const kind of ["scp", "rcp"] as const)
    it(`prints ${kind}s as documents, one a line`, () => {
      const lines: string[] = [];
      exportPolicies(kind, options, (line) => lines.push(line));
      assert.ok(lines.length > 0);
      for (const line of lines) {
        const { Version, Statement } = JSON.parse(line) as { Version: string; Statement: { Effect: string }[] };
        assert.equal(Version, "2012-10-17");
        assert.ok(Statement.length > 0 && Statement.every(({ Effect }) => Effect === "Deny"));
      }
    });

  it("writes each to a file, and says how to make it one of the organization", () => {
    const out = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "cloister-export-")), "policies");
    const lines: string[] = [];
    exportPolicies("scp", { ...options, out }, (line) => lines.push(line));
    const files = fs.readdirSync(out).sort();
    const made = policiesFor("scp", options);
    assert.deepEqual(
      files,
      made.map((_, i) => `cloister-scp-${i + 1}.json`),
    );
    assert.deepEqual(
      files.map((file) => fs.readFileSync(path.join(out, file), "utf8").trim()),
      made,
    );
    for (const file of files)
      assert.ok(lines.some((line) => line.includes(`--type SERVICE_CONTROL_POLICY`) && line.includes(`file://${path.join(out, file)}`)));
    fs.rmSync(path.dirname(out), { recursive: true });
  });

  it("tells all that is wrong with its options at once", () =>
    assert.throws(
      () => policiesFor("rcp", { profile: "loose", exempt: ["Deployer"] }),
      (error: Error) => {
        for (const says of [
          /--profile is 'loose'; allowed are open, vpc, strict/,
          /--organization-id is missing/,
          /--exempt is 'Deployer'; allowed is the ARN of a role/,
        ])
          assert.match(error.message, says);
        return true;
      },
    ));
});
