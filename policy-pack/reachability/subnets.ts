// Lists the egress paths of subnets, inside and outside the stack.
import { parseCidr, readValue, type StackResource } from "../rule-kit";
import { label, mergeDestinations, type NetworkPath, notInStack, prefixed, unknownPath } from "./network-path";
import { ROUTE, TABLE_ASSOCIATION, types } from "./resource-types";
import { pathsOfAssociation, pathsOfSubnetTable } from "./route-tables";
import { pathsOfRoute } from "./routes";
import { type Scope } from "./scope";
import { pathsOfServiceNetworks } from "./service-networks";

const ipv6Properties = ["ipv6CidrBlock", "ipv6Native", "assignIpv6AddressOnCreation", "ipv6NetmaskLength"];

const hasIpv6 = (subnet: StackResource) =>
  ipv6Properties.some((property) => {
    const value = readValue(subnet.props, property);
    return value.state === "unknown" || (value.state === "known" && value.value !== false);
  });

export function pathsOfSubnet(scope: Scope, subnet: StackResource, visited: StackResource[] = []): NetworkPath[] {
  const isIpv4 = ({ destinations }: NetworkPath) => !destinations || destinations.some((range) => parseCidr(range)?.family !== "ipv6");
  const paths = pathsOfSubnetTable(scope, subnet, visited);
  // Without IPv6 addresses, no interface in the subnet uses IPv6 routes.
  return prefixed(label(subnet), [...(hasIpv6(subnet) ? paths : paths.filter(isIpv4)), ...pathsOfServiceNetworks(scope, subnet)]);
}

/**
 * Paths of a subnet that is not in the stack. Only a route table that the stack associates with the subnet is known.
 * An unknown `id` is empty.
 */
export function pathsOfForeignSubnet(scope: Scope, id: string): NetworkPath[] {
  if (id && scope.isInside(id)) return [];
  const step = notInStack("subnet", id);
  const associations = id ? scope.graph.attached(TABLE_ASSOCIATION, "subnetId", types.subnet, id).certain : [];
  if (associations.length === 0) return [unknownPath(step)];
  return prefixed(
    step,
    associations.flatMap((association) => pathsOfAssociation(scope, association, [])),
  );
}

/** Paths through the routes that the stack adds to a route table of another stack. */
export function pathsOfForeignTable(scope: Scope, id: string): NetworkPath[] {
  const { certain } = scope.graph.attached(ROUTE, "routeTableId", [...types.table, ...types.vpc], id);
  return mergeDestinations(certain.flatMap((route) => pathsOfRoute(scope, route, undefined, [])));
}
