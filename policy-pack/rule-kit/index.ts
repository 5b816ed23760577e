export { coverAllAddresses, isAllAddresses, isPublic, isWithin, overlap, parseCidr } from "./cidr";
export { requireCustomerKey } from "./customer-key";
export { type Exemption, exemptionsSchema, isDate } from "./exemptions";
export { groupByOwner, ownerOf } from "./owners";
export { policyOf } from "./policy";
export { conditionCount, conditionValues, isAnyPrincipal, type Statement, statementsOf, statementValues } from "./policy-document";
export {
  containsUnknown,
  isPresent,
  itemsAt,
  objectsAt,
  type ReadResult,
  readValue,
  readValueOrThrow,
  stringAt,
  stringsAt,
  valuesAt,
} from "./read";
export { type Check, forTypes, type Report, type ResourceView, type Rule, type Settings, type Severity, type StackResource } from "./rule";
export { matchesWildcard } from "./wildcard";
