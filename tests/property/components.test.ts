// Tests planSubnets, assignZones and CIDR arithmetic for any CIDR range and number of Availability Zones.
import assert from "node:assert/strict";
import { assignZones, MAX_ZONES, planSubnets } from "@cloister/components/network/subnets";
import { contains, divide, freeRanges, overlaps, rangeProblem, sizeOf } from "@cloister/components/aws/cidr";
import * as fc from "fast-check";

const letters = ["a", "b", "c", "d", "e", "f"];
const text = (n: number) => [24, 16, 8, 0].map((shift) => (n >>> shift) & 255).join(".");
/** First address and number of addresses of a CIDR range, computed independently of the code under test. */
const span = (cidr: string) => {
  const [address, prefix] = cidr.split("/") as [string, string];
  return { start: address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0), size: 2 ** (32 - Number(prefix)) };
};

/** Any private CIDR range that a VPC can have. */
const range = fc
  .record({
    prefix: fc.integer({ min: 16, max: 24 }),
    pool: fc.constantFrom([0x0a000000, 8], [0x64400000, 10], [0xac100000, 12], [0xc0a80000, 16]),
    at: fc.nat(),
  })
  .map(({ prefix, pool, at }) => {
    const [base, poolPrefix] = pool as [number, number];
    const index = at % 2 ** (prefix - poolPrefix);
    return `${text(base + index * 2 ** (32 - prefix))}/${prefix}`;
  })
  // The range of Docker on the instances of SageMaker.
  .filter((cidr) => !cidr.startsWith("172.17."));
const zones = fc.integer({ min: 1, max: MAX_ZONES }).map((n) => letters.slice(0, n));

/**
 * Planned subnets; `undefined` when the CIDR range is too small for NAT: public subnets are 1/32 of the range, and must
 * be at least /28.
 */
const planFor = (cidr: string, names: string[], nat: boolean) => {
  if (nat && Number(cidr.split("/")[1]) > 23) {
    assert.throws(() => planSubnets(cidr, names, nat), /too small for NAT: .* Use a \/23 or larger/);
    return undefined;
  }
  return planSubnets(cidr, names, nat);
};

describe("planSubnets", () => {
  it("plans aligned, disjoint subnets inside the range, one per zone in order, and public subnets only with NAT", () =>
    fc.assert(
      fc.property(range, zones, fc.boolean(), (cidr, names, nat) => {
        const plan = planFor(cidr, names, nat);
        if (!plan) return;
        for (const part of [plan.private, nat ? plan.public : plan.private])
          assert.deepEqual(
            part.map(({ zone }) => zone),
            names,
          );
        if (!nat) assert.deepEqual(plan.public, []);
        const whole = span(cidr);
        let free = whole.start;
        for (const subnet of [...plan.private, ...plan.public].map((item) => span(item.cidr))) {
          assert.equal(subnet.start % subnet.size, 0, "aligned");
          assert.ok(subnet.start >= free, "disjoint");
          free = subnet.start + subnet.size;
          assert.ok(free <= whole.start + whole.size, "inside");
        }
        // AWS accepts subnets from /16 to /28.
        for (const { cidr: item } of [...plan.private, ...plan.public]) assert.ok(Number(item.split("/")[1]) <= 28);
      }),
    ));

  it("does not move subnets when a zone is added at the end", () =>
    fc.assert(
      fc.property(range, fc.integer({ min: 1, max: MAX_ZONES - 1 }), fc.boolean(), (cidr, n, nat) => {
        const [before, after] = [planFor(cidr, letters.slice(0, n), nat), planFor(cidr, letters.slice(0, n + 1), nat)];
        assert.deepEqual(after?.private.slice(0, n), before?.private);
        if (nat) assert.deepEqual(after?.public.slice(0, n), before?.public);
      }),
    ));

  it("does not move private subnets when NAT is turned on or off", () =>
    fc.assert(
      fc.property(range, zones, (cidr, names) => {
        const open = planFor(cidr, names, true);
        if (open) assert.deepEqual(open.private, planSubnets(cidr, names).private);
      }),
    ));

  it("rejects duplicate zones", () =>
    fc.assert(
      fc.property(range, fc.array(fc.constantFrom(...letters), { minLength: 1, maxLength: 8 }), (cidr, names) => {
        const possible = names.length <= MAX_ZONES && new Set(names).size === names.length;
        if (possible) assert.equal(planSubnets(cidr, names).private.length, names.length);
        else assert.throws(() => planSubnets(cidr, names), RangeError);
      }),
    ));

  it("rejects more than 4 zones", () =>
    fc.assert(
      fc.property(range, fc.shuffledSubarray(letters, { minLength: MAX_ZONES + 1 }), (cidr, names) =>
        assert.throws(() => planSubnets(cidr, names), /at most 4 zones/),
      ),
    ));

  it("rejects a CIDR range with host bits", () =>
    fc.assert(
      fc.property(range, fc.nat(), (cidr, at) => {
        const { start, size } = span(cidr);
        const skewed = `${text(start + 1 + (at % (size - 1)))}/${cidr.split("/")[1]}`;
        assert.match(rangeProblem(skewed) ?? "", /host bits/);
        assert.throws(() => planSubnets(skewed, ["a"]), RangeError);
      }),
    ));

  it("rejects any string that is not a CIDR range", () =>
    fc.assert(
      fc.property(fc.string(), (anything) => {
        if (rangeProblem(anything) !== undefined) assert.throws(() => planSubnets(anything, ["a"]), RangeError);
      }),
    ));
});

