// Starts and stops the processes that compile and run mutants.
import { type ChildProcess, fork } from "node:child_process";
import * as path from "node:path";
import { type Mutant, type Outcome } from "./mutant";
import { type Coverage } from "./order";
import { type Reply, type Request, type TestRun } from "./worker";

const start = (script: string): ChildProcess =>
  fork(path.join(__dirname, script), {
    execArgv: ["-r", "ts-node/register/transpile-only"],
    stdio: ["ignore", "ignore", process.env.MUTANTS_DEBUG ? "inherit" : "ignore", "ipc"],
  });

/** Compiles mutants in one process, which keeps the types of all packages. */
export class Compiler {
  private readonly child = start("compile.ts");
  private last: Promise<unknown> = Promise.resolve();

  compiles(mutant: Mutant): Promise<boolean> {
    const next = this.last.then(
      () =>
        new Promise<boolean>((resolve, reject) => {
          const onExit = () => reject(new Error("the process that compiles mutants ended"));
          this.child.once("exit", onExit);
          this.child.once("message", (answer: boolean) => {
            this.child.off("exit", onExit);
            resolve(answer);
          });
          this.child.send(mutant);
        }),
    );
    this.last = next.catch(() => undefined);
    return next;
  }

  stop(): void {
    this.child.kill("SIGKILL");
  }
}

/** Each mutant leaves memory behind. A larger process is replaced. */
const MEMORY = 2_000_000_000;

/** A run takes longer on a busy machine, so only a multiple of the usual time means an endless loop. */
const limitOf = (seconds: number) => 15 + 8 * seconds;

export interface TestedRun {
  outcome: Outcome;
  /** The tests that ran, in order. */
  ran: string[];
}

/** Runs tests in one process, and replaces the process when it hangs or dies. */
export class Worker {
  private child: ChildProcess | undefined;

  constructor(private readonly coverage: Record<string, Coverage> = {}) {}

  async cover(test: string): Promise<Coverage & { failure?: string }> {
    const { reply } = await this.send({ kind: "cover", test }, () => 600);
    if (reply?.kind !== "covered") throw new Error(`${test} did not finish when its coverage was measured`);
    return reply;
  }

  async test(mutant: { file: string; text: string } | undefined, tests: TestRun[]): Promise<TestedRun> {
    const { reply, ran } = await this.send({ kind: "test", ...(mutant && { mutant }), tests }, (test) =>
      limitOf(this.coverage[test]?.seconds ?? 10),
    );
    if (reply?.kind !== "tested") return { outcome: { status: "timed out", test: ran.at(-1) ?? "" }, ran };
    if (reply.memory > MEMORY) this.stop();
    const { failure } = reply;
    if (!failure) return { outcome: { status: "survived" }, ran };
    const isLate = /^Timeout of \d+ms exceeded/.test(failure.message);
    return { outcome: { status: isLate ? "timed out" : "killed", test: `${failure.file}: ${failure.test}` }, ran };
  }

  /** A busy machine can exceed a time limit too, so a test that stops at its limit runs again in a new process. */
  async confirmed(mutant: { file: string; text: string }, tests: TestRun[]): Promise<TestedRun> {
    const first = await this.test(mutant, tests);
    if (first.outcome.status !== "timed out") return first;
    this.stop();
    return this.test(mutant, tests.slice(Math.max(0, first.ran.length - 1)));
  }

  stop(): void {
    this.child?.kill("SIGKILL");
    this.child = undefined;
  }

  /** The answer is undefined if the process died or did not answer within the limit of the current test. */
  private send(request: Request, limit: (test: string) => number): Promise<{ reply?: Reply; ran: string[] }> {
    const child = (this.child ??= start("worker.ts"));
    const ran: string[] = [];
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout;
      const finish = (reply?: Reply) => {
        clearTimeout(timer);
        child.off("message", onMessage).off("exit", onExit);
        if (!reply) this.stop();
        resolve({ ...(reply && { reply }), ran });
      };
      const wait = (seconds: number) => {
        clearTimeout(timer);
        timer = setTimeout(() => finish(), seconds * 1000);
      };
      const onExit = () => finish();
      const onMessage = (reply: Reply) => {
        if (reply.kind !== "started") return finish(reply);
        ran.push(reply.test);
        wait(limit(reply.test));
      };
      child.on("message", onMessage).on("exit", onExit);
      wait(limit("") + 60);
      child.send(request);
    });
  }
}
