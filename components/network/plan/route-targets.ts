// Evaluates routes of existing subnets by the kind of their target. Pure.
import { contains, privateRanges } from "../../aws/cidr";
import { type FoundRoute } from "../lookup/findings";

interface TargetKind {
  /** Start of the target's ID. */
  prefix: string;
  /** With an article, for messages. */
  about: string;
  /** `inside`: stays in the VPC. `internet`: leaves the VPC to the internet. `unknown`: leads to a network of others. */
  leads: "inside" | "internet" | "unknown";
}

/** Every kind of route target. Source: AWS API `Route`; Amazon VPC "Route table concepts". */
const targetKinds: TargetKind[] = [
  { prefix: "local", about: "the VPC", leads: "inside" },
  { prefix: "igw-", about: "an internet gateway", leads: "internet" },
  { prefix: "eigw-", about: "an egress-only internet gateway", leads: "internet" },
  { prefix: "nat-", about: "a NAT gateway", leads: "internet" },
  { prefix: "cagw-", about: "a carrier gateway", leads: "internet" },
  { prefix: "tgw-", about: "a transit gateway", leads: "unknown" },
  { prefix: "pcx-", about: "a VPC peering connection", leads: "unknown" },
  { prefix: "vgw-", about: "a virtual private gateway", leads: "unknown" },
  { prefix: "lgw-", about: "a local gateway", leads: "unknown" },
  { prefix: "eni-", about: "a network interface", leads: "unknown" },
  { prefix: "i-", about: "an instance", leads: "unknown" },
  { prefix: "vpce-", about: "an endpoint of a firewall or Gateway Load Balancer", leads: "unknown" },
  { prefix: "arn:", about: "a core network", leads: "unknown" },
];

const otherKind: TargetKind = { prefix: "", about: "a target of an unknown kind", leads: "internet" };

/** The kind of a target, by its ID. */
export const kindOfTarget = (target: string): TargetKind => targetKinds.find(({ prefix }) => target.startsWith(prefix)) ?? otherKind;

/** `a transit gateway (tgw-1)` */
export const describeTarget = (target: string) =>
  `${kindOfTarget(target).about}${target === "local" || target === "" ? "" : ` (${target})`}`;

/** IPv4 and IPv6 ranges that the internet does not route. Source: RFC 1918, RFC 6598, RFC 4193. */
const unroutedRanges = [...privateRanges, "fd00::/8"];

const isPrivate = (range: string) => unroutedRanges.some((outer) => contains(outer, range));

/**
 * Where a route leads: `inside` for the VPC and private ranges of other networks.
 * AWS offers S3 and DynamoDB gateway endpoints as routes from a prefix list of AWS, which stay inside.
 */
export function leadsTo({ destination, target, ranges = [destination], isOfAws = false }: FoundRoute): TargetKind["leads"] {
  const { leads } = kindOfTarget(target);
  if (leads !== "unknown") return leads;
  return (target.startsWith("vpce-") && isOfAws) || (ranges.length > 0 && ranges.every(isPrivate)) ? "inside" : "unknown";
}
