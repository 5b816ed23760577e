import { Address4, Address6 } from "ip-address";

/** A CIDR range as numbers: the first address, and the first address after the range. */
interface CidrRange {
  family: "ipv4" | "ipv6";
  start: bigint;
  end: bigint;
  prefix: number;
}

/** Parses a CIDR range of either family, with or without host bits; undefined when it is not a CIDR range. */
export function parseCidr(cidr: string): CidrRange | undefined {
  const family = cidr.includes(":") ? "ipv6" : "ipv4";
  const Address = family === "ipv6" ? Address6 : Address4;
  if (!cidr.includes("/") || !Address.isValid(cidr)) return undefined;
  const range = new Address(cidr);
  return { family, start: range.startAddress().bigInt(), end: range.endAddress().bigInt() + 1n, prefix: range.subnetMask };
}

/** Whether a CIDR range covers all addresses of its family. */
export const isAllAddresses = (cidr: string) => parseCidr(cidr)?.prefix === 0;

/** Whether the CIDR ranges together cover all addresses of a family: one range, two halves, four quarters. */
export function coverAllAddresses(cidrs: string[]): boolean {
  return (["ipv4", "ipv6"] as const).some((family) => {
    const ranges = cidrs
      .map(parseCidr)
      .filter((range): range is CidrRange => range?.family === family)
      .sort((a, b) => (a.start < b.start ? -1 : 1));
    let covered = 0n;
    for (const { start, end } of ranges) {
      if (start > covered) return false;
      if (end > covered) covered = end;
    }
    return covered >= 1n << (family === "ipv4" ? 32n : 128n);
  });
}

/** Compares two CIDR ranges of the same family; false when one is not a CIDR range or the families differ. */
const compare = (a: string, b: string, holds: (a: CidrRange, b: CidrRange) => boolean) => {
  const [x, y] = [parseCidr(a), parseCidr(b)];
  return x !== undefined && y !== undefined && x.family === y.family && holds(x, y);
};

/** Whether one CIDR range lies within another CIDR range. */
export const isWithin = (inner: string, outer: string) => compare(inner, outer, (a, b) => a.start >= b.start && a.end <= b.end);

/** Whether two CIDR ranges overlap. */
export const overlap = (a: string, b: string) => compare(a, b, (x, y) => x.start < y.end && y.start < x.end);

/**
 * CIDR ranges without public addresses: private, shared, link-local, loopback, unique local.
 * Source: IANA special-purpose address registries.
 */
const nonPublic = [
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10",
  "169.254.0.0/16",
  "127.0.0.0/8",
  "fc00::/7",
  "fe80::/10",
  "::1/128",
];

/** Whether a CIDR range contains public addresses: it is not wholly within a range without public addresses. */
export const isPublic = (cidr: string) => parseCidr(cidr) !== undefined && !nonPublic.some((range) => isWithin(cidr, range));
