// A purge is confirmed by name. Does not prove that the programs ask: their own tests do.
import assert from "node:assert/strict";
import { confirmPurge, purge, purgeProblems } from "@cloister/components/stack/common-settings";
import { z } from "zod";

describe("purge", () => {
  const problemsOf = (isPurged: boolean, confirmation?: string) =>
    purgeProblems({ namespace: "cloister-environment", purge: isPurged, confirmPurge: confirmation, name: "fraud-dev" });

  it("is not asked about when nothing is purged", () => {
    for (const confirmation of [undefined, "fraud-dev", "other"]) assert.deepEqual(problemsOf(false, confirmation), []);
  });

  it("is confirmed by the name of what is purged", () => assert.deepEqual(problemsOf(true, "fraud-dev"), []));

  it("without confirmation says what to write, and how to keep", () =>
    assert.deepEqual(problemsOf(true), [
      "'cloister-environment:confirmPurge' is missing; 'cloister-environment:purge' is true, and a destroy then deletes the keys, buckets and home directories of 'fraud-dev' for good. If that is meant, confirm it with: pulumi config set cloister-environment:confirmPurge fraud-dev. If not, keep them with: pulumi config set cloister-environment:purge false",
    ]));

  it("is not confirmed by the name of another, or by nearly the same", () => {
    for (const confirmation of ["fraud-dev-2", "fraud-de", "FRAUD-DEV", "", "true"])
      assert.match(problemsOf(true, confirmation)[0] ?? "", new RegExp(`^'cloister-environment:confirmPurge' is '${confirmation}'; `));
  });

  it("is off and unconfirmed unless set", () =>
    assert.deepEqual(z.strictObject({ purge: purge(), confirmPurge: confirmPurge() }).parse({}), { purge: false }));
});
