// Runs a table of cases against one rule, and asks of every rule what all of them owe: each type has a case that is refused, exemptions count, messages help.
import assert from "node:assert/strict";
import { type Rule } from "@cloister/policy-pack/rule-kit";
import { judgeResource, judgeStack, type Outcome, type TestResource, UNKNOWN, urnOf } from "../helpers/judge";

export interface ResourceCase {
  it: string;
  /** Needed where the rule has more than one. */
  type?: string;
  inputs: object;
  settings?: object;
  /** One pattern for each violation, in order; none: clean. */
  want?: RegExp[];
  outcome?: Outcome;
}
export interface StackCase {
  it: string;
  resources: TestResource[];
  settings?: object;
  /** Name of the resource, and a pattern of the message, for each violation, in order; none: clean. */
  want?: [string, RegExp][];
  /** The same for what is only advised. */
  advice?: [string, RegExp][];
}
export interface Table {
  resource?: ResourceCase[];
  stack?: StackCase[];
}

const exemption = { reason: "moving out", owner: "platform@bank.example", until: "2999-12-31" };
/** What to write or do, in the imperative. */
const advice = /(^|\. |, or |; |\(|: )(write|add|remove|leave|name|put|give|list|tell)\b/i;

function assertViolations(found: string[], want: RegExp[]): void {
  assert.equal(found.length, want.length, found.join("\n") || "no violation");
  for (const [i, pattern] of want.entries()) assert.match(found[i]!, pattern);
}

/** Each violation says something, lets know what follows from it, and what to write. */
function assertHelpful(message: string): void {
  assert.ok(message.length > 60, `says too little: ${message}`);
  assert.match(message, /[.)]$/);
  assert.match(message, advice, "tells nobody what to write");
  assert.doesNotMatch(message, /undefined|\[object|could not judge/);
}

export function testRule(rule: Rule, { resource = [], stack = [] }: Table): void {
  const types = Object.keys(rule.resource ?? {});
  const typeOf = (c: ResourceCase) => c.type ?? (types.length === 1 ? types[0]! : assert.fail(`'${c.it}' has to say which type`));
  const refused = resource.filter(({ want }) => want?.length);
  const refusedStack = stack.filter(({ want }) => want?.length);
  const advised = stack.filter(({ advice }) => advice?.length);

  describe(rule.name, () => {
    for (const c of resource)
      it(c.it, async () => {
        const { outcome, violations } = await judgeResource(rule, typeOf(c), c.inputs, c.settings);
        assert.equal(outcome, c.outcome ?? "ran");
        assertViolations(violations, c.want ?? []);
        violations.forEach(assertHelpful);
      });
    for (const c of stack)
      it(`${c.it} (stack)`, async () => {
        const { outcome, violations, advice } = await judgeStack(rule, c.resources, c.settings);
        assert.equal(outcome, "ran");
        for (const [found, want = []] of [[violations, c.want] as const, [advice, c.advice] as const]) {
          assert.deepEqual(
            found.map(({ on }) => on),
            want.map(([name]) => name),
            found.map(({ message }) => message).join("\n"),
          );
          for (const [i, [, pattern]] of want.entries()) assert.match(found[i]!.message, pattern);
          found.forEach(({ message }) => assertHelpful(message));
        }
      });

    it("has a case that is refused, and one that is accepted, for each type and each view", () => {
      const typesOf = (cases: ResourceCase[]) => types.filter((type) => cases.some((c) => typeOf(c) === type));
      assert.deepEqual(typesOf(refused), types);
      // The existence of some resources is the violation.
      const accepting = types.filter(
        (type) => resource.some((c) => typeOf(c) === type && !c.want?.length) || /[Gg]ateway|Association/.test(type),
      );
      assert.deepEqual(accepting, types);
      assert.equal(refusedStack.length > 0, rule.stack !== undefined);
      assert.equal(
        stack.some(({ want }) => !want?.length),
        rule.stack !== undefined,
      );
    });

    if (types.length > 0)
      it("leaves other types alone", async () =>
        assert.deepEqual(await judgeResource(rule, "test:of/another:Type", {}), { outcome: "not-applicable", violations: [] }));

    it("judges what is left when any one input is unknown, and never trips over it", async () => {
      for (const c of resource)
        for (const property of Object.keys(c.inputs)) {
          const { outcome, violations } = await judgeResource(rule, typeOf(c), { ...c.inputs, [property]: UNKNOWN }, c.settings);
          assert.equal(outcome === "not-applicable", c.outcome === "not-applicable");
          for (const message of violations) assert.doesNotMatch(message, /could not judge/, `${c.it}, ${property} unknown`);
        }
      for (const c of stack)
        for (const [i, { props = {} }] of c.resources.entries())
          for (const property of Object.keys(props)) {
            const resources = c.resources.map((one, j) => (i === j ? { ...one, props: { ...props, [property]: UNKNOWN } } : one));
            for (const { message } of (await judgeStack(rule, resources, c.settings)).violations)
              assert.doesNotMatch(message, /could not judge/, `${c.it}, ${property} unknown`);
          }
    });

    it("accepts what an exemption covers, and tells of one that ran out", async () => {
      for (const c of refused) {
        const type = typeOf(c);
        const judge = (changes: object) =>
          judgeResource(rule, type, c.inputs, { ...c.settings, exemptions: [{ ...exemption, resource: urnOf(type, "it"), ...changes }] });
        assert.deepEqual(await judge({}), { outcome: "ran", violations: [] });
        const late = (await judge({ until: "2020-01-31" })).violations;
        assert.equal(late.length, c.want!.length);
        for (const message of late) assert.match(message, /The exemption of platform@bank\.example, "moving out", ended on 2020-01-31\./);
      }
      for (const c of [...refusedStack, ...advised]) {
        const judge = (changes: object) =>
          judgeStack(rule, c.resources, { ...c.settings, exemptions: [{ ...exemption, resource: "urn:pulumi:dev::*", ...changes }] });
        assert.deepEqual(await judge({}), { outcome: "ran", violations: [], advice: [] });
        const { violations, advice } = await judge({ until: "2020-01-31" });
        for (const { message } of [...violations, ...advice]) assert.match(message, /ended on 2020-01-31\./);
      }
    });
  });
}
