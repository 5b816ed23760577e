// What a network is planned from: its settings, its AWS context, and the shared endpoints it can use.
import { type AwsContext } from "../aws/context";
import { type EndpointName } from "./catalogue";
import { type EndpointPlan, planEndpoints } from "./endpoints";
import { type NetworkSettings, type VpcSettings } from "./settings";

/** Endpoints of core that networks can use over a VPC peering. */
export interface SharedEndpoints {
  /**
   * `switching` uses neither the shared endpoints nor endpoints of the network in their place.
   * A VPC can resolve a service name to one endpoint only, and a deployment creates the new one before it deletes the old one.
   */
  state: "switching" | "core";
  /** VPC of the shared endpoints, `vpc-…`; empty when core has none. */
  vpcId: string;
  /** Range of that VPC. */
  cidr: string;
  /** Its route tables, `rtb-…`. All have the same routes. */
  routeTableIds: string[];
  /** Names of the shared endpoints; can include names that this version does not know. */
  endpoints: string[];
}

export interface NetworkRequest extends AwsContext {
  /** Name of the component that creates the network; part of the tag `Name` of everything it creates. */
  name: string;
  /** Other tags that identify what the network created. Default: `cloister:environment` with the name. */
  identifyingTags?: Record<string, string>;
  vpcSettings: VpcSettings;
  /** Range of a VPC created by Cloister when no range is set. */
  defaultCidr: string;
  /** Only environments have `flowLogDestination`. */
  network: NetworkSettings & { flowLogDestination?: "cloudwatch" | "log-bucket" };
  /** Endpoints left out of this network only, and the setting that lists them. */
  omit?: { setting: string; endpoints: EndpointName[] };
  /** Ranges that this network must not overlap, each with a description such as "the range of environment 'fraud-dev'". */
  reserved?: { cidr: string; description: string }[];
  /** Paths of the settings with their namespace, `cloister-environment:network`. */
  paths: { vpcSettings: string; network: string; sharedEndpoints?: string };
  /** Absent where the network has all its endpoints itself. */
  sharedEndpoints?: SharedEndpoints;
}

/** A request with the endpoints of its features, planned once for lookups and plan. */
export interface PreparedRequest extends NetworkRequest {
  endpointPlan: EndpointPlan;
}

export const prepareRequest = (request: NetworkRequest): PreparedRequest => ({
  ...request,
  endpointPlan: planEndpoints({
    features: request.network.features,
    add: request.network.endpoints.add,
    omit: [...request.network.endpoints.omit, ...(request.omit?.endpoints ?? [])],
  }),
});

/** Whether an endpoint is used from core instead of created in the network. */
export const isShared = ({ sharedEndpoints }: NetworkRequest, endpoint: EndpointName) =>
  sharedEndpoints?.endpoints.includes(endpoint) ?? false;
