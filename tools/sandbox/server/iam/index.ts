export { allows, awsPrincipals, namesAction, servicePrincipals, type Statement, statementsOf } from "./policy";
export { principalExists, unknownPrincipal } from "./principals";
export { allowsService, type ServiceCall, type TrustContext, trustsCaller, trustsService } from "./trust";
export { matchesWildcard } from "./wildcard";
