// Writes the summary of a run. Pure.
import { accepts, type Accepted } from "./accepted";
import { areaOf } from "./config";
import { type Mutant, type Outcome } from "./mutant";

export interface TestedMutant {
  mutant: Mutant;
  outcome: Outcome;
}

/** The share of mutants that tests must kill. */
export const REQUIRED = 0.95;

const columns = ["killed", "timed out", "survived", "not covered", "accepted", "not compiled"] as const;
type Column = (typeof columns)[number];

const isMissed = ({ status }: Outcome) => status === "survived" || status === "not covered";

const columnOf = ({ mutant, outcome }: TestedMutant, accepted: Accepted[]): Column =>
  isMissed(outcome) && accepted.some((entry) => accepts(entry, mutant)) ? "accepted" : outcome.status;

type Counts = Record<Column, number>;
const countsOf = (found: Column[]) =>
  Object.fromEntries(columns.map((column) => [column, found.filter((item) => item === column).length])) as Counts;

/** Killed mutants and mutants whose tests stopped at their time limit, of all that compile and are not accepted. */
export function scoreOf(counts: Counts): number {
  const detected = counts.killed + counts["timed out"];
  const all = detected + counts.survived + counts["not covered"];
  return all === 0 ? 1 : detected / all;
}

/** One decimal, rounded. A score below the required score, or below 100 %, is rounded down where it would reach that value. */
function percent(score: number): string {
  const rounded = Math.round(score * 1000) / 1000;
  const isRaised = [REQUIRED, 1].some((limit) => score < limit && rounded >= limit);
  return `${((isRaised ? Math.floor(score * 1000) / 1000 : rounded) * 100).toFixed(1)} %`;
}

const oneLine = (text: string, length: number) => {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
};

export const mutantText = ({ file, line, within, operator, original, replacement }: Mutant) =>
  `${file}:${line}${within ? ` (${within})` : ""} ${operator}\n    ${oneLine(original, 160)}\n  → ${oneLine(replacement, 160) || "(nothing)"}`;

function table(rows: string[][]): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  ")).join("\n");
}

export interface Report {
  text: string;
  score: number;
}

/** Accepted entries that match no mutant, of the files in the run. */
export const unmatched = (accepted: Accepted[], all: Mutant[]): Accepted[] =>
  accepted.filter((entry) => !all.some((mutant) => accepts(entry, mutant)));

/** `all` are the mutants that exist, in the run or not. */
export function reportOf(tested: TestedMutant[], accepted: Accepted[], all: Mutant[]): Report {
  const byArea = new Map<string, Column[]>();
  for (const item of tested) {
    const area = areaOf(item.mutant.file);
    byArea.set(area, [...(byArea.get(area) ?? []), columnOf(item, accepted)]);
  }
  const total = countsOf([...byArea.values()].flat());
  const row = (name: string, counts: Counts) => [name, percent(scoreOf(counts)), ...columns.map((column) => String(counts[column]))];
  const rows = [
    ["area", "score", ...columns],
    ...[...byArea].sort(([a], [b]) => (a < b ? -1 : 1)).map(([area, found]) => row(area, countsOf(found))),
    row("all", total),
  ];
  const missed = tested.filter((item) => isMissed(item.outcome) && columnOf(item, accepted) !== "accepted");
  const stale = unmatched(accepted, all);
  const score = scoreOf(total);
  const text = [
    ...(missed.length > 0
      ? ["Mutants that no test kills:", "", ...missed.map(({ mutant, outcome }) => `${outcome.status}: ${mutantText(mutant)}`), ""]
      : []),
    ...stale.map(
      ({ file, original }) =>
        `tests/mutants/accepted.ts lists '${oneLine(original, 80)}' of ${file}, which is no mutant. Remove the entry.`,
    ),
    table(rows),
    "",
    `Score: ${percent(score)} of the mutants that compile (required: ${percent(REQUIRED)}).`,
  ].join("\n");
  return { text, score };
}
