export { ModelRole } from "./model-role";
export { Boundary, EnvironmentBoundary } from "./permissions-boundary";
export { preflightIdentity } from "./preflight";
export { ServiceRoles } from "./service-roles";
export { switchRoleWarnings, userRoleAt } from "./user-role-names";
export { Administrator, UserRoles } from "./user-roles";
