export { allows, awsPrincipals, listOf, namesAction, namesCaller, servicePrincipals, type Statement, statementsOf } from "./policy";
export { principalExists, unknownPrincipal } from "./principals";
export { allowsService, type ServiceCall, type TrustContext, trustsCaller, trustsService } from "./trust";
export { matchesWildcard } from "./wildcard";
