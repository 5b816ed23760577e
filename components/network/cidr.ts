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

/** Why a text can't be the range of a VPC; nothing when it can. `min` and `max` are prefix lengths. */
export function rangeProblem(cidr: string, min = 16, max = 24): string | undefined {
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
  if (!["private"].includes(address.range())) return "it is not a private range (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16)";
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

/**
 * One private subnet per zone, in the order of the zones: the range's quarters, of which the last keeps half for public subnets. Zone n always gets the same part, with NAT or without,
 * so a zone added at the end, and NAT switched on or off, leave the others where they are.
 * Errors: `RangeError` for more zones than quarters, a zone named twice, a range that is none, or one too small for subnets of AWS's smallest size, with what would fit.
 */
export function planSubnets(cidr: string, zones: readonly string[], nat = false): SubnetPlans {
  const problem = rangeProblem(cidr);
  if (problem) throw new RangeError(`'${cidr}' can't be cut into subnets: ${problem}.`);
  if (zones.length > MAX_ZONES) throw new RangeError(`${zones.length} zones were asked for; a VPC is cut for ${MAX_ZONES}.`);
  if (new Set(zones).size !== zones.length) throw new RangeError(`A zone is named twice: ${zones.join(", ")}.`);
  const quarters = slices(cidr, MAX_ZONES);
  const [lastPrivate, forPublic] = slices(quarters[MAX_ZONES - 1]!, 2) as [string, string];
  const publics = slices(forPublic, MAX_ZONES);
  const size = Number(publics[0]!.split("/")[1]);
  if (nat && size > SMALLEST_SUBNET)
    throw new RangeError(
      `'${cidr}' is too small for NAT: its public subnets would be /${size}, and AWS has none smaller than /${SMALLEST_SUBNET}. A /${Number(cidr.split("/")[1]) - (size - SMALLEST_SUBNET)} or larger fits.`,
    );
  const privates = [...quarters.slice(0, -1), lastPrivate];
  const place = (ranges: string[]) => zones.map((zone, i) => ({ zone, cidr: ranges[i]! }));
  return { private: place(privates), public: nat ? place(publics) : [] };
}
