// Defines the inputs for a network plan: settings, AWS context, and the shared endpoints that the network can use.
import { type AwsContext } from "../aws/context";
import { type EndpointName } from "./catalogue";
import { type EndpointPlan, planEndpoints } from "./endpoints";
import { type NetworkSettings, type VpcSettings } from "./settings";

/** Endpoints in the core stack that networks can use over a VPC peering connection. */
export interface SharedEndpoints {
  /**
   * `switching`: the network uses neither the shared endpoints nor its own endpoints for the same services.
   * A VPC resolves a service name to one endpoint only, and a deployment creates new endpoints before it deletes old
   * ones.
   */
  state: "switching" | "core";
  /** VPC of the shared endpoints, `vpc-…`; empty if the core stack has no shared endpoints. */
  vpcId: string;
  /** CIDR range of the VPC. */
  cidr: string;
  /** Route tables of the VPC, `rtb-…`. All have the same routes. */
  routeTableIds: string[];
  /** Security group of the endpoints, `sg-…`. Default: its rules are not counted. */
  securityGroupId?: string;
  /** Names of the shared endpoints. A newer core stack can have names that are unknown to this version. */
  endpoints: string[];
}

export interface NetworkRequest extends AwsContext {
  /** Name of the component that creates the network; part of the tag `Name` of each resource. */
  name: string;
  /** Other tags that identify resources created by the network. Default: `cloister:environment` with the name. */
  identifyingTags?: Record<string, string>;
  vpcSettings: VpcSettings;
  /** CIDR range for a VPC created by Cloister if the settings contain no range. */
  defaultCidr: string;
  /** Only environments have `flowLogDestination`. */
  network: NetworkSettings & { flowLogDestination?: "cloudwatch" | "log-bucket" };
  /** Endpoints to omit in this network only, and the setting that lists these endpoints. */
  omit?: { setting: string; endpoints: EndpointName[] };
  /**
   * CIDR ranges that this network must not overlap, each with a description for messages, such as
   * "the CIDR range of environment 'fraud-dev'".
   */
  reserved?: { cidr: string; description: string }[];
  /** Paths of the settings with their namespace, `cloister-environment:network`. */
  paths: { vpcSettings: string; network: string; sharedEndpoints?: string };
  /** Absent if the network has no shared endpoints. */
  sharedEndpoints?: SharedEndpoints;
  /** Availability Zones of the endpoint service of the package mirror. Default: all. */
  mirrorZones?: string[];
  /** Whether the network is the new VPC of the shared endpoints, whose settings select no VPC. */
  isEndpointHub?: boolean;
  /** Security groups of this network that call the endpoints. Default: 1. */
  callerGroups?: number;
}

/** A request with the planned endpoints, which both the lookup and the plan use. */
export interface PreparedRequest extends NetworkRequest {
  endpointPlan: EndpointPlan;
}

export function prepareRequest(request: NetworkRequest): PreparedRequest {
  const { features, endpoints, centralEndpoints } = request.network;
  return {
    ...request,
    endpointPlan: planEndpoints({
      features,
      add: endpoints.add,
      omit: [...endpoints.omit, ...(request.omit?.endpoints ?? [])],
      central: centralEndpoints && (centralEndpoints.names ?? "all"),
    }),
  };
}

/** Endpoints that the network uses in the VPC of a central network. */
export const centralEndpointsOf = ({ network: { centralEndpoints }, endpointPlan: { requested } }: PreparedRequest) =>
  centralEndpoints ? requested.filter((name) => centralEndpoints.names?.includes(name) ?? true) : [];

/** Central endpoints in the VPC of the network itself. If the account owns the VPC, it can read their policies. */
export const centralEndpointsInVpc = (request: PreparedRequest) =>
  request.network.centralEndpoints?.vpcId === request.vpcSettings.vpcId ? centralEndpointsOf(request) : [];

/** Whether the network uses the shared endpoint of the core stack instead of creating its own endpoint. */
export const isShared = ({ sharedEndpoints }: NetworkRequest, endpoint: EndpointName) =>
  sharedEndpoints?.endpoints.includes(endpoint) ?? false;
