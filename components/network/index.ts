export { ClosedVpc, type ClosedVpcArgs } from "./closed-vpc";
export { pullableAccounts } from "./endpoint-policies";
export { EndpointHub, type EndpointHubArgs } from "./endpoint-hub";
export { featureDomains } from "./endpoints";
export { lookupSubnet } from "./lookup/subnets";
export { type NetworkPlan, otherEntranceVpcIds } from "./plan/network-plan";
export { type EndpointHubPlan, preflightEndpointHub, preflightNetwork } from "./preflight";
export type { NetworkRequest, SharedEndpoints } from "./request";
export type { SharedEndpointArgs } from "./resources/shared-endpoints";
