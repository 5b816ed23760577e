// Lists the paths of one route: its destinations, and all its possible targets.
import { parseCidr, stringAt, type StackResource } from "../rule-kit";
import { isInternetGateway, leadsOutside, pathsThroughTarget, routeTargets } from "./gateways";
import { label, type NetworkPath, unknownAtPreview } from "./network-path";
import { types } from "./resource-types";
import { type Scope } from "./scope";
import { rangesOfPrefixList } from "./security-groups";

/** An inline route: an element of `routes` in a route table. */
export interface InlineRoute {
  list: string;
  props: object;
}

interface Destinations {
  text: string;
  /** Absent for a prefix list with unknown CIDR ranges. */
  ranges?: string[];
  /** Whether the route names CIDR ranges and not a prefix list. */
  isCidr?: true;
}

/** Destinations of a route; undefined when the destinations are unknown. */
function destinationsOf({ graph }: Scope, from: StackResource, inline: InlineRoute | undefined): Destinations | undefined {
  const props = inline?.props ?? from.props;
  const ranges = ["destinationCidrBlock", "destinationIpv6CidrBlock", "cidrBlock", "ipv6CidrBlock"].flatMap(
    (name) => stringAt(props, name) ?? [],
  );
  if (ranges.length > 0) return { text: ranges.join(", "), isCidr: true, ...(ranges.every(parseCidr) && { ranges }) };
  const { resources, foreign, unknown } = graph.refer(from, ["destinationPrefixListId"], [...types.prefixList, ...types.endpoint], inline);
  const names = [...resources.map(label), ...foreign.map((id) => `prefix list ${id}`)];
  if (names.length === 0) return undefined;
  const entries = resources.map((list) => (types.prefixList.includes(list.type) ? rangesOfPrefixList(graph, list) : undefined));
  const isKnown = foreign.length === 0 && !unknown && entries.every((found) => found !== undefined);
  return { text: names.join(", "), ...(isKnown && { ranges: (entries as string[][]).flat() }) };
}

/**
 * Whether a route target outside the stack keeps traffic inside the perimeter. These are the local route, and a gateway
 * endpoint when the destination is a prefix list.
 */
const staysInside = (id: string, destinations: Destinations | undefined) =>
  id === "local" || (id.startsWith("vpce-") && destinations !== undefined && !destinations.isCidr);

export function pathsOfRoute(scope: Scope, from: StackResource, inline: InlineRoute | undefined, visited: StackResource[]): NetworkPath[] {
  const destinations = destinationsOf(scope, from, inline);
  const via = (steps: string[], end: NetworkPath["end"]): NetworkPath => ({
    steps: [destinations?.text ?? unknownAtPreview("destination"), ...steps],
    end,
    ...(destinations?.ranges && { destinations: destinations.ranges }),
  });
  const paths: NetworkPath[] = [];
  let hasTarget = false;
  for (const { property, noun, types: among, end } of routeTargets) {
    const { resources, foreign, unknown } = scope.graph.refer(from, [property], among, inline);
    if (resources.length + foreign.length === 0 && !unknown) continue;
    hasTarget = true;
    // An inline list has the sources of all its routes. Every source can be the target, so every source is followed.
    for (const target of resources)
      if (isInternetGateway(target.type) || !scope.isInside(target.name, stringAt(target.props, "id") ?? ""))
        paths.push(...pathsThroughTarget(scope, target, visited).map((path) => via(path.steps, path.end)));
    for (const id of foreign) {
      if (scope.isInside(id) && !isInternetGateway(id)) continue;
      if (property === "gatewayId" && staysInside(id, destinations)) continue;
      paths.push(via([`${noun} ${id}`], leadsOutside(id) ? "outside" : end));
    }
    // A peering connection can connect two VPCs of the stack, so whether an unknown peering connection leads outside is unknown.
    if (unknown)
      paths.push(via([unknownAtPreview(noun)], property === "vpcPeeringConnectionId" ? "unknown" : scope.endOfUnknownTarget(end)));
  }
  if (!hasTarget) paths.push(via(["target of a type that is not supported"], "unknown"));
  return paths;
}
