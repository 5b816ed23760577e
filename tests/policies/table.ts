// Runs a table of cases against one rule. Also checks what every rule must have: cases for each type, exemptions,
// unknown values and helpful messages.
import assert from "node:assert/strict";
import * as path from "node:path";
import { type Rule } from "@cloister/policy-pack/rule-kit";
import { evaluateResource, evaluateStack, type Outcome, type TestResource, UNKNOWN, urnOf } from "../helpers/evaluate";
import { assertRecorded, type Recording } from "../helpers/recording";
import { changesOf } from "../helpers/changed-values";

export interface ResourceCase {
  it: string;
  /** Type token; required when the rule has several types. */
  type?: string;
  inputs: object;
  settings?: object;
  /** One pattern for each expected violation, in order; no violation is expected when absent. */
  want?: RegExp[];
  outcome?: Outcome;
}
export interface StackCase {
  it: string;
  resources: TestResource[];
  settings?: object;
  /** Resource name and message pattern of each expected violation, in order; none is expected when absent. */
  want?: [string, RegExp][];
  /** Resource name and message pattern of each expected advisory violation. */
  advice?: [string, RegExp][];
}
export interface Table {
  resource?: ResourceCase[];
  stack?: StackCase[];
}

const exemption = { reason: "migration", owner: "platform@bank.example", until: "2999-12-31" };
/** Matches an instruction in the imperative. */
const instruction = /(^|\. |, or |; |\(|: )(add|remove|associate|adopt|list|set|specify|define|create)\b/i;

function assertViolations(found: string[], want: RegExp[]): void {
  assert.equal(found.length, want.length, found.join("\n") || "no violation");
  for (const [i, pattern] of want.entries()) assert.match(found[i]!, pattern);
}

/** Asserts that a message is a sentence with an instruction and without rendering errors. */
function assertHelpful(message: string): void {
  assert.ok(message.length > 60, `too short: ${message}`);
  assert.match(message, /[.)]$/);
  assert.match(message, instruction, "no instruction");
  assert.doesNotMatch(message, /undefined|\[object|failed with an error/);
}

type Result = { outcome: Outcome; violations: unknown[]; advice?: unknown[] };

/** The decision in a few words. The messages of the cases show the text of a violation. */
const decisionOf = ({ outcome, violations, advice = [] }: Result) =>
  [
    ...(outcome === "ran" ? [] : [outcome]),
    violations.length === 0 ? "accepted" : `rejected (${violations.length})`,
    ...(advice.length > 0 ? [`advised (${advice.length})`] : []),
  ].join(", ");

/** The result of a case, and the decision about each change of the case, if it differs. */
async function decisionsOf<T>(of: T, changes: [string, T][], evaluate: (item: T) => Promise<Result>): Promise<Record<string, unknown>> {
  const result = await evaluate(of);
  const found: Record<string, unknown> = { "": result };
  for (const [change, changed] of changes) {
    const decision = decisionOf(await evaluate(changed));
    if (decision !== decisionOf(result)) found[change] = decision;
  }
  return found;
}

/** A stack without one resource, unless others refer to it, and with each change of a resource. */
const stackChanges = (resources: TestResource[]): [string, TestResource[]][] =>
  resources.flatMap((resource, i) => {
    const { name, props = {}, propertyDependencies = {} } = resource;
    const others = resources.filter((_, j) => j !== i);
    const isSource = others.some((other) =>
      Object.values(other.propertyDependencies ?? {})
        .flat()
        .includes(name),
    );
    const withChange = (changed: TestResource) => resources.map((same, j) => (i === j ? changed : same));
    return [
      ...(isSource ? [] : ([[`${name} is absent`, others]] as [string, TestResource[]][])),
      ...changesOf(props, name).map(([change, changed]): [string, TestResource[]] => [change, withChange({ ...resource, props: changed })]),
      ...Object.keys(propertyDependencies).map((property): [string, TestResource[]] => [
        `sources of ${name}.${property} are absent`,
        withChange({ ...resource, propertyDependencies: { ...propertyDependencies, [property]: [] } }),
      ]),
    ];
  });

/** All decisions of a rule about its cases. */
async function allDecisionsOf(rule: Rule, { resource = [], stack = [] }: Table, typeOf: (c: ResourceCase) => string): Promise<Recording> {
  const found: Recording = {
    "": Object.fromEntries(Object.entries(rule.settings ?? {}).map(([name, schema]) => [name, { ...schema, description: undefined }])),
  };
  const withSettings = <T extends { settings?: object }>(c: T) =>
    changesOf(c.settings ?? {}, "settings").map(([change, settings]): [string, T] => [change, { ...c, settings }]);
  for (const c of resource)
    found[c.it] = await decisionsOf(
      c,
      [...changesOf(c.inputs, "inputs").map(([change, inputs]): [string, ResourceCase] => [change, { ...c, inputs }]), ...withSettings(c)],
      ({ inputs, settings }) => evaluateResource(rule, typeOf(c), inputs, settings),
    );
  for (const c of stack)
    found[`${c.it} (stack)`] = await decisionsOf(
      c,
      [...stackChanges(c.resources).map(([change, resources]): [string, StackCase] => [change, { ...c, resources }]), ...withSettings(c)],
      ({ resources, settings }) => evaluateStack(rule, resources, settings),
    );
  return found;
}

export function testRule(rule: Rule, { resource = [], stack = [] }: Table): void {
  const types = Object.keys(rule.resource ?? {});
  const typeOf = (c: ResourceCase) => c.type ?? (types.length === 1 ? types[0]! : assert.fail(`'${c.it}' must specify a type`));
  const rejected = resource.filter(({ want }) => want?.length);
  const rejectedStack = stack.filter(({ want }) => want?.length);
  const advised = stack.filter(({ advice }) => advice?.length);

  describe(rule.name, () => {
    for (const c of resource)
      it(c.it, async () => {
        const { outcome, violations } = await evaluateResource(rule, typeOf(c), c.inputs, c.settings);
        assert.equal(outcome, c.outcome ?? "ran");
        assertViolations(violations, c.want ?? []);
        violations.forEach(assertHelpful);
      });
    for (const c of stack)
      it(`${c.it} (stack)`, async () => {
        const { outcome, violations, advice } = await evaluateStack(rule, c.resources, c.settings);
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

    it("has a rejected and an accepted case for each type and view", () => {
      const typesOf = (cases: ResourceCase[]) => types.filter((type) => cases.some((c) => typeOf(c) === type));
      assert.deepEqual(typesOf(rejected), types);
      // For some types, the resource itself is the violation, whatever its inputs.
      const accepting = types.filter(
        (type) => resource.some((c) => typeOf(c) === type && !c.want?.length) || /[Gg]ateway|Association/.test(type),
      );
      assert.deepEqual(accepting, types);
      assert.equal(rejectedStack.length > 0, rule.stack !== undefined);
      assert.equal(
        stack.some(({ want }) => !want?.length),
        rule.stack !== undefined,
      );
    });

    if (types.length > 0)
      it("ignores other resource types", async () =>
        assert.deepEqual(await evaluateResource(rule, "test:of/another:Type", {}), { outcome: "not-applicable", violations: [] }));

    it("evaluates the other inputs when one input is unknown", async () => {
      for (const c of resource)
        for (const property of Object.keys(c.inputs)) {
          const { outcome, violations } = await evaluateResource(rule, typeOf(c), { ...c.inputs, [property]: UNKNOWN }, c.settings);
          assert.equal(outcome === "not-applicable", c.outcome === "not-applicable");
          for (const message of violations) assert.doesNotMatch(message, /failed with an error/, `${c.it}, ${property} unknown`);
        }
      for (const c of stack)
        for (const [i, { props = {} }] of c.resources.entries())
          for (const property of Object.keys(props)) {
            const resources = c.resources.map((resource, j) =>
              i === j ? { ...resource, props: { ...props, [property]: UNKNOWN } } : resource,
            );
            for (const { message } of (await evaluateStack(rule, resources, c.settings)).violations)
              assert.doesNotMatch(message, /failed with an error/, `${c.it}, ${property} unknown`);
          }
    });

    it("decides as recorded about each case, and when one value is absent, unknown or different", async function () {
      const file = path.join(__dirname, "decisions", `${rule.name}.json`);
      assertRecorded(file, this.test!.file!, await allDecisionsOf(rule, { resource, stack }, typeOf));
    });

    it("accepts an exempted resource, and names an exemption that expired", async () => {
      for (const c of rejected) {
        const type = typeOf(c);
        const evaluate = (changes: object) =>
          evaluateResource(rule, type, c.inputs, {
            ...c.settings,
            exemptions: [{ ...exemption, resource: urnOf(type, "it"), ...changes }],
          });
        assert.deepEqual(await evaluate({}), { outcome: "ran", violations: [] });
        const late = (await evaluate({ until: "2020-01-31" })).violations;
        assert.equal(late.length, c.want!.length);
        for (const message of late) assert.match(message, /The exemption "migration" of platform@bank\.example expired on 2020-01-31\./);
      }
      for (const c of [...rejectedStack, ...advised]) {
        const evaluate = (changes: object) =>
          evaluateStack(rule, c.resources, { ...c.settings, exemptions: [{ ...exemption, resource: "urn:pulumi:dev::*", ...changes }] });
        assert.deepEqual(await evaluate({}), { outcome: "ran", violations: [], advice: [] });
        const { violations, advice } = await evaluate({ until: "2020-01-31" });
        for (const { message } of [...violations, ...advice]) assert.match(message, /expired on 2020-01-31\./);
      }
    });
  });
}
