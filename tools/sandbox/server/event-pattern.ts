// Matches events with the patterns of EventBridge rules. Source: Amazon EventBridge "Comparison operators for use in event patterns".
import { BlockList, isIP } from "node:net";

type Item = Record<string, unknown>;

const isItem = (value: unknown): value is Item => typeof value === "object" && value !== null && !Array.isArray(value);

const comparisons: Record<string, (value: number, limit: number) => boolean> = {
  "=": (value, limit) => value === limit,
  "<": (value, limit) => value < limit,
  "<=": (value, limit) => value <= limit,
  ">": (value, limit) => value > limit,
  ">=": (value, limit) => value >= limit,
};

const text = (check: (value: string, argument: string) => boolean) => (value: unknown, argument: unknown) =>
  // `anything-but` accepts a list of prefixes, suffixes or wildcards.
  typeof value === "string" && [argument].flat().some((item) => check(value, String(item)));

function isInRange(address: string, range: string): boolean {
  const [network = "", bits] = range.split("/");
  const family = isIP(network) === 6 ? "ipv6" : "ipv4";
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family);
  return isIP(address) !== 0 && list.check(address, family);
}

const wildcard = (pattern: string) =>
  new RegExp(
    `^${pattern
      .split("*")
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
      .join(".*")}$`,
    "s",
  );

const operators: Record<string, (value: unknown, argument: unknown) => boolean> = {
  prefix: text((value, argument) => value.startsWith(argument)),
  suffix: text((value, argument) => value.endsWith(argument)),
  "equals-ignore-case": text((value, argument) => value.toLowerCase() === argument.toLowerCase()),
  wildcard: text((value, argument) => wildcard(argument).test(value)),
  cidr: text(isInRange),
  "anything-but": (value, argument) =>
    value !== undefined && !(Array.isArray(argument) ? argument : [argument]).some((matcher) => matchesOne(matcher, value)),
  numeric(value, argument) {
    const parts = argument as (string | number)[];
    const pairs = Array.from({ length: parts.length / 2 }, (_, i) => [parts[2 * i]!, parts[2 * i + 1]!] as const);
    return typeof value === "number" && pairs.every(([operator, limit]) => comparisons[String(operator)]?.(value, Number(limit)) ?? false);
  },
};

function matchesOne(matcher: unknown, value: unknown): boolean {
  if (!isItem(matcher)) return matcher === value;
  const [[operator, argument] = ["", undefined]] = Object.entries(matcher);
  return Object.hasOwn(operators, operator) && operators[operator]!(value, argument);
}

/** Whether one of the matchers of a field fits its value, or one of its values. */
function matchesField(matchers: unknown[], value: unknown): boolean {
  const values = Array.isArray(value) ? value : [value];
  return matchers.some((matcher) => {
    if (isItem(matcher) && "exists" in matcher) return matcher.exists === (value !== undefined);
    return values.some((value) => matchesOne(matcher, value));
  });
}

export const matchesPattern = (pattern: unknown, event: unknown): boolean =>
  isItem(pattern) &&
  Object.entries(pattern).every(([key, wanted]) => {
    if (key === "$or") return (wanted as unknown[]).some((alternative) => matchesPattern(alternative, event));
    const value = isItem(event) ? event[key] : undefined;
    return Array.isArray(wanted) ? matchesField(wanted, value) : matchesPattern(wanted, value);
  });
