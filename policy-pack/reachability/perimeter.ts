// What the parts of the proof have in common: ways, how they are told, and the types of resources.
import { look, type StackResource } from "../rule-kit";

export interface Perimeter {
  /** Names or ids of transit gateways, peerings, VPN gateways, service networks and forwarding rules whose other side belongs to the perimeter, and ids of subnets and VPCs of others that do. */
  inside?: string[];
  /** Names, `*.` for all below one, that resolvers may answer besides AWS's own. */
  allowedDomains?: string[];
}

/** A path that leaves, or one that can't be followed further, and the destinations that take it; without a list, any. */
export interface Way {
  path: string[];
  destinations?: string[];
  end: "outside" | "unknown";
}

export const types = {
  vpc: ["aws:ec2/vpc:Vpc", "aws:ec2/defaultVpc:DefaultVpc"],
  subnet: ["aws:ec2/subnet:Subnet", "aws:ec2/defaultSubnet:DefaultSubnet"],
  table: ["aws:ec2/routeTable:RouteTable", "aws:ec2/defaultRouteTable:DefaultRouteTable"],
  group: ["aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"],
  interface: ["aws:ec2/networkInterface:NetworkInterface", "aws:ec2/instance:Instance"],
  endpoint: ["aws:ec2/vpcEndpoint:VpcEndpoint"],
  prefixList: ["aws:ec2/managedPrefixList:ManagedPrefixList"],
  nat: ["aws:ec2/natGateway:NatGateway"],
  peering: ["aws:ec2/vpcPeeringConnection:VpcPeeringConnection", "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter"],
  vpn: ["aws:ec2/vpnGateway:VpnGateway"],
  service: ["aws:ec2/vpcEndpointService:VpcEndpointService"],
  domain: ["aws:sagemaker/domain:Domain"],
};

const words = (type: string) =>
  type
    .split(":")
    .at(-1)!
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();

/** `internet gateway y` */
export const label = (resource: StackResource) => `${words(resource.type)} ${resource.name}`;

/** Ways that are taken only if something is as it may be. */
export const perhaps = (ways: Way[]): Way[] => ways.map((way) => ({ ...way, end: "unknown" }));

/** Ways with a step before each. */
export const behind = (step: string | string[], ways: Way[]): Way[] => ways.map((way) => ({ ...way, path: [step, way.path].flat() }));

/** A way that ends where nothing more is known. */
export const lost = (...path: string[]): Way => ({ path, end: "unknown" });

/** A known value as text; nothing when it is missing or unknown. */
export const valueAt = (props: object, property: string) => {
  const found = look(props, property);
  return found.state === "known" ? String(found.value) : undefined;
};
