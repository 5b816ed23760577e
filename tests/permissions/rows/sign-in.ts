// Which principals assume user roles: IAM users with MFA, and no user both data scientist and team administrator.
import { environmentUserRoles, separatedRoles } from "@cloister/components/identity/roles";
import { type Context, omit, type Row, type RowKit } from "../row-kit";

const tag = "aws:PrincipalTag/cloister:role";

/** Requests to assume user roles. The settings of the deployments list no users. */
export function signInRows({ ids, row }: RowKit): Row[] {
  const assume = (caller: string, it: string, want: Row["want"], role: string, context: Context, more: Partial<Row> = {}) =>
    row(caller, `assumes ${role}${it}`, want, "sts:AssumeRole", ids.roleArns[role]!, context, more);
  return environmentUserRoles.flatMap((role) => {
    const isSeparated = (separatedRoles as readonly string[]).includes(role);
    const signedIn: Context = {
      "aws:MultiFactorAuthPresent": "true",
      "aws:username": "ana",
      "sts:RoleSessionName": "ana",
      ...(isSeparated && { [tag]: role }),
    };
    return [
      assume("user", " with MFA", "allowed", role, signedIn),
      assume("user", " without MFA", "denied", role, { ...signedIn, "aws:MultiFactorAuthPresent": "false" }),
      assume("user", " with another session name", "denied", role, { ...signedIn, "sts:RoleSessionName": "eva" }),
      ...(isSeparated
        ? [
            assume("user", " without a tag", "denied", role, omit(signedIn, tag)),
            ...separatedRoles
              .filter((other) => other !== role)
              .map((other) =>
                assume(
                  "user",
                  `, with the tag of ${other}`,
                  "denied",
                  role,
                  { ...signedIn, [tag]: other },
                  {
                    attack: { by: "insider", tries: "builds models and approves them" },
                  },
                ),
              ),
          ]
        : []),
      assume("execution", "", "denied", role, signedIn),
      assume("sagemaker.amazonaws.com", "", "denied", role, { "aws:SourceAccount": ids.accountId }),
    ];
  });
}
