// IPv4 ranges: what is wrong with one, and how two lie to each other. Pure.
import * as ipaddr from "ipaddr.js";

/** Ranges that a VPC can have without being reachable from the internet. Source: RFC 1918, RFC 6598; AWS VPC user guide, "VPC CIDR blocks". */
export const privateRanges = ["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16"];

/** Shortest and longest prefix of a range that is cut into subnets. */
export const rangePrefixes = { min: 16, max: 24 };

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
export function slices(cidr: string, parts: number): string[] {
  const { start, end } = spanOf(cidr);
  const size = (end - start) / parts;
  return Array.from({ length: parts }, (_, i) => `${toText(start + i * size)}/${32 - Math.log2(size)}`);
}

export const prefixOf = (cidr: string) => Number(cidr.split("/")[1]);
