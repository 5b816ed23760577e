// A process that runs tests against mutants, one after the other.
import fc from "fast-check";
import { change, installLoader, runFile, unloadAll } from "./loader";
import "../helpers/mocha-setup";
import { isMutated } from "./config";

/** Requests of the parent process. */
export type Request =
  /** Runs a test file without a mutant, and reports which code it runs. */
  | { kind: "cover"; test: string }
  /** Runs test files in this order until one fails. Without a mutant, the run shows that this process is still sound. */
  | { kind: "test"; mutant?: { file: string; text: string }; tests: TestRun[] };

/** A test file, or the tests in the file whose titles match a regular expression. */
export interface TestRun {
  test: string;
  titles?: string;
}

export type Reply =
  | { kind: "started"; test: string }
  | { kind: "covered"; seconds: number; parts: Record<string, number[]>; files: string[]; failure?: string }
  /** `memory` is the size of the process in bytes. */
  | { kind: "tested"; memory: number; failure?: { file: string; test: string; message: string } };

const send = (reply: Reply) => void process.send!(reply);
let isCovering = false;

async function answer(request: Request): Promise<void> {
  if (request.kind === "cover") {
    if (!isCovering) installLoader(isMutated);
    isCovering = true;
    unloadAll();
    const { seconds, parts, files, failure } = await runFile(request.test);
    return send({ kind: "covered", seconds, parts, files, ...(failure && { failure: `${failure.test}: ${failure.message}` }) });
  }
  if (isCovering) throw new Error("a process that measures coverage cannot run mutants");
  change(request.mutant?.file, request.mutant?.text);
  for (const { test, titles } of request.tests) {
    send({ kind: "started", test });
    const { failure } = await runFile(test, titles === undefined ? undefined : new RegExp(titles));
    if (failure) return send({ kind: "tested", memory: process.memoryUsage.rss(), failure: { file: test, ...failure } });
  }
  send({ kind: "tested", memory: process.memoryUsage.rss() });
}

process.exit = ((code?: number) => {
  throw new Error(`process.exit(${code ?? ""})`);
}) as typeof process.exit;
// Fewer inputs cost less time, and the same inputs in each run give the same results.
fc.configureGlobal({ numRuns: 30, seed: 1 });
installLoader();
process.on("message", (request: Request) => void answer(request));
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
