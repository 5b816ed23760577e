// `cloister export`: options and output. tests/unit/components/identity-organization.test.ts tests what the policies deny.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { exportPolicies, policiesFor } from "@cloister/cli/testing";

const options = { profile: "strict", exempt: ["arn:aws:iam::*:role/Deployer"], organizationId: "o-exampleorgid" };

describe("cloister export", () => {
  for (const kind of ["scp", "rcp"] as const)
    it(`prints each ${kind} as a policy document on one line`, () => {
      const lines: string[] = [];
      exportPolicies(kind, options, (line) => lines.push(line));
      assert.ok(lines.length > 0);
      for (const line of lines) {
        const { Version, Statement } = JSON.parse(line) as { Version: string; Statement: { Effect: string }[] };
        assert.equal(Version, "2012-10-17");
        assert.ok(Statement.length > 0 && Statement.every(({ Effect }) => Effect === "Deny"));
      }
    });

  it("writes each policy to a file and prints the commands that create it", () => {
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

  it("lists all invalid options in one error", () =>
    assert.throws(
      () => policiesFor("rcp", { profile: "loose", exempt: ["Deployer"] }),
      (error: Error) => {
        for (const problem of [
          /--profile must be one of open, vpc, strict \(got 'loose'\)/,
          /--organization-id is required/,
          /--exempt must be the ARN of a role.* \(got 'Deployer'\)/,
        ])
          assert.match(error.message, problem);
        return true;
      },
    ));
});
