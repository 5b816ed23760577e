// Runs the executions of state machines in one Python process, which starts with the first execution.
import { type ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import * as readline from "node:readline";
import { type Accounts, identifier, newSession } from "./accounts";
import { note } from "./note";
import { readJson, writeAtomically } from "./store";

export interface Execution {
  arn: string;
  name: string;
  input: string;
  machine: string;
  machineName: string;
  definition: string;
  role: string;
  account: string;
  region: string;
  /** Milliseconds since 1970. */
  startDate: number;
}

/** Members of an execution that ended. */
export interface Result {
  status: string;
  output?: string;
  error?: string;
  cause?: string;
  stopDate: number;
  events: Record<string, unknown>[];
}

/** Seconds that a session of a state machine is valid. */
const sessionSeconds = 12 * 3600;

type Line = { id?: number; error?: string | null; ended?: string } & Partial<Result>;

export class Machines {
  /** Address of the gateway, for the AWS calls of executions. */
  endpoint = "";
  private child?: ChildProcess;
  private readonly results: Record<string, Result>;
  /** Reports the start and the end of each execution. */
  changed: (execution: Execution, result: Partial<Result> & { status: string }) => void = () => undefined;
  private readonly running = new Map<string, Execution>();
  private readonly waiting = new Map<number, (error: string | null | undefined) => void>();
  private count = 0;

  /** `file` stores the results of executions between runs of the gateway. */
  constructor(
    private readonly options: { python: string; file: string; outputFile: string },
    private readonly accounts: Accounts,
  ) {
    this.results = readJson<Record<string, Result>>(options.file) ?? {};
  }

  /** The result of an execution, or `undefined` while it runs. */
  result(arn: string): Result | undefined {
    if (this.running.has(arn)) return undefined;
    return this.results[arn] ?? { status: "ABORTED", cause: "The sandbox ended while the execution ran.", stopDate: 0, events: [] };
  }

  async start(execution: Execution): Promise<void> {
    this.running.set(execution.arn, execution);
    this.changed(execution, { status: "RUNNING" });
    const problem = await this.send({ do: "start", ...execution, credentials: this.session(execution) });
    if (problem) this.end(execution.arn, { status: "FAILED", error: "States.Runtime", cause: problem, events: [] });
  }

  /** Stops an execution. A task that waits for its outcome is not interrupted, so the execution counts as stopped at once. */
  async abort(arn: string, error: unknown, cause: unknown): Promise<void> {
    if (!this.running.has(arn)) return;
    await this.send({ do: "stop", arn, error, cause });
    const reason = { ...(error !== undefined && { error: String(error) }), ...(cause !== undefined && { cause: String(cause) }) };
    this.end(arn, { status: "ABORTED", ...reason, events: [] });
  }

  /** Reports the outcome of a task. Returns the error code of AWS, if any. */
  send(request: Record<string, unknown>): Promise<string | null | undefined> {
    const id = ++this.count;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.process().stdin!.write(`${JSON.stringify({ id, ...request })}\n`);
    });
  }

  stop(): void {
    this.child?.stdin?.end();
  }

  private process(): ChildProcess {
    if (this.child) return this.child;
    const log = fs.openSync(this.options.outputFile, "a", 0o600);
    const child = spawn(this.options.python, [path.join(__dirname, "..", "moto", "machines.py")], {
      stdio: ["pipe", "pipe", log],
      env: { PATH: process.env.PATH, HOME: process.env.HOME, PYTHONDONTWRITEBYTECODE: "1", AWS_ENDPOINT_URL: this.endpoint },
    });
    fs.closeSync(log);
    child.once("exit", (code) => this.died(code));
    readline.createInterface(child.stdout!).on("line", (line) => this.read(line));
    this.child = child;
    return child;
  }

  private read(text: string): void {
    const { id, error, ended, ...result } = JSON.parse(text) as Line;
    if (id !== undefined) {
      this.waiting.get(id)?.(error);
      this.waiting.delete(id);
    } else if (ended !== undefined) this.end(ended, { ...(result as Result), ...(error && { error }) });
  }

  private end(arn: string, result: Omit<Result, "stopDate">): void {
    const execution = this.running.get(arn);
    if (!execution) return;
    this.running.delete(arn);
    const ended = { ...result, stopDate: Date.now() / 1000 };
    this.results[arn] = ended;
    writeAtomically(this.options.file, JSON.stringify(this.results));
    this.changed(execution, ended);
  }

  private died(code: number | null): void {
    if (this.running.size > 0) note(`The process of the state machines ended with code ${code}.`);
    for (const arn of this.running.keys())
      this.end(arn, { status: "FAILED", error: "States.Runtime", cause: "The process ended.", events: [] });
    for (const resolve of this.waiting.values()) resolve("The process ended.");
    this.waiting.clear();
    delete this.child;
  }

  /** Credentials of the role of a state machine. */
  private session({ role, account, machine, name }: Execution): string[] {
    const session = newSession();
    const arn = `arn:${machine.split(":")[1]!}:sts::${account}:assumed-role/${role.split("/").at(-1)!}/${name.slice(0, 64)}`;
    this.accounts.add(session, {
      account,
      arn,
      userId: `${identifier("AROA", 17)}:${name}`,
      expires: Date.now() / 1000 + sessionSeconds,
      ofService: true,
    });
    return [session.accessKeyId, session.secretAccessKey, session.sessionToken];
  }
}
