export { LaunchBoundary, LaunchRole, type LaunchRoleArgs } from "./launch-role";
export { ModelRole } from "./model-role";
export {
  notebookLaunchLength,
  notebookLaunchPermissions,
  userProfileLaunchLength,
  userProfileLaunchPermissions,
} from "./permissions/launch-roles";
export { Boundary, EnvironmentBoundary } from "./permissions-boundary";
export { preflightIdentity } from "./preflight";
export { notebookOwnerRoles, ServiceRoles } from "./service-roles";
export { switchRoleWarnings, userRoleAt } from "./user-role-names";
export { Administrator, UserRoles } from "./user-roles";
