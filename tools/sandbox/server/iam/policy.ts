// Evaluates policy documents as far as the sandbox has to. Conditions are not evaluated: an Allow under a condition counts as met.
import { type Caller } from "../service";
import { matchesWildcard } from "./wildcard";

export interface Statement {
  Effect?: string;
  Principal?: string | Record<string, string | string[]>;
  Action?: string | string[];
  Resource?: string | string[];
  Condition?: object;
}

type Principal = Pick<Caller, "account" | "arn">;

const listOf = <T>(value: T | T[] | undefined): T[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

/** The statements of a policy document; `undefined` when the text is not a policy document. */
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

/** Whether a statement names a caller: every principal, its account, its role, or its session. */
function namesCaller(statement: Statement, caller: Principal): boolean {
  // arn:aws:sts::1:assumed-role/R/session is a session of the role R of any path.
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
export const allows = (statements: Statement[], caller: Principal, action: string, resource?: string): boolean =>
  statements.some(
    (statement) =>
      statement.Effect === "Allow" &&
      namesCaller(statement, caller) &&
      listOf(statement.Action).some((pattern) => matchesWildcard(pattern, action)) &&
      (resource === undefined || listOf(statement.Resource).some((pattern) => matchesWildcard(pattern, resource))),
  );
