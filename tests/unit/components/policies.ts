// A small evaluator of policy documents: one request against one document, by the rules of IAM that our documents use.
// An operator it does not know is an error, never a pass. Source: AWS IAM "Policy evaluation logic", "Condition operators".

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
  /** Service that asks, `logs.eu-central-1.amazonaws.com`; only statements with a service principal look at it. */
  service?: string;
  /** Condition keys of the request; an absent one is not part of it. */
  context?: Record<string, string>;
}

const list = (value: string | string[]) => (Array.isArray(value) ? value : [value]);
const like = (pattern: string, text: string) =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
  ).test(text);

/** Operators, given the wanted values and the one of the request. */
const operators: Record<string, (wanted: string[], value: string) => boolean> = {
  StringEquals: (wanted, value) => wanted.includes(value),
  StringNotEquals: (wanted, value) => !wanted.includes(value),
  StringLike: (wanted, value) => wanted.some((pattern) => like(pattern, value)),
  ArnLike: (wanted, value) => wanted.some((pattern) => like(pattern, value)),
  ArnNotLike: (wanted, value) => !wanted.some((pattern) => like(pattern, value)),
  Bool: (wanted, value) => wanted.includes(value),
};
const negated = ["StringNotEquals", "ArnNotLike"];

function holds(operator: string, key: string, wanted: string[], context: Record<string, string>): boolean {
  const value = context[key];
  if (operator === "Null") return wanted.includes(String(value === undefined));
  const name = operator.replace(/IfExists$/, "");
  const compare = operators[name];
  if (!compare) throw new Error(`The evaluator does not know ${operator}`);
  // An absent key satisfies IfExists, and also every negated operator.
  if (value === undefined) return operator.endsWith("IfExists") || negated.includes(name);
  return compare(wanted, value);
}

const applies = (statement: Statement, { action, resource, service, context = {} }: Request) =>
  list(statement.Action).some((pattern) => like(pattern.toLowerCase(), action.toLowerCase())) &&
  list(statement.Resource).some((pattern) => like(pattern, resource)) &&
  (typeof statement.Principal !== "object" ||
    !("Service" in statement.Principal) ||
    list(statement.Principal.Service!).includes(service ?? "")) &&
  Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => holds(operator, key, list(wanted), context)),
  );

export const statementsOf = (document: string) => (JSON.parse(document) as { Statement: Statement[] }).Statement;

/** `denied` by a statement, `allowed` by one and denied by none, or `silent`: left to other policies. */
export function decide(document: string, request: Request): "allowed" | "denied" | "silent" {
  const effects = statementsOf(document)
    .filter((statement) => applies(statement, request))
    .map(({ Effect }) => Effect);
  return effects.includes("Deny") ? "denied" : effects.includes("Allow") ? "allowed" : "silent";
}

/** Whether a pattern of actions covers one. */
export const matches = (pattern: string, action: string) => like(pattern.toLowerCase(), action.toLowerCase());

export const actionsOf = (statement: Statement) => list(statement.Action);
