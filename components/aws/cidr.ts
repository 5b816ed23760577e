// Calculates with IPv4 and IPv6 CIDR ranges, using the library `ip-address`. Pure.
import { Address4, Address6 } from "ip-address";

type Range = Address4 | Address6;

/** CIDR ranges that the internet does not route. Source: RFC 1918, RFC 6598; AWS VPC user guide, "VPC CIDR blocks". */
export const privateRanges = ["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16"];

/**
 * Range of Docker's default bridge on the instances of SageMaker: addresses in the range do not leave the instance.
 * Source: Docker "Bridge network driver"; AWS Machine Learning blog "Understanding Amazon SageMaker notebook instance
 * networking configurations".
 */
export const dockerRange = "172.17.0.0/16";

/** Minimum and maximum prefix length of a CIDR range that Cloister divides into subnets. */
export const vpcPrefixes = { min: 16, max: 24 };

const parse = (cidr: string): Range => (cidr.includes(":") ? new Address6(cidr) : new Address4(cidr));

/** Whether a text is a CIDR range. Route destinations can also be prefix lists. */
export const isRange = (text: string) => text.includes("/") && (Address4.isValid(text) || Address6.isValid(text));

/**
 * Why a text is not a valid CIDR range for a VPC, as a clause with the subject "it";
 * `undefined` if the range is valid.
 */
export function rangeProblem(cidr: string): string | undefined {
  const { min, max } = vpcPrefixes;
  if (!isRange(cidr)) return "it is not a CIDR range such as 10.64.0.0/20";
  const range = parse(cidr);
  if (range instanceof Address6) return "it is not an IPv4 range";
  const { subnetMask: prefix } = range;
  if (prefix < min || prefix > max) return `its prefix length is ${prefix}, not ${min} to ${max}`;
  if (range.networkForm() !== cidr) return `it has host bits; the range is ${range.networkForm()}`;
  if (!privateRanges.some((pool) => contains(pool, cidr))) return `it is not a private range (${privateRanges.join(", ")})`;
  if (overlaps(dockerRange, cidr)) return `it overlaps ${dockerRange}, which Docker uses on the instances of apps and jobs`;
  return undefined;
}

/**
 * Whether `outer` contains every address in `inner`. Always false for IPv4 and IPv6 ranges together, and for a text that
 * is not a range. For example, a subnet with only IPv6 addresses has an empty IPv4 range.
 */
export const contains = (outer: string, inner: string): boolean =>
  isRange(outer) && isRange(inner) && parse(inner).isInSubnet(parse(outer));

/** Whether two CIDR ranges share an address, which requires that one range contains the other. */
export const overlaps = (a: string, b: string): boolean => contains(a, b) || contains(b, a);

/** `20` for `10.64.0.0/20` */
export const prefixLengthOf = (cidr: string): number => parse(cidr).subnetMask;

/** Number of addresses in a CIDR range, including the first and the last. */
export const sizeOf = (cidr: string): number => Number(parse(cidr).endAddress().bigInt() - parse(cidr).startAddress().bigInt()) + 1;

/** The networks with a given prefix length in a CIDR range, in ascending order. */
function* networksOf(range: Range, prefix: number): Generator<Range> {
  if (prefix < range.subnetMask) return;
  const last = range.endAddress();
  let network = parse(`${range.startAddress().correctForm()}/${prefix}`);
  while (!last.isInSubnet(network)) {
    yield network;
    network = network.nextNetwork();
  }
  yield network;
}

/** The first networks in `outer` with a given prefix length that share no address with `taken`. */
export function freeRanges(outer: string, taken: string[], prefix: number, limit = 3): string[] {
  const used = taken.filter(isRange).map(parse);
  const free: string[] = [];
  for (const network of networksOf(parse(outer), prefix)) {
    if (used.some((other) => other.isInSubnet(network) || network.isInSubnet(other))) continue;
    free.push(network.networkForm());
    if (free.length === limit) break;
  }
  return free;
}

/** Divides a CIDR range into equal parts. The number of parts must be a power of two. */
export const divide = (cidr: string, parts: number): string[] =>
  [...networksOf(parse(cidr), prefixLengthOf(cidr) + Math.log2(parts))].map((network) => network.networkForm());
