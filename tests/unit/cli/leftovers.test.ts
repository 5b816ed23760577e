// Tests what `npm start -- --destroy` reports about resources that still exist. Does not prove that the sandbox finds all of them.
import * as assert from "node:assert/strict";
import { leftoversText } from "@cloister/cli/testing";

describe("resources after npm start -- --destroy", () => {
  const leftover = (service: string, type: string, id: string) => ({ account: "111122223333", region: "global", service, type, id });
  const key = leftover("kms", "Key", "k-1");
  const policy = leftover("iam", "Policy", "arn:aws:iam::111122223333:policy/p");
  const user = leftover("iam", "User", "ana-horvat");
  const managed = [
    { urn: "urn:key", type: "aws:kms/key:Key", id: "k-1" },
    { urn: "urn:policy", type: "aws:iam/policy:Policy", id: "p-1", outputs: { arn: policy.id } },
  ];
  const keptText = "\nThese resources were kept, because the setting 'purge' is not set:\n";
  const foreignText = "\nThese resources were not in the stacks, so they were not deleted:\n";

  it("name resources outside of the stacks as such", () =>
    assert.equal(leftoversText([user], managed), `${foreignText}  111122223333 iam User ana-horvat`));

  it("name the setting that keeps resources of the stacks", () =>
    assert.equal(
      leftoversText([key, policy], managed),
      `${keptText}  111122223333 kms Key k-1\n  111122223333 iam Policy arn:aws:iam::111122223333:policy/p`,
    ));

  it("are in two lists if there are both", () =>
    assert.equal(
      leftoversText([user, key], managed),
      `${keptText}  111122223333 kms Key k-1\n${foreignText}  111122223333 iam User ana-horvat`,
    ));

  it("are reported if there are none", () => assert.equal(leftoversText([], managed), "\nAll resources were deleted."));
});
