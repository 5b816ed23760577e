// Assertions on problems of settings.
import assert from "node:assert/strict";

/** Asserts that there is exactly one problem, and that it is of this setting and contains these texts. */
export function assertOneProblem(problems: readonly string[], setting: string, ...texts: string[]): void {
  assert.equal(problems.length, 1, problems.join("\n"));
  assert.ok(problems[0]!.startsWith(`'${setting}'`), problems[0]);
  for (const text of texts) assert.ok(problems[0]!.includes(text), `${problems[0]} has no "${text}"`);
}
