// Types for a planned network.
import { type EndpointName } from "../catalogue";
import { type VpcSettings } from "../settings";
import { type SubnetPlan } from "../subnets";

/** The part of a plan that depends on the mode. */
export interface SubnetsPlan {
  /** CIDR ranges of the VPC. */
  ranges: string[];
  /** Private subnets in the order of their Availability Zones. Existing subnets have an ID and a route table. */
  subnets: (SubnetPlan & { id?: string; routeTableId?: string })[];
  /** For NAT gateways; empty without NAT. */
  publicSubnets: SubnetPlan[];
}

/** An interface endpoint to create, in the network's Availability Zones that offer its service. */
export interface PlannedEndpoint {
  name: EndpointName;
  serviceName: string;
  zones: string[];
}

/** How a network uses the core stack's shared endpoints. */
export interface SharedEndpointsPlan {
  endpoints: EndpointName[];
  /** Domains of the hosted zones to associate with the VPC. */
  domains: string[];
  /** CIDR range of the VPC of the shared endpoints. */
  cidr: string;
  /** CIDR ranges of this network that get routes in the VPC of the shared endpoints. `role` is part of route names. */
  ranges: { role: string; cidr: string }[];
}

export interface NetworkPlan extends SubnetsPlan {
  mode: VpcSettings["mode"];
  /** The existing VPC, `vpc-…`; absent if Cloister creates the VPC. */
  vpcId?: string;
  /** The VPC's existing internet gateway, for NAT. */
  internetGatewayId?: string;
  endpoints: PlannedEndpoint[];
  /** Absent if the network uses no shared endpoint. */
  sharedEndpoints?: SharedEndpointsPlan;
  /** The VPC of central endpoints, and the ranges of the endpoints. Absent without central endpoints. */
  central?: { vpcId: string; cidrs: string[] };
  /** Whether another account owns the VPC. That account logs its traffic and DNS queries. */
  isShared: boolean;
  /** Security groups of existing endpoints that the network uses. */
  existingEndpointGroupIds: string[];
  /** The existing S3 gateway endpoint; absent if Cloister creates the endpoint. */
  s3EndpointId?: string;
  dnsFirewall: "block" | "alert" | "off";
  /** DNS name of the package mirror; absent without a package mirror. */
  mirrorHost?: string;
  /** Availability Zones of the network in which the package mirror is offered. Absent if all are. */
  mirrorZones?: string[];
  /** DNS names that the DNS firewall allows. */
  domains: string[];
}

/** VPCs other than the network's whose interface endpoints the network uses: none if they are in the same VPC. */
export const otherEntranceVpcIds = ({ central, vpcId }: NetworkPlan) => (central && central.vpcId !== vpcId ? [central.vpcId] : []);
