// What lookups find in AWS.
import { type EndpointName } from "../catalogue";

/** A route of a route table. `target` is an id such as `igw-…` or `local`; empty for a target of no known kind. */
export interface FoundRoute {
  destination: string;
  target: string;
}

export interface FoundSubnet {
  id: string;
  vpcId: string;
  zone: string;
  cidr: string;
  freeAddresses: number;
  /** Whether it assigns public addresses to new network interfaces. */
  assignsPublicAddresses: boolean;
  tags: Record<string, string>;
  routeTableId?: string;
  routes: FoundRoute[];
}

export interface FoundEndpoint {
  name: EndpointName;
  id: string;
  /** Whether it answers the name of the service in the VPC; only one endpoint per service can. */
  privateDns: boolean;
  tags: Record<string, string>;
  subnetIds: string[];
  securityGroupIds: string[];
}

/** VPC peerings with the VPC of the shared endpoints. */
export interface FoundPeerings {
  /** Created by Cloister for this network, `pcx-…`. */
  managed: string[];
  /** Other peerings of the same two VPCs, `pcx-…`. */
  others: string[];
  /** Routes of the VPC of the shared endpoints. */
  routes: FoundRoute[];
}

/** What is absent does not exist, or was not looked up. */
export interface NetworkFindings {
  /** Availability Zones of the region in alphabetical order. */
  zones: string[];
  services: Partial<Record<EndpointName, { serviceName: string; zones: string[] }>>;
  vpc?: { ranges: string[]; dnsSupport: boolean; dnsHostnames: boolean; tenancy: string };
  /** `existing-vpc`: all subnets of the VPC. `existing-subnets`: those of the settings. `new`: those of an earlier deployment. */
  subnets: FoundSubnet[];
  endpoints: FoundEndpoint[];
  /** The endpoint that the setting `s3EndpointId` names. */
  s3Endpoint?: { id: string; vpcId: string; type: string; serviceName: string; routeTableIds: string[] };
  /** An S3 gateway endpoint of the VPC, with `existing-subnets`; the id is `several` when there is more than one. */
  s3GatewayOfVpc?: { id: string; isManaged: boolean; routeTableIds: string[] };
  internetGateway?: { id: string; tags: Record<string, string> };
  flowLogRole?: { arn: string; trust: string };
  peerings?: FoundPeerings;
}
