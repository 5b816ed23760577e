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

const isRecording = () => Boolean(process.env[RECORD]);
const read = (file: string) => (fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, "utf8")) as Recording) : {});

function write(file: string, recording: Recording): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, textOf(recording));
}

function assertEqual(file: string, test: string, recorded: Recording, result: Recording): void {
  const differences = [...new Set([...Object.keys(recorded), ...Object.keys(result)])].flatMap((group) => {
    const [was, is] = [recorded[group] ?? {}, result[group] ?? {}];
    return [...new Set([...Object.keys(was), ...Object.keys(is)])]
      .map((name) => ({ name, was: JSON.stringify(was[name]), is: JSON.stringify(is[name]) }))
      .filter((one) => one.was !== one.is)
      .map((one) => `${group}, ${one.name}\n  recorded: ${one.was}\n  now:      ${one.is}`);
  });
  const more = differences.length > SHOWN ? `\n… and ${differences.length - SHOWN} more` : "";
  assert.ok(
    differences.length === 0,
    `${path.relative(root, file)} differs:\n${differences.slice(0, SHOWN).join("\n")}${more}\n` +
      `If the difference is intended, record again, and review the difference: ${RECORD}=1 npx mocha ${path.relative(root, test)}`,
  );
}

/** Asserts that a result is as recorded in `file`. `test` is the test file with the assertion, for the command in the failure. */
export function assertRecorded(file: string, test: string, found: Recording): void {
  const result = plain(found);
  if (isRecording()) write(file, result);
  else assertEqual(file, test, read(file), result);
}

/** What the current test notes. Absent in tests without a recording. */
let notes: Record<string, unknown> | undefined;

/** Adds a result to the recording of the current test, such as the complete result of a function that the test calls. */
export function note(result: unknown): void {
  if (notes) notes[String(Object.keys(notes).length + 1)] = result;
}

/** Records what each test of a file notes, beside the file. Call this when the file loads. */
export function recordNotes(test: string): void {
  const file = path.join(path.dirname(test), "recorded", `${path.basename(test, ".test.ts")}.json`);
  const recorded = read(file);
  const all: Recording = {};
  beforeEach(function () {
    if (this.currentTest?.file === test) notes = {};
  });
  afterEach(function () {
    const current = this.currentTest!;
    if (current.file !== test) return;
    const found = notes ?? {};
    notes = undefined;
    if (current.state !== "passed" || Object.keys(found).length === 0) return;
    const title = current.fullTitle();
    all[title] = found;
    if (!isRecording()) assertEqual(file, test, { [title]: recorded[title] ?? {} }, plain({ [title]: found }));
  });
  after(() => {
    if (isRecording()) write(file, plain(all));
  });
}
