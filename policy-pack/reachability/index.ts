export { evaluateReachability, type ReachabilityResult, type Verdict } from "./evaluate";
export { type DeployedResource, resourcesFromState } from "./exported-state";
export { filledByProvider } from "./graph";
export { type Perimeter } from "./scope";