describe("assignZones", () => {
  /** Generates the list of zones and the number of subnets, before and after a change. */
  const change = fc.record({
    cidr: range,
    before: fc.shuffledSubarray(letters, { minLength: MAX_ZONES }),
    count: fc.integer({ min: 1, max: MAX_ZONES }),
    after: fc.subarray(letters, { minLength: MAX_ZONES }),
    later: fc.integer({ min: 1, max: MAX_ZONES }),
  });

  it("does not move remaining subnets, whatever changes in the list of zones and the number of subnets", () =>
    fc.assert(
      fc.property(change, ({ cidr, before, count, after, later }) => {
        const first = planSubnets(cidr, assignZones(cidr, count, before)).private;
        const second = planSubnets(cidr, assignZones(cidr, later, after, first)).private;
        assert.equal(second.length, later);
        assert.equal(new Set(second.map(({ zone }) => zone)).size, later, "each zone once");
        assert.deepEqual(
          second.slice(0, count),
          first.slice(0, later),
          "existing subnets keep their order, and the last ones are removed first",
        );
        for (const { zone } of second.slice(count)) assert.ok(after.includes(zone), "new subnets are in listed zones");
      }),
    ));

  it("assigns zones in order to subnets that do not exist", () =>
    fc.assert(
      fc.property(range, zones, (cidr, names) =>
        assert.deepEqual(
          assignZones(cidr, names.length, letters).filter((zone) => zone !== undefined),
          names,
        ),
      ),
    ));
});

describe("freeRanges", () => {
  it("finds free CIDR ranges with the prefix length inside the outer range, lowest first", () =>
    fc.assert(
      fc.property(range, fc.array(range, { maxLength: 5 }), fc.integer({ min: 16, max: 28 }), (outer, taken, prefix) => {
        const found = freeRanges(outer, taken, prefix);
        assert.ok(found.length <= 3);
        for (const item of found) {
          assert.equal(Number(item.split("/")[1]), prefix);
          assert.ok(contains(outer, item), `${item} in ${outer}`);
          for (const other of taken) assert.ok(!overlaps(item, other), `${item} and ${other}`);
        }
        assert.deepEqual(
          found.map((item) => span(item).start),
          found.map((item) => span(item).start).sort((a, b) => a - b),
        );
      }),
    ));

  it("finds the only gap", () => {
    assert.deepEqual(freeRanges("10.0.0.0/22", ["10.0.0.0/23", "10.0.3.0/24"], 24), ["10.0.2.0/24"]);
    assert.deepEqual(freeRanges("10.0.0.0/22", ["10.0.0.0/22"], 24), []);
  });
});

describe("CIDR ranges", () => {
  it("overlap if and only if one range contains the other range", () =>
    fc.assert(
      fc.property(range, range, (a, b) => {
        const [x, y] = [span(a), span(b)];
        assert.equal(overlaps(a, b), x.start < y.start + y.size && y.start < x.start + x.size);
        assert.equal(contains(a, b), x.start <= y.start && y.start + y.size <= x.start + x.size);
      }),
    ));

  it("never overlap across address families", () => {
    assert.ok(!overlaps("0.0.0.0/0", "::/0"));
    assert.ok(overlaps("fd00::/8", "fd00:1::/32") && contains("fd00::/8", "fd00:1::/32"));
  });

  it("divide into equal parts that cover the whole range", () =>
    fc.assert(
      fc.property(range, fc.constantFrom(1, 2, 4, 8), (cidr, count) => {
        const parts = divide(cidr, count);
        assert.equal(parts.length, count);
        assert.deepEqual(
          parts.map((part) => span(part)),
          parts.map((_, i) => ({ start: span(cidr).start + (i * span(cidr).size) / count, size: span(cidr).size / count })),
        );
        for (const part of parts) assert.equal(sizeOf(part), span(part).size);
      }),
    ));
});
