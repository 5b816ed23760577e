// Holds what every evaluation step reads: the stack, the perimeter, and the egress paths of subnets, which NAT
// gateways use.
import { type StackResource } from "../rule-kit";
import { type Graph } from "./graph";
import { type NetworkPath } from "./network-path";

export interface Perimeter {
  /**
   * Names or IDs of resources inside the perimeter: transit gateways, peering connections, VPN gateways, service networks,
   * forwarding rules, and subnets and VPCs of other stacks.
   */
  inside?: string[];
  /** Domains that a resolver can answer besides AWS domains; `*.` before a domain stands for all names below it. */
  allowedDomains?: string[];
}

export class Scope {
  constructor(
    readonly graph: Graph,
    readonly perimeter: Perimeter,
    /** Egress paths of a subnet; `visited` lists the NAT gateways on the path so far. */
    readonly pathsOfSubnet: (scope: Scope, subnet: StackResource, visited: StackResource[]) => NetworkPath[],
  ) {}

  isInside(...names: string[]): boolean {
    return names.some((name) => this.perimeter.inside?.includes(name));
  }

  /** The end of a path to a target with an unknown ID: the perimeter can list that target. */
  endOfUnknownTarget(end: NetworkPath["end"]): NetworkPath["end"] {
    return (this.perimeter.inside ?? []).length === 0 ? end : "unknown";
  }
}
