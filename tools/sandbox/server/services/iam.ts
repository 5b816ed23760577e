import { deploymentRole } from "../accounts";
import { AwsError } from "../aws-error";
import { type Patch, type PatchCall, patchedService, validateFirst } from "../service";
import { statementsOf, unknownPrincipal } from "../iam";
import { type Tag, withTags } from "./tags";

const malformed = (message: string) => new AwsError("MalformedPolicyDocument", message);

/** A trust policy must specify only existing principals. Error text: opstrace/opstrace issue 88. */
const trustedExist = (member: string) => async (call: PatchCall) => {
  const statements = statementsOf(String(call.input[member]));
  if (!statements) throw malformed("This policy contains invalid Json");
  if (statements.some(({ Principal, NotPrincipal }) => (Principal ?? NotPrincipal) === undefined))
    throw malformed("Missing required field Principal");
  const unknown = await unknownPrincipal(statements, call);
  if (unknown) throw malformed(`Invalid principal in policy: "AWS":"${unknown}"`);
};

/** A policy on permissions has no principal. Error text: hashicorp/terraform-provider-aws issue 10419. */
const namesNoPrincipal = ({ input }: PatchCall): void => {
  const statements = statementsOf(String(input.PolicyDocument)) ?? [];
  if (statements.some(({ Principal, NotPrincipal }) => (Principal ?? NotPrincipal) !== undefined))
    throw malformed("Policy document should not specify a principal.");
};

/** Only AWS can change its policies. */
const policyIsOfCustomer = ({ input }: PatchCall): void => {
  if (/^arn:[^:]+:iam::aws:/.test(String(input.PolicyArn))) throw new AwsError("AccessDenied", "Policy is outside your own account.", 403);
};

/** Maximum number of tags on a role or policy. moto limits only the tags of one call. Source: IAM and AWS STS quotas. */
const tagQuota = 50;

/** The tags of a role or policy stay within the quota when these tags are added. */
const tagsAreWithin =
  (operation: string, member: string, output: string) =>
  async (call: PatchCall): Promise<void> => {
    const { [output]: item } = await call.moto("iam", operation, { [member]: call.input[member] });
    const before = ((item as { Tags?: Tag[] }).Tags ?? []) as Tag[];
    if (withTags(before, (call.input.Tags ?? []) as Tag[]).length > tagQuota)
      throw tooLong("The number of tags has reached the maximum limit.");
  };

/** moto accepts any ARN as a permissions boundary. */
async function boundaryExists(call: PatchCall): Promise<void> {
  const { PermissionsBoundary } = call.input;
  if (PermissionsBoundary !== undefined) await call.moto("iam", "GetPolicy", { PolicyArn: PermissionsBoundary });
}

const tooLong = (message: string) => new AwsError("LimitExceeded", message, 409);

/** The size of a policy document. IAM does not count white space. */
const sizeOf = (document: string): number => document.replace(/\s/g, "").length;

/** A quota on the characters in one policy document. Error text: ministryofjustice/cloud-platform-environments pull 14473. */
const isWithin =
  (member: string, quota: string, limit: number) =>
  ({ input }: PatchCall): void => {
    if (sizeOf(String(input[member])) > limit) throw tooLong(`Cannot exceed quota for ${quota}: ${limit}`);
  };

/** Maximum characters in a trust policy. AWS raises this quota up to 4096 on request. */
const trustIsWithin = (member: string) => isWithin(member, "ACLSizePerRole", 2048);
const policyIsWithin = isWithin("PolicyDocument", "PolicySize", 6144);

/** Maximum characters in all inline policies of a role together. Error text: serverless/serverless issue 7643. */
const inlineQuota = 10_240;

async function inlineIsWithin(call: PatchCall): Promise<void> {
  const { RoleName, PolicyName, PolicyDocument } = call.input;
  const { PolicyNames } = (await call.moto("iam", "ListRolePolicies", { RoleName })) as { PolicyNames?: string[] };
  const others = await Promise.all(
    (PolicyNames ?? [])
      .filter((name) => name !== PolicyName)
      .map((name) => call.moto("iam", "GetRolePolicy", { RoleName, PolicyName: name })),
  );
  const sizes = others.map((other) => sizeOf(decodeURIComponent(String(other.PolicyDocument))));
  if (sizes.reduce((sum, size) => sum + size, sizeOf(String(PolicyDocument))) > inlineQuota)
    throw tooLong(`Maximum policy size of ${inlineQuota} bytes exceeded for role ${String(RoleName)}`);
}

/** Maximum number of managed policies on a role. Error text: ministryofjustice/cloud-platform-environments pull 14118. */
const attachedQuota = 10;

/** moto counts a policy that is attached twice as two policies, and has no quota. */
const attachRolePolicy: Patch = async (call) => {
  const { RoleName, PolicyArn } = call.input;
  const { AttachedPolicies = [] } = (await call.moto("iam", "ListAttachedRolePolicies", { RoleName })) as {
    AttachedPolicies?: { PolicyArn: string }[];
  };
  if (AttachedPolicies.some((policy) => policy.PolicyArn === PolicyArn)) return call.answer({});
  if (AttachedPolicies.length >= attachedQuota) throw tooLong(`Cannot exceed quota for PoliciesPerRole: ${attachedQuota}`);
  return call.forward();
};

