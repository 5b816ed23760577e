export { type EnvironmentFacts } from "./permissions/facts";
export { Boundary, EnvironmentBoundary, type EnvironmentBoundaryArgs } from "./permissions-boundary";
export { ModelRole, type ModelRoleArgs } from "./model-role";
export { preflightIdentity } from "./preflight";
export { rolePath, rolesAt } from "./role-path";
export { ServiceRoles, type ServiceRolesArgs } from "./service-roles";
export { Administrator, UserRoles, type UserRolesArgs } from "./user-roles";
