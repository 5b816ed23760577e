// Paths of one route: its destinations, and every target that it can lead to.
import { parseCidr, stringAt, type StackResource } from "../rule-kit";
import { isInternetGateway, leadsOutside, pathsThroughTarget, routeTargets } from "./gateways";
import { label, type NetworkPath, unknownAtPreview } from "./network-path";
import { types } from "./resource-types";
import { type Scope } from "./scope";
import { rangesOfPrefixList } from "./security-groups";

/** A route written as an element of its table's `routes`. */
export interface InlineRoute {
  list: string;
  props: object;
}

interface Destinations {
  text: string;
  /** Absent for a prefix list whose ranges are unknown. */
  ranges?: string[];
  /** Whether the route names ranges, not a prefix list. */
  isCidr?: true;
}

/** Destinations of a route; undefined when they are unknown. */
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
 * Whether a gateway of another stack keeps the traffic inside: the local route, or a gateway endpoint by its service's
 * prefix list.
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
    // The sources of an inline list are those of all its routes. Each can be the target, so each is followed.
    for (const target of resources)
      if (isInternetGateway(target.type) || !scope.isInside(target.name, stringAt(target.props, "id") ?? ""))
        paths.push(...pathsThroughTarget(scope, target, visited).map((path) => via(path.steps, path.end)));
    for (const id of foreign) {
      if (scope.isInside(id) && !isInternetGateway(id)) continue;
      if (property === "gatewayId" && staysInside(id, destinations)) continue;
      paths.push(via([`${noun} ${id}`], leadsOutside(id) ? "outside" : end));
    }
    // A peering can connect two VPCs of the stack, so an unknown one is not known to lead outside.
    if (unknown)
      paths.push(via([unknownAtPreview(noun)], property === "vpcPeeringConnectionId" ? "unknown" : scope.endOfUnknownTarget(end)));
  }
  if (!hasTarget) paths.push(via(["target of a type that is not supported"], "unknown"));
  return paths;
}
