import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { accepts } from "../../mutants/accepted";
import { areaOf, excludedFiles, inputFiles, isMutated, mutantTests, slowTests } from "../../mutants/config";
import { HOOK, instrumented, partOf } from "../../mutants/coverage";
import { type Mutant, type Outcome } from "../../mutants/mutant";
import { inArea, KillHistory, sampleOf, testRunOf, testsFor } from "../../mutants/order";
import { Worker } from "../../mutants/pool";
import { reportOf } from "../../mutants/report";

// Tests how the mutation tester selects mutants and tests, and calculates the score. Does not prove that the tests are good:
// `npm run mutants` measures that.

const root = path.resolve(__dirname, "..", "..", "..");
const mutant = (change: Partial<Mutant> = {}): Mutant => ({
  file: "components/storage/plan.ts",
  line: 7,
  within: "planStorage",
  operator: "comparison",
  start: 0,
  end: 5,
  original: "a === b",
  replacement: "a !== b",
  insert: "a !== b",
  occurrence: 0,
  ...change,
});

const namesFor = (...args: Parameters<typeof testsFor>) => testsFor(...args).map(({ test }) => test);

describe("selection of mutants", () => {
  const many = Array.from({ length: 50 }, (_, i) => mutant({ occurrence: i }));

  it("is the same for the same seed, and differs for another seed", () => {
    assert.deepEqual(sampleOf(many, 5, 1), sampleOf(many, 5, 1));
    assert.notDeepEqual(sampleOf(many, 5, 1), sampleOf(many, 5, 2));
  });

  it("grows with the size of the sample", () => {
    const small = sampleOf(many, 5, 1);
    const large = sampleOf(many, 20, 1);
    assert.deepEqual([small.length, large.length], [5, 20]);
    assert.ok(small.every((item) => large.includes(item)));
  });

  it("is limited to a folder, a file or an area", () => {
    const selected = (area: string) => inArea(area)(mutant());
    assert.ok(["components", "components/", "components/storage", "components/storage/plan.ts"].every(selected));
    assert.ok(!["components/stor", "components/network", "core"].some(selected));
  });

  it("excludes only files that exist", () =>
    assert.deepEqual(
      Object.keys(excludedFiles).filter((file) => !fs.existsSync(path.join(root, file))),
      [],
    ));

  it("covers programs, components and the policy pack, but not tests and packages", () => {
    assert.ok(["core/stack.ts", "components/aws/cidr.ts", "policy-pack/rules/s3/tls-only.ts"].every(isMutated));
    assert.ok(!["tests/run.ts", "components/node_modules/a.ts", "policy-pack/bin/a.ts", "policy-pack/reference.ts"].some(isMutated));
  });

  it("names an area for each folder below components and policy-pack", () =>
    assert.deepEqual(["components/aws/cidr.ts", "policy-pack/catalogue.ts", "core/stack.ts"].map(areaOf), [
      "components/aws",
      "policy-pack",
      "core",
    ]));
});

describe("tests that run against a mutant", () => {
  it("do not include generated documentation and tools", () => {
    const tests = mutantTests(root);
    assert.ok(tests.includes("tests/programs/permissions.test.ts"));
    assert.deepEqual(
      tests.filter((file) => /docs|writing|unit\/(cli|mutants|repository|sandbox)|tests\/engine/.test(file)),
      [],
    );
  });

  it("do not depend on the mutation tester, so that its own change keeps results", () =>
    assert.deepEqual(
      inputFiles(root).filter((file) => file.includes("mutants/")),
      [],
    ));

  const coverage = {
    "tests/unit/slow.test.ts": { seconds: 9, parts: { "core/stack.ts": [0, 1] }, files: [] },
    "tests/unit/fast.test.ts": { seconds: 1, parts: { "core/stack.ts": [0, 1] }, files: [] },
    "tests/unit/other.test.ts": { seconds: 1, parts: { "core/stack.ts": [0] }, files: [] },
  };

  it("run the code of the mutant, and start with the fastest", () =>
    assert.deepEqual(namesFor("core/stack.ts", 1, coverage, new KillHistory()), ["tests/unit/fast.test.ts", "tests/unit/slow.test.ts"]));

  it("start with a test that killed other mutants of the file", () => {
    const history = new KillHistory();
    for (let i = 0; i < 20; i++) {
      history.note("core/stack.ts", "tests/unit/fast.test.ts", false);
      history.note("core/stack.ts", "tests/unit/slow.test.ts", true);
    }
    assert.equal(namesFor("core/stack.ts", 1, coverage, history)[0], "tests/unit/slow.test.ts");
  });
});

