// contractProblems, for any contract and any outputs.
import assert from "node:assert/strict";
import { type Contract, contractProblems } from "@cloister/components/stack/contract";
import * as fc from "fast-check";

const key = fc.oneof(fc.stringMatching(/^[a-z][A-Za-z]{0,12}$/), fc.constantFrom("constructor", "toString"));
/** Values that keep each kind, and values that break each. */
const kept = {
  string: fc.string(),
  "string[]": fc.array(fc.string()),
  records: fc.dictionary(fc.string(), fc.dictionary(fc.string(), fc.string())),
} as const;
const notText = fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), fc.constant(undefined));
const broken = {
  string: fc.oneof(notText, kept["string[]"], kept.records),
  "string[]": fc.oneof(
    notText,
    kept.string,
    kept.records,
    fc.tuple(kept["string[]"], notText).map(([list, one]) => [...list, one]),
  ),
  records: fc.oneof(
    notText,
    kept.string,
    kept["string[]"],
    fc.tuple(kept.records, fc.oneof(notText, kept.string, kept["string[]"])).map(([all, one]) => ({ ...all, one })),
    fc.tuple(kept.records, notText).map(([all, one]) => ({ ...all, one: { one } })),
  ),
} as const;
const kindTexts = { string: "a string", "string[]": "a list of strings", records: "an object of objects of strings" };
const kind = fc.constantFrom("string" as const, "string[]" as const, "records" as const);

type State = "kept" | "broken" | "missing";
/** An output by its key: its kind, what becomes of it, and its value. */
const outputs = fc.dictionary(
  key,
  fc
    .tuple(kind, fc.constantFrom<State>("kept", "broken", "missing"))
    .chain(([kind, state]) => (state === "broken" ? broken : kept)[kind].map((value: unknown) => ({ kind, state, value }))),
  { noNullPrototype: true },
);
const contractOf = (all: Record<string, { kind: "string" | "string[]" | "records" }>): Contract =>
  Object.fromEntries(Object.entries(all).map(([name, one]) => [name, { kind: one.kind, about: "it" }]));

describe("contracts", () => {
  it("tell one line for each output that is missing or of another kind, in their order, and nothing else", () =>
    fc.assert(
      fc.property(outputs, fc.dictionary(key, fc.anything()), (all, more) => {
        const there = Object.fromEntries(
          Object.entries(all).flatMap(([name, { state, value }]) => (state === "missing" ? [] : [[name, value]])),
        );
        const others = Object.fromEntries(Object.entries(more).filter(([name]) => !(name in all)));
        const problems = contractProblems(contractOf(all), { ...others, ...there });
        const wanted = Object.entries(all).flatMap(([name, one]) =>
          one.state === "missing"
            ? [`'${name}' is missing`]
            : one.state === "broken"
              ? [`'${name}' must be ${kindTexts[one.kind]} (got `]
              : [],
        );
        assert.deepEqual(
          problems.map((line, i) => line.slice(0, wanted[i]?.length)),
          wanted,
        );
      }),
    ));

  it("never throw, whatever a stack hands over, and never show it", () =>
    fc.assert(
      fc.property(
        fc.dictionary(key, kind),
        fc
          .stringMatching(/^Zq[0-9A-Z]{10}$/)
          .chain((text) =>
            fc.tuple(fc.constant(text), fc.dictionary(key, fc.oneof(fc.anything(), fc.constant([text, 1]), fc.constant({ [text]: text })))),
          ),
        (kinds, [text, anything]) => {
          const contract: Contract = Object.fromEntries(Object.entries(kinds).map(([name, one]) => [name, { kind: one, about: "it" }]));
          const problems = contractProblems(contract, anything);
          assert.ok(!problems.some((line) => line.includes(text)), problems.join("\n"));
        },
      ),
    ));
});
