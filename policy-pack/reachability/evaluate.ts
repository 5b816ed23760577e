// Evaluates whether any resource of a stack has a network path that leaves the perimeter, and lists these paths.
// Pure: makes no AWS calls.
import { type StackResource } from "../rule-kit";
import { DnsResolver, type Vpc } from "./dns-resolver";
import { pathsOfEndpoint } from "./endpoints";
import { entryTypes, pathsOfEntry } from "./entries";
import { foreignResources } from "./foreign-resources";
import { Graph } from "./graph";
import { interfaceTypes, pathsOfInterface, subnetsOfInterface } from "./interfaces";
import { type NetworkPath } from "./network-path";
import { types } from "./resource-types";
import { type Perimeter, Scope } from "./scope";
import { pathsOfSubnet } from "./subnets";

export type Verdict = "closed" | "open" | "unknown";

/** The result for one subnet, interface, endpoint or resolver. */
export interface ReachabilityResult {
  kind: "subnet" | "interface" | "endpoint" | "resolver";
  /** The evaluated resource. For a subnet or VPC of another stack: the resource of this stack that names it. */
  resource: StackResource;
  /**
   * `closed` only when every part of every path is known and no path leaves the perimeter; `unknown` when that cannot
   * be determined.
   */
  verdict: Verdict;
  /**
   * Paths that leave the perimeter, else paths that cannot be determined. Example:
   * `security group workload -> subnet a -> route table x -> 0.0.0.0/0 -> internet gateway y`
   */
  paths: string[];
  /** VPC of a subnet or interface, or the ID of that VPC; absent when the VPC cannot be determined. */
  vpc?: Vpc;
}

/**
 * Evaluates all subnets, interfaces, endpoints and resolvers in the order of the stack, then the subnets and VPCs of
 * other stacks that this stack uses.
 */
export function evaluateReachability(resources: StackResource[], perimeter: Perimeter = {}): ReachabilityResult[] {
  const graph = new Graph(resources);
  const scope = new Scope(graph, perimeter, pathsOfSubnet);
  const resolver = new DnsResolver(scope);
  const evaluate = (resource: StackResource): ReachabilityResult[] => {
    const { type } = resource;
    if (types.subnet.includes(type)) return [resultOf("subnet", resource, pathsOfSubnet(scope, resource), vpcOf(scope, [resource]))];
    if (types.endpoint.includes(type)) return [resultOf("endpoint", resource, pathsOfEndpoint(scope, resource), vpcOf(scope, [resource]))];
    if (types.vpc.includes(type)) return [resultOf("resolver", resource, resolver.pathsOf(resource), resource)];
    if (entryTypes[type]) return [resultOf("endpoint", resource, pathsOfEntry(scope, resource))];
    if (!interfaceTypes[type]) return [];
    return [resultOf("interface", resource, pathsOfInterface(scope, resource), vpcOf(scope, subnetsOfInterface(scope, resource)))];
  };
  return [
    ...graph.resources.flatMap(evaluate),
    ...foreignResources(scope, resolver).map(({ kind, namedBy, paths, vpc }) =>
      resultOf(kind, namedBy, paths, kind === "subnet" ? vpcOf(scope, [namedBy]) : (vpc ?? namedBy)),
    ),
  ];
}

function resultOf(kind: ReachabilityResult["kind"], resource: StackResource, paths: NetworkPath[], vpc?: Vpc): ReachabilityResult {
  const outside = paths.filter(({ end }) => end === "outside");
  const reported = outside.length > 0 ? outside : paths;
  return {
    kind,
    resource,
    verdict: outside.length > 0 ? "open" : paths.length > 0 ? "unknown" : "closed",
    paths: [...new Set(reported.map(({ steps }) => steps.join(" -> ")))],
    ...(vpc && { vpc }),
  };
}

/** The VPC of the first subnet. */
function vpcOf({ graph }: Scope, subnets: StackResource[]): Vpc | undefined {
  const [first] = subnets.map((subnet) => graph.refer(subnet, ["vpcId"], types.vpc));
  return first?.resources[0] ?? first?.foreign[0];
}
