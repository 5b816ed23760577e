// Divides the CIDR range of a VPC into subnets. Pure.
import { divide, prefixLengthOf, rangeProblem, sizeOf } from "../aws/cidr";

/** A CIDR range is always divided for this many Availability Zones, so that adding a zone later moves no subnet. */
export const MAX_ZONES = 4;

/** The longest prefix length of a subnet. Source: AWS VPC user guide, "Subnet sizing". */
const SMALLEST_SUBNET = 28;

/** Number of addresses that AWS reserves in a subnet. Source: AWS VPC user guide, "Subnet sizing". */
const RESERVED_ADDRESSES = 5;

export interface SubnetPlan {
  /** `eu-central-1a` */
  zone: string;
  cidr: string;
}

export interface SubnetPlans {
  /** One per Availability Zone, in the order of the Availability Zones. */
  private: SubnetPlan[];
  /** For NAT gateways, one per Availability Zone; empty without NAT. */
  public: SubnetPlan[];
}

/** Number of addresses in a subnet that network interfaces can use. */
export const usableAddresses = (cidr: string) => sizeOf(cidr) - RESERVED_ADDRESSES;

/**
 * Divides a VPC's CIDR range into quarters for private subnets.
 * The upper half of the last quarter is for public subnets.
 */
export function subnetRanges(cidr: string): { private: string[]; public: string[] } {
  const quarters = divide(cidr, MAX_ZONES);
  const [lastPrivate, forPublic] = divide(quarters[MAX_ZONES - 1]!, 2) as [string, string];
  return { private: [...quarters.slice(0, -1), lastPrivate], public: divide(forPublic, MAX_ZONES) };
}

/** Why a CIDR range is too small for NAT, and the required prefix length; `undefined` if the range is large enough. */
export function natSizeProblem(cidr: string): { reason: string; prefix: number } | undefined {
  const publicPrefix = prefixLengthOf(subnetRanges(cidr).public[0]!);
  if (publicPrefix <= SMALLEST_SUBNET) return undefined;
  return {
    reason: `its public subnets would be /${publicPrefix}, and the smallest subnet of AWS is /${SMALLEST_SUBNET}`,
    prefix: prefixLengthOf(cidr) - (publicPrefix - SMALLEST_SUBNET),
  };
}

/**
 * The Availability Zone for each private subnet range; `undefined` for a range that stays free.
 * Existing subnets keep their ranges, and new zones get the free ranges in order.
 * No subnet moves when a region changes.
 * With fewer zones than existing subnets, the subnets in the last ranges are deleted.
 */
export function assignZones(
  cidr: string,
  count: number,
  zones: readonly string[],
  existing: readonly SubnetPlan[] = [],
): (string | undefined)[] {
  const assigned: (string | undefined)[] = [];
  for (const range of subnetRanges(cidr).private) {
    const zone = existing.find((subnet) => subnet.cidr === range)?.zone;
    assigned.push(zone === undefined || assigned.includes(zone) ? undefined : zone);
  }
  const used = () => assigned.filter((zone) => zone !== undefined).length;
  for (let last = assigned.length - 1; used() > count; last--) assigned[last] = undefined;
  for (const zone of zones.filter((name) => !assigned.includes(name))) if (used() < count) assigned[assigned.indexOf(undefined)] = zone;
  return assigned;
}

/**
 * One private subnet per Availability Zone, in the order of `zones`; with NAT, also one public subnet.
 * Zone n always gets the same range, so adding a zone at the end, or turning NAT on or off, moves no other subnet.
 * Errors: `RangeError` for too many zones, a duplicate zone, an invalid range, or a range that is too small for NAT.
 */
export function planSubnets(cidr: string, zones: readonly (string | undefined)[], nat = false): SubnetPlans {
  const problem = rangeProblem(cidr);
  if (problem) throw new RangeError(`'${cidr}' cannot be divided into subnets: ${problem}.`);
  if (zones.length > MAX_ZONES) throw new RangeError(`A VPC can have subnets in at most ${MAX_ZONES} zones (got ${zones.length}).`);
  const names = zones.filter((zone) => zone !== undefined);
  if (new Set(names).size !== names.length) throw new RangeError(`Each zone must be unique (got ${names.join(", ")}).`);
  const tooSmall = nat ? natSizeProblem(cidr) : undefined;
  if (tooSmall) throw new RangeError(`'${cidr}' is too small for NAT: ${tooSmall.reason}. Use a /${tooSmall.prefix} or larger.`);
  const ranges = subnetRanges(cidr);
  const inZones = (parts: string[]) => zones.flatMap((zone, i) => (zone === undefined ? [] : [{ zone, cidr: parts[i]! }]));
  return { private: inZones(ranges.private), public: nat ? inZones(ranges.public) : [] };
}