/** In AWS, omitted members stay unchanged. moto would clear them. */
const updateRole: Patch = async (call) => {
  const { Role } = (await call.moto("iam", "GetRole", { RoleName: call.input.RoleName })) as { Role: Record<string, unknown> };
  const { Description, MaxSessionDuration } = Role;
  return call.forward({ Description, MaxSessionDuration, ...call.input });
};

/** The metadata must be an `EntityDescriptor` from an identity provider. The content is not validated. */
const metadataIsValid = ({ input }: PatchCall): void => {
  const { SAMLMetadataDocument: text } = input;
  if (text === undefined) return;
  if (
    !/^\s*(<\?xml[^>]*\?>\s*)?<(\w+:)?EntityDescriptor\s[^]*<(\w+:)?IDPSSODescriptor\s[^]*<\/(\w+:)?EntityDescriptor>\s*$/.test(
      String(text),
    )
  )
    throw new AwsError("InvalidInput", "Could not parse metadata");
};

interface Policy {
  AttachmentCount?: number;
}

/** Another call can delete a role after it is listed. Its error would mean that the policy does not exist. */
async function roleIfItExists(call: Pick<PatchCall, "moto">, RoleName: string): Promise<{ Role?: unknown }> {
  try {
    return await call.moto("iam", "GetRole", { RoleName });
  } catch (error) {
    if (error instanceof AwsError && error.code === "NoSuchEntity") return {};
    throw error;
  }
}

/**
 * Before a policy can be deleted, it must be detached everywhere and its other versions must be deleted.
 * Error texts: serverless/components issue 312, rebuy-de/aws-nuke issue 1; use as a boundary: gruntwork-io/cloud-nuke issue 972.
 */
export async function policyIsFree(call: Pick<PatchCall, "input" | "moto">): Promise<void> {
  const { PolicyArn } = call.input;
  const { Policy } = (await call.moto("iam", "GetPolicy", { PolicyArn })) as { Policy: Policy };
  const { Roles } = (await call.moto("iam", "ListRoles", { MaxItems: 1000 })) as { Roles?: { RoleName: string }[] };
  const described = await Promise.all((Roles ?? []).map(({ RoleName }) => roleIfItExists(call, RoleName)));
  const bounded = described.some(
    ({ Role }) =>
      (Role as { PermissionsBoundary?: { PermissionsBoundaryArn?: string } } | undefined)?.PermissionsBoundary?.PermissionsBoundaryArn ===
      PolicyArn,
  );
  if ((Policy.AttachmentCount ?? 0) > 0 || bounded)
    throw new AwsError("DeleteConflict", "Cannot delete a policy attached to entities.", 409);
  const { Versions } = (await call.moto("iam", "ListPolicyVersions", { PolicyArn })) as { Versions?: object[] };
  if ((Versions ?? []).length > 1)
    throw new AwsError(
      "DeleteConflict",
      "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
      409,
    );
}

const roleExists = async ({ moto, input }: PatchCall): Promise<void> => {
  await moto("iam", "GetRole", { RoleName: input.RoleName });
};

const isServiceLinked = ({ Path }: Record<string, unknown>) => String(Path).startsWith("/aws-service-role/");

export const iam = patchedService({
  scope: "iam",
  model: "iam",
  violation: { code: "ValidationError" },
  throttling: { code: "Throttling", status: 400 },
  leftovers: [
    {
      type: "Role",
      global: true,
      operation: "ListRoles",
      list: "Roles",
      id: "RoleName",
      isLeftover: (role) => role.RoleName !== deploymentRole && !isServiceLinked(role),
    },
    { type: "Policy", global: true, operation: "ListPolicies", input: { Scope: "Local" }, list: "Policies", id: "Arn" },
    { type: "User", global: true, operation: "ListUsers", list: "Users", id: "UserName" },
    { type: "SAMLProvider", global: true, operation: "ListSAMLProviders", list: "SAMLProviderList", id: "Arn" },
  ],
  patches: {
    AttachRolePolicy: attachRolePolicy,
    CreatePolicy: validateFirst(namesNoPrincipal, policyIsWithin),
    CreatePolicyVersion: validateFirst(policyIsOfCustomer, namesNoPrincipal, policyIsWithin),
    CreateRole: validateFirst(trustedExist("AssumeRolePolicyDocument"), trustIsWithin("AssumeRolePolicyDocument"), boundaryExists),
    CreateSAMLProvider: validateFirst(metadataIsValid),
    DeletePolicy: validateFirst(policyIsOfCustomer, policyIsFree),
    ListInstanceProfilesForRole: validateFirst(roleExists),
    PutRolePermissionsBoundary: validateFirst(boundaryExists),
    PutRolePolicy: validateFirst(namesNoPrincipal, inlineIsWithin),
    TagPolicy: validateFirst(policyIsOfCustomer, tagsAreWithin("GetPolicy", "PolicyArn", "Policy")),
    TagRole: validateFirst(tagsAreWithin("GetRole", "RoleName", "Role")),
    UpdateAssumeRolePolicy: validateFirst(trustedExist("PolicyDocument"), trustIsWithin("PolicyDocument")),
    UpdateRole: updateRole,
    UpdateSAMLProvider: validateFirst(metadataIsValid),
  },
});
