// Checks that the principals in a policy exist. AWS rejects a resource policy or trust policy that names a missing principal.
import { awsPrincipals, type Statement } from "./policy";
import { AwsError } from "../aws-error";
import { type CallMoto } from "../service";

/** Access to the services that can look up principals. */
export interface Directory {
  /** Accounts in which principals can be looked up. */
  accounts: readonly string[];
  moto: CallMoto;
}

const lookups: Record<string, { operation: string; member: string; output: string }> = {
  role: { operation: "GetRole", member: "RoleName", output: "Role" },
  user: { operation: "GetUser", member: "UserName", output: "User" },
};

/** Whether AWS would find a principal. Principals in accounts outside of this world are assumed to exist. */
export async function principalExists(principal: string, directory: Directory): Promise<boolean> {
  if (/^(\*|\d{12}|A[A-Z]{3}[A-Z0-9]{16,}|arn:[^:]+:iam::\d{12}:root)$/.test(principal)) return true;
  const session = /^arn:[^:]+:sts::(\d{12}):(assumed-role|federated-user)\/.+$/.exec(principal);
  if (session) return true;
  const [, account, kind, path] = /^arn:[^:]+:iam::(\d{12}):(role|user)\/(.+)$/.exec(principal) ?? [];
  if (!account || !kind || !path) return false;
  if (!directory.accounts.includes(account)) return true;
  const { operation, member, output } = lookups[kind]!;
  try {
    const found = (await directory.moto("iam", operation, { [member]: path.split("/").at(-1) }, { account }))[output] as { Arn: string };
    return found.Arn === principal;
  } catch (error) {
    if (error instanceof AwsError && error.code === "NoSuchEntity") return false;
    throw error;
  }
}

/** The first principal in a policy that AWS would not find. */
export async function unknownPrincipal(statements: Statement[], directory: Directory): Promise<string | undefined> {
  for (const principal of new Set(statements.flatMap(awsPrincipals))) if (!(await principalExists(principal, directory))) return principal;
  return undefined;
}
