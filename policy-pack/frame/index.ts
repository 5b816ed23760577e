export { coverEverything, isEverything, isPublic, isWithin, spanOf } from "./cidr";
export { conditionValues, isEverybody, membersOf, type Statement, statementsOf } from "./document";
export { requireCustomerKey } from "./key";
export { isPresent, itemsAt, look, type Look, objectsAt, textAt, textsAt } from "./look";
export {
  type Exemption,
  forTypes,
  judged,
  policyOf,
  type Report,
  type ResourceView,
  type Rule,
  type Settings,
  type Severity,
  type StackResource,
} from "./rule";
