/** One long-running task. A call to `done` or `fail` ends the task; only the first call counts. */
export interface Step {
  /** Replaces the text next to the title, for example `412 MB of 2.0 GB`. */
  update(text: string): void;
  /** Ends the step; the text is its result. */
  done(text?: string): void;
  /** Ends the step as failed; the text is the reason in one line. */
  fail(text: string): void;
}

/** Receives the progress of long-running work. The command line prints it; tests collect it. */
export interface Progress {
  step(title: string): Step;
  /** Prints a line for the user that belongs to no step. */
  note(text: string): void;
}

/** Discards all progress. */
export const silent: Progress = {
  step: () => ({ update() {}, done() {}, fail() {} }),
  note() {},
};
