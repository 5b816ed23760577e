import * as ipaddr from "ipaddr.js";

/** A range as numbers: first address and one past the last. */
interface Span {
  kind: "ipv4" | "ipv6";
  start: bigint;
  end: bigint;
  prefix: number;
}

/** Reads a range, host bits or not, in whichever family it is written; nothing when it is no range. */
export function spanOf(cidr: string): Span | undefined {
  let parsed: [ipaddr.IPv4 | ipaddr.IPv6, number];
  try {
    parsed = ipaddr.parseCIDR(cidr);
  } catch {
    return undefined;
  }
  const [address, prefix] = parsed;
  const bytes = address.toByteArray();
  const size = 1n << BigInt(bytes.length * 8 - prefix);
  const value = bytes.reduce((sum, byte) => (sum << 8n) + BigInt(byte), 0n);
  const start = value - (value % size);
  return { kind: address.kind(), start, end: start + size, prefix };
}

/** Whether a range is all addresses of its family. */
export const isEverything = (cidr: string) => spanOf(cidr)?.prefix === 0;

/** Whether these ranges together are all addresses of a family: two halves, four quarters, or one. */
export function coverEverything(cidrs: string[]): boolean {
  return (["ipv4", "ipv6"] as const).some((kind) => {
    const spans = cidrs
      .map(spanOf)
      .filter((span): span is Span => span?.kind === kind)
      .sort((a, b) => (a.start < b.start ? -1 : 1));
    let reached = 0n;
    for (const { start, end } of spans) {
      if (start > reached) return false;
      if (end > reached) reached = end;
    }
    return reached >= 1n << (kind === "ipv4" ? 32n : 128n);
  });
}

/** Whether one range lies within another. */
export function isWithin(inner: string, outer: string): boolean {
  const [a, b] = [spanOf(inner), spanOf(outer)];
  return a !== undefined && b !== undefined && a.kind === b.kind && a.start >= b.start && a.end <= b.end;
}

/** Ranges whose addresses nobody on the internet has: private, shared, link-local, loopback, unique local. */
const closed = [
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

/** Whether a range holds addresses of the public internet: all but what lies wholly within a closed range. */
export const isPublic = (cidr: string) => spanOf(cidr) !== undefined && !closed.some((range) => isWithin(cidr, range));
