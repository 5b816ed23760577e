import type * as pulumi from "@pulumi/pulumi";
import { lookupNetwork } from "./lookup";
import { planNetwork } from "./plan";
import { type NetworkPlan, type NetworkRequest } from "./request";
import { type EndpointHubSettings, type NetworkSettings, standardHubCidr } from "./settings";

export { type SharedEndpointArgs, ClosedVpc, type ClosedVpcArgs } from "./closed-vpc";
export { EndpointHub, type EndpointHubArgs } from "./endpoint-hub";
export { rangeProblem } from "../aws/cidr";
export type { SharedEndpoints, NetworkPlan, NetworkRequest } from "./request";

/** Looks at what is there and plans a network, before the first resource: all problems, or a plan that can be made. */
export async function preflightNetwork(
  request: NetworkRequest,
  opts: pulumi.InvokeOptions = {},
): Promise<{ plan: NetworkPlan; problems: string[] }> {
  return planNetwork(request, await lookupNetwork(request, opts));
}

/** The same for the VPC in which core has endpoints for all: new, closed, and without anything that is about workloads. `path` is where its settings are. */
export async function preflightEndpointHub(
  settings: EndpointHubSettings,
  request: Pick<NetworkRequest, "name" | "region" | "partition" | "accountId"> & { path: string },
): Promise<{ plan: NetworkPlan; problems: string[]; settings: NetworkSettings }> {
  const { path, ...where } = request;
  const network: NetworkSettings = {
    ...settings,
    egress: "none",
    mirrorServiceName: undefined,
    mirrorHost: undefined,
    dnsFirewall: "block",
    allowedDomains: [],
    dhcp: undefined,
  };
  const vpcSettings = { mode: "new" as const, cidr: settings.cidr };
  const prepared = await preflightNetwork({
    ...where,
    // Core has no environment to tell by.
    ownTags: {},
    vpcSettings,
    standardCidr: standardHubCidr,
    network,
    paths: { vpcSettings: path, network: path },
  });
  return { ...prepared, settings: network };
}
