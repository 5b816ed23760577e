// Cuts the range of a VPC into subnets. Pure.
import * as ipaddr from "ipaddr.js";

/** A VPC is cut for this many zones from the start, so that a zone added later moves no subnet. */
export const MAX_ZONES = 4;

export interface SubnetPlan {
  zone: string;
  cidr: string;
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

/**
 * One subnet per zone, in the order of the zones: the range's quarters. Zone n always gets quarter n, so a zone added at the end leaves the others where they are.
 * Errors: more zones than quarters, a zone named twice, a range that is not one.
 */
export function planSubnets(cidr: string, zones: readonly string[]): SubnetPlan[] {
  const problem = rangeProblem(cidr);
  if (problem) throw new RangeError(`'${cidr}' can't be cut into subnets: ${problem}.`);
  if (zones.length > MAX_ZONES) throw new RangeError(`${zones.length} zones were asked for; a VPC is cut for ${MAX_ZONES}.`);
  if (new Set(zones).size !== zones.length) throw new RangeError(`A zone is named twice: ${zones.join(", ")}.`);
  const [address, prefix] = ipaddr.IPv4.parseCIDR(cidr) as [ipaddr.IPv4, number];
  const size = 2 ** (32 - prefix) / MAX_ZONES;
  return zones.map((zone, i) => ({ zone, cidr: `${toText(toNumber(address) + i * size)}/${prefix + Math.log2(MAX_ZONES)}` }));
}
