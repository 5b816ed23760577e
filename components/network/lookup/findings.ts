// Types for what lookups find in AWS.
import { type EndpointName } from "../catalogue";

/**
 * A route in a route table.
 * `target` is an ID such as `igw-…` or `local`, and empty if the kind of target is unknown.
 */
export interface FoundRoute {
  destination: string;
  target: string;
  /** The ranges of a prefix list; empty if the list cannot be read. */
  ranges?: string[];
  /** Whether AWS owns the prefix list. */
  isOfAws?: boolean;
}

export interface FoundSubnet {
  id: string;
  vpcId: string;
  zone: string;
  /** IPv4 range; empty for a subnet with only IPv6 addresses. */
  cidr: string;
  freeAddresses: number;
  /** Whether the subnet assigns public addresses to new network interfaces. */
  assignsPublicAddresses: boolean;
  isOnOutpost: boolean;
  tags: Record<string, string>;
  routeTableId?: string;
  routes: FoundRoute[];
}

export interface FoundEndpoint {
  name: EndpointName;
  id: string;
  /** Whether the service's DNS name resolves to this endpoint in the VPC. Only one endpoint per service can do so. */
  privateDns: boolean;
  tags: Record<string, string>;
  subnetIds: string[];
  securityGroupIds: string[];
  /** The endpoint policy, as JSON. */
  policy?: string;
}

/** VPC peering connections with the VPC of the shared endpoints. */
export interface FoundPeerings {
  /** Peering connections created by Cloister for this network, `pcx-…`. */
  managed: string[];
  /** Other peering connections between the same two VPCs, `pcx-…`. */
  others: string[];
  /** Routes in the VPC of the shared endpoints. */
  routes: FoundRoute[];
}

/** What the account already has of resources with a quota, if this deployment adds to them. */
export interface FoundCounts {
  /** VPCs in the region, if this network has no VPC yet. */
  vpcs?: number;
  /** Elastic IP addresses in the region that this network did not create. */
  otherElasticIps?: number;
  /** Rules of the security group of the shared endpoints, if this network has no rules there yet. */
  sharedGroupRules?: number;
  /** Active peering connections of the VPC of the shared endpoints, if this network has none yet. */
  sharedPeerings?: number;
}

/** An existing VPC. */
export interface FoundVpc {
  ranges: string[];
  dnsSupport: boolean;
  dnsHostnames: boolean;
  tenancy: string;
  /** Account that owns the VPC. Another account shares its subnets. */
  ownerId: string;
  /** Absent if the DHCP options cannot be read. Empty values if the VPC has no DHCP options. */
  dhcp?: { domainName: string; nameServers: string[] };
  /** Gateways and peering connections of the VPC that this network did not create: `nat-…`, `vgw-…`, `pcx-…`. */
  attached: string[];
}

/** What `lookupNetwork` found. An absent resource does not exist, or was not looked up. */
export interface NetworkFindings {
  /** Availability Zones in the region, in alphabetical order. */
  zones: string[];
  /** Names of the Availability Zones by ID: `{ "euc1-az2": "eu-central-1a" }`. */
  zoneNames: Record<string, string>;
  services: Partial<Record<EndpointName, { serviceName: string; zones: string[]; supportsPolicy?: boolean }>>;
  vpc?: FoundVpc;
  /**
   * All subnets in the VPC; with `existing-subnets` only those in the settings.
   * `new`: subnets of earlier deployments.
   */
  subnets: FoundSubnet[];
  endpoints: FoundEndpoint[];
  /** The endpoint that the setting `s3EndpointId` names. */
  s3Endpoint?: { id: string; vpcId: string; type: string; serviceName: string; routeTableIds: string[]; policy?: string };
  /** With `existing-subnets`: an S3 gateway endpoint in the VPC. The ID is `several` if the VPC has more than one. */
  s3GatewayOfVpc?: { id: string; isManaged: boolean; routeTableIds: string[] };
  internetGateway?: { id: string; tags: Record<string, string> };
  flowLogRole?: { arn: string; trust: string };
  peerings?: FoundPeerings;
  /** Counts for quotas. An absent count is not needed, or cannot be read. */
  counts?: FoundCounts;
  /** Domains of central endpoints with a private hosted zone of this account for the VPC. */
  centralZones?: string[];
}
