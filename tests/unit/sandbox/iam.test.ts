import assert from "node:assert/strict";
import { AwsError, policyIsFree } from "@cloister/sandbox/testing";

const PolicyArn = "arn:aws:iam::111122223333:policy/boundary";

/** moto with one policy and two listed roles, of which another call has deleted the first. */
const call = (boundary: string) => ({
  input: { PolicyArn },
  moto: (_service: string, operation: string, input: object): Promise<Record<string, unknown>> => {
    const { RoleName } = input as { RoleName?: string };
    if (operation === "GetPolicy") return Promise.resolve({ Policy: { AttachmentCount: 0 } });
    if (operation === "ListRoles") return Promise.resolve({ Roles: [{ RoleName: "deleted" }, { RoleName: "other" }] });
    if (operation === "ListPolicyVersions") return Promise.resolve({ Versions: [{}] });
    if (RoleName === "deleted") return Promise.reject(new AwsError("NoSuchEntity", "Role deleted not found", 404));
    return Promise.resolve({ Role: { PermissionsBoundary: { PermissionsBoundaryArn: boundary } } });
  },
});

describe("sandbox IAM: deletion of a policy", () => {
  it("ignores a role that another call deletes at the same time", () => assert.doesNotReject(policyIsFree(call("another policy"))));

  it("rejects a policy that a role has as its permissions boundary", () =>
    assert.rejects(policyIsFree(call(PolicyArn)), /Cannot delete a policy attached to entities/));
});
