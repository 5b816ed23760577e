// Builds the names of user roles, and checks their length. Pure.
import { type AwsContext } from "../aws/context";
import { rolesAt, userRolePath } from "../aws/role-path";
import { roleOf, type UserRole } from "./roles";

/** Resource name of a user role, with which its name in IAM starts. */
export const userRoleName = (environment: string, role: UserRole) => `${environment}-${roleOf(role).shortName ?? role}`;

/** ARN pattern for a user role of an environment. Names of environments have exactly one dash, so no other environment matches. */
export const userRoleAt = (context: AwsContext, environment: string, role: UserRole) =>
  rolesAt(context, `${userRolePath(context)}${userRoleName(environment, role)}`);

/**
 * Maximum number of characters in path and name of a role that users switch to in the console.
 * Source: IAM user guide, "Methods to assume a role".
 */
const switchRoleLimit = 64;
/** Pulumi adds a dash and seven characters to names. */
const suffixLength = 8;

/**
 * A warning if the console cannot switch to user roles of an environment or a hub, because path and name are too long.
 * The roles work with the AWS CLI.
 */
export function switchRoleWarnings(context: AwsContext, name: string, roles: readonly UserRole[]): string[] {
  const lengthOf = (role: UserRole) => userRolePath(context).length + userRoleName(name, role).length + suffixLength;
  const excess = Math.max(...roles.map(lengthOf)) - switchRoleLimit;
  const affected = roles.filter((role) => lengthOf(role) > switchRoleLimit);
  if (affected.length === 0) return [];
  return [
    `The console cannot switch to ${affected.map((role) => `'${role}'`).join(", ")} of '${name}': path and name of a role must have at most ${switchRoleLimit} characters together. The output 'switchRoleUrl' of these roles does not work. Fix: assume the roles with the AWS CLI, or shorten '${name}' by ${excess}.`,
  ];
}
