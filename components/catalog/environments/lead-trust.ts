// Evaluates whether the trust policy of a lead's role fixes the name of each session. Pure.
import { matchesWildcard } from "../../aws/wildcard";

interface TrustStatement {
  Sid?: string;
  Effect?: string;
  Action?: string | string[];
  NotAction?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

/**
 * Actions whose caller selects the session name. With `sts:AssumeRoleWithSAML`, the assertion of the identity provider contains the name.
 * Source: AWS STS API reference, `AssumeRole`, `AssumeRoleWithWebIdentity` and `AssumeRoleWithSAML`.
 */
const namingActions = ["sts:assumerole", "sts:assumerolewithwebidentity"];

const toList = <T>(value: T | T[] | undefined): T[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

const matchesAny = (patterns: string[], action: string) =>
  patterns.some((pattern) => matchesWildcard(String(pattern).toLowerCase(), action));

const allowsNaming = ({ Action, NotAction }: TrustStatement) =>
  namingActions.some((action) => (NotAction === undefined ? matchesAny(toList(Action), action) : !matchesAny(toList(NotAction), action)));

/**
 * Variables that the caller of STS cannot select: attributes of the principal, or of the identity that a provider confirmed.
 * `aws:RequestTag` and `sts:SourceIdentity` are parameters of the request. Source: IAM user guide, "Policy variables".
 */
const variableOfPrincipal = /^\$\{(aws:username|aws:userid|aws:SourceIdentity|aws:PrincipalTag\/[^,}]+|[\w.:/-]+:sub)\}$/i;

/** One name without wildcards, with only variables of the principal or without variables. */
const isFixedName = (name: string) =>
  (name.match(/\$\{[^}]*\}/g) ?? []).every((variable) => variableOfPrincipal.test(variable)) && !/[*?]/.test(name);

/** Other operators also match absent or additional names. A list of names allows the caller to select a name. */
const fixesName = ({ Condition = {} }: TrustStatement) =>
  Object.entries(Condition).some(
    ([operator, keys]) =>
      /^String(Equals|Like)$/i.test(operator) &&
      Object.entries(keys).some(([key, value]) => {
        const names = toList(value).map(String);
        return /^sts:RoleSessionName$/i.test(key) && names.length === 1 && isFixedName(names[0]!);
      }),
  );

const statementsOf = (document: string): TrustStatement[] | undefined => {
  try {
    const { Statement } = JSON.parse(document) as { Statement?: TrustStatement | TrustStatement[] };
    return Statement === undefined ? undefined : toList(Statement);
  } catch {
    return undefined;
  }
};

/**
 * Statements of a trust policy that allow a caller to select the session name, by Sid or position, `statement 1`.
 * AWS Service Catalog identifies the users of a role by their session names. A policy that cannot be read counts as one such statement.
 */
export function statementsWithAnyName(document: string): string[] {
  const statements = statementsOf(document);
  if (statements === undefined) return ["a policy without statements"];
  return statements.flatMap((statement, i) =>
    statement.Effect === "Allow" && allowsNaming(statement) && !fixesName(statement)
      ? [statement.Sid ? `statement '${statement.Sid}'` : `statement ${i + 1}`]
      : [],
  );
}
