// planSubnets, for every range and number of zones.
import assert from "node:assert/strict";
import { MAX_ZONES, planSubnets, rangeProblem } from "@cloister/components/network/cidr";
import * as fc from "fast-check";

const letters = ["a", "b", "c", "d", "e", "f"];
const text = (n: number) => [24, 16, 8, 0].map((shift) => (n >>> shift) & 255).join(".");
/** First address and number of addresses, computed apart from the code under test. */
const span = (cidr: string) => {
  const [address, prefix] = cidr.split("/") as [string, string];
  return { start: address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0), size: 2 ** (32 - Number(prefix)) };
};

/** Any private range that a VPC may have. */
const range = fc
  .record({
    prefix: fc.integer({ min: 16, max: 24 }),
    pool: fc.constantFrom([0x0a000000, 8], [0xac100000, 12], [0xc0a80000, 16]),
    at: fc.nat(),
  })
  .map(({ prefix, pool, at }) => {
    const [base, poolPrefix] = pool as [number, number];
    const index = at % 2 ** (prefix - poolPrefix);
    return `${text(base + index * 2 ** (32 - prefix))}/${prefix}`;
  });
const zones = fc.integer({ min: 1, max: MAX_ZONES }).map((n) => letters.slice(0, n));

describe("planSubnets", () => {
  it("cuts aligned subnets, inside of the range, disjoint, one for each zone in order", () =>
    fc.assert(
      fc.property(range, zones, (cidr, names) => {
        const plan = planSubnets(cidr, names);
        assert.deepEqual(
          plan.map(({ zone }) => zone),
          names,
        );
        const whole = span(cidr);
        let free = whole.start;
        for (const subnet of plan.map((one) => span(one.cidr))) {
          assert.equal(subnet.start % subnet.size, 0, "aligned");
          assert.ok(subnet.start >= free, "disjoint");
          free = subnet.start + subnet.size;
          assert.ok(free <= whole.start + whole.size, "inside");
        }
        // AWS takes subnets from /16 to /28.
        for (const { cidr: one } of plan) assert.ok(Number(one.split("/")[1]) <= 28);
      }),
    ));

  it("leaves the others where they are when a zone is added at the end", () =>
    fc.assert(
      fc.property(range, fc.integer({ min: 1, max: MAX_ZONES - 1 }), (cidr, n) => {
        const before = planSubnets(cidr, letters.slice(0, n));
        assert.deepEqual(planSubnets(cidr, letters.slice(0, n + 1)).slice(0, n), before);
      }),
    ));

  it("refuses zones named twice", () =>
    fc.assert(
      fc.property(range, fc.array(fc.constantFrom(...letters), { minLength: 1, maxLength: 8 }), (cidr, names) => {
        const possible = names.length <= MAX_ZONES && new Set(names).size === names.length;
        if (possible) assert.equal(planSubnets(cidr, names).length, names.length);
        else assert.throws(() => planSubnets(cidr, names), RangeError);
      }),
    ));

  it("refuses more zones than a VPC is cut for, all of them different", () =>
    fc.assert(
      fc.property(range, fc.shuffledSubarray(letters, { minLength: MAX_ZONES + 1 }), (cidr, names) =>
        assert.throws(() => planSubnets(cidr, names), /zones were asked for/),
      ),
    ));

  it("refuses a range with bits beyond its prefix", () =>
    fc.assert(
      fc.property(range, fc.nat(), (cidr, at) => {
        const { start, size } = span(cidr);
        const skewed = `${text(start + 1 + (at % (size - 1)))}/${cidr.split("/")[1]}`;
        assert.match(rangeProblem(skewed) ?? "", /bits beyond its prefix/);
        assert.throws(() => planSubnets(skewed, ["a"]), RangeError);
      }),
    ));

  it("refuses any text that is no range, and never fails otherwise", () =>
    fc.assert(
      fc.property(fc.string(), (anything) => {
        if (rangeProblem(anything) !== undefined) assert.throws(() => planSubnets(anything, ["a"]), RangeError);
      }),
    ));
});
