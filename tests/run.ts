import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as readline from "node:readline";
import { Command } from "commander";
import { terminalProgress } from "@cloister/common";
import { ensureToolchain } from "@cloister/toolchain";
import { type Totals } from "./helpers/totals";

const root = path.resolve(__dirname, "..");
const bin = (name: string) => path.join(root, "node_modules", ".bin", name);
const sources = ["core", "environment", "target-accounts", "components", "policy-pack", "tools", "tests", "docs", "index.ts"];

interface Suite {
  name: string;
  about: string;
  /** Why the suite runs only with `--only`. */
  onRequest?: string;
  /** A check is one command that passes or fails. Each test folder or file runs in its own process: mocks and worlds are global state. */
  run: { check: string[] } | { folders: string[] } | { files: string; needs: "toolchain" };
}

/** In the order of their start: checks that fail fast first, then long tasks. Short tasks keep all cores busy until the end. */
const suites: Suite[] = [
  { name: "types", about: "tsc --strict over everything", run: { check: ["npm", "run", "--silent", "typecheck"] } },
  { name: "lint", about: "eslint", run: { check: [bin("eslint"), "."] } },
  { name: "format", about: "prettier", run: { check: [bin("prettier"), "--check", "--log-level", "warn", "."] } },
  {
    name: "layering",
    about: "allowed imports between parts",
    run: { check: [bin("depcruise"), "--config", ".dependency-cruiser.cjs", ...sources] },
  },
  { name: "shell", about: "shellcheck on every shell script, in the repository and as rendered", run: { folders: ["tests/shell"] } },
  {
    name: "unit",
    about: "pure functions, properties, policies, programs under mocks",
    run: { folders: ["tests/programs", "tests/unit", "tests/policies", "tests/property"] },
  },
  {
    name: "engine",
    about: "real Pulumi engine, AWS provider and policy pack against the sandbox",
    run: { files: "tests/engine", needs: "toolchain" },
  },
  { name: "sandbox", about: "the sandbox through AWS SDKs and the AWS CLI", run: { files: "tests/sandbox", needs: "toolchain" } },
  {
    name: "variants",
    about: "deployments that differ from the example organization, with the real engine",
    onRequest: "takes half an hour",
    run: { files: "tests/variants", needs: "toolchain" },
  },
  {
    name: "faults",
    about: "updates, destroys and launches that are cut, killed, throttled or denied, with the real engine",
    onRequest: "takes half an hour",
    run: { files: "tests/faults", needs: "toolchain" },
  },
  {
    name: "changes",
    about: "changes of each setting and of the version in deployed stacks, with the real engine",
    onRequest: "takes fifteen minutes",
    run: { files: "tests/changes", needs: "toolchain" },
  },
];

/** One process that runs a part of a suite. */
interface Task {
  suite: string;
  /** `engine/network` */
  name: string;
  run: (print: (line: string) => void) => Promise<Totals>;
}

function tasksOf({ name, run: what }: Suite, grep: string | undefined): Task[] {
  if ("check" in what) return [{ suite: name, name, run: (print) => check(what.check, print) }];
  const task = (spec: string, from: string): Task => ({
    suite: name,
    name: from === `tests/${name}` ? name : `${name}/${path.basename(from, ".test.ts")}`,
    run: (print) => mocha(spec, grep, print),
  });
  if ("folders" in what) return what.folders.map((folder) => task(`${folder}/**/*.test.ts`, folder));
  const files = fs.readdirSync(path.join(root, what.files)).filter((file) => file.endsWith(".test.ts"));
  return files.map((file) => task(`${what.files}/${file}`, file));
}

// Engine suites also wait for the provider, so one more task than cores keeps the cores busy.
const defaultJobs = os.availableParallelism() + 1;