describe("a slow test that kills no mutant of a file", () => {
  const coverage = {
    "tests/unit/slow.test.ts": { seconds: 60, parts: { "core/stack.ts": [0], "core/preflight.ts": [0] }, files: [] },
    "tests/unit/fast.test.ts": { seconds: 1, parts: { "core/stack.ts": [0] }, files: [] },
  };
  const history = new KillHistory();
  before(() => {
    for (let i = 0; i < 3; i++) for (const test of Object.keys(coverage)) history.note("core/stack.ts", test, false);
  });

  it("does not run again for that file", () =>
    assert.deepEqual(namesFor("core/stack.ts", 0, coverage, history), ["tests/unit/fast.test.ts"]));

  it("runs for other files, and after it killed a mutant", () => {
    assert.deepEqual(namesFor("core/preflight.ts", 0, coverage, history), ["tests/unit/slow.test.ts"]);
    history.note("core/stack.ts", "tests/unit/slow.test.ts", true);
    assert.equal(namesFor("core/stack.ts", 0, coverage, history).length, 2);
  });
});

describe("parts of slow tests", () => {
  it("exist for test files that exist", () =>
    assert.deepEqual(
      Object.keys(slowTests).filter((file) => !mutantTests(root).includes(file)),
      [],
    ));

  it("are selected by the file of the mutant, and other tests run completely", () => {
    const wiring = "tests/programs/wiring/wiring.test.ts";
    assert.deepEqual(testRunOf("tests/unit/a.test.ts", "core/stack.ts"), { test: "tests/unit/a.test.ts" });
    const titles = new RegExp(testRunOf(wiring, "components/monitoring/budget.ts")!.titles!);
    assert.ok(titles.test("wiring of cloister-environment monitoring.budget.emails [] -> [...]"));
    assert.ok(!titles.test("wiring of cloister-environment studio.images [] -> [...]"));
    assert.equal(testRunOf(wiring, "policy-pack/catalogue.ts"), undefined);
  });
});

describe("coverage of a source file", () => {
  const text = "const f = (a: number) => ({ a });\nfunction g() {\n  return [1, 2].map((num) => num + 1);\n}\n";

  it("counts the file and the functions that run", () => {
    const parts: number[] = [];
    const code = instrumented("a.ts", text).replace(": number", "");
    (globalThis as Record<string, unknown>)[HOOK] = (_: string, part: number) => parts.push(part);
    try {
      assert.deepEqual(new Function(`${code}; return [f(7), g()];`)(), [{ a: 7 }, [2, 3]]);
    } finally {
      delete (globalThis as Record<string, unknown>)[HOOK];
    }
    assert.deepEqual(parts, [0, 1, 2, 3, 3]);
  });

  it("assigns each position to the innermost function", () => {
    const part = partOf("a.ts", text);
    assert.deepEqual(
      ["const f", "({ a })", "return", "num + 1", "\n"].map((words) => part(words === "\n" ? text.length - 1 : text.indexOf(words))),
      [0, 1, 2, 3, 0],
    );
  });
});

describe("help of npm run mutants", function () {
  this.timeout(60_000);
  it("reports that the first run measures for minutes, also for a small sample", () => {
    const { scripts } = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };
    const [program, ...args] = scripts.mutants!.split(" ");
    const help = execFileSync(program!, [...args, "--help"], { cwd: root, encoding: "utf8" });
    assert.match(help.replaceAll(/\s+/g, " "), /first measures for minutes which code each test runs, also for a small sample/);
  });
});

