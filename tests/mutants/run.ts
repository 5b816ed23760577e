// Changes the code in many small ways and reports which changes no test notices: `npm run mutants -- --help`.
import * as fs from "node:fs";
import * as path from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { accepted } from "./accepted";
import { areaOf, mutantTests, mutatedFiles, textRulesOf } from "./config";
import { partOf } from "./coverage";
import { keyOf, mutated, type Mutant, type Outcome, type Result } from "./mutant";
import { mutantsOf } from "./operators";
import { type Coverage, inArea, isCovered, KillHistory, sampleOf, testRunOf, testsFor } from "./order";
import { Compiler, Worker } from "./pool";
import { mutantText, REQUIRED, reportOf } from "./report";
import { Store } from "./store";

const root = path.resolve(__dirname, "..", "..");

interface Options {
  area?: string;
  sample?: number;
  seed: number;
  all?: boolean;
  retry?: boolean;
  list?: boolean;
  jobs: number;
}

const count = (text: string): number => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError("It must be an integer of 1 or more.");
  return number;
};

function optionsOf(argv: string[]): Options {
  const command = new Command("npm run mutants --")
    .description(
      "Change the code in many small ways (mutants), and report the changes that no test notices. The exit code is 1 below 95 %.\n" +
        "A run first measures for minutes which code each test runs, also for a small sample. Later runs measure only tests whose code changed.\n" +
        "An interrupted run continues when the command is repeated, as long as code and tests are unchanged.",
    )
    .option("--sample <number>", "run a random selection of mutants", count)
    .option("--seed <number>", "select another sample", count, 1)
    .option("--area <folder>", "run only mutants of this folder or file, such as components/storage")
    .option("--all", "run all mutants: hours")
    .option("--retry", "run only the mutants that no test killed in earlier runs, and keep the other results")
    .option("--list", "list the mutants without running tests")
    .option("--jobs <number>", "number of processes that run tests", count, 1)
    .addHelpText(
      "after",
      "\nExamples:\n  npm run mutants -- --sample 200\n  npm run mutants -- --area components/storage\n  npm run mutants -- --sample 200 --retry",
    )
    .parse(argv);
  const options = command.opts<Options>();
  if (!options.all && options.sample === undefined && options.area === undefined)
    command.error("One of --sample, --area or --all is required. Example: npm run mutants -- --sample 200", { exitCode: 2 });
  return options;
}

const textOf = (file: string) => fs.readFileSync(path.join(root, file), "utf8");

function selected(all: Mutant[], { area, sample, seed }: Options): Mutant[] {
  const mutants = all.filter(inArea(area));
  if (mutants.length === 0) {
    const areas = [...new Set(all.map(({ file }) => areaOf(file)))].sort();
    throw new Error(`--area must name a folder with mutants (got '${area}'). Areas: ${areas.join(", ")}.`);
  }
  return sample === undefined ? mutants : sampleOf(mutants, sample, seed);
}

async function coverageOf(store: Store): Promise<Record<string, Coverage>> {
  const tests = mutantTests(root);
  const coverage: Record<string, Coverage> = {};
  const worker = new Worker();
  try {
    for (const [i, test] of tests.entries()) {
      let found = store.coverage(test);
      if (!found) {
        console.log(`Measuring which code runs: ${i + 1} of ${tests.length}, ${test}`);
        const { failure, seconds, parts, files } = await worker.cover(test);
        if (failure !== undefined) {
          console.log(`Left out, because it fails without a mutant: ${test}: ${failure.split("\n")[0]}`);
          continue;
        }
        found = { seconds, parts, files };
        store.setCoverage(test, found);
      }
      coverage[test] = found;
    }
  } finally {
    worker.stop();
  }
  return coverage;
}

