// Tests what recordings keep, compare and write, with test files that run in their own process.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { changedParts, type NotedTest, recordingNow } from "../helpers/recording";

const root = path.resolve(__dirname, "..", "..");
const passed = (title: string, ...notes: unknown[]): NotedTest => ({
  title,
  state: "passed",
  notes: Object.fromEntries(notes.map((note, i) => [String(i + 1), note])),
});

describe("recordings of tests", () => {
  const recorded = { one: { "1": "old" }, two: { "1": "same" } };

  it("contain what passed tests note", () => {
    assert.deepEqual(recordingNow({}, [passed("one", "new"), passed("two")], false), { one: { "1": "new" } });
    assert.deepEqual(recordingNow(recorded, [passed("one", "new"), passed("two")], false), { one: { "1": "new" } });
  });
  it("keep entries of tests that did not run or failed", () => {
    for (const other of [{}, { state: "failed" }, { state: "pending" }] as const)
      assert.deepEqual(recordingNow(recorded, [passed("one", "new"), { title: "two", notes: { "1": "new" }, ...other }], false), {
        one: { "1": "new" },
        two: { "1": "same" },
      });
  });
  it("lose entries without a test, unless mocha removed tests because of `.only`", () => {
    assert.deepEqual(recordingNow(recorded, [passed("one", "new")], false), { one: { "1": "new" } });
    assert.deepEqual(recordingNow(recorded, [passed("one", "new")], true), { one: { "1": "new" }, two: { "1": "same" } });
  });
  it("differ only in the changed parts of long values", () => {
    const long = { list: Array.from({ length: 50 }, (_, i) => `item ${i}`), inner: { a: "x".repeat(400), b: 1 } };
    const changed = { ...long, list: [...long.list.slice(0, 49), "other", "more"], inner: { ...long.inner, b: undefined } };
    assert.deepEqual(changedParts(long, changed, "1"), [
      { at: "1[list][49]", was: '"item 49"', is: '"other"' },
      { at: "1[list][50]", was: undefined, is: '"more"' },
      { at: "1[inner][b]", was: "1", is: undefined },
    ]);
    assert.deepEqual(changedParts({ a: 1 }, { a: 2 }, "1"), [{ at: "1", was: '{"a":1}', is: '{"a":2}' }]);
    assert.deepEqual(changedParts(long, { ...long }), []);
  });

  it("require tests with different titles", () =>
    assert.throws(() => recordingNow({}, [passed("one", 1), passed("one", 2)], false), /must have different titles/));

  describe("in a run of mocha", () => {
    let folder: string;
    const recording = (file: string) => path.join(folder, "recorded", `${file}.json`);
    /** Writes a test file whose tests note these values. A failed test has the value `fails`. */
    const writeTest = (file: string, notes: Record<string, string>) => {
      const tests = Object.entries(notes).map(
        ([title, value]) => `it("${title}", () => { note("${value}"); if ("${value}" === "fails") throw new Error("failed"); });`,
      );
      const helper = JSON.stringify(path.join(root, "tests", "helpers", "recording"));
      fs.writeFileSync(
        path.join(folder, `${file}.test.ts`),
        `const { note, recordNotes } = require(${helper});\nrecordNotes(__filename);\n${tests.join("\n")}\n`,
      );
    };
    const options = ["--no-config", "--require", "ts-node/register/transpile-only", "--extension", "ts"];
    const mocha = (env: Record<string, string>, ...args: string[]) => {
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [path.join(root, "node_modules", "mocha", "bin", "mocha.js"), ...options, ...args, path.join(folder, "*.test.ts")],
        { cwd: root, encoding: "utf8", env: { ...process.env, CI: "", CLOISTER_RECORD: "", ...env } },
      );
      return { status, output: stdout + stderr };
    };
    beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-recording-"))));
    afterEach(() => fs.rmSync(folder, { recursive: true }));

    it("run every test before they report all files that differ", () => {
      writeTest("first", { one: "1", two: "2" });
      writeTest("second", { three: "3" });
      assert.equal(mocha({ CLOISTER_RECORD: "1" }).status, 0);
      assert.equal(fs.readFileSync(recording("first"), "utf8"), '{\n  "one": {\n    "1": "1"\n  },\n  "two": {\n    "1": "2"\n  }\n}\n');
      writeTest("first", { one: "changed", four: "4" });
      writeTest("second", { three: "changed" });
      const { status, output } = mocha({});
      assert.notEqual(status, 0);
      assert.match(output, /3 passing/);
      assert.match(output, /first\.json differs:\s+one, 1\s+recorded: "1"\s+now: +"changed"\s+two, 1\s+recorded: "2"\s+now: +undefined/);
      assert.match(output, /four, 1\s+recorded: undefined\s+now: +"4"/);
      assert.match(output, /second\.json differs:\s+three, 1/);
    });
    it("write only what ran, only if no test failed, and never in CI", () => {
      const before = '{\n  "one": {\n    "1": "1"\n  },\n  "two": {\n    "1": "2"\n  }\n}\n';
      fs.mkdirSync(path.join(folder, "recorded"));
      fs.writeFileSync(recording("first"), before);
      writeTest("first", { one: "changed", two: "fails" });
      assert.match(mocha({ CLOISTER_RECORD: "1" }).output, /first\.json is not recorded, because a test failed/);
      assert.match(mocha({ CLOISTER_RECORD: "1", CI: "true" }, "--grep", "one").output, /CLOISTER_RECORD must not be set together with CI/);
      assert.equal(fs.readFileSync(recording("first"), "utf8"), before);
      assert.equal(mocha({ CLOISTER_RECORD: "1" }, "--grep", "one").status, 0);
      assert.equal(fs.readFileSync(recording("first"), "utf8"), before.replace('"1": "1"', '"1": "changed"'));
    });
  });
});
