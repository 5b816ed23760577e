// What every step of the evaluation reads: the stack, the perimeter, and subnets, to which NAT gateways lead back.
import { type StackResource } from "../rule-kit";
import { type Graph } from "./graph";
import { type NetworkPath } from "./network-path";

export interface Perimeter {
  /**
   * Names or ids of transit gateways, peerings, VPN gateways, service networks and forwarding rules whose other side
   * belongs to the
   * perimeter, and ids of subnets and VPCs of other stacks that do.
   */
  inside?: string[];
  /** Domain names that a resolver can answer besides those of AWS; `*.` for all names below one. */
  allowedDomains?: string[];
}

export class Scope {
  constructor(
    readonly graph: Graph,
    readonly perimeter: Perimeter,
    /** Egress paths of a subnet; `visited` are the NAT gateways on the path so far. */
    readonly pathsOfSubnet: (scope: Scope, subnet: StackResource, visited: StackResource[]) => NetworkPath[],
  ) {}

  isInside(...names: string[]): boolean {
    return names.some((name) => this.perimeter.inside?.includes(name));
  }

  /** The end of a path to a target with an unknown id: it can be one that the perimeter lists. */
  endOfUnknownTarget(end: NetworkPath["end"]): NetworkPath["end"] {
    return (this.perimeter.inside ?? []).length === 0 ? end : "unknown";
  }
}
