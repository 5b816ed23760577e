import { AwsError } from "./aws-error";
import { spawn, type ChildProcess } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as http from "node:http";
import * as path from "node:path";
import * as readline from "node:readline";
import { writeWhole } from "@cloister/common";
import { exchange, type HttpAnswer, type HttpRequest } from "./http";
import { Queue } from "./store";

/** A request that changed state in moto, and everything that its answer depended on. The log has one request per line. */
interface LoggedRequest {
  method: string;
  target: string;
  headers: Record<string, string>;
  /** base64 */
  body: string;
  status: number;
  /** SHA-256 of the answer's body. A new moto process must give the same answer. */
  answer: string;
}

/** Headers that are not needed to repeat a request. A session token must not be written to a file. */
const unloggedHeaders = new Set([
  "x-amz-security-token",
  "user-agent",
  "accept",
  "accept-encoding",
  "amz-sdk-invocation-id",
  "amz-sdk-request",
]);

/** When moto dies more often than this within the window, the requests cause it. Further restarts would never end. */
const maxDeaths = 3;
const deathWindowMs = 60_000;

/**
 * The moto process (tools/sandbox/moto/serve.py) and the log that makes it recoverable. moto's memory depends only on the requests
 * that changed state. After moto dies or the gateway exits, a new process receives the same requests and must give the same answers.
 */
export class Moto {
  private child?: ChildProcess;
  private port?: number;
  private starting?: Promise<void>;
  /** moto answers only requests with this token, so that no other program can change its state. */
  private readonly token = randomBytes(24).toString("hex");
  private readonly agent = new http.Agent({ keepAlive: true, maxSockets: 16 });
  private readonly writes = new Queue();
  private readonly deaths: number[] = [];
  private count = 0;
  private readonly logFd: number;
  /** The reason why the services cannot be restored, if they are lost. */
  lost?: string;
  /** Number of moto restarts since the gateway started. */
  recoveries = 0;

