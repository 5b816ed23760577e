// Asserts problems with settings.
import assert from "node:assert/strict";
import { type Problem, problemText } from "@cloister/components/stack/preflight";

/** Asserts that exactly one problem exists, and that the problem names this setting and contains these texts. */
export function assertOneProblem(problems: readonly Problem[], setting: string, ...texts: string[]): void {
  const [problem, ...others] = problems.map(problemText);
  assert.ok(problem !== undefined && others.length === 0, `${problems.length} problems`);
  assert.ok(problem.startsWith(`'${setting}'`), problem);
  for (const text of texts) assert.ok(problem.includes(text), `${problem} has no "${text}"`);
}
