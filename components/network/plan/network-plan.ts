// The network that a request results in.
import { type EndpointName } from "../catalogue";
import { type VpcSettings } from "../settings";
import { type SubnetPlan } from "../subnets";

/** The part of a plan that the mode decides. */
export interface SubnetsPlan {
  /** Ranges of the VPC. */
  ranges: string[];
  /** Private subnets in the order of the zones; existing ones with id and route table. */
  subnets: (SubnetPlan & { id?: string; routeTableId?: string })[];
  /** For NAT gateways; empty without NAT. */
  publicSubnets: SubnetPlan[];
}

/** An interface endpoint to create, in the zones of the network that its service offers. */
export interface PlannedEndpoint {
  name: EndpointName;
  serviceName: string;
  zones: string[];
}

/** How a network uses the shared endpoints of core. */
export interface SharedEndpointsPlan {
  endpoints: EndpointName[];
  /** Domains whose hosted zones the VPC is associated with. */
  domains: string[];
  /** Range of the VPC of the shared endpoints. */
  cidr: string;
  /** Ranges of this network that the shared endpoints route to; `role` is part of the routes' names. */
  ranges: { role: string; cidr: string }[];
}

export interface NetworkPlan extends SubnetsPlan {
  mode: VpcSettings["mode"];
  /** The existing VPC, `vpc-…`; absent for one created by Cloister. */
  vpcId?: string;
  /** The existing internet gateway of the VPC, for NAT. */
  internetGatewayId?: string;
  endpoints: PlannedEndpoint[];
  /** Absent where no shared endpoint is used. */
  sharedEndpoints?: SharedEndpointsPlan;
  /** Security groups of existing endpoints that the network uses. */
  existingEndpointGroupIds: string[];
  /** The existing S3 gateway endpoint; absent for one created by Cloister. */
  s3EndpointId?: string;
  dnsFirewall: "block" | "alert" | "off";
  /** DNS name of the package mirror; absent without one. */
  mirrorHost?: string;
  /** DNS names that the DNS firewall allows. */
  domains: string[];
}