describe("report of a run", () => {
  const run = (outcomes: Outcome[], accepted: Parameters<typeof reportOf>[1] = []) => {
    const tested = outcomes.map((outcome, i) => ({ mutant: mutant({ occurrence: i, replacement: `${i}` }), outcome }));
    return reportOf(
      tested,
      accepted,
      tested.map((item) => item.mutant),
    );
  };
  const killed: Outcome = { status: "killed", test: "a" };
  const survived: Outcome = { status: "survived" };

  it("counts killed mutants and time limits, of the mutants that compile", () => {
    const { score } = run([killed, { status: "timed out", test: "a" }, survived, { status: "not covered" }, { status: "not compiled" }]);
    assert.equal(score, 0.5);
  });

  it("lists mutants that no test kills with file, line, original and new text", () => {
    const { text } = run([survived]);
    assert.match(text, /survived: components\/storage\/plan\.ts:7 \(planStorage\) comparison\n {4}a === b\n {2}→ 0/);
  });

  it("does not count accepted mutants, and reports entries that match no mutant", () => {
    const entry = { file: "components/storage/plan.ts", original: "a  ===\n b", replacement: "0", reason: "the same" };
    const { score, text } = run([survived, killed], [entry, { ...entry, replacement: "9" }]);
    assert.equal(score, 1);
    assert.doesNotMatch(text, /survived: /);
    assert.equal(text.match(/which is no mutant/g)?.length, 1);
  });

  const scoreText = (kills: number, others: number) =>
    /Score: (\S+ %)/.exec(run([...Array<Outcome>(kills).fill(killed), ...Array<Outcome>(others).fill(survived)]).text)?.[1];

  it("rounds the score", () => assert.deepEqual([scoreText(2, 1), scoreText(1, 2), scoreText(19, 1)], ["66.7 %", "33.3 %", "95.0 %"]));

  it("does not round the score up to the required score, or to 100 %", () =>
    assert.deepEqual([scoreText(1899, 101), scoreText(1999, 1), scoreText(1, 0)], ["94.9 %", "99.9 %", "100.0 %"]));

  it("matches accepted mutants by their text, and by their declaration if the entry has one", () => {
    const entry = { file: "components/storage/plan.ts", original: "a === b", replacement: "a !== b", reason: "the same" };
    assert.ok(accepts(entry, mutant({ line: 99 })));
    assert.ok(!accepts({ ...entry, within: "another" }, mutant()));
    assert.ok(!accepts(entry, mutant({ file: "core/stack.ts" })));
  });
});

describe("process that runs mutants", function () {
  this.timeout(120_000);
  const test = "tests/unit/components/trust-evaluation.test.ts";
  const file = "components/aws/trust-evaluation.ts";
  const text = fs.readFileSync(path.join(root, file), "utf8");
  let worker: Worker;
  before(() => (worker = new Worker({ [test]: { seconds: -1, parts: {}, files: [] } })));
  after(() => worker.stop());
  const statusOf = async (changed: string) => (await worker.test({ file, text: changed }, [{ test }])).outcome.status;

  it("kills a mutant that a test notices, and no other", async () => {
    assert.equal(await statusOf(text), "survived");
    assert.equal(await statusOf(text.replaceAll("Allow", "Deny")), "killed");
    assert.equal(await statusOf(`${text}\n// A comment.`), "survived");
    assert.equal(await statusOf(`${text}\nthrow new Error("mutant");`), "killed");
    assert.equal((await worker.test(undefined, [{ test }])).outcome.status, "survived");
  });

  it("stops a mutant that never ends, and continues in another process", async () => {
    assert.equal(await statusOf(`${text}\nfor (;;);`), "timed out");
    assert.equal(await statusOf(text), "survived");
  });

  it("runs a test again that stops at its time limit, so that a busy machine kills no mutant", async () => {
    const marker = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "mutants-")), "started");
    const once = `${text}\nimport * as fs from "node:fs";\nif (!fs.existsSync("${marker}")) { fs.writeFileSync("${marker}", ""); for (;;); }`;
    assert.equal((await worker.confirmed({ file, text: once }, [{ test }])).outcome.status, "survived");
    assert.equal((await worker.confirmed({ file, text: `${text}\nfor (;;);` }, [{ test }])).outcome.status, "timed out");
  });

  it("measures which code a test runs", async () => {
    worker.stop();
    const { parts } = await worker.cover(test);
    assert.ok(parts[file]!.length > 1);
    assert.ok(!("components/studio/plan.ts" in parts));
  });
});
