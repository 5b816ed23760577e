// Evaluates test stacks at preview and deployed. Also checks that an unknown value never turns an open result into a
// closed result.
import assert from "node:assert/strict";
import * as path from "node:path";
import { evaluateReachability, filledByProvider, type Perimeter, type ReachabilityResult } from "@cloister/policy-pack/reachability";
import { type StackResource } from "@cloister/policy-pack/rule-kit";
import { changesOf } from "../../helpers/changed-values";
import { UNKNOWN } from "../../helpers/evaluate";
import { assertRecorded, type Recording } from "../../helpers/recording";
import { atPreview, deployed, idOf, part, type Part, Reference } from "./render";
import { stackReference } from "./stack";

export interface Case {
  it: string;
  parts: Part[];
  /** Kind and name of the evaluated resource. */
  of: [ReachabilityResult["kind"], string];
  verdict: ReachabilityResult["verdict"];
  /** Text that the reported paths must contain. */
  path?: string;
  perimeter?: Perimeter;
  /** Whether the case is only for previews: it has unknown values, which an exported state does not have. */
  previewOnly?: true;
}

const resultOf = (resources: StackResource[], { of: [kind, name], perimeter }: Case) =>
  evaluateReachability(resources, perimeter).find((result) => result.kind === kind && result.resource.name === name);

/** Copies of a value in which the whole value, or one value inside, is unknown. */
function withUnknown(value: unknown): unknown[] {
  if (value instanceof Reference || typeof value !== "object" || value === null) return [UNKNOWN];
  const nested = Array.isArray(value)
    ? value.flatMap((item, i) => withUnknown(item).map((other) => value.map((same: unknown, j) => (i === j ? other : same))))
    : Object.entries(value).flatMap(([key, item]) => withUnknown(item).map((other) => ({ ...value, [key]: other })));
  return [UNKNOWN, ...nested];
}

/** Copies of a case's stack with one unknown value each. */
function* stacksWithUnknown({ parts }: Case): Generator<[change: string, parts: Part[]]> {
  for (const [i, { type, name, props }] of parts.entries())
    for (const [property, value] of Object.entries(props))
      for (const unknown of withUnknown(value)) {
        // An unknown value without sources counts as set by the provider, so this value comes from another stack.
        const isFilled = unknown === UNKNOWN && filledByProvider[type]?.includes(property);
        const changed = { type, name, props: { ...props, [property]: isFilled ? idOf(stackReference.name) : unknown } };
        yield [`${name}.${property} as ${JSON.stringify(unknown)}`, parts.map((part, j) => (i === j ? changed : part))];
      }
}

const named = (results: ReachabilityResult[]) =>
  results.map(({ kind, resource, verdict, paths }) => ({ of: `${kind} ${resource.name}`, verdict, paths }));

/** A resource of another provider, whose outputs can contain any ID. */
const elsewhere = part("other:index:Values", "elsewhere");
/** The same references, which can also refer to the resource of another provider. */
function alsoElsewhere(value: unknown): unknown {
  if (value instanceof Reference) return new Reference(value.name, value.property, [...value.others, elsewhere.name]);
  if (Array.isArray(value)) return value.map(alsoElsewhere);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, alsoElsewhere(item)]));
}

/** A stack without one part, unless other parts refer to it, and with each change of a part. */
const partChanges = (parts: Part[]): [string, Part[]][] =>
  parts.flatMap((part, i) => {
    const others = parts.filter((_, j) => j !== i);
    const isReferred = others.some(({ props }) => JSON.stringify(props).includes(JSON.stringify(part.name)));
    return [
      ...(isReferred ? [] : ([[`${part.name} is absent`, others]] as [string, Part[]][])),
      ...changesOf(part.props, part.name).map(([change, props]): [string, Part[]] => [
        change,
        parts.map((same, j) => (i === j ? { ...part, props } : same)),
      ]),
      ...Object.keys(part.props).map((property): [string, Part[]] => [
        `${part.name}.${property} can come from another provider`,
        [
          elsewhere,
          ...parts.map((same, j) =>
            i === j ? { ...part, props: { ...part.props, [property]: alsoElsewhere(part.props[property]) } } : same,
          ),
        ],
      ]),
    ];
  });

/** The results of each case, and the verdict about each change of the case, if it differs. */
function allVerdictsOf(cases: Case[]): Recording {
  const found: Recording = {};
  for (const c of cases) {
    const verdictOf = (render: typeof atPreview, parts: Part[]) => resultOf(render(parts), c)?.verdict ?? "not evaluated";
    const entries = (found[c.it] = { "": named(evaluateReachability(atPreview(c.parts), c.perimeter)) } as Recording[string]);
    if (!c.previewOnly) entries.deployed = named(evaluateReachability(deployed(c.parts), c.perimeter));
    for (const [change, parts] of partChanges(c.parts)) {
      const verdict = verdictOf(atPreview, parts);
      if (verdict !== c.verdict) entries[change] = verdict;
    }
    if (!c.perimeter) continue;
    for (const [change, perimeter] of changesOf(c.perimeter, "perimeter")) {
      const verdict = resultOf(atPreview(c.parts), { ...c, perimeter })?.verdict;
      if (verdict !== c.verdict) entries[change] = verdict;
    }
  }
  return found;
}

export function testReachability(subject: string, cases: Case[]): void {
  describe(`reachability of ${subject}`, () => {
    for (const [when, render] of [
      ["at preview", atPreview],
      ["deployed", deployed],
    ] as const)
      describe(when, () => {
        for (const c of cases.filter(({ previewOnly }) => when === "at preview" || !previewOnly))
          it(`reports '${c.verdict}' for ${c.it}`, () => {
            const { verdict, paths } = resultOf(render(c.parts), c) ?? assert.fail("the resource was not evaluated");
            assert.equal(verdict, c.verdict, paths.join("\n"));
            assert.equal(paths.length > 0, c.verdict !== "closed");
            if (c.path) assert.ok(paths.join("\n").includes(c.path), paths.join("\n"));
          });
      });

    it("reports as recorded for each case, and when one value is absent, unknown or different", function () {
      const file = path.join(__dirname, "..", "decisions", `reachability-of-${subject.replaceAll(/\W+/g, "-")}.json`);
      assertRecorded(file, this.test!.file!, allVerdictsOf(cases));
    });

    it("does not report 'closed' when any single value of an open or unknown stack is unknown", () => {
      const wrong: string[] = [];
      // A subnet or VPC of another stack is only evaluated while a known value names it.
      for (const c of cases.filter(({ verdict }) => verdict !== "closed"))
        for (const [change, parts] of stacksWithUnknown(c))
          if (resultOf(atPreview([...parts, stackReference]), c)?.verdict === "closed") wrong.push(`${c.it}: ${change}`);
      assert.deepEqual(wrong, []);
    });
  });
}
