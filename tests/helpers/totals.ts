/** Totals of one mocha process. The file is written when the run ends, and is missing when the process was killed. */
export interface Totals {
  passed: number;
  failed: number;
  skipped: string[];
}
