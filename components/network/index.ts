export { ClosedVpc, type ClosedVpcArgs } from "./closed-vpc";
export { rangeProblem } from "./cidr";
export { hostingEndpoints, studioEndpoints } from "./endpoints";
export { zonesOf } from "./zones";
