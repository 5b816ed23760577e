import * as assert from "node:assert/strict";
import { textRulesOf } from "../../mutants/config";
import { keyOf, mutated } from "../../mutants/mutant";
import { mutantsOf } from "../../mutants/operators";

// Tests which changes the mutation tester makes. Does not prove that the changes are those that people make.

const rules = textRulesOf("components/storage/plan.ts");
const mutants = (text: string) => mutantsOf("components/storage/plan.ts", text, rules);
const changes = (text: string) => mutants(text).map((mutant) => mutated(text, mutant));

describe("mutants", () => {
  const cases: [what: string, code: string, changed: string[]][] = [
    ["a comparison", "f(a === b);", ["f(a !== b);", ";"]],
    ["a boundary", "g = a < 1;", [";", "g = a <= 1;", "g = a >= 1;", "g = a < 2;"]],
    ["a logical operator", "g = a && b;", [";", "g = a || b;"]],
    ["a condition", "if (a) b();", ["if ((true as boolean)) b();", "if ((false as boolean)) b();", "if (a) ;"]],
    ["a negation", "const a = !b;", ["const a = b;"]],
    ["a default value", "const a = b ?? c;", ["const a = ((b)!);", "const a = (c);"]],
    ["a boolean", "const a = true;", ["const a = false;"]],
    ["a string with an opposite", 'const a = "Allow";', ['const a = "Deny";']],
    ["another string", 'const a = "s3:GetObject";', ['const a = "";']],
    ["an empty string", 'const a = "";', ['const a = "mutant";']],
    ["a name in a template", "const a = `${b}-key`;", ["const a = ``;"]],
    ["elements of a list", "const a = [b, c, d];", ["const a = [c, d];", "const a = [b, d];", "const a = [b, c];"]],
    ["properties of an object", "const a = { b, ...c };", ["const a = { ...c };", "const a = { b };"]],
    ["a filter", "const a = b.filter(c).length;", ["const a = b.length;"]],
    ["a quantifier", "const a = b.some(c);", ["const a = b.every(c);"]],
    ["unique values", "const a = [...new Set(b)];", ["const a = [];", "const a = [...b];"]],
    ["an optional chain", "const a = b?.c;", ["const a = b!.c;"]],
    ["an optional call", "const a = b?.();", ["const a = b!();"]],
    ["a validation in a schema", "const a = z.string().max(b);", ["const a = z.string();"]],
    ["the larger of two numbers", "const a = Math.max(b, c);", ["const a = Math.min(b, c);"]],
    ["no method of all objects", "const a = b.toString(c);", []],
    ["an error", "throw new RangeError(a ? b : c);", [";"]],
    [
      "a pattern",
      "const a = /^[a-z]{2,9}$/;",
      [
        "const a = /[a-z]{2,9}$/;",
        "const a = /^[a-z]{2,9}/;",
        "const a = /^[^a-z]{2,9}$/;",
        "const a = /^[a-z]{3,9}$/;",
        "const a = /^[a-z]{2,10}$/;",
      ],
    ],
  ];
  for (const [what, code, changed] of cases) it(`change ${what}`, () => assert.deepEqual(changes(code).sort(), changed.sort()));

  for (const [what, code] of Object.entries({
    "a sentence": 'f("must be the name of a bucket");',
    "a sentence in a template": "f(`must be the name of ${a ? b : c} now`);",
    "a sentence of several strings": 'f(`must be ${a === b}` + " or the name of a bucket");',
    "the text of an error": 'f(new RangeError("must be " + (a === b)));',
    "the description of a statement": 'f({ about: "reads" });',
    "the description of a setting": 'f(z.describe("a" + (b === c)));',
    "a property with a sentence": 'f({ from: "requests from the internet" });',
    "a variable with the text of an error": "f({ message });",
    "the parts of a problem": "f(networkProblem(a, `is required (got ${b})`));",
    "what a permission is for": "f(allow(`Find products${a}.`, b));",
    "a type": 'f<"a" | "b">();',
    "an import": 'import { a } from "b"; f();',
    "the type of a value": "f(typeof a);",
  }))
    it(`leave out ${what}`, () =>
      assert.deepEqual([...new Set(changes(code))], [code.includes("import") ? 'import { a } from "b"; ;' : ";"]));

  it("change sentences in code that writes shell scripts", () => {
    const text = 'const a = "pip config set global.index";';
    assert.equal(
      mutantsOf("components/studio/lifecycle-scripts.ts", text, textRulesOf("components/studio/lifecycle-scripts.ts")).length,
      1,
    );
  });

  it("keep their identity when other lines change", () => {
    const [first] = mutants("const a = 1;");
    const [second] = mutants("// A comment.\n\nconst a = 1;");
    assert.deepEqual([first!.line, second!.line], [1, 3]);
    assert.equal(keyOf(first!), keyOf(second!));
  });

  it("have different identities when the same text occurs twice", () => {
    const keys = mutants("const a = [b, b];").map(keyOf);
    assert.equal(new Set(keys).size, 2);
  });

  it("have the name of the nearest declaration", () =>
    assert.deepEqual(
      mutants("function f() { return 1; } const t = { a: 2 };").map(({ within }) => within),
      ["f", "t", "t"],
    ));
});
