/** One small change of the code, which at least one test must notice. */
export interface Mutant {
  /** Path from the root of the repository, `components/aws/cidr.ts`. */
  file: string;
  line: number;
  /** Nearest declaration with a name, such as the function or the table. */
  within: string;
  operator: string;
  /** The changed text of the file: its position, and what the report shows. */
  start: number;
  end: number;
  original: string;
  /** The replacement in reports. `removed` if the mutant deletes the code. */
  replacement: string;
  /** The text that replaces `start` to `end`. It differs from `replacement` by commas and brackets only. */
  insert: string;
  /** Distinguishes mutants with the same file, declaration, original text and replacement. */
  occurrence: number;
}

/** Identifies a mutant across edits of other lines in the file. */
export const keyOf = ({ file, within, original, replacement, occurrence }: Omit<Mutant, "line">): string =>
  JSON.stringify([file, within, original, replacement, occurrence]);

export const mutated = (text: string, { start, end, insert }: Mutant): string => text.slice(0, start) + insert + text.slice(end);

export type Outcome =
  /** A test failed, or stopped because of its time limit. */
  | { status: "killed" | "timed out"; test: string }
  /** All tests that run the code pass. */
  | { status: "survived" }
  /** No test runs the code. */
  | { status: "not covered" }
  /** The change is not valid TypeScript, so `npm run typecheck` rejects it. It does not count. */
  | { status: "not compiled" };

export type Result = Outcome & { key: string; seconds: number };
