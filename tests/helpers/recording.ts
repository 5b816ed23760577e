// Compares a result with a recorded result, or records it. A recording is one JSON file with a line for each entry.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";

/** Set this variable to record. */
const RECORD = "CLOISTER_RECORD";
const root = path.resolve(__dirname, "..", "..");
/** Differences that a failure lists. */
const SHOWN = 10;

/** Entries by group, such as the policy or the test case, and by name. */
export type Recording = Record<string, Record<string, unknown>>;

/** JSON cannot contain `undefined`. */
const plain = (value: Recording) => JSON.parse(JSON.stringify(value)) as Recording;
const sorted = <T>(value: Record<string, T>) => Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));

const textOf = (recording: Recording): string =>
  `{\n${sorted(recording)
    .map(([group, entries]) => {
      const lines = sorted(entries).map(([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)}`);
      return `  ${JSON.stringify(group)}: {${lines.length > 0 ? `\n${lines.join(",\n")}\n  ` : ""}}`;
    })
    .join(",\n")}\n}\n`;

/** Whether tests record. In CI, every test must compare. */
function isRecording(): boolean {
  if (!process.env[RECORD]) return false;
  assert.ok(!process.env.CI, `${RECORD} must not be set together with CI, because then tests do not compare. Fix: unset ${RECORD}`);
  return true;
}

const read = (file: string) => (fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, "utf8")) as Recording) : {});

function write(file: string, recording: Recording): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, textOf(recording));
}

/** The longest value that a failure prints in full. */
const LONG = 300;

/** Parts of two long values that differ, by path. Equal parts would hide the difference in thousands of characters. */
export function changedParts(was: unknown, is: unknown, at = ""): { at: string; was: string; is: string }[] {
  const [before, after] = [JSON.stringify(was), JSON.stringify(is)];
  if (before === after) return [];
  const areNested = [was, is].every((value) => typeof value === "object" && value !== null) && Array.isArray(was) === Array.isArray(is);
  if (!areNested || Math.max(before.length, after.length) <= LONG) return [{ at, was: before, is: after }];
  const [old, now] = [was, is] as Record<string, unknown>[];
  return [...new Set([...Object.keys(old!), ...Object.keys(now!)])].flatMap((key) => changedParts(old![key], now![key], `${at}[${key}]`));
}

/** The parts of each entry that differ. */
const differencesOf = (recorded: Recording, result: Recording): string[] =>
  [...new Set([...Object.keys(recorded), ...Object.keys(result)])].flatMap((group) => {
    const [was, is] = [recorded[group] ?? {}, result[group] ?? {}];
    return [...new Set([...Object.keys(was), ...Object.keys(is)])]
      .map((name) => ({ name, was: JSON.stringify(was[name]), is: JSON.stringify(is[name]) }))
      .filter((item) => item.was !== item.is)
      .map((item) => `${group}, ${item.name}\n  recorded: ${item.was}\n  now:      ${item.is}`);
  });

/** What a failure reports about a recording; undefined if nothing differs. */
function failureOf(file: string, test: string, differences: string[]): string | undefined {
  if (differences.length === 0) return undefined;
  const more = differences.length > SHOWN ? `\n… and ${differences.length - SHOWN} more` : "";
  return (
    `${path.relative(root, file)} differs:\n${differences.slice(0, SHOWN).join("\n")}${more}\n` +
    `If the difference is intended, record again, and review the difference: ${RECORD}=1 npx mocha ${path.relative(root, test)}`
  );
}

/** Asserts that a result is as recorded in `file`. `test` is the test file with the assertion, for the command in the failure. */
export function assertRecorded(file: string, test: string, found: Recording): void {
  const result = plain(found);
  if (isRecording()) return write(file, result);
  const failure = failureOf(file, test, differencesOf(read(file), result));
  if (failure !== undefined) assert.fail(failure);
}

/** What the current test notes. Absent in tests without a recording. */
let notes: Record<string, unknown> | undefined;

/** Adds a result to the recording of the current test, such as the complete result of a function that the test calls. */
export function note(result: unknown): void {
  if (notes) notes[String(Object.keys(notes).length + 1)] = result;
}

/** A test of a file with a recording. */
export interface NotedTest {
  title: string;
  /** Absent: the test did not run, for example because of --grep. */
  state?: "passed" | "failed" | "pending";
  notes: Record<string, unknown>;
}

/** The recording as it would be now. Keeps entries of tests that did not run, and with `.only` also of tests that mocha removed. */
export function recordingNow(recorded: Recording, tests: readonly NotedTest[], hasOnly: boolean): Recording {
  const titles = tests.map(({ title }) => title);
  const repeated = titles.filter((title, i) => titles.indexOf(title) !== i);
  assert.deepEqual(repeated, [], "tests with a recording must have different titles");
  const passed = new Map(tests.filter(({ state }) => state === "passed").map(({ title, notes: found }) => [title, found]));
  const kept = Object.entries(recorded).filter(([title]) => (hasOnly || titles.includes(title)) && !passed.has(title));
  const noted = [...passed].filter(([, found]) => Object.keys(found).length > 0);
  return plain(Object.fromEntries([...kept, ...noted]));
}

const testsIn = (suite: Mocha.Suite): Mocha.Test[] => [...suite.tests, ...suite.suites.flatMap(testsIn)];
/** Mocha has removed the other tests if one is marked with `.only`. The types of mocha lack this function. */
const hasOnlyIn = (suite: Mocha.Suite) => (suite as Mocha.Suite & { hasOnly(): boolean }).hasOnly();

/** Files of a run whose recordings are not compared yet, and failures. Mocha runs no further root hook after a failed one. */
const runs = new WeakMap<Mocha.Suite, { files: number; failures: string[] }>();

/** Writes the recording of a file, or returns what differs. */
function finish(test: string, suite: Mocha.Suite, notesOf: Map<Mocha.Runnable, Record<string, unknown>>): string | undefined {
  const file = path.join(path.dirname(test), "recorded", `${path.basename(test, ".test.ts")}.json`);
  const tests = testsIn(suite)
    .filter((item) => item.file === test)
    .map((test): NotedTest => ({ title: test.fullTitle(), ...(test.state && { state: test.state }), notes: notesOf.get(test) ?? {} }));
  try {
    const recorded = read(file);
    const now = recordingNow(recorded, tests, hasOnlyIn(suite));
    if (!isRecording()) return failureOf(file, test, differencesOf(recorded, now));
    if (tests.some(({ state }) => state === "failed")) return `${path.relative(root, file)} is not recorded, because a test failed`;
    write(file, now);
    return undefined;
  } catch (error) {
    return `${path.relative(root, test)}: ${(error as Error).message}`;
  }
}

/** Records what each test of a file notes, in the folder of the file. Call this when the file loads. */
export function recordNotes(test: string): void {
  const notesOf = new Map<Mocha.Runnable, Record<string, unknown>>();
  before(function () {
    const suite = this.test!.parent!;
    const run = runs.get(suite) ?? { files: 0, failures: [] };
    runs.set(suite, { ...run, files: run.files + 1 });
  });
  beforeEach(function () {
    if (this.currentTest!.file === test) notes = {};
  });
  afterEach(function () {
    if (this.currentTest!.file !== test) return;
    notesOf.set(this.currentTest!, notes ?? {});
    notes = undefined;
  });
  after(function () {
    const suite = this.test!.parent!;
    const run = runs.get(suite)!;
    const failure = finish(test, suite, notesOf);
    const { files, failures } = { files: run.files - 1, failures: [...run.failures, ...(failure === undefined ? [] : [failure])] };
    runs.set(suite, { files, failures });
    if (files === 0 && failures.length > 0) assert.fail(failures.join("\n\n"));
  });
}
