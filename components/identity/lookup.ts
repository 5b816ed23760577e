// What AWS tells of roles and people before the first resource. Reads only.
import * as aws from "@pulumi/aws";
import { existingRolesOf, type FoundRole, type IdentityFindings, type IdentityRequest } from "./plan";
import { found, type Options } from "../aws/lookup";

const nameOf = (arn: string) => arn.split("/").at(-1)!;

async function roleOf(arn: string, opts: Options): Promise<FoundRole | undefined> {
  const role = await found(aws.iam.getRole({ name: nameOf(arn) }, opts));
  return role && { arn: role.arn, trust: role.assumeRolePolicy, boundaryArn: role.permissionsBoundary };
}

/** A role or user that is let through, if it exists under exactly this ARN. */
async function principalOf(arn: string, opts: Options): Promise<string[]> {
  const isUser = arn.split(":")[5]!.startsWith("user/");
  const one = await found<{ arn: string }>(
    isUser ? aws.iam.getUser({ userName: nameOf(arn) }, opts) : aws.iam.getRole({ name: nameOf(arn) }, opts),
  );
  return one?.arn === arn ? [arn] : [];
}

/** Asks AWS all that the check of roles needs to know. */
export async function lookupIdentity(request: IdentityRequest, opts: Options = {}): Promise<IdentityFindings> {
  const { people, context, exemptPrincipals = [] } = request;
  const here = (arn: string) => arn.split(":")[4] === context.accountId;
  const brought = [...new Set(existingRolesOf(request).map(({ arn }) => arn))].filter(here);
  const through = [...new Set(exemptPrincipals.flatMap(({ arns }) => arns))].filter(here);
  const [roles, principals, users, provider, sets] = await Promise.all([
    Promise.all(brought.map(async (arn) => [arn, await roleOf(arn, opts)] as const)),
    Promise.all(through.map((arn) => principalOf(arn, opts))),
    people.signIn === "mfa"
      ? Promise.all(people.userArns.filter(here).map((arn) => found(aws.iam.getUser({ userName: nameOf(arn) }, opts))))
      : [],
    people.signIn === "saml" && people.samlProviderArn !== undefined
      ? found(aws.iam.getSamlProvider({ arn: people.samlProviderArn }, opts))
      : undefined,
    people.signIn === "identity-center" ? aws.iam.getRoles({ pathPrefix: "/aws-reserved/sso.amazonaws.com/" }, opts) : undefined,
  ]);
  return {
    roles: Object.fromEntries(roles.filter(([, role]) => role !== undefined)),
    principals: principals.flat(),
    userArns: users.flatMap((user) => (user ? [user.arn] : [])),
    ...(provider && { samlProviderArn: provider.arn }),
    permissionSetRoles: sets?.names ?? [],
  };
}
