import type * as pulumi from "@pulumi/pulumi";
import { type AwsContext } from "../aws/context";
import { preflight, type Planned } from "../stack/preflight";
import { lookupNetwork } from "./lookup/network";
import { planNetwork } from "./plan/network";
import { type NetworkPlan } from "./plan/network-plan";
import { type NetworkRequest, prepareRequest } from "./request";
import { defaultHubCidr, type EndpointHubSettings, type NetworkSettings } from "./settings";

/** Plans a network before the first resource is created, and reports all problems with the settings. */
export const preflightNetwork = (request: NetworkRequest, opts: pulumi.InvokeOptions = {}): Promise<Planned<NetworkPlan>> =>
  preflight({ lookup: lookupNetwork, plan: planNetwork }, prepareRequest(request), opts);

export interface EndpointHubPlan {
  network: NetworkPlan;
  settings: NetworkSettings;
}

/**
 * Plans the VPC of the shared endpoints: a new, closed VPC without workloads.
 * `path` is the path of the settings with their namespace.
 */
export async function preflightEndpointHub(
  hubSettings: EndpointHubSettings,
  { path, name, ...context }: AwsContext & { name: string; path: string },
): Promise<Planned<EndpointHubPlan>> {
  const settings: NetworkSettings = { ...hubSettings, egress: "none", dnsFirewall: "block", allowedDomains: [] };
  const { plan, ...found } = await preflightNetwork({
    ...context,
    name,
    // The core stack belongs to no environment.
    identifyingTags: {},
    vpcSettings: { mode: "new", cidr: hubSettings.cidr },
    defaultCidr: defaultHubCidr,
    network: settings,
    paths: { vpcSettings: path, network: path },
    isEndpointHub: true,
  });
  return { ...found, plan: { network: plan, settings } };
}
