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

/** Whether a range holds addresses of the public internet, as far as its first address tells. */
export function isPublic(cidr: string): boolean {
  try {
    return ipaddr.parseCIDR(cidr)[0].range() === "unicast";
  } catch {
    return false;
  }
}
