import type * as pulumi from "@pulumi/pulumi";
import { look } from "./look";
import { type NetworkPlan, type NetworkRequest, planNetwork } from "./plan";

export { ClosedVpc, type ClosedVpcArgs } from "./closed-vpc";
export { rangeProblem } from "./cidr";
export type { NetworkPlan, NetworkRequest } from "./plan";

/** Looks at what is there and plans a network, before the first resource: all problems, or a plan that can be made. */
export async function prepareNetwork(
  request: NetworkRequest,
  opts: pulumi.InvokeOptions = {},
): Promise<{ plan: NetworkPlan; problems: string[] }> {
  return planNetwork(request, await look(request, opts));
}
