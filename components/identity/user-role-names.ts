// Builds the names of user roles, and checks their length. Pure.
import { type AwsContext } from "../aws/context";
import { limits, randomSuffix } from "../aws/limits";
import { rolesAt, userRolePath } from "../aws/role-path";
import { roleOf, type UserRole } from "./roles";

/** Resource name of a user role, with which its name in IAM starts. */
export const userRoleName = (environment: string, role: UserRole) => `${environment}-${roleOf(role).shortName ?? role}`;

/** ARN pattern for a user role of an environment. Names of environments have exactly one dash, so no other environment matches. */
export const userRoleAt = (context: AwsContext, environment: string, role: UserRole) =>
  rolesAt(context, `${userRolePath(context)}${userRoleName(environment, role)}`);

const switchRoleLimit = limits.switchRole.value;

/**
 * A warning if the console cannot switch to user roles of an environment or a hub, because path and name are too long.
 * The roles work with the AWS CLI.
 */
export function switchRoleWarnings(context: AwsContext, name: string, roles: readonly UserRole[]): string[] {
  const lengthOf = (role: UserRole) => userRolePath(context).length + userRoleName(name, role).length + randomSuffix;
  const excess = Math.max(...roles.map(lengthOf)) - switchRoleLimit;
  const affected = roles.filter((role) => lengthOf(role) > switchRoleLimit);
  if (affected.length === 0) return [];
  return [
    `The console cannot switch to ${affected.map((role) => `'${role}'`).join(", ")} of '${name}': path and name of a role must have at most ${switchRoleLimit} characters together. The output 'switchRoleUrl' of these roles does not work. Fix: assume the roles with the AWS CLI, or shorten '${name}' by ${excess}.`,
  ];
}
