// Who a key or bucket policy names. By ARN in a condition, so that the policy does not need the role to be there: a principal that goes would leave an id in its place. Pure.

const exactForm = /^arn:[\w-]+:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/;
const pathForm = /^arn:[\w-]+:iam::\d{12}:role(\/[\w+=,.@-]+)+\/\*$/;

/** Refuses what could stand for more than one thing, or is of another kind. Errors: `RangeError`. */
export function requireExact(form: RegExp, what: string, values: readonly string[]): string[] {
  const wrong = values.filter((value) => !form.test(value));
  if (wrong.length > 0)
    throw new RangeError(`${wrong.map((one) => `'${one}'`).join(", ")} is not ${what}; it has to be exact, without wildcards`);
  return [...values];
}

/** ARNs of single roles or users. Errors: `RangeError` for a wildcard, or anything else that is none. */
export const exactPrincipals = (arns: readonly string[] = []) => requireExact(exactForm, "the ARN of a role or user", arns);

/** Roles that work with data: all below a path of ours, single ones, or both. */
export interface DataRoles {
  /** Path of roles with the only star at its end, behind a slash, `arn:aws:iam::111122223333:role/cloister/eu-central-1/fraud-dev/work/*`. */
  rolePath?: string;
  /** Single roles, `arn:…:role/…`. */
  roleArns?: readonly string[];
}

/** What `aws:PrincipalArn` is compared with. Errors: `RangeError` for a star that is not behind a path's last slash: `fraud-dev*` would reach `fraud-dev-2`. */
export function dataRolePatterns({ rolePath, roleArns }: DataRoles): string[] {
  if (rolePath !== undefined && !pathForm.test(rolePath))
    throw new RangeError(`'${rolePath}' is not a path of roles; it ends with a slash and a star, and has no other`);
  return [...(rolePath === undefined ? [] : [rolePath]), ...exactPrincipals(roleArns)];
}

/** A policy as AWS takes it. Errors: `RangeError` when it is longer than AWS takes. */
export function documentWithin(limit: number, what: string, document: object): string {
  const text = JSON.stringify(document);
  if (text.length > limit)
    throw new RangeError(`the ${what} would have ${text.length} characters, and AWS takes ${limit}; name fewer roles`);
  return text;
}
