// Tests how guardrails read CIDR ranges, policy documents and values, with generated input. An independent
// implementation checks CIDR ranges bit by bit as strings.
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  conditionCount,
  conditionValues,
  coverAllAddresses,
  containsUnknown,
  isAnyPrincipal,
  isAllAddresses,
  isPublic,
  isWithin,
  itemsAt,
  readValue,
  statementValues,
  parseCidr,
  statementsOf,
  stringsAt,
} from "@cloister/policy-pack/rule-kit";
import { unknownCheckingProxy } from "@pulumi/policy";
import { UNKNOWN, UNKNOWN_ARRAY, UNKNOWN_BOOLEAN, UNKNOWN_NUMBER, UNKNOWN_OBJECT } from "../helpers/evaluate";

const ipv4 = fc.nat({ max: 2 ** 32 - 1 });
const text = (address: number) => [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".");
const range = fc.tuple(ipv4, fc.nat({ max: 32 })).map(([address, prefix]) => ({ address, prefix, cidr: `${text(address)}/${prefix}` }));
/** Whether an address starts with the network bits of a CIDR range, compared as strings. */
const holds = ({ address, prefix }: { address: number; prefix: number }, other: number) => {
  const bits = (n: number) => n.toString(2).padStart(32, "0");
  return bits(address).slice(0, prefix) === bits(other).slice(0, prefix);
};
const ipv6 = fc.tuple(fc.array(fc.nat({ max: 0xffff }), { minLength: 8, maxLength: 8 }), fc.nat({ max: 128 }));

/** Splits all addresses into random CIDR ranges. */
const partition = (start: string, bits: number, depth: number): fc.Arbitrary<string[]> =>
  depth === 0
    ? fc.constant([start])
    : fc
        .boolean()
        .chain((split) =>
          split
            ? fc.tuple(partition(`${start}0`, bits, depth - 1), partition(`${start}1`, bits, depth - 1)).map(([a, b]) => [...a, ...b])
            : fc.constant([start]),
        );
const asIpv4 = (bits: string) => `${text(parseInt(bits.padEnd(32, "0"), 2))}/${bits.length}`;
const asIpv6 = (bits: string) => {
  const all = bits.padEnd(128, "0");
  return `${Array.from({ length: 8 }, (_, i) => parseInt(all.slice(16 * i, 16 * i + 16), 2).toString(16)).join(":")}/${bits.length}`;
};

