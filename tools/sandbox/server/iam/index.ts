export { allows, awsPrincipals, servicePrincipals, type Statement, statementsOf } from "./policy";
export { principalExists, unknownPrincipal } from "./principals";
export { trustsCaller, trustsService } from "./trust";
export { matchesWildcard } from "./wildcard";