const duration = (seconds: number) => (seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`);

/** A process runs this many mutants before it shows that its tests still pass without a mutant. */
const BATCH = 15;

class Run {
  private readonly history = new KillHistory();
  private readonly parts = new Map<string, (position: number) => number>();
  private readonly compiler = new Compiler();
  private done = 0;
  private readonly started = Date.now();
  readonly tally: Record<Outcome["status"], number> = { killed: 0, "timed out": 0, survived: 0, "not covered": 0, "not compiled": 0 };

  constructor(
    private readonly store: Store,
    private readonly coverage: Record<string, Coverage>,
    private readonly queue: Mutant[],
  ) {}

  async work(jobs: number): Promise<void> {
    const total = this.queue.length;
    try {
      await Promise.all(Array.from({ length: jobs }, () => this.loop(total)));
    } finally {
      this.compiler.stop();
    }
  }

  private async loop(total: number): Promise<void> {
    const worker = new Worker(this.coverage);
    let size = BATCH;
    try {
      while (this.queue.length > 0) {
        const batch = this.queue.splice(0, size);
        const results: [Mutant, Result][] = [];
        for (const mutant of batch) {
          const started = Date.now();
          const outcome = await this.outcomeOf(mutant, worker);
          results.push([mutant, { key: keyOf(mutant), ...outcome, seconds: (Date.now() - started) / 1000 }]);
          this.show(mutant, outcome, total);
        }
        if (await this.isSound(worker, results)) {
          for (const [, result] of results) this.store.add(result);
          size = BATCH;
        } else {
          console.log(`Tests fail without a mutant in this process. ${batch.length} mutants run again in another process.`);
          worker.stop();
          this.done -= batch.length;
          for (const [, { status }] of results) this.tally[status]--;
          this.queue.unshift(...batch);
          if (size === 1) throw new Error(`The tests that kill ${mutantText(batch[0]!)} also fail without it.`);
          size = Math.max(1, Math.floor(size / 6));
        }
      }
    } finally {
      worker.stop();
    }
  }

  /** Whether the tests that killed these mutants still pass without a mutant. */
  private async isSound(worker: Worker, results: [Mutant, Result][]): Promise<boolean> {
    const runs = results.flatMap(([{ file }, result]) => ("test" in result ? (testRunOf(result.test.split(": ")[0]!, file) ?? []) : []));
    const different = [...new Map(runs.map((run) => [JSON.stringify(run), run])).values()];
    return different.length === 0 || (await worker.test(undefined, different)).outcome.status === "survived";
  }

  private async outcomeOf(mutant: Mutant, worker: Worker): Promise<Outcome> {
    const { file } = mutant;
    const text = textOf(file);
    if (!this.parts.has(file)) this.parts.set(file, partOf(file, text));
    const part = this.parts.get(file)!(mutant.start);
    const tests = testsFor(file, part, this.coverage, this.history);
    if (!(await this.compiler.compiles(mutant))) return { status: "not compiled" };
    if (!isCovered(file, part, this.coverage)) return { status: "not covered" };
    const { outcome, ran } = await worker.confirmed({ file, text: mutated(text, mutant) }, tests);
    for (const test of ran) this.history.note(file, test, "test" in outcome && test === ran.at(-1));
    return outcome;
  }

  private show(mutant: Mutant, outcome: Outcome, total: number): void {
    this.done++;
    this.tally[outcome.status]++;
    const seconds = (Date.now() - this.started) / 1000;
    if (outcome.status === "survived" || outcome.status === "not covered") console.log(`${outcome.status}: ${mutantText(mutant)}`);
    if (this.done % 10 === 0 || this.done === total) {
      const counts = Object.entries(this.tally).map(([status, number]) => `${number} ${status}`);
      const left = (seconds / this.done) * (total - this.done);
      console.log(`${this.done} of ${total}: ${counts.join(", ")}. ${duration(seconds)}, about ${duration(left)} left.`);
    }
  }
}

async function main(): Promise<void> {
  const options = optionsOf(process.argv);
  const all = mutatedFiles(root).flatMap((file) => mutantsOf(file, textOf(file), textRulesOf(file)));
  const mutants = selected(all, options);
  if (options.list) return console.log(mutants.map(mutantText).join("\n"));
  const store = new Store(root);
  const results = options.retry ? store.earlier() : store.results();
  const isMissed = (result: Result | undefined) => !result || result.status === "survived" || result.status === "not covered";
  const current = store.results();
  const left = mutants.filter((mutant) => {
    const key = keyOf(mutant);
    return options.retry ? isMissed(results.get(key)) && !current.has(key) : !results.has(key);
  });
  console.log(`${mutants.length} of ${all.length} mutants selected; ${mutants.length - left.length} results kept, ${left.length} to run.`);
  if (left.length > 0) await new Run(store, await coverageOf(store), left).work(options.jobs);
  const known = new Map([...results, ...store.results()]);
  const tested = mutants.map((mutant) => ({ mutant, outcome: known.get(keyOf(mutant))! }));
  const { text, score } = reportOf(tested, accepted, all);
  console.log(`\n${text}`);
  const cost = tested.reduce((sum, { outcome }) => sum + (outcome as Result).seconds, 0);
  console.log(`Average: ${(cost / tested.length).toFixed(1)} s for each mutant.`);
  process.exitCode = score < REQUIRED ? 1 : 0;
}

void main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
});
