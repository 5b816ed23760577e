// Tests contractProblems for any contract and any outputs.
import assert from "node:assert/strict";
import { type Contract, contractProblems } from "@cloister/components/stack/contract";
import * as fc from "fast-check";

const key = fc.oneof(fc.stringMatching(/^[a-z][A-Za-z]{0,12}$/), fc.constantFrom("constructor", "toString"));
/** Valid and invalid values of each kind. */
const valid = {
  string: fc.string(),
  "string[]": fc.array(fc.string()),
  records: fc.dictionary(fc.string(), fc.dictionary(fc.string(), fc.string())),
} as const;
const notString = fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), fc.constant(undefined));
const invalid = {
  string: fc.oneof(notString, valid["string[]"], valid.records),
  "string[]": fc.oneof(
    notString,
    valid.string,
    valid.records,
    fc.tuple(valid["string[]"], notString).map(([list, value]) => [...list, value]),
  ),
  records: fc.oneof(
    notString,
    valid.string,
    valid["string[]"],
    fc.tuple(valid.records, fc.oneof(notString, valid.string, valid["string[]"])).map(([all, value]) => ({ ...all, one: value })),
    fc.tuple(valid.records, notString).map(([all, value]) => ({ ...all, one: { one: value } })),
  ),
} as const;
const kindTexts = { string: "a string", "string[]": "a list of strings", records: "an object of objects of strings" };
const kind = fc.constantFrom("string" as const, "string[]" as const, "records" as const);

type State = "valid" | "invalid" | "missing";
/** Outputs by key: the kind, whether the value is valid, and the value. */
const outputs = fc.dictionary(
  key,
  fc
    .tuple(kind, fc.constantFrom<State>("valid", "invalid", "missing"))
    .chain(([kind, state]) => (state === "invalid" ? invalid : valid)[kind].map((value: unknown) => ({ kind, state, value }))),
  { noNullPrototype: true },
);
const contractOf = (all: Record<string, { kind: "string" | "string[]" | "records" }>): Contract =>
  Object.fromEntries(Object.entries(all).map(([name, value]) => [name, { kind: value.kind, about: "it" }]));

describe("contracts", () => {
  it("report exactly one line for each output that is missing or has the wrong type, in order", () =>
    fc.assert(
      fc.property(outputs, fc.dictionary(key, fc.anything()), (all, more) => {
        const present = Object.fromEntries(
          Object.entries(all).flatMap(([name, { state, value }]) => (state === "missing" ? [] : [[name, value]])),
        );
        const others = Object.fromEntries(Object.entries(more).filter(([name]) => !(name in all)));
        const problems = contractProblems(contractOf(all), { ...others, ...present });
        const wanted = Object.entries(all).flatMap(([name, value]) =>
          value.state === "missing"
            ? [`'${name}' is missing`]
            : value.state === "invalid"
              ? [`'${name}' must be ${kindTexts[value.kind]} (got `]
              : [],
        );
        assert.deepEqual(
          problems.map((line, i) => line.slice(0, wanted[i]?.length)),
          wanted,
        );
      }),
    ));

  it("never throw and never show a value, whatever a stack exports", () =>
    fc.assert(
      fc.property(
        fc.dictionary(key, kind),
        fc
          .stringMatching(/^Zq[0-9A-Z]{10}$/)
          .chain((text) =>
            fc.tuple(fc.constant(text), fc.dictionary(key, fc.oneof(fc.anything(), fc.constant([text, 1]), fc.constant({ [text]: text })))),
          ),
        (kinds, [text, anything]) => {
          const contract: Contract = Object.fromEntries(Object.entries(kinds).map(([name, value]) => [name, { kind: value, about: "it" }]));
          const problems = contractProblems(contract, anything);
          assert.ok(!problems.some((line) => line.includes(text)), problems.join("\n"));
        },
      ),
    ));
});
