export { filledByProvider } from "./graph";
export { type Perimeter, type Proof, prove, type Verdict } from "./prove";
export { type DeployedResource, graphOfState } from "./state";
