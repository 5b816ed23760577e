export { filledByProvider } from "./graph";
export { type Proof, prove, type Verdict } from "./prove";
export { type DeployedResource, graphOfState } from "./state";
export { type Perimeter } from "./perimeter";
