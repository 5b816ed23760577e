// Cuts the range of a VPC into subnets. Pure.
import { prefixOf, rangeProblem, slices } from "../aws/cidr";

/** A VPC is cut for this many zones from the start, so that a zone added later moves no subnet. */
export const MAX_ZONES = 4;

/** The longest prefix of a subnet. Source: AWS VPC user guide, "Subnet sizing". */
const SMALLEST_SUBNET = 28;

export interface SubnetPlan {
  /** `eu-central-1a` */
  zone: string;
  cidr: string;
}

export interface SubnetPlans {
  /** One for each zone, in their order. */
  private: SubnetPlan[];
  /** For NAT gateways, one for each zone; empty without NAT. */
  public: SubnetPlan[];
}

/** Addresses of a subnet that AWS keeps for itself. Source: AWS VPC user guide, "Subnet sizing". */
const RESERVED_ADDRESSES = 5;

/** Addresses that a subnet has for what is put into it. */
export const addressesOf = (cidr: string) => 2 ** (32 - prefixOf(cidr)) - RESERVED_ADDRESSES;

/** The parts of a range: one for the private subnet of each zone, one for its public subnet. The range's quarters, of which the last keeps half for public subnets. */
export function partsOf(cidr: string): { private: string[]; public: string[] } {
  const quarters = slices(cidr, MAX_ZONES);
  const [lastPrivate, forPublic] = slices(quarters[MAX_ZONES - 1]!, 2) as [string, string];
  return { private: [...quarters.slice(0, -1), lastPrivate], public: slices(forPublic, MAX_ZONES) };
}

/** Why a range has no room for the public subnets of NAT; nothing when it has. */
export function natProblem(cidr: string): string | undefined {
  const size = prefixOf(partsOf(cidr).public[0]!);
  if (size <= SMALLEST_SUBNET) return undefined;
  return `'${cidr}' is too small for NAT: its public subnets would be /${size}, and AWS has none smaller than /${SMALLEST_SUBNET}. Use a /${prefixOf(cidr) - (size - SMALLEST_SUBNET)} or larger.`;
}

/**
 * Which zone has which part of a range, as many as are asked for; nothing where a part stays free. Subnets that are there keep their part, and other zones get the free parts in their own order.
 * So no subnet ever moves, whatever the region's list of zones has become: a zone less in it, or one more in front. With fewer zones than are there, those of the last parts go.
 */
export function chooseZones(
  cidr: string,
  count: number,
  zones: readonly string[],
  there: readonly SubnetPlan[] = [],
): (string | undefined)[] {
  const chosen: (string | undefined)[] = [];
  for (const part of partsOf(cidr).private) {
    const zone = there.find((subnet) => subnet.cidr === part)?.zone;
    chosen.push(zone === undefined || chosen.includes(zone) ? undefined : zone);
  }
  const placed = () => chosen.filter((zone) => zone !== undefined).length;
  for (let last = chosen.length - 1; placed() > count; last--) chosen[last] = undefined;
  for (const zone of zones.filter((one) => !chosen.includes(one))) if (placed() < count) chosen[chosen.indexOf(undefined)] = zone;
  return chosen;
}

/**
 * One private subnet per zone, in the order of the zones. Zone n always gets the same part of the range, with NAT or without, so a zone added at the end, and NAT switched on or off, leave the others
 * where they are. Where no zone is named, the part stays free.
 * Errors: `RangeError` for more zones than parts, a zone named twice, a range that is none, or one too small for subnets of AWS's smallest size, with what would fit.
 */
export function planSubnets(cidr: string, zones: readonly (string | undefined)[], nat = false): SubnetPlans {
  const problem = rangeProblem(cidr);
  if (problem) throw new RangeError(`'${cidr}' can't be cut into subnets: ${problem}.`);
  if (zones.length > MAX_ZONES) throw new RangeError(`${zones.length} zones were asked for; a VPC is cut for ${MAX_ZONES}.`);
  const named = zones.filter((zone) => zone !== undefined);
  if (new Set(named).size !== named.length) throw new RangeError(`A zone is named twice: ${named.join(", ")}.`);
  const tooSmall = nat ? natProblem(cidr) : undefined;
  if (tooSmall) throw new RangeError(tooSmall);
  const parts = partsOf(cidr);
  const place = (ranges: string[]) => zones.flatMap((zone, i) => (zone === undefined ? [] : [{ zone, cidr: ranges[i]! }]));
  return { private: place(parts.private), public: nat ? place(parts.public) : [] };
}