describe("CIDR ranges", () => {
  it("contain an address exactly when the address starts with the network bits of the range", () =>
    fc.assert(
      fc.property(range, ipv4, (item, address) => {
        const { start, end } = parseCidr(item.cidr)!;
        assert.equal(BigInt(address) >= start && BigInt(address) < end, holds(item, address));
      }),
    ));

  it("end at the address after the last one, in both families", () => {
    for (const [cidr, size] of [
      ["10.0.0.0/24", 256n],
      ["10.0.0.9/32", 1n],
      ["::/128", 1n],
      ["::/0", 1n << 128n],
    ] as const) {
      const { start, end } = parseCidr(cidr)!;
      assert.equal(end - start, size, cidr);
    }
  });

  it("are within another range exactly when they are not wider and start in the other range", () =>
    fc.assert(
      fc.property(range, range, fc.boolean(), (a, other, nested) => {
        const b = nested
          ? { ...a, prefix: Math.min(a.prefix, other.prefix), cidr: `${text(a.address)}/${Math.min(a.prefix, other.prefix)}` }
          : other;
        assert.equal(isWithin(a.cidr, b.cidr), b.prefix <= a.prefix && holds(b, a.address));
      }),
    ));

  it("cover all addresses exactly when the prefix length is 0", () => {
    fc.assert(fc.property(range, ({ cidr, prefix }) => assert.equal(isAllAddresses(cidr), prefix === 0)));
    fc.assert(
      fc.property(ipv6, ([groups, prefix]) =>
        assert.equal(isAllAddresses(`${groups.map((group) => group.toString(16)).join(":")}/${prefix}`), prefix === 0),
      ),
    );
  });

  for (const [family, write] of Object.entries({ IPv4: asIpv4, IPv6: asIpv6 })) {
    it(`cover all ${family} addresses exactly when they are a complete partition, in any order`, () =>
      fc.assert(
        fc.property(
          partition("", 32, 6).chain((parts) =>
            fc.tuple(fc.shuffledSubarray(parts, { minLength: parts.length }), fc.nat({ max: parts.length - 1 })),
          ),
          ([parts, left]) => {
            assert.ok(coverAllAddresses(parts.map(write)));
            assert.ok(!coverAllAddresses(parts.filter((_, i) => i !== left).map(write)));
          },
        ),
      ));
  }

  it("do not cover all addresses when they are one half of each family", () => assert.ok(!coverAllAddresses(["0.0.0.0/1", "8000::/1"])));

  it("cover all addresses when they overlap", () =>
    fc.assert(
      fc.property(fc.array(range, { maxLength: 20 }), (ranges) => {
        const cidrs = ranges.map(({ cidr }) => cidr);
        assert.ok(coverAllAddresses([...cidrs, "0.0.0.0/1", "128.0.0.0/1"]));
        const gap = ranges.every((range) => !holds(range, 0));
        if (gap) assert.ok(!coverAllAddresses(cidrs));
      }),
    ));

  it("are public when they contain a public address", () =>
    fc.assert(
      fc.property(range, fc.nat({ max: 2 ** 32 - 1 }), (item, offset) => {
        const size = 2 ** (32 - item.prefix);
        const inside = Math.floor(item.address / size) * size + (offset % size);
        if (isPublic(`${text(inside)}/32`)) assert.ok(isPublic(item.cidr));
      }),
    ));

  for (const [cidr, want] of Object.entries({
    "10.0.0.0/8": false,
    "172.16.0.0/12": false,
    "172.16.0.0/11": true,
    "192.168.4.0/22": false,
    "100.64.0.0/10": false,
    "169.254.0.0/16": false,
    "8.8.8.8/32": true,
    "0.0.0.0/1": true,
    "10.0.0.0/7": true,
    "fd00::/8": false,
    "2600::/16": true,
    "::/1": true,
    nonsense: false,
  }))
    it(`are ${want ? "public" : "not public"}: ${cidr}`, () => assert.equal(isPublic(cidr), want));

  it("are undefined for strings that are not CIDR ranges", () =>
    fc.assert(
      fc.property(fc.string(), (other) => {
        fc.pre(!/\//.test(other));
        assert.equal(parseCidr(other), undefined);
        assert.ok(!isAllAddresses(other) && !isPublic(other) && !coverAllAddresses([other]) && !isWithin(other, "0.0.0.0/0"));
      }),
    ));
});

const word = fc.stringMatching(/^[a-z]{1,8}$/);
const statement = fc.record({ Effect: fc.constantFrom("Allow", "Deny"), Action: fc.oneof(word, fc.array(word)), Resource: fc.array(word) });
const oneOrList = <T>(value: T) => fc.constantFrom<T | T[]>(value, [value]);
const unknowns = [UNKNOWN, UNKNOWN_ARRAY, UNKNOWN_BOOLEAN, UNKNOWN_NUMBER, UNKNOWN_OBJECT];
const proxied = (value: object) => unknownCheckingProxy(JSON.parse(JSON.stringify(value)) as object) as object;

describe("policy documents", () => {
  it("have the same statements as a JSON string and as an object, with one statement or a list", () =>
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1 }), (statements) => {
        const document = { Version: "2012-10-17", Statement: statements.length === 1 ? statements[0] : statements };
        for (const policy of [document, JSON.stringify(document)]) {
          const found = statementsOf(proxied({ policy }), "policy");
          assert.equal(JSON.stringify(found), JSON.stringify(statements));
          assert.deepEqual(
            (found as object[]).map((item) => statementValues(item, "Action")),
            statements.map(({ Action }) => [Action].flat()),
          );
        }
      }),
    ));

  it("are unreadable when they are not JSON, and never throw", () =>
    fc.assert(
      fc.property(fc.string(), fc.json(), (any, json) => {
        for (const policy of [any, json]) {
          const found = statementsOf(proxied({ policy }), "policy");
          assert.ok(found === "unreadable" || Array.isArray(found));
        }
        assert.equal(statementsOf(proxied({ policy: `{${any}` }), "policy") === "unreadable", !isJson(`{${any}`));
      }),
    ));

  it("are unknown when the value is unknown at preview, and have no statements when empty", () => {
    for (const unknown of unknowns) assert.equal(statementsOf(proxied({ policy: unknown }), "policy"), "unknown");
    for (const nothing of [undefined, null, "", {}, { Statement: [] }])
      assert.deepEqual(statementsOf(proxied({ policy: nothing }), "policy"), []);
  });

  it("name any principal when '*' is alone or in the AWS list", () => {
    fc.assert(
      fc.property(fc.array(word), fc.boolean(), (others, star) => {
        const list = star ? [...others, "*"] : others;
        assert.equal(isAnyPrincipal({ Principal: { AWS: list } }), star);
        assert.equal(isAnyPrincipal({ Principal: { Service: list } }), false);
      }),
    );
    assert.ok(isAnyPrincipal({ Principal: "*" }) && !isAnyPrincipal({ NotPrincipal: "*" }) && !isAnyPrincipal({}));
  });

  it("return condition values for any letter case of operator and key", () =>
    fc.assert(
      fc.property(
        word.chain((key) => fc.tuple(fc.constant(key), fc.constantFrom(key, key.toUpperCase()))),
        fc.constantFrom("Bool", "bool", "BOOL"),
        fc.constantFrom<unknown>("false", "False", false).chain(oneOrList),
        ([key, written], operator, value) => {
          const found = { Condition: { [operator]: { [written]: value }, StringEquals: { other: "x" } } };
          assert.deepEqual(conditionValues(proxied(found), "Bool", key), ["false"]);
          assert.equal(conditionCount(proxied(found)), 2);
        },
      ),
    ));
});

