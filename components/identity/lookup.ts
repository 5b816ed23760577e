// Looks up the roles, users and sign-in providers that settings specify. Reads only.
import * as aws from "@pulumi/aws";
import { type Options, optional } from "../aws/lookup";
import { roleTag } from "./trust-policy";
import { existingRolesOf } from "./plan";
import { type FoundRole, type IdentityFindings, type IdentityRequest } from "./request";

const nameOf = (arn: string) => arn.split("/").at(-1)!;

async function lookupRole(arn: string, opts: Options): Promise<FoundRole | undefined> {
  const role = await optional(aws.iam.getRole({ name: nameOf(arn) }, opts));
  return role && { arn: role.arn, trust: role.assumeRolePolicy, boundaryArn: role.permissionsBoundary };
}

/** Whether a role or user exists with exactly this ARN. */
async function principalExists(arn: string, opts: Options): Promise<boolean> {
  const isUser = arn.split(":")[5]!.startsWith("user/");
  const principal = await optional<{ arn: string }>(
    isUser ? aws.iam.getUser({ userName: nameOf(arn) }, opts) : aws.iam.getRole({ name: nameOf(arn) }, opts),
  );
  return principal?.arn === arn;
}

/** Looks up what `planIdentity` depends on. Only principals of this account can be looked up. */
export async function lookupIdentity(request: IdentityRequest, opts: Options = {}): Promise<IdentityFindings> {
  const { people, context, exemptPrincipals = [] } = request;
  const inAccount = (arns: string[]) => [...new Set(arns)].filter((arn) => arn.split(":")[4] === context.accountId);
  const [roles, principals, users, provider, permissionSetRoles] = await Promise.all([
    Promise.all(inAccount(existingRolesOf(request).map(({ arn }) => arn)).map(async (arn) => [arn, await lookupRole(arn, opts)] as const)),
    Promise.all(
      inAccount(exemptPrincipals.flatMap(({ arns }) => arns)).map(async (arn) => ((await principalExists(arn, opts)) ? [arn] : [])),
    ),
    people.signIn === "mfa"
      ? Promise.all(
          inAccount([...people.userArns, ...Object.values(people.users).flat()]).map((arn) =>
            optional(aws.iam.getUser({ userName: nameOf(arn) }, opts)),
          ),
        )
      : [],
    people.signIn === "saml" && people.samlProviderArn !== undefined
      ? optional(aws.iam.getSamlProvider({ arn: people.samlProviderArn }, opts))
      : undefined,
    people.signIn === "identity-center" ? aws.iam.getRoles({ pathPrefix: "/aws-reserved/sso.amazonaws.com/" }, opts) : undefined,
  ]);
  return {
    roles: Object.fromEntries(roles.filter(([, role]) => role !== undefined)),
    principals: principals.flat(),
    users: Object.fromEntries(users.flatMap((user) => (user ? [[user.arn, { role: { ...user.tags }[roleTag] }]] : []))),
    ...(provider && { samlProviderArn: provider.arn }),
    permissionSetRoles: permissionSetRoles?.names ?? [],
  };
}
