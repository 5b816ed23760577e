// Cuts the range of a VPC into subnets. Pure.
import * as ipaddr from "ipaddr.js";

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

/** Ranges that a VPC can have without being reachable from the internet. Source: RFC 1918, RFC 6598; AWS VPC user guide, "VPC CIDR blocks". */
export const privateRanges = ["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16"];

/** Shortest and longest prefix of a range that is cut into subnets. */
export const rangePrefixes = { min: 16, max: 24 };

/** Addresses of a subnet that AWS keeps for itself. Source: AWS VPC user guide, "Subnet sizing". */
const RESERVED_ADDRESSES = 5;

/** Why a text can't be the range of a VPC; nothing when it can. `min` and `max` are prefix lengths. */
export function rangeProblem(cidr: string, { min, max } = rangePrefixes): string | undefined {
  let address: ipaddr.IPv4 | ipaddr.IPv6;
  let prefix: number;
  try {
    [address, prefix] = ipaddr.parseCIDR(cidr);
  } catch {
    return "it is not a range such as 10.64.0.0/20";
  }
  if (address.kind() !== "ipv4") return "it is not an IPv4 range";
  if (prefix < min || prefix > max) return `its prefix length is ${prefix}, allowed is ${min} to ${max}`;
  const network = ipaddr.IPv4.networkAddressFromCIDR(cidr).toString();
  if (network !== address.toString()) return `it has bits beyond its prefix; the range is ${network}/${prefix}`;
  if (!["private", "carrierGradeNat"].includes(address.range())) return `it is not a private range (${privateRanges.join(", ")})`;
  return undefined;
}

const toNumber = (address: ipaddr.IPv4) => address.octets.reduce((sum, octet) => sum * 256 + octet, 0);
const toText = (n: number) => [24, 16, 8, 0].map((shift) => Math.floor(n / 2 ** shift) % 256).join(".");

/** First address of a range, and the first after it. */
interface Span {
  start: number;
  end: number;
}

function spanOf(cidr: string): Span {
  const [address, prefix] = ipaddr.IPv4.parseCIDR(cidr) as [ipaddr.IPv4, number];
  const start = toNumber(address);
  return { start, end: start + 2 ** (32 - prefix) };
}

/** Whether two IPv4 ranges share an address. */
export function overlaps(a: string, b: string): boolean {
  const [x, y] = [spanOf(a), spanOf(b)];
  return x.start < y.end && y.start < x.end;
}

/** Whether every address of `inner` is in `outer`. */
export function contains(outer: string, inner: string): boolean {
  const [out, own] = [spanOf(outer), spanOf(inner)];
  return out.start <= own.start && own.end <= out.end;
}

/** Up to `most` free ranges of a prefix length within `outer`, lowest first. */
export function freeRanges(outer: string, taken: string[], prefix: number, most = 3): string[] {
  const { start, end } = spanOf(outer);
  const size = 2 ** (32 - prefix);
  const found: string[] = [];
  for (let at = start; at + size <= end && found.length < most; at += size) {
    const candidate = `${toText(at)}/${prefix}`;
    if (!taken.some((one) => overlaps(one, candidate))) found.push(candidate);
  }
  return found;
}

/** A range in equal parts, a power of two of them. */
function slices(cidr: string, parts: number): string[] {
  const { start, end } = spanOf(cidr);
  const size = (end - start) / parts;
  return Array.from({ length: parts }, (_, i) => `${toText(start + i * size)}/${32 - Math.log2(size)}`);
}

export const prefixOf = (cidr: string) => Number(cidr.split("/")[1]);

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
