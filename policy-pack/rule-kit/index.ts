export { coverEverything, isEverything, isPublic, isWithin, spanOf } from "./cidr";
export { conditionCount, conditionValues, isEverybody, membersOf, type Statement, statementsOf } from "./policy-document";
export { requireCustomerKey } from "./customer-key";
export { holdsUnknown, isPresent, itemsAt, look, lookNow, type Look, objectsAt, textAt, textsAt } from "./read";
export {
  byOwner,
  type Exemption,
  exemptionsSchema,
  forTypes,
  isDay,
  judged,
  ownerOf,
  policyOf,
  type Report,
  type ResourceView,
  type Rule,
  type Settings,
  type Severity,
  type StackResource,
} from "./rule";
