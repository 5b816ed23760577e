export { ModelRole } from "./model-role";
export { Boundary, EnvironmentBoundary } from "./permissions-boundary";
export { preflightIdentity } from "./preflight";
export { rolePath, rolesAt } from "./role-path";
export { ServiceRoles } from "./service-roles";
export { Administrator, UserRoles } from "./user-roles";
