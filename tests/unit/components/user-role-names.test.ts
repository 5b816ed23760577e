// Tests that the console can switch to user roles. Does not prove that the console counts the first slash of the path.
import assert from "node:assert/strict";
import { regionCode, userRolePath } from "@cloister/components/aws/role-path";
import { coreUserRoles, environmentUserRoles } from "@cloister/components/identity/roles";
import { switchRoleWarnings, userRoleName } from "@cloister/components/identity/user-role-names";

/** The regions of all partitions in @aws-sdk/util-endpoints at the time of writing, as far as SageMaker Studio is in them. */
const regions =
  "af-south-1 ap-east-1 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 " +
  "ap-southeast-4 ap-southeast-5 ap-southeast-7 ca-central-1 ca-west-1 cn-north-1 cn-northwest-1 eu-central-1 eu-central-2 eu-north-1 " +
  "eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 " +
  "us-gov-east-1 us-gov-west-1 us-west-1 us-west-2";

describe("names of user roles", () => {
  const contexts = regions.split(" ").map((region) => ({ accountId: "111122223333", partition: "aws", region }));

  it("have a different path in every region", () => {
    assert.equal(new Set(contexts.map(userRolePath)).size, contexts.length);
    assert.equal(regionCode("ap-northeast-1"), "apne1");
    assert.equal(regionCode("us-gov-west-1"), "usgw1");
  });

  it("fit the console's limit of 64 characters with the longest environment name, in every region", () => {
    const longest = "abcdefghijklmno-test";
    for (const context of contexts) {
      assert.deepEqual(switchRoleWarnings(context, longest, environmentUserRoles), [], context.region);
      for (const role of environmentUserRoles)
        assert.ok(`${userRolePath(context)}${userRoleName(longest, role)}-0a1b2c3`.length <= 64, `${context.region} ${role}`);
    }
  });

  it("of a hub are reported before the first resource if the console cannot switch to them", () => {
    const context = contexts.find(({ region }) => region === "eu-central-1")!;
    const hub = "a".repeat(32);
    assert.equal(`${userRolePath(context)}${hub}-ds-admin-0a1b2c3`.length, 64);
    assert.deepEqual(switchRoleWarnings(context, hub, coreUserRoles), []);
    assert.match(
      switchRoleWarnings(context, `${hub}aa`, coreUserRoles).join(),
      /^The console cannot switch to 'data-science-administrator' of 'a{34}': .* Fix: assume the roles with the AWS CLI, or shorten 'a{34}' by 2\.$/,
    );
  });
});
