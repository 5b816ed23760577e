// Tests the confirmation of a purge. tests/programs prove that the programs require the confirmation.
import assert from "node:assert/strict";
import { confirmPurge, purge, purgeProblems } from "@cloister/components/stack/common-settings";
import { problemText } from "@cloister/components/stack/preflight";
import { z } from "zod";

describe("purge", () => {
  const problemsOf = (isPurged: boolean, confirmation?: string) =>
    purgeProblems({ namespace: "cloister-environment", purge: isPurged, confirmPurge: confirmation, name: "fraud-dev" }).map(problemText);

  it("needs no confirmation if purge is false", () => {
    for (const confirmation of [undefined, "fraud-dev", "other"]) assert.deepEqual(problemsOf(false, confirmation), []);
  });

  it("is confirmed by the name of the environment", () => assert.deepEqual(problemsOf(true, "fraud-dev"), []));

  it("is rejected without confirmation, with the commands to confirm the purge and to keep the data", () =>
    assert.deepEqual(problemsOf(true), [
      "'cloister-environment:confirmPurge' must be 'fraud-dev' because 'cloister-environment:purge' is true (got nothing). 'npx cloister destroy' would permanently delete the keys, buckets and home directories of 'fraud-dev'. To keep the data, set 'cloister-environment:purge' to false. Fix: pulumi config set --path cloister-environment:confirmPurge fraud-dev",
    ]));

  it("is rejected when the confirmation has another or a similar name", () => {
    for (const confirmation of ["fraud-dev-2", "fraud-de", "FRAUD-DEV", "", "true"])
      assert.match(
        problemsOf(true, confirmation)[0] ?? "",
        new RegExp(`^'cloister-environment:confirmPurge' must be 'fraud-dev' .* \\(got '${confirmation}'\\)`),
      );
  });

  it("is off and unconfirmed by default", () =>
    assert.deepEqual(z.strictObject({ purge: purge(), confirmPurge: confirmPurge() }).parse({}), { purge: false }));
});
