/** One long-running task. `done` or `fail` ends it once. */
export interface Step {
  /** Replaces the text beside the title, for example `412 MB of 2.0 GB`. */
  update(text: string): void;
  /** Ends the step; the text is its result. */
  done(text?: string): void;
  /** Ends the step as failed; the text is the reason in one line. */
  fail(text: string): void;
}

/** Receives the progress of long-running work. The command line prints it; tests collect it. */
export interface Progress {
  step(title: string): Step;
  /** A line for the user that belongs to no step. */
  note(text: string): void;
}

/** Discards everything. */
export const silent: Progress = {
  step: () => ({ update() {}, done() {}, fail() {} }),
  note() {},
};
