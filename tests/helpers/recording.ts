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

/** Asserts that a result is as recorded in `file`. `test` is the test file with the assertion, for the command in the failure. */
export function assertRecorded(file: string, test: string, found: Recording): void {
  const result = plain(found);
  if (process.env[RECORD]) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    return fs.writeFileSync(file, textOf(result));
  }
  const recorded = fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, "utf8")) as Recording) : {};
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
      `If the difference is intended, record again, and review the difference: ${RECORD}=1 npx mocha ${path.relative(root, test)} --grep recorded`,
  );
}
