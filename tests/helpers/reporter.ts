import * as fs from "node:fs";
import { reporters, Runner } from "mocha";

import { type Totals } from "./totals";

/** Mocha's `spec` reporter that also writes the totals to the file in `TEST_TOTALS`, so that runs can be added up. */
class TotalsReporter extends reporters.Spec {
  constructor(runner: Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const skipped: string[] = [];
    runner.on(Runner.constants.EVENT_TEST_PENDING, (test) => skipped.push(test.fullTitle()));
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const totals: Totals = { passed: this.stats.passes, failed: this.stats.failures, skipped };
      if (process.env.TEST_TOTALS) fs.writeFileSync(process.env.TEST_TOTALS, JSON.stringify(totals));
    });
  }
}

export = TotalsReporter;
