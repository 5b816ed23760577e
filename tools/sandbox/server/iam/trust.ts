// Evaluates which principals a trust policy allows to assume the role.
import { namesCaller, servicePrincipals, type Statement, statementsOf } from "./policy";
import { type Caller } from "../service";
import { matchesWildcard } from "./wildcard";

/** Condition keys of an AssumeRole call, in lower case. Absent keys are not part of the request. */
export type TrustContext = Partial<Record<"sts:externalid" | "sts:rolesessionname" | "aws:principalarn" | "aws:principalaccount", string>>;

const listOf = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);
const known = new Set(["sts:externalid", "sts:rolesessionname", "aws:principalarn", "aws:principalaccount"]);

/** Whether one condition is met; undefined if its key or operator is not evaluated here. */
function isMet(operator: string, key: string, values: string[], context: TrustContext): boolean | undefined {
  const name = key.toLowerCase();
  if (!known.has(name) || values.some((value) => value.includes("${"))) return undefined;
  const value = context[name as keyof TrustContext];
  if (operator === "Null") return values.includes(String(value === undefined));
  const [, kind, negation, comparison, ifExists] = /^(String|Arn)(Not)?(Equals|Like|EqualsIgnoreCase)(IfExists)?$/.exec(operator) ?? [];
  if (!kind) return undefined;
  // An absent key meets only negated operators and `IfExists`.
  if (value === undefined) return negation !== undefined || ifExists !== undefined;
  const isPattern = kind === "Arn" || comparison === "Like";
  const matches = values.some((wanted) => (isPattern ? matchesWildcard(wanted, value) : wanted === value));
  return matches === (negation === undefined);
}

/** Whether the conditions of a statement are met. `unknown` is the result for a condition that is not evaluated here. */
const areMet = ({ Condition = {} }: Statement, context: TrustContext, unknown: boolean): boolean =>
  Object.entries(Condition as Record<string, Record<string, string | string[]>>).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => isMet(operator, key, listOf(values).map(String), context) ?? unknown),
  );

/**
 * Whether a trust policy lets a caller assume the role.
 * Source: IAM user guide, "Policy evaluation logic" and "Access to AWS accounts owned by third parties" (external ID).
 */
export function trustsCaller(policy: string, caller: Pick<Caller, "account" | "arn">, context: TrustContext = {}): boolean {
  const statements = (statementsOf(policy) ?? []).filter(
    (statement) =>
      namesCaller(statement, caller) && listOf(statement.Action ?? []).some((pattern) => matchesWildcard(pattern, "sts:AssumeRole")),
  );
  return (
    statements.some((statement) => statement.Effect === "Allow" && areMet(statement, context, true)) &&
    !statements.some((statement) => statement.Effect === "Deny" && areMet(statement, context, false))
  );
}

/** Whether a trust policy names an AWS service, e.g. `sagemaker.amazonaws.com`. */
export const trustsService = (policy: string, service: string): boolean =>
  (statementsOf(policy) ?? []).some((statement) => statement.Effect === "Allow" && servicePrincipals(statement).includes(service));
