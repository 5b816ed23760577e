// Evaluates policy documents as far as the sandbox needs. Conditions are not evaluated: an Allow statement with conditions applies.
import { type Caller } from "../service";
import { coversAction, matchesWildcard } from "./wildcard";

export interface Statement {
  Effect?: string;
  Principal?: string | Record<string, string | string[]>;
  NotPrincipal?: unknown;
  Action?: string | string[];
  Resource?: string | string[];
  Condition?: object;
}

type Principal = Pick<Caller, "account" | "arn">;

export const listOf = <T>(value: T | T[] | undefined): T[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

/** The statements in a policy document, or `undefined` when the text is not a policy document. */
export function statementsOf(text: string): Statement[] | undefined {
  try {
    const document = JSON.parse(text) as { Statement?: Statement | Statement[] } | null;
    return typeof document === "object" && document?.Statement ? listOf(document.Statement) : undefined;
  } catch {
    return undefined;
  }
}

/** Principals of type `AWS`, and `*`. */
export const awsPrincipals = ({ Principal }: Statement): string[] =>
  Principal === undefined ? [] : typeof Principal === "string" ? [Principal] : listOf(Principal.AWS);

/** Service principals, e.g. `logs.eu-central-1.amazonaws.com`. */
export const servicePrincipals = ({ Principal }: Statement): string[] =>
  Principal === undefined || typeof Principal === "string" ? [] : listOf(Principal.Service);

/** Whether a statement names a caller: by `*`, or by its account, role or session. */
export function namesCaller(statement: Statement, caller: Principal): boolean {
  // arn:aws:sts::1:assumed-role/R/session is a session of the role R, whatever the path of the role is.
  const [, roleName] = /^arn:[^:]+:sts::\d{12}:assumed-role\/(?:.+\/)?([^/]+)\/[^/]+$/.exec(caller.arn) ?? [];
  return awsPrincipals(statement).some(
    (name) =>
      name === "*" ||
      name === caller.account ||
      name === caller.arn ||
      new RegExp(`^arn:[^:]+:iam::${caller.account}:(root|role/(.+/)?${roleName ?? "-"})$`).test(name),
  );
}

/** Whether a statement is about an action, e.g. `kms:PutKeyPolicy`. */
export const namesAction = ({ Action }: Statement, action: string): boolean =>
  listOf(Action).some((pattern) => coversAction(pattern, action));

/** Whether a statement allows a caller an action on a resource. */
export const allows = (statements: Statement[], caller: Principal, action: string, resource?: string): boolean =>
  statements.some(
    (statement) =>
      statement.Effect === "Allow" &&
      namesCaller(statement, caller) &&
      namesAction(statement, action) &&
      (resource === undefined || listOf(statement.Resource).some((pattern) => matchesWildcard(pattern, resource))),
  );
