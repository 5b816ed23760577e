// What a network is planned from, and what a plan is. Types, and how problems are told.
import { type EndpointName } from "./catalogue";
import { type SubnetPlan } from "./subnets";
import { type EndpointChoice } from "./endpoints";
import { type NetworkSettings, type VpcSettings } from "./settings";

/** Endpoints that core has for all, and a VPC that is peered with theirs. */
export interface SharedEndpoints {
  /** `switching` has neither those of core nor own ones in their place: AWS lets a VPC have one answer for a name, and a deployment makes the new before it deletes the old. */
  state: "switching" | "core";
  /** VPC of the endpoints, `vpc-…`; empty when core has none. */
  vpcId: string;
  /** Its range. */
  cidr: string;
  /** Its route tables, `rtb-…`; all lead to the same networks. */
  routeTableIds: string[];
  endpoints: string[];
}

export interface NetworkRequest {
  /** Name of the component that will make it: what carries it in its tag `Name`, besides `ownTags`, is ours. */
  name: string;
  /** What else ours carries; `cloister:environment` with the name if it is not given. */
  ownTags?: Record<string, string>;
  /** `eu-central-1` */
  region: string;
  /** `aws` */
  partition: string;
  /** Account of the network, twelve digits. */
  accountId: string;
  vpcSettings: VpcSettings;
  /** Range of a VPC of our own when none is set. */
  standardCidr: string;
  /** `flowLogDestination` is an environment's own. */
  network: NetworkSettings & { flowLogDestination?: "cloudwatch" | "log-bucket" };
  /** Endpoints that are left out of this network alone, and the setting that says so. */
  omit?: { path: string; endpoints: EndpointName[] };
  /** Ranges that this network must not share an address with, and whose they are: "the range of core's endpoints". */
  reserved?: { cidr: string; what: string }[];
  /** Where the settings are, with their namespace: `cloister-environment:network`. */
  paths: { vpcSettings: string; network: string; sharedEndpoints?: string };
  /** Absent where all endpoints are the network's own. */
  sharedEndpoints?: SharedEndpoints;
}

export interface FoundSubnet {
  id: string;
  vpcId: string;
  zone: string;
  cidr: string;
  /** Addresses that are free. */
  free: number;
  /** Whether it gives public addresses to what starts in it. */
  isPublic: boolean;
  tags: Record<string, string>;
  routeTableId?: string;
  routes: { destination: string; target: string }[];
}

export interface FoundEndpoint {
  name: EndpointName;
  id: string;
  /** Whether it answers the service's own name in the VPC; only one endpoint can. */
  isPrivate: boolean;
  tags: Record<string, string>;
  subnetIds: string[];
  securityGroupIds: string[];
}

/** What `look` found. What is absent does not exist, or was not asked for. */
export interface NetworkFindings {
  /** Zones of the region in the order of their names. */
  zones: string[];
  services: Partial<Record<EndpointName, { serviceName: string; zones: string[] }>>;
  vpc?: { ranges: string[]; dnsSupport: boolean; dnsHostnames: boolean; tenancy: string };
  /** Of the VPC with `existing-vpc`, of the settings with `existing-subnets`; with `new` of the VPC that an earlier deployment made. */
  subnets: FoundSubnet[];
  endpoints: FoundEndpoint[];
  /** The S3 endpoint that the settings name. */
  s3?: { id: string; vpcId: string; type: string; serviceName: string; routeTableIds: string[] };
  /** An S3 gateway endpoint of the existing VPC, with existing subnets. */
  s3Present?: { id: string; isManaged: boolean; routeTableIds: string[] };
  internetGateway?: { id: string; tags: Record<string, string> };
  flowLogRole?: { arn: string; trust: string };
  /** What there is of a peering with core's endpoints. */
  peering?: {
    /** Ours, `pcx-…`. */
    own: string[];
    /** Of others between the same VPCs, `pcx-…`. */
    others: string[];
    /** Where the tables of core's VPC lead. */
    routes: { destination: string; target: string }[];
  };
}

/** A network that can be made. */
export interface NetworkPlan {
  mode: VpcSettings["mode"];
  /** Ranges of the VPC. */
  ranges: string[];
  /** The VPC that is there, `vpc-…`. */
  vpcId?: string;
  /** Private subnets in the order of the zones; with id and table where they are there. */
  subnets: (SubnetPlan & { id?: string; routeTableId?: string })[];
  /** For NAT gateways; empty without NAT. */
  publicSubnets: SubnetPlan[];
  /** The internet gateway that the VPC has already, for NAT. */
  internetGatewayId?: string;
  /** Interface endpoints to make, with the zones that their service has of ours. */
  endpoints: { name: EndpointName; serviceName: string; zones: string[] }[];
  /** Endpoints of core that are used, and which ranges of ours they answer to. */
  sharedEndpoints?: { endpoints: EndpointName[]; cidr: string; ranges: { role: string; cidr: string }[] };
  /** Groups of endpoints that the VPC has already and that are used. */
  foreignEndpointGroupIds: string[];
  /** S3 endpoint that the VPC has already. */
  s3EndpointId?: string;
  dnsFirewall: "block" | "alert" | "off";
  /** Name of the package mirror; absent without one. */
  mirrorHost?: string;
  /** Names that are resolved. */
  domains: string[];
}

/** The part of a plan that a mode decides. */
export type SubnetsPlan = Pick<NetworkPlan, "ranges" | "subnets" | "publicSubnets">;

/** The endpoints that are asked for. */
export const choiceOf = ({ network, omit }: NetworkRequest): EndpointChoice => ({
  features: network.features,
  add: network.endpoints.add,
  omit: [...network.endpoints.omit, ...(omit?.endpoints ?? [])],
});

/** Tags of what we call so, `sts` or `eu-central-1a`. */
export const managedTags = (
  { name, ownTags = { "cloister:environment": name } }: NetworkRequest,
  role: string,
): Record<string, string> => ({
  ...ownTags,
  Name: `${name}-${role}`,
});

/** Whether something that carries these tags is what we call so. */
export const isManaged = (request: NetworkRequest, tags: Record<string, string>, role: string) =>
  Object.entries(managedTags(request, role)).every(([key, value]) => tags[key] === value);

/** Subnets that an earlier deployment of this network made, private ones and those for NAT. */
export const isManagedSubnet = (request: NetworkRequest, { tags, zone }: FoundSubnet) =>
  [zone, `public-${zone}`].some((role) => isManaged(request, tags, role));

/** Collects problems, each with the setting, what it is, and what to do. */
export class Problems {
  readonly found: string[] = [];
  constructor(private readonly request: Pick<NetworkRequest, "paths" | "omit">) {}

  private add(path: string, text: string): void {
    this.found.push(`'${path}' ${text}`);
  }
  vpcSettings = (key: string, text: string) => this.add(`${this.request.paths.vpcSettings}.${key}`, text);
  network = (key: string, text: string) => this.add(`${this.request.paths.network}.${key}`, text);
  /** Without an endpoint, of one that should be left out; with it, of one that is. */
  omit = (text: string, endpoint?: EndpointName) => {
    const { omit, paths } = this.request;
    const isHere = endpoint === undefined || omit?.endpoints.includes(endpoint);
    this.add(omit && isHere ? omit.path : `${paths.network}.endpoints.omit`, text);
  };
  sharedEndpoints = (text: string) => this.add(this.request.paths.sharedEndpoints ?? this.request.paths.network, text);
}
