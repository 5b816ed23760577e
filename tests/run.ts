import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Command } from "commander";
import { terminalProgress } from "@cloister/cli/progress";
import { ensureToolchain } from "@cloister/sandbox/toolchain";
import { type Totals } from "./helpers/totals";

const root = path.resolve(__dirname, "..");
const bin = (name: string) => path.join(root, "node_modules", ".bin", name);
const sources = ["core", "environment", "target-accounts", "components", "policy-pack", "sandbox", "cli", "tests", "docs", "index.ts"];

interface Suite {
  name: string;
  about: string;
  /** A check is one command that passes or fails; a mocha suite is a folder of tests. */
  run: { check: string[] } | { mocha: string[]; needs?: "toolchain" };
}

/** In the order in which they run: what fails fast comes first. */
const suites: Suite[] = [
  { name: "types", about: "tsc --strict over everything", run: { check: [bin("tsc"), "--noEmit", "-p", "tsconfig.check.json"] } },
  { name: "lint", about: "eslint", run: { check: [bin("eslint"), "."] } },
  { name: "format", about: "prettier", run: { check: [bin("prettier"), "--check", "--log-level", "warn", "."] } },
  { name: "layering", about: "who may import whom", run: { check: [bin("depcruise"), "--config", ".dependency-cruiser.cjs", ...sources] } },
  { name: "shell", about: "shellcheck over every shell script, as it is and as it is rendered", run: { mocha: ["tests/shell"] } },
  {
    name: "unit",
    about: "pure code, properties, guardrails, programs under mocks",
    run: { mocha: ["tests/unit", "tests/property", "tests/policies", "tests/programs"] },
  },
  { name: "sandbox", about: "the sandbox as AWS clients see it", run: { mocha: ["tests/sandbox"], needs: "toolchain" } },
  { name: "engine", about: "real engine, real provider, real pack", run: { mocha: ["tests/engine"], needs: "toolchain" } },
];

async function main(): Promise<void> {
  const options = new Command("npm test --")
    .description("Runs every check and test, in order, and ends with the totals of all of them.")
    .option("--only <suites>", `comma-separated: ${suites.map((s) => s.name).join(", ")}`)
    .option("--grep <text>", "only mocha tests whose title contains this text")
    .addHelpText(
      "after",
      `\nSuites:\n${suites.map((s) => `  ${s.name.padEnd(10)}${s.about}`).join("\n")}\n\nExample: npm test -- --only unit,engine --grep destroy`,
    )
    .parse(process.argv)
    .opts<{ only?: string; grep?: string }>();
  const wanted = options.only?.split(",") ?? suites.map((s) => s.name);
  const unknown = wanted.filter((name) => !suites.some((s) => s.name === name));
  if (unknown.length > 0) throw new Error(`--only names no suite: ${unknown.join(", ")}. Known: ${suites.map((s) => s.name).join(", ")}.`);

  const sum: Totals = { passed: 0, failed: 0, skipped: [] };
  let ready = false;
  for (const suite of suites.filter((s) => wanted.includes(s.name))) {
    console.log(`\n== ${suite.name}: ${suite.about}`);
    const started = Date.now();
    if ("mocha" in suite.run && suite.run.needs === "toolchain" && !ready) {
      await ensureToolchain(terminalProgress());
      ready = true;
    }
    const totals = "check" in suite.run ? await check(suite.run.check) : await mocha(suite.run.mocha, options.grep);
    sum.passed += totals.passed;
    sum.failed += totals.failed;
    sum.skipped.push(...totals.skipped);
    console.log(`== ${suite.name}: ${totals.passed} passed, ${totals.failed} failed in ${Math.round((Date.now() - started) / 1000)} s`);
  }
  if (wanted.length < suites.length)
    console.log(
      `\nNot run, as asked: ${suites
        .map((s) => s.name)
        .filter((name) => !wanted.includes(name))
        .join(", ")}.`,
    );
  for (const title of sum.skipped) console.log(`Skipped: ${title}`);
  // The one line that continuous integration reads.
  console.log(`\n${sum.passed} passed, ${sum.failed} failed, ${sum.skipped.length} skipped`);
  process.exitCode = sum.failed > 0 || sum.passed === 0 ? 1 : 0;
}

async function check(command: string[]): Promise<Totals> {
  const code = await run(command);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: [] };
}

/** One process for a folder: mocks and the program's configuration are global to a process. */
async function mocha(folders: string[], grep?: string): Promise<Totals> {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "cloister-totals-")), "totals.json");
  const specs = folders.filter((f) => fs.existsSync(path.join(root, f))).map((f) => `${f}/**/*.test.ts`);
  const args = [
    "--forbid-only",
    "--reporter",
    path.join(__dirname, "helpers", "reporter.ts"),
    ...(grep ? ["--fgrep", grep] : []),
    ...specs,
  ];
  const code = await run([bin("mocha"), ...args], { TEST_TOTALS: file });
  const totals = fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, "utf8")) as Totals) : undefined;
  fs.rmSync(path.dirname(file), { recursive: true });
  if (!totals) {
    console.error(`mocha ended with code ${code} before it could count: ${folders.join(", ")}`);
    return { passed: 0, failed: 1, skipped: [] };
  }
  // Mocha may fail without a failed test, for instance when a file does not load.
  return code !== 0 && totals.failed === 0 ? { ...totals, failed: 1 } : totals;
}

function run(command: string[], env: Record<string, string> = {}): Promise<number> {
  const [file, ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(file!, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, ...env } });
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  console.log("\n0 passed, 1 failed, 0 skipped");
  process.exitCode = 1;
});
