// Follows the targets of routes: internet, NAT, transit and VPN gateways, peering connections, endpoints, network interfaces.
import { readValue, type StackResource } from "../rule-kit";
import { label, type NetworkPath, notInStack, outsidePath, prefixed, unknownAtPreview, unknownPath } from "./network-path";
import { types } from "./resource-types";
import { type Scope } from "./scope";

/** Route targets by property. `end` is where a path to a target outside the stack ends. */
export const routeTargets: { property: string; noun: string; types: string[]; end: NetworkPath["end"] }[] = [
  {
    property: "gatewayId",
    noun: "gateway",
    types: ["aws:ec2/internetGateway:InternetGateway", "aws:ec2/carrierGateway:CarrierGateway", ...types.vpn, ...types.endpoint],
    end: "unknown",
  },
  { property: "natGatewayId", noun: "NAT gateway", types: types.nat, end: "unknown" },
  {
    property: "egressOnlyGatewayId",
    noun: "egress-only internet gateway",
    types: ["aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway"],
    end: "outside",
  },
  { property: "carrierGatewayId", noun: "carrier gateway", types: ["aws:ec2/carrierGateway:CarrierGateway"], end: "outside" },
  { property: "localGatewayId", noun: "local gateway", types: [], end: "outside" },
  {
    property: "transitGatewayId",
    noun: "transit gateway",
    types: ["aws:ec2transitgateway/transitGateway:TransitGateway"],
    end: "outside",
  },
  { property: "coreNetworkArn", noun: "core network", types: ["aws:networkmanager/coreNetwork:CoreNetwork"], end: "outside" },
  { property: "odbNetworkArn", noun: "ODB network", types: ["aws:odb/network:Network"], end: "outside" },
  { property: "vpcPeeringConnectionId", noun: "VPC peering connection", types: types.peering, end: "outside" },
  { property: "vpcEndpointId", noun: "VPC endpoint", types: types.endpoint, end: "unknown" },
  { property: "networkInterfaceId", noun: "network interface", types: types.interface, end: "unknown" },
  { property: "instanceId", noun: "instance", types: ["aws:ec2/instance:Instance"], end: "unknown" },
];

/** Whether an ID or a type belongs to a gateway to the internet. Such a gateway is never inside a perimeter. */
export const isInternetGateway = (idOrType: string) =>
  /^(igw|eigw|cagw)-|:(InternetGateway|EgressOnlyInternetGateway|CarrierGateway)$/.test(idOrType);

/** Whether the ID of a gateway alone shows that it leads outside. */
export const leadsOutside = (id: string) => /^(igw|vgw|cagw|eigw)-/.test(id);

type Follow = (scope: Scope, target: StackResource, visited: StackResource[]) => NetworkPath[];

/**
 * A gateway endpoint ends the path inside AWS. A Gateway Load Balancer endpoint leads to an appliance that can forward
 * traffic.
 */
const followEndpoint: Follow = (_scope, target) => {
  const kind = readValue(target.props, "vpcEndpointType");
  if (kind.state === "missing" || (kind.state === "known" && kind.value === "Gateway")) return [];
  return [unknownPath(label(target), "inspection appliance")];
};

/** The paths of a NAT gateway are the paths of the subnet that the gateway is in. */
const followNat: Follow = (scope, target, visited) => {
  if (visited.includes(target)) return [];
  const { resources, foreign, unknown } = scope.graph.refer(target, ["subnetId"], types.subnet);
  const paths = resources.flatMap((subnet) => scope.pathsOfSubnet(scope, subnet, [...visited, target]));
  if (foreign.length > 0 || unknown || resources.length === 0) paths.push(unknownPath(notInStack("subnet", foreign[0])));
  return prefixed(label(target), paths);
};

/** Traffic over a peering connection ends in the VPC on the other side. That VPC is evaluated itself when it is in the stack. */
const followPeering: Follow = ({ graph }, target) =>
  ["vpcId", "peerVpcId"].flatMap((side): NetworkPath[] => {
    const { resources, foreign, unknown } = graph.refer(target, [side], types.vpc);
    if (foreign.length > 0) return [outsidePath(label(target), foreign[0]!)];
    return unknown || resources.length === 0 ? [unknownPath(label(target), unknownAtPreview("VPC"))] : [];
  });

const followInterface: Follow = (_scope, target) => [unknownPath(label(target), "forwarding target that cannot be determined")];

const followers: [types: string[], follow: Follow][] = [
  [types.endpoint, followEndpoint],
  [types.nat, followNat],
  [types.peering, followPeering],
  [types.interface, followInterface],
];

/** Paths through the target of a route. A target of a type not listed above leads outside the perimeter. */
export const pathsThroughTarget: Follow = (scope, target, visited) => {
  const [, follow] = followers.find(([among]) => among.includes(target.type)) ?? [];
  return follow ? follow(scope, target, visited) : [outsidePath(label(target))];
};

/** Paths through the routes that a VPN gateway propagates; `property` names the VPN gateway. */
export function pathsOfVpnPropagation(scope: Scope, from: StackResource, property: string): NetworkPath[] {
  const { resources, foreign, unknown } = scope.graph.refer(from, [property], types.vpn);
  const step = "routes propagated by a VPN gateway";
  return [
    ...resources.filter(({ name }) => !scope.isInside(name)).map((gateway) => outsidePath(step, label(gateway))),
    ...foreign.filter((id) => !scope.isInside(id)).map((id) => outsidePath(step, id)),
    ...(unknown ? [{ steps: [step, unknownAtPreview("VPN gateway")], end: scope.endOfUnknownTarget("outside") }] : []),
  ];
}
