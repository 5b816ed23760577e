// What the gateway has to understand of IAM policies to refuse what AWS refuses: who is named, and whether something is allowed at all.
// Conditions are not judged: an Allow under a condition counts as met.
import { AwsError, type Caller } from "./native-service";

export interface Statement {
  Effect?: string;
  Principal?: string | Record<string, string | string[]>;
  Action?: string | string[];
  Resource?: string | string[];
  Condition?: object;
}

const listOf = <T>(value: T | T[] | undefined): T[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

/** The statements of a policy document; `undefined` when it is none. */
export function statementsOf(text: string): Statement[] | undefined {
  try {
    const document = JSON.parse(text) as { Statement?: Statement | Statement[] } | null;
    return typeof document === "object" && document?.Statement ? listOf(document.Statement) : undefined;
  } catch {
    return undefined;
  }
}

/** Principals of the kind `AWS`, and `*`. */
export const awsPrincipals = ({ Principal }: Statement): string[] =>
  Principal === undefined ? [] : typeof Principal === "string" ? [Principal] : listOf(Principal.AWS);

/** Service principals, e.g. `logs.eu-central-1.amazonaws.com`. */
export const servicePrincipals = ({ Principal }: Statement): string[] =>
  Principal === undefined || typeof Principal === "string" ? [] : listOf(Principal.Service);

/** `*` and `?` as in policies. */
export const matches = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
    "i",
  ).test(text);

/** Whether a statement names a caller: everybody, its account, its role, or its session. */
export function names(statement: Statement, caller: Pick<Caller, "account" | "arn">): boolean {
  // arn:aws:sts::1:assumed-role/R/session acts for the role R of any path.
  const [, roleName] = /^arn:[^:]+:sts::\d{12}:assumed-role\/(?:.+\/)?([^/]+)\/[^/]+$/.exec(caller.arn) ?? [];
  return awsPrincipals(statement).some(
    (name) =>
      name === "*" ||
      name === caller.account ||
      name === caller.arn ||
      new RegExp(`^arn:[^:]+:iam::${caller.account}:(root|role/(.+/)?${roleName ?? "-"})$`).test(name),
  );
}

/** Whether some statement allows a caller an action on a resource. */
export const allows = (statements: Statement[], caller: Pick<Caller, "account" | "arn">, action: string, resource?: string): boolean =>
  statements.some(
    (statement) =>
      statement.Effect === "Allow" &&
      names(statement, caller) &&
      listOf(statement.Action).some((pattern) => matches(pattern, action)) &&
      (resource === undefined || listOf(statement.Resource).some((pattern) => matches(pattern, resource))),
  );

/** What is needed to look up whether a principal exists. */
export interface Directory {
  /** Accounts that can be looked into. */
  accounts: readonly string[];
  base(service: string, operation: string, input: object, where?: { account?: string }): Promise<Record<string, unknown>>;
}

const lookups: Record<string, { operation: string; member: string; output: string }> = {
  role: { operation: "GetRole", member: "RoleName", output: "Role" },
  user: { operation: "GetUser", member: "UserName", output: "User" },
};

/** Whether AWS would know a principal. Those of accounts outside of this world are believed. */
export async function exists(principal: string, directory: Directory): Promise<boolean> {
  if (/^(\*|\d{12}|A[A-Z]{3}[A-Z0-9]{16,}|arn:[^:]+:iam::\d{12}:root)$/.test(principal)) return true;
  const session = /^arn:[^:]+:sts::(\d{12}):(assumed-role|federated-user)\/.+$/.exec(principal);
  if (session) return true;
  const [, account, kind, path] = /^arn:[^:]+:iam::(\d{12}):(role|user)\/(.+)$/.exec(principal) ?? [];
  if (!account || !kind || !path) return false;
  if (!directory.accounts.includes(account)) return true;
  const { operation, member, output } = lookups[kind]!;
  try {
    const found = (await directory.base("iam", operation, { [member]: path.split("/").at(-1) }, { account }))[output] as { Arn: string };
    return found.Arn === principal;
  } catch (error) {
    if (error instanceof AwsError && error.code === "NoSuchEntity") return false;
    throw error;
  }
}

/** The first principal that AWS would not know. */
export async function unknownPrincipal(statements: Statement[], directory: Directory): Promise<string | undefined> {
  for (const principal of new Set(statements.flatMap(awsPrincipals))) if (!(await exists(principal, directory))) return principal;
  return undefined;
}
