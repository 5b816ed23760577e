import { spawn, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as http from "node:http";
import * as path from "node:path";
import * as readline from "node:readline";
import { writeWhole } from "@cloister/common";
import { AwsError } from "./native-service";
import { exchange, type HttpAnswer, type HttpRequest } from "./http";
import { Queue } from "./store";

/** A request that changed something in the base, with what its answer depended on. One per line of the log. */
interface Kept {
  method: string;
  target: string;
  headers: Record<string, string>;
  /** base64 */
  body: string;
  status: number;
  /** SHA-256 of the answer's body: a fresh base must give the same. */
  answer: string;
}

/** Nothing of these is needed to repeat a request, and a session token has no place in a file. */
const notKept = new Set(["x-amz-security-token", "user-agent", "accept", "accept-encoding", "amz-sdk-invocation-id", "amz-sdk-request"]);

/** A base that dies more often than this within the window dies of what it is asked to do; bringing it back again would not end. */
const maxDeaths = 3;
const deathWindowMs = 60_000;

/**
 * The process that knows most services (tools/sandbox/moto/serve.py), and the log that makes it recoverable: its memory is a function of the requests that
 * changed something, so when it dies, or the gateway ends, a fresh one is given the same requests and must give the same answers.
 */
export class Base {
  private child?: ChildProcess;
  private port?: number;
  private starting?: Promise<void>;
  private readonly agent = new http.Agent({ keepAlive: true, maxSockets: 16 });
  private readonly writes = new Queue();
  private readonly deaths: number[] = [];
  private count = 0;
  private readonly log: number;
  /** Why the services can't be brought back, once that is certain. */
  lost?: string;
  /** How often the base was brought back since the gateway started. */
  recoveries = 0;

  constructor(private readonly options: { python: string; logFile: string; outputFile: string; note(text: string): void }) {
    fs.mkdirSync(path.dirname(options.logFile), { recursive: true, mode: 0o700 });
    this.log = fs.openSync(options.logFile, "a", 0o600);
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Requests that changed something, since the world was made. */
  get changes(): number {
    return this.count;
  }

  /** Has a base that was given the log. Throws an `AwsError` when that is not possible. */
  async start(): Promise<void> {
    if (this.lost) throw this.lostError();
    if (this.port !== undefined && !this.starting) return;
    this.starting ??= this.bringUp().finally(() => (this.starting = undefined));
    await this.starting;
  }

  /**
   * Answers a request. One that `changes` something goes alone, with its own seed and time, and is in the log before this returns.
   * Throws an `AwsError` that clients don't retry when the services can't be brought back.
   */
  send(request: HttpRequest, account: string, changes: boolean): Promise<HttpAnswer> {
    const headers: Record<string, string> = { ...request.headers, "x-moto-account-id": account };
    delete headers["accept-encoding"];
    if (!changes) return this.reach({ ...request, headers });
    return this.writes.run(async () => {
      // A fresh number and time: what the answer depends on besides the request.
      const numbered = {
        ...request,
        headers: { ...headers, "x-cloister-seed": String(this.count + 1), "x-cloister-time": (Date.now() / 1000).toFixed(3) },
      };
      const answer = await this.reach(numbered);
      this.keep(numbered, answer);
      return answer;
    });
  }

  stop(): void {
    const child = this.child;
    this.child = undefined;
    this.port = undefined;
    this.agent.destroy();
    // It ends by itself when its standard input closes.
    child?.stdin?.end();
    child?.kill();
  }

  private keep(request: HttpRequest, answer: HttpAnswer): void {
    const kept: Kept = {
      method: request.method,
      target: request.target,
      headers: Object.fromEntries(Object.entries(request.headers).filter(([name]) => !notKept.has(name))),
      body: request.body.toString("base64"),
      status: answer.status,
      answer: digest(answer),
    };
    const size = fs.fstatSync(this.log).size;
    try {
      writeWhole(this.log, Buffer.from(`${JSON.stringify(kept)}\n`));
      this.count++;
    } catch (error) {
      // The base must not know more than the log: the next request meets a fresh one that was given the log.
      fs.ftruncateSync(this.log, size);
      this.kill();
      throw new AwsError(
        "SandboxStorage",
        `The sandbox can't keep this change: ${(error as Error).message}. Free some space, then try again.`,
      );
    }
  }

  /** Sends to a living base; when it dies underneath, brings it back and sends again. */
  private async reach(request: HttpRequest): Promise<HttpAnswer> {
    for (;;) {
      await this.start();
      const { child, port } = this;
      try {
        return await exchange(request, { port: port!, agent: this.agent });
      } catch {
        // Whether the request was carried out is unknown, so this base can't be used any more; a fresh one has not seen it.
        if (this.child === child) this.kill();
      }
    }
  }

  private kill(): void {
    this.port = undefined;
    this.child?.kill("SIGKILL");
  }

  private async bringUp(): Promise<void> {
    const again = this.child !== undefined;
    if (again) this.countDeath();
    await this.launch();
    const repeated = await this.replay();
    if (again) {
      this.recoveries++;
      this.options.note(`The base had died and was brought back with ${repeated} requests.`);
    }
  }

  private lose(why: string): AwsError {
    this.lost = why;
    this.options.note(`The services of this world are lost: ${why}`);
    return this.lostError();
  }

  private lostError(): AwsError {
    return new AwsError(
      "SandboxLost",
      `The services of this sandbox are lost and can't be brought back: ${this.lost} Make a new world: cloister sandbox reset.`,
    );
  }

  private countDeath(): void {
    this.deaths.push(Date.now());
    const recent = this.deaths.filter((at) => at > Date.now() - deathWindowMs).length;
    if (recent > maxDeaths) throw this.lose(`the base died ${recent} times within a minute, see ${this.options.outputFile}.`);
  }

  private async launch(): Promise<void> {
    const output = fs.openSync(this.options.outputFile, "a", 0o600);
    const child = spawn(this.options.python, [path.join(__dirname, "..", "moto", "serve.py")], {
      stdio: ["pipe", "pipe", output],
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        PYTHONDONTWRITEBYTECODE: "1",
        PYTHONHASHSEED: "0",
        TZ: "UTC",
        MOTO_IAM_LOAD_MANAGED_POLICIES: "true",
        MOTO_EC2_LOAD_DEFAULT_AMIS: "false",
      },
    });
    fs.closeSync(output);
    this.child = child;
    const { stdin, stdout } = child;
    child.once("exit", () => {
      if (this.child === child) this.port = undefined;
    });
    stdin!.on("error", () => undefined);
    this.port = await new Promise<number>((resolve, reject) => {
      const failed = (why: string) => reject(new AwsError("SandboxBase", `The base of the sandbox can't be started: ${why}`));
      child.once("error", (error) => failed(`${this.options.python}: ${error.message}.`));
      child.once("exit", (code, signal) => failed(`it ended at once (${signal ?? code}), see ${this.options.outputFile}.`));
      readline.createInterface(stdout!).once("line", (line) => resolve((JSON.parse(line) as { port: number }).port));
    });
  }

  /** Gives the log to a fresh base. The world is lost when an answer differs: then ids that clients know would be other things' ids. */
  private async replay(): Promise<number> {
    const lines = fs.readFileSync(this.options.logFile, "utf8").split("\n");
    const complete = lines.slice(0, -1);
    this.count = 0;
    for (const line of complete) {
      const kept = JSON.parse(line) as Kept;
      const request = { method: kept.method, target: kept.target, headers: kept.headers, body: Buffer.from(kept.body, "base64") };
      const answer = await exchange(request, { port: this.port!, agent: this.agent });
      this.count++;
      if (answer.status !== kept.status || digest(answer) !== kept.answer)
        throw this.lose(
          `request ${this.count} of ${complete.length} (${kept.method} ${kept.target.slice(0, 80)}) was answered differently than at first.`,
        );
    }
    // What a crash cut in the middle of a line was never answered either.
    if (lines.at(-1)) fs.ftruncateSync(this.log, Buffer.byteLength(complete.map((line) => `${line}\n`).join("")));
    return complete.length;
  }
}

const digest = (answer: HttpAnswer): string => createHash("sha256").update(answer.body).digest("hex");
