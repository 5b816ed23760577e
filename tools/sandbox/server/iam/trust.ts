// Evaluates which principals a trust policy allows to assume the role.
import { listOf, namesAction, namesCaller, servicePrincipals, type Statement, statementsOf } from "./policy";
import { type Caller } from "../service";
import { matchesWildcard } from "./wildcard";

/** Condition keys of an AssumeRole call, and of a call by an AWS service, in lower case. */
const known = [
  "sts:externalid",
  "sts:rolesessionname",
  "aws:principalarn",
  "aws:principalaccount",
  "aws:sourcearn",
  "aws:sourceaccount",
] as const;

/** The values of the condition keys. Absent keys are not part of the request. */
export type TrustContext = Partial<Record<(typeof known)[number], string>>;

/** How an operator compares a wanted value with the value of the request. */
const comparisons: Record<string, (wanted: string, value: string) => boolean> = {
  StringEquals: (wanted, value) => wanted === value,
  StringEqualsIgnoreCase: (wanted, value) => wanted.toLowerCase() === value.toLowerCase(),
  StringLike: matchesWildcard,
  ArnEquals: matchesWildcard,
  ArnLike: matchesWildcard,
};

/** Whether one condition is met; undefined if its key or operator is not evaluated here. */
function isMet(operator: string, key: string, values: string[], context: TrustContext): boolean | undefined {
  const name = known.find((name) => name === key.toLowerCase());
  if (name === undefined || values.some((value) => value.includes("${"))) return undefined;
  const value = context[name];
  if (operator === "Null") return values.includes(String(value === undefined));
  const [, kind = "", negation, comparison = "", ifExists] = /^(String|Arn)(Not)?(.+?)(IfExists)?$/.exec(operator) ?? [];
  const compare = Object.hasOwn(comparisons, kind + comparison) ? comparisons[kind + comparison] : undefined;
  if (!compare) return undefined;
  // An absent key meets only negated operators and `IfExists`.
  if (value === undefined) return negation !== undefined || ifExists !== undefined;
  return values.some((wanted) => compare(wanted, value)) === (negation === undefined);
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
    (statement) => namesCaller(statement, caller) && namesAction(statement, "sts:AssumeRole"),
  );
  return (
    statements.some((statement) => statement.Effect === "Allow" && areMet(statement, context, true)) &&
    !statements.some((statement) => statement.Effect === "Deny" && areMet(statement, context, false))
  );
}

/** Whether a trust policy names an AWS service, e.g. `sagemaker.amazonaws.com`. */
export const trustsService = (policy: string, service: string): boolean =>
  (statementsOf(policy) ?? []).some((statement) => statement.Effect === "Allow" && servicePrincipals(statement).includes(service));

/** A call by an AWS service on behalf of a resource, e.g. of EventBridge for a rule. */
export interface ServiceCall {
  /** `events.amazonaws.com` */
  service: string;
  action: string;
  /** `arn:…` of the resource with the policy. */
  resource: string;
  /** `arn:…` of the resource for which the service calls. */
  sourceArn: string;
}

/** Whether a resource policy lets an AWS service make a call. Source: IAM user guide, "AWS global condition context keys". */
export function allowsService(policy: string, { service, action, resource, sourceArn }: ServiceCall): boolean {
  const context: TrustContext = { "aws:sourcearn": sourceArn, "aws:sourceaccount": sourceArn.split(":")[4] };
  const statements = (statementsOf(policy) ?? []).filter(
    (statement) =>
      (statement.Principal === "*" || servicePrincipals(statement).includes(service)) &&
      namesAction(statement, action) &&
      listOf(statement.Resource).some((pattern) => matchesWildcard(pattern, resource)),
  );
  return (
    statements.some((statement) => statement.Effect === "Allow" && areMet(statement, context, true)) &&
    !statements.some((statement) => statement.Effect === "Deny" && areMet(statement, context, false))
  );
}
