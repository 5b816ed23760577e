/** What one mocha process ran. Written when the run ended by itself; a missing file means it did not. */
export interface Totals {
  passed: number;
  failed: number;
  skipped: string[];
}
