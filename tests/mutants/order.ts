// Orders tests so that a mutant dies early, and selects a sample. Pure.
import { createHash } from "node:crypto";
import { areaOf, slowTests } from "./config";
import { keyOf, type Mutant } from "./mutant";
import { type TestRun } from "./worker";

/** Measurements of one test file. */
export interface Coverage {
  seconds: number;
  /** By source file: the parts that run. */
  parts: Record<string, number[]>;
  /** All files of the repository that the test loads. */
  files: string[];
}

const words = (file: string) => new Set(file.toLowerCase().match(/[a-z]+/g));

/** How many words two paths share: tests have names similar to the names of their subjects. */
function similarity(source: string, test: string): number {
  const others = words(test);
  const found = [...words(source)].filter(
    (word) => others.has(word) && !["ts", "tests", "test", "components", "policy", "pack"].includes(word),
  );
  return found.length;
}

/** How often each test killed a mutant, of how often it ran, by source file. */
export class KillHistory {
  private readonly counts = new Map<string, { runs: number; kills: number }>();
  note(source: string, test: string, isKill: boolean): void {
    const key = `${source} ${test}`;
    const { runs, kills } = this.counts.get(key) ?? { runs: 0, kills: 0 };
    this.counts.set(key, { runs: runs + 1, kills: kills + (isKill ? 1 : 0) });
  }
  /** Whether a slow test ran against several mutants of a file and killed none. */
  isUseless(source: string, test: string, seconds: number): boolean {
    const { runs, kills } = this.counts.get(`${source} ${test}`) ?? { runs: 0, kills: 0 };
    return seconds > SLOW.seconds && kills === 0 && runs >= SLOW.tries;
  }
  chance(source: string, test: string): number {
    const { runs, kills } = this.counts.get(`${source} ${test}`) ?? { runs: 0, kills: 0 };
    const expected = Math.min(0.9, 0.05 + 0.25 * similarity(source, test));
    return (kills + 2 * expected) / (runs + 2);
  }
}

/** A slow test runs against this many mutants of a source file. If it kills none of them, it does not run again. */
const SLOW = { seconds: 8, tries: 3 };

/** The part of a test that runs against the mutants of a file. Undefined if nothing of the test does. */
export function testRunOf(test: string, source: string): TestRun | undefined {
  const selection = slowTests[test];
  if (!selection) return { test };
  const titles = selection(source);
  return titles && { test, titles: titles.source };
}

/** Whether a test runs a part of a source file. */
export const isCovered = (source: string, part: number, coverage: Record<string, Coverage>): boolean =>
  Object.values(coverage).some(({ parts }) => parts[source]?.includes(part));

/** The tests that run a part of a source file, in the order of kills for each second. */
export function testsFor(source: string, part: number, coverage: Record<string, Coverage>, record: KillHistory): TestRun[] {
  const worth = (test: string) => record.chance(source, test) / (coverage[test]!.seconds + 0.1);
  return Object.keys(coverage)
    .filter((test) => coverage[test]!.parts[source]?.includes(part) && !record.isUseless(source, test, coverage[test]!.seconds))
    .sort((a, b) => worth(b) - worth(a))
    .flatMap((test) => testRunOf(test, source) ?? []);
}

/** A random selection that changes little when other code changes. The same seed selects the same mutants. */
export function sampleOf(mutants: Mutant[], size: number, seed: number): Mutant[] {
  const rank = (mutant: Mutant) =>
    createHash("sha256")
      .update(`${seed} ${keyOf(mutant)}`)
      .digest("hex");
  const selected = mutants
    .map((mutant) => ({ mutant, rank: rank(mutant) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, size)
    .map(({ mutant }) => mutant);
  return mutants.filter((mutant) => new Set(selected).has(mutant));
}

/** Areas that differ from the request are a mistake of the caller. */
export const inArea = (area: string | undefined) => (mutant: Mutant) =>
  area === undefined ||
  mutant.file.startsWith(area.endsWith("/") ? area : `${area}/`) ||
  mutant.file === area ||
  areaOf(mutant.file) === area;
