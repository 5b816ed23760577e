export { evaluateReachability, type ReachabilityResult, type Verdict } from "./evaluate";
export { type DeployedResource, resourcesFromState } from "./exported-state";
export { routeTargets } from "./gateways";
export { filledByProvider, Graph } from "./graph";
export { types } from "./resource-types";
export { type Perimeter } from "./scope";
export { rangesOfPrefixList } from "./security-groups";