  constructor(private readonly options: { world: string; python: string; logFile: string; outputFile: string; note(text: string): void }) {
    fs.mkdirSync(path.dirname(options.logFile), { recursive: true, mode: 0o700 });
    this.logFd = fs.openSync(options.logFile, "a", 0o600);
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Number of requests that changed state since the world was created. */
  get changes(): number {
    return this.count;
  }

  /** Makes sure that moto runs and has the state from the log. Throws an `AwsError` when that is not possible. */
  async start(): Promise<void> {
    if (this.lost) throw this.lostError();
    if (this.port !== undefined && !this.starting) return;
    this.starting ??= this.restore().finally(() => (this.starting = undefined));
    await this.starting;
  }

  /**
   * Answers a request. A request that `changes` state runs alone, with its own seed and time, and is logged before this returns.
   * Throws an `AwsError` that clients do not retry when the services cannot be restored.
   */
  send(request: HttpRequest, account: string, changes: boolean): Promise<HttpAnswer> {
    const headers: Record<string, string> = { ...request.headers, "x-moto-account-id": account };
    delete headers["accept-encoding"];
    if (!changes) return this.exchange({ ...request, headers });
    return this.writes.run(async () => {
      // The answer depends only on the request, this seed and this time.
      const numbered = {
        ...request,
        headers: { ...headers, "x-cloister-seed": String(this.count + 1), "x-cloister-time": (Date.now() / 1000).toFixed(3) },
      };
      const answer = await this.exchange(numbered);
      this.log(numbered, answer);
      return answer;
    });
  }

  stop(): void {
    const child = this.child;
    this.child = undefined;
    this.port = undefined;
    this.agent.destroy();
    // moto exits when its standard input closes.
    child?.stdin?.end();
    child?.kill();
  }

  private log(request: HttpRequest, answer: HttpAnswer): void {
    const logged: LoggedRequest = {
      method: request.method,
      target: request.target,
      headers: Object.fromEntries(Object.entries(request.headers).filter(([name]) => !unloggedHeaders.has(name))),
      body: request.body.toString("base64"),
      status: answer.status,
      answer: digest(answer),
    };
    const size = fs.fstatSync(this.logFd).size;
    try {
      writeWhole(this.logFd, Buffer.from(`${JSON.stringify(logged)}\n`));
      this.count++;
    } catch (error) {
      // moto must not have changes that are not in the log. The next request goes to a new process with the state from the log.
      fs.ftruncateSync(this.logFd, size);
      this.kill();
      throw new AwsError(
        "SandboxStorage",
        `The sandbox cannot save this change: ${(error as Error).message}. Free some space, then try again.`,
      );
    }
  }

  /** Sends a request to moto. If moto dies in the meantime, restarts moto and sends the request again. */
  private async exchange(request: HttpRequest): Promise<HttpAnswer> {
    for (;;) {
      await this.start();
      const { child } = this;
      try {
        return await this.transmit(request);
      } catch (error) {
        if (!isConnectionError(error)) throw error;
        // It is unknown whether moto processed the request, so a process that did not receive the request must replace this one.
        if (this.child === child) this.kill();
      }
    }
  }

  private transmit(request: HttpRequest): Promise<HttpAnswer> {
    const headers = { ...request.headers, "x-cloister-token": this.token };
    return exchange({ ...request, headers }, { port: this.port!, agent: this.agent });
  }

  private kill(): void {
    this.port = undefined;
    this.child?.kill("SIGKILL");
  }

  private async restore(): Promise<void> {
    const again = this.child !== undefined;
    if (again) this.countDeath();
    await this.launch();
    const repeated = await this.replay();
    if (again) {
      this.recoveries++;
      this.options.note(`moto died and was restarted with ${repeated} requests of the log.`);
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
      `The services of this world are lost and cannot be restored: ${this.lost} Start again: npx cloister sandbox reset --world ${this.options.world}`,
    );
  }

  private countDeath(): void {
    this.deaths.push(Date.now());
    const recent = this.deaths.filter((at) => at > Date.now() - deathWindowMs).length;
    if (recent > maxDeaths) throw this.lose(`moto died ${recent} times within a minute. See ${this.options.outputFile}.`);
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
        CLOISTER_MOTO_TOKEN: this.token,
        MOTO_DISABLE_GLOBAL_CORS: "true",
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
      const failed = (why: string) => reject(new AwsError("SandboxFailure", `Cannot start moto: ${why}`));
      child.once("error", (error) => failed(`${this.options.python}: ${error.message}.`));
      child.once("exit", (code, signal) => failed(`it ended at once (${signal ?? code}). See ${this.options.outputFile}.`));
      readline.createInterface(stdout!).once("line", (line) => resolve((JSON.parse(line) as { port: number }).port));
    });
  }

  /** Sends the log to a new process. The world is lost when an answer differs: IDs that clients store would name other resources. */
  private async replay(): Promise<number> {
    const lines = fs.readFileSync(this.options.logFile, "utf8").split("\n");
    const complete = lines.slice(0, -1);
    this.count = 0;
    for (const line of complete) {
      const { method, target, headers, body, ...expected } = JSON.parse(line) as LoggedRequest;
      const request = { method, target, headers, body: Buffer.from(body, "base64") };
      const answer = await this.transmit(request);
      this.count++;
      if (answer.status !== expected.status || digest(answer) !== expected.answer)
        throw this.lose(
          `the answer to request ${this.count} of ${complete.length} (${method} ${target.slice(0, 80)}) is not the same as the first time.`,
        );
    }
    // An incomplete last line, left by a crash, belongs to a request that was never answered.
    if (lines.at(-1)) fs.ftruncateSync(this.logFd, Buffer.byteLength(complete.map((line) => `${line}\n`).join("")));
    return complete.length;
  }
}

/** Whether moto or its connection failed. Node.js rejects an invalid request with another code, before it reaches moto. */
const isConnectionError = (error: unknown): boolean => /^(E[A-Z]+$|HPE_)/.test(String((error as NodeJS.ErrnoException).code));

const digest = (answer: HttpAnswer): string => createHash("sha256").update(answer.body).digest("hex");
