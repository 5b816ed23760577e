// Evaluates one request against one policy document, by the IAM rules that Cloister's policy documents use.
// An unknown operator is an error. Source: AWS IAM "Policy evaluation logic", "Condition operators".
import { matchesWildcard } from "@cloister/components/aws/wildcard";

export interface Statement {
  Sid?: string;
  Effect: "Allow" | "Deny";
  Principal?: "*" | Record<string, string | string[]>;
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

export interface Request {
  action: string;
  resource: string;
  /** Calling service, `logs.eu-central-1.amazonaws.com`. Only statements with a service principal compare it. */
  service?: string;
  /** Condition keys of the request. */
  context?: Record<string, string>;
}

const list = (value: string | string[]) => (Array.isArray(value) ? value : [value]);

/** Condition operators: functions of the condition's values and the request's value. */
const operators: Record<string, (expected: string[], value: string) => boolean> = {
  StringEquals: (expected, value) => expected.includes(value),
  StringNotEquals: (expected, value) => !expected.includes(value),
  StringLike: (expected, value) => expected.some((pattern) => matchesWildcard(pattern, value)),
  ArnLike: (expected, value) => expected.some((pattern) => matchesWildcard(pattern, value)),
  ArnNotLike: (expected, value) => !expected.some((pattern) => matchesWildcard(pattern, value)),
  Bool: (expected, value) => expected.includes(value),
};
const negated = ["StringNotEquals", "ArnNotLike"];

function holds(operator: string, key: string, expected: string[], context: Record<string, string>): boolean {
  const value = context[key];
  if (operator === "Null") return expected.includes(String(value === undefined));
  const name = operator.replace(/IfExists$/, "");
  const compare = operators[name];
  if (!compare) throw new Error(`Unknown operator ${operator}`);
  // An absent key satisfies IfExists operators and negated operators.
  if (value === undefined) return operator.endsWith("IfExists") || negated.includes(name);
  return compare(expected, value);
}

const applies = (statement: Statement, { action, resource, service, context = {} }: Request) =>
  list(statement.Action).some((pattern) => matchesWildcard(pattern.toLowerCase(), action.toLowerCase())) &&
  list(statement.Resource).some((pattern) => matchesWildcard(pattern, resource)) &&
  (typeof statement.Principal !== "object" ||
    !("Service" in statement.Principal) ||
    list(statement.Principal.Service!).includes(service ?? "")) &&
  Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, expected]) => holds(operator, key, list(expected), context)),
  );

export const statementsOf = (document: string) => (JSON.parse(document) as { Statement: Statement[] }).Statement;

/** `denied` by a statement, `allowed` by a statement and not denied, or `silent`: other policies decide. */
export function decide(document: string, request: Request): "allowed" | "denied" | "silent" {
  const effects = statementsOf(document)
    .filter((statement) => applies(statement, request))
    .map(({ Effect }) => Effect);
  return effects.includes("Deny") ? "denied" : effects.includes("Allow") ? "allowed" : "silent";
}

/** Whether a pattern matches an action. */
export const matches = (pattern: string, action: string) => matchesWildcard(pattern.toLowerCase(), action.toLowerCase());

export const actionsOf = (statement: Statement) => list(statement.Action);
