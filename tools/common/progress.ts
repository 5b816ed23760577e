/** One piece of long work: told what it is at, then ended once by `done` or `fail`. */
export interface Step {
  /** Replaces what is shown beside the title, for instance `412 MB of 2.0 GB`. */
  update(text: string): void;
  /** Ends the step; the text says what came of it. */
  done(text?: string): void;
  /** Ends the step as failed; the text says why in one line. */
  fail(text: string): void;
}

/** Where long work reports to. The command line shows it; tests collect it. */
export interface Progress {
  step(title: string): Step;
  /** A line for people that belongs to no step. */
  note(text: string): void;
}

/** Reports nowhere. */
export const silent: Progress = {
  step: () => ({ update() {}, done() {}, fail() {} }),
  note() {},
};