function isJson(candidate: string): boolean {
  try {
    JSON.parse(candidate);
    return true;
  } catch {
    return false;
  }
}

describe("values of a resource", () => {
  it("never throw, and are unknown exactly at the paths of unknown values", () =>
    fc.assert(
      fc.property(fc.dictionary(word, fc.jsonValue(), { minKeys: 1 }), fc.constantFrom(...unknowns), (props, unknown) => {
        const known = proxied(props);
        const [first] = Object.keys(props) as [string];
        assert.notEqual(readValue(known, first).state, "unknown");
        assert.equal(containsUnknown(known), false);
        const withUnknown = proxied({ ...props, [first]: { deep: [unknown] } });
        assert.equal(readValue(withUnknown, first, "deep", 0).state, "unknown");
        assert.equal(readValue(withUnknown, first, "deep", 0, "deeper").state, "unknown");
        assert.ok(containsUnknown(withUnknown));
        assert.deepEqual(itemsAt(withUnknown, first, "deep"), [{ state: "unknown" }]);
        assert.deepEqual(stringsAt(withUnknown, first, "deep"), []);
      }),
    ));

  it("are missing when they are empty", () => {
    for (const value of [undefined, null, "", [], {}, { __defaults: [] }, { __defaults: ["a"] }])
      assert.deepEqual(readValue({ value }, "value"), { state: "missing" });
    for (const value of [0, false, " ", [null], { a: null }]) assert.equal(readValue({ value }, "value").state, "known");
  });
});
