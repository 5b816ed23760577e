import { type MendCall, type MendedService, refuseWhen } from "../mend";
import { statementsOf, unknownPrincipal } from "../policy";
import { AwsError } from "../service";

/** A trust policy may only name principals that exist. */
const trustedExist = (member: string) => async (call: MendCall) => {
  const statements = statementsOf(String(call.input[member]));
  if (!statements) throw new AwsError("MalformedPolicyDocument", "This policy contains invalid Json");
  const unknown = await unknownPrincipal(statements, call);
  if (unknown) throw new AwsError("MalformedPolicyDocument", `Invalid principal in policy: "AWS":"${unknown}"`);
};

/** The base takes any ARN for a boundary. */
async function boundaryExists(call: MendCall): Promise<void> {
  const { PermissionsBoundary } = call.input;
  if (PermissionsBoundary !== undefined) await call.base("iam", "GetPolicy", { PolicyArn: PermissionsBoundary });
}

interface Policy {
  AttachmentCount?: number;
}

/** A policy goes after everything that uses it, and after its other versions. */
async function policyIsFree(call: MendCall): Promise<void> {
  const { PolicyArn } = call.input;
  const { Policy } = (await call.base("iam", "GetPolicy", { PolicyArn })) as { Policy: Policy };
  const { Roles } = (await call.base("iam", "ListRoles", { MaxItems: 1000 })) as { Roles?: { RoleName: string }[] };
  const described = await Promise.all((Roles ?? []).map(({ RoleName }) => call.base("iam", "GetRole", { RoleName })));
  const bounded = described.some(
    ({ Role }) =>
      (Role as { PermissionsBoundary?: { PermissionsBoundaryArn?: string } }).PermissionsBoundary?.PermissionsBoundaryArn === PolicyArn,
  );
  if ((Policy.AttachmentCount ?? 0) > 0 || bounded)
    throw new AwsError("DeleteConflict", "Cannot delete a policy attached to entities.", 409);
  const { Versions } = (await call.base("iam", "ListPolicyVersions", { PolicyArn })) as { Versions?: object[] };
  if ((Versions ?? []).length > 1)
    throw new AwsError(
      "DeleteConflict",
      "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
      409,
    );
}

const roleExists = async ({ base, input }: MendCall): Promise<void> => {
  await base("iam", "GetRole", { RoleName: input.RoleName });
};

export const iam: MendedService = {
  scope: "iam",
  model: "iam",
  mends: {
    CreateRole: refuseWhen(trustedExist("AssumeRolePolicyDocument"), boundaryExists),
    DeletePolicy: refuseWhen(policyIsFree),
    ListInstanceProfilesForRole: refuseWhen(roleExists),
    PutRolePermissionsBoundary: refuseWhen(boundaryExists),
    UpdateAssumeRolePolicy: refuseWhen(trustedExist("PolicyDocument")),
  },
};
