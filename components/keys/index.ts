export { CustomerKey } from "./customer-key";
export type { KeyUse } from "./policy";
