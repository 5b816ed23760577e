export type { DataRoles } from "../aws/principals";
export { CustomerKey, type CustomerKeyArgs } from "./customer-key";
export type { KeyService, KeyUse } from "./policy";