async function main(): Promise<void> {
  const options = new Command("npm test --")
    .description("Run all checks and tests. The last line shows the totals.")
    .option("--only <suites>", `run only these suites, comma-separated: ${suites.map((s) => s.name).join(", ")}`)
    .option("--grep <text>", "run only mocha tests whose title contains this text")
    .option("--jobs <count>", "number of tasks to run in parallel (default: number of cores and one)", String(defaultJobs))
    .addHelpText(
      "after",
      `\nSuites:\n${suites.map((s) => `  ${s.name.padEnd(10)}${s.about}${s.onRequest ? ` (only with --only: ${s.onRequest})` : ""}`).join("\n")}\n\nExample: npm test -- --only unit,engine --grep destroy`,
    )
    .parse(process.argv)
    .opts<{ only?: string; grep?: string; jobs: string }>();
  const jobs = Number(options.jobs);
  if (!Number.isInteger(jobs) || jobs < 1)
    throw new Error(`--jobs must be an integer of 1 or more (got '${options.jobs}'). Example: npm test -- --jobs 2`);
  const wanted = options.only?.split(",") ?? suites.filter((s) => s.onRequest === undefined).map((s) => s.name);
  const unknown = wanted.filter((name) => !suites.some((s) => s.name === name));
  if (unknown.length > 0)
    throw new Error(`--only must specify existing suites (got ${unknown.join(", ")}). Suites: ${suites.map((s) => s.name).join(", ")}.`);

  const chosen = suites.filter(({ name }) => wanted.includes(name));
  if (chosen.some(({ run: what }) => "needs" in what)) await ensureToolchain(terminalProgress());
  const tasks = chosen.flatMap((suite) => tasksOf(suite, options.grep));
  const sum: Totals = { passed: 0, failed: 0, skipped: [] };
  const failed: string[] = [];
  const spent = new Map<string, { seconds: number; tests: number }>(chosen.map(({ name }) => [name, { seconds: 0, tests: 0 }]));
  const width = Math.max(...tasks.map(({ name }) => name.length));
  await inParallel(jobs, tasks, async ({ suite, name, run: work }) => {
    const started = Date.now();
    const label = name.padEnd(width);
    console.log(`== ${label}  started`);
    const totals = await work((line) => console.log(tasks.length > 1 ? `${label} | ${line}` : line));
    sum.passed += totals.passed;
    sum.failed += totals.failed;
    sum.skipped.push(...totals.skipped);
    if (totals.failed > 0) failed.push(name);
    const seconds = (Date.now() - started) / 1000;
    const share = spent.get(suite)!;
    share.seconds += seconds;
    share.tests += totals.passed + totals.failed;
    console.log(`== ${label}  ${totals.passed} passed, ${totals.failed} failed in ${Math.round(seconds)} s`);
  });
  console.log(`\n${sharesText(spent)}`);
  const left = suites.filter(({ name }) => !wanted.includes(name)).map(({ name }) => name);
  if (left.length > 0) console.log(`\nNot run: ${left.join(", ")}. To run one: npm test -- --only ${left[0]}`);
  for (const title of sum.skipped) console.log(`Skipped: ${title}`);
  if (failed.length > 0) console.log(`\nFailed: ${failed.join(", ")}. The output above starts each line with the name of its task.`);
  // The CI system reads this line.
  console.log(`\n${sum.passed} passed, ${sum.failed} failed, ${sum.skipped.length} skipped`);
  process.exitCode = sum.failed > 0 || sum.passed === 0 ? 1 : 0;
}

/** One line per suite: its tests, the seconds of its tasks, and its share of all seconds. CONTRIBUTING.md has the budget. */
function sharesText(spent: Map<string, { seconds: number; tests: number }>): string {
  const all = Math.max(
    [...spent.values()].reduce((sum, { seconds }) => sum + seconds, 0),
    1,
  );
  const rows = [...spent].map(([suite, { seconds, tests }]) =>
    [
      suite.padEnd(10),
      `${tests} tests`.padStart(11),
      `${Math.round(seconds)} s`.padStart(8),
      `${Math.round((100 * seconds) / all)} %`.padStart(6),
    ].join(""),
  );
  return ["Share of each suite in the time of all tasks:", ...rows].join("\n");
}

/** Runs `work` on the items in order, at most `count` in parallel. */
async function inParallel<T>(count: number, list: T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = list.values();
  await Promise.all(
    Array.from({ length: count }, async () => {
      for (const item of rest) await work(item);
    }),
  );
}

async function check(command: string[], print: (line: string) => void): Promise<Totals> {
  const code = await run(command, print);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: [] };
}

async function mocha(spec: string, grep: string | undefined, print: (line: string) => void): Promise<Totals> {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "cloister-totals-")), "totals.json");
  const args = ["--forbid-only", "--reporter", path.join(__dirname, "helpers", "reporter.ts"), ...(grep ? ["--fgrep", grep] : []), spec];
  const code = await run([bin("mocha"), ...args], print, { TEST_TOTALS: file });
  const totals = fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, "utf8")) as Totals) : undefined;
  fs.rmSync(path.dirname(file), { recursive: true });
  if (!totals) {
    print(`mocha exited with code ${code} before it reported totals: ${spec}`);
    return { passed: 0, failed: 1, skipped: [] };
  }
  // Mocha can fail without a failed test, for example when a file cannot be loaded.
  return code !== 0 && totals.failed === 0 ? { ...totals, failed: 1 } : totals;
}

function run(command: string[], print: (line: string) => void, env: Record<string, string> = {}): Promise<number> {
  const [file, ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(file!, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
    for (const stream of [child.stdout, child.stderr]) readline.createInterface(stream).on("line", print);
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  console.log("\n0 passed, 1 failed, 0 skipped");
  process.exitCode = 1;
});
