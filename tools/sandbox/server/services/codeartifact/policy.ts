// Validates and evaluates policies of repositories.
import { listOf, matchesWildcard, namesAction, namesCaller, type Statement, statementsOf } from "../../iam";
import { type Caller } from "../../service";
import { invalid, type Item } from "./state";

/** A policy document must be JSON, with statements that have an effect, a principal, actions and a resource. */
export function assertPolicy(text: string): void {
  const malformed = (reason: string) => invalid(`The policy document is not valid: ${reason}`);
  let document: { Version?: unknown; Statement?: unknown };
  try {
    document = JSON.parse(text) as typeof document;
  } catch {
    throw malformed("not JSON");
  }
  if (document.Version !== "2012-10-17") throw malformed("Version must be 2012-10-17");
  const statements = [document.Statement].flat() as Item[];
  for (const { Effect, Principal, Action, Resource } of statements) {
    if (Effect !== "Allow" && Effect !== "Deny") throw malformed("Effect must be Allow or Deny");
    if (Principal === undefined || Action === undefined || Resource === undefined) throw malformed("a statement is incomplete");
    const wrong = [Action].flat().find((action) => !/^(\*|codeartifact:[A-Za-z*]+)$/.test(String(action)));
    if (wrong !== undefined) throw malformed(`${String(wrong)} is not an action of CodeArtifact`);
  }
}

/** ARN of the role of a session, as in `aws:PrincipalArn`. Roles with a path are not found, because sessions do not contain the path. */
const principalArn = (arn: string) => arn.replace(/:sts:(.*):assumed-role\/(.+)\/[^/]+$/, ":iam:$1:role/$2");

type Operator = (value: string, patterns: string[]) => boolean;

/** The condition operators that the policies of Cloister use. */
const operators: Record<string, Operator> = {
  ArnLike: (value, patterns) => patterns.some((pattern) => matchesWildcard(pattern, value)),
  ArnNotLike: (value, patterns) => !patterns.some((pattern) => matchesWildcard(pattern, value)),
  StringEquals: (value, patterns) => patterns.includes(value),
  StringNotEquals: (value, patterns) => !patterns.includes(value),
};

/** Whether the conditions of a statement apply. A condition that the sandbox cannot evaluate applies. */
function conditionsApply({ Condition = {} }: Statement, caller: Caller): boolean {
  const values: Record<string, string> = { "aws:PrincipalArn": principalArn(caller.arn), "aws:PrincipalAccount": caller.account };
  return Object.entries(Condition as Record<string, Record<string, string | string[]>>).every(([name, keys]) => {
    const operator = operators[name.replace(/IfExists$/, "")];
    return Object.entries(keys).every(([key, patterns]) => {
      const value = values[key];
      return operator === undefined || value === undefined || operator(value, listOf(patterns));
    });
  });
}

/** Whether a statement of the policy denies a caller an action. */
export const isDenied = (document: string | undefined, caller: Caller, action: string): boolean =>
  (statementsOf(document ?? "") ?? []).some(
    (statement) =>
      statement.Effect === "Deny" && namesCaller(statement, caller) && namesAction(statement, action) && conditionsApply(statement, caller),
  );
