// Divides the range of a VPC into subnets. Pure.
import { divide, prefixLengthOf, rangeProblem, sizeOf } from "../aws/cidr";

/** A range is divided for this many Availability Zones from the start, so that a zone added later moves no subnet. */
export const MAX_ZONES = 4;

/** The longest prefix length of a subnet. Source: AWS VPC user guide, "Subnet sizing". */
const SMALLEST_SUBNET = 28;

/** Addresses of a subnet that AWS reserves. Source: AWS VPC user guide, "Subnet sizing". */
const RESERVED_ADDRESSES = 5;

export interface SubnetPlan {
  /** `eu-central-1a` */
  zone: string;
  cidr: string;
}

export interface SubnetPlans {
  /** One per zone, in the order of the zones. */
  private: SubnetPlan[];
  /** For NAT gateways, one per zone; empty without NAT. */
  public: SubnetPlan[];
}

/** Addresses of a subnet that network interfaces can use. */
export const usableAddresses = (cidr: string) => sizeOf(cidr) - RESERVED_ADDRESSES;

/** The subnet ranges of a VPC's range: its quarters for private subnets, of which the last leaves its upper half to public subnets. */
export function subnetRanges(cidr: string): { private: string[]; public: string[] } {
  const quarters = divide(cidr, MAX_ZONES);
  const [lastPrivate, forPublic] = divide(quarters[MAX_ZONES - 1]!, 2) as [string, string];
  return { private: [...quarters.slice(0, -1), lastPrivate], public: divide(forPublic, MAX_ZONES) };
}

/** Why a range is too small for the public subnets of NAT, and the prefix length that fits; `undefined` when it is large enough. */
export function natSizeProblem(cidr: string): { reason: string; prefix: number } | undefined {
  const publicPrefix = prefixLengthOf(subnetRanges(cidr).public[0]!);
  if (publicPrefix <= SMALLEST_SUBNET) return undefined;
  return {
    reason: `its public subnets would be /${publicPrefix}, and the smallest subnet of AWS is /${SMALLEST_SUBNET}`,
    prefix: prefixLengthOf(cidr) - (publicPrefix - SMALLEST_SUBNET),
  };
}

/**
 * The zone of each private subnet range, `undefined` for a range that stays free.
 * Existing subnets keep their range, and new zones take the free ranges in order, so no subnet moves when the region's list of zones changes.
 * With fewer zones than existing subnets, the subnets in the last ranges go.
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
 * One private subnet per zone, in the order of the zones; with NAT, one public subnet too.
 * Zone n always gets the same range, so that a zone added at the end, and NAT turned on or off, moves no other subnet.
 * Errors: `RangeError` for too many zones, a duplicate zone, an invalid range, or one too small for NAT.
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
