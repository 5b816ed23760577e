// Validates the principals in key policies and bucket policies. Pure.
// Policies name principals in conditions: in a principal element, AWS replaces the ARN of a deleted role with an ID.

const exactForm = /^arn:[\w-]+:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/;
const pathForm = /^arn:[\w-]+:iam::\d{12}:role(\/[\w+=,.@-]+)+\/\*$/;
/** A path, then team, stage and role, so that no other environment or role matches. */
const namePatternForm = /^arn:[\w-]+:iam::\d{12}:role(\/[\w+=,.@-]+)+\/[a-z0-9]+-[a-z0-9]+-[a-z-]+\*$/;

/** Requires that all values match a pattern without wildcards. `what` completes "is not". Errors: `RangeError`. */
export function requireExact(form: RegExp, what: string, values: readonly string[]): string[] {
  const invalid = values.filter((value) => !form.test(value));
  if (invalid.length > 0)
    throw new RangeError(`${invalid.map((value) => `'${value}'`).join(", ")} is not ${what}. It must be exact, without wildcards`);
  return [...values];
}

/** ARNs of single roles or users. Errors: `RangeError` for wildcards and for any other text. */
export const exactPrincipals = (arns: readonly string[] = []) => requireExact(exactForm, "the ARN of a role or user", arns);

/** Roles that read and write data: all roles in a path, single roles, or both. */
export interface DataRoles {
  /**
   * ARN pattern for a role path, with one wildcard after the last slash,
   * `arn:aws:iam::111122223333:role/cloister/eu-central-1/fraud-dev/work/*`.
   */
  rolePath?: string;
  /** Single roles, `arn:…:role/…`. */
  roleArns?: readonly string[];
}

/**
 * ARN patterns for `aws:PrincipalArn`. Errors: `RangeError` for other wildcards:
 * `fraud-dev*` also matches `fraud-dev-2`.
 */
export function dataRolePatterns({ rolePath, roleArns }: DataRoles): string[] {
  if (rolePath !== undefined && !pathForm.test(rolePath))
    throw new RangeError(`'${rolePath}' is not a path of roles. It must end with a slash and the wildcard *, and have no other wildcard`);
  return [...(rolePath === undefined ? [] : [rolePath]), ...exactPrincipals(roleArns)];
}

/** Roles that start workloads: the user roles whose names start alike, single roles, or both. */
export interface LaunchRoles {
  /** ARN pattern with one wildcard at its end, `arn:aws:iam::111122223333:role/cloister/euc1/fraud-dev-data-scientist*`. */
  rolePattern?: string;
  /** Single roles, `arn:…:role/…`. */
  roleArns?: readonly string[];
}

/** ARN patterns for `aws:PrincipalArn`. Errors: `RangeError` for other wildcards, and for a pattern that does not name the role. */
export function launchRolePatterns({ rolePattern, roleArns }: LaunchRoles): string[] {
  if (rolePattern !== undefined && !namePatternForm.test(rolePattern))
    throw new RangeError(
      `'${rolePattern}' is not a pattern for one role. It must end with the role's name and the wildcard *, and have no other wildcard`,
    );
  return [...(rolePattern === undefined ? [] : [rolePattern]), ...exactPrincipals(roleArns)];
}

/** A policy document as JSON. Errors: `RangeError` if the document is longer than `limit` characters. */
export function documentWithin(limit: number, what: string, document: object): string {
  const text = JSON.stringify(document);
  if (text.length > limit) throw new RangeError(`The ${what} must have at most ${limit} characters (got ${text.length}). Name fewer roles`);
  return text;
}
