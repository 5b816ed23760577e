// Runs the code of Lambda functions for Node.js, each invocation in its own process. Calls of a function have the session of its role.
import { type ChildProcess, spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { type Readable } from "node:stream";
import { unzipSync } from "fflate";
import { type Accounts, identifier, newSession } from "./accounts";
import { note } from "./note";

/** Members of a function's configuration in moto. */
export interface FunctionConfiguration {
  FunctionName: string;
  FunctionArn: string;
  Runtime?: string;
  Handler?: string;
  Role: string;
  CodeSha256: string;
  Timeout?: number;
  MemorySize?: number;
  Environment?: { Variables?: Record<string, string> };
}

export interface Invocation {
  /** JSON: the result, or the error of the function. */
  payload: string;
  /** Set when the function failed. */
  error?: "Unhandled";
  /** The last part of the output. */
  log: string;
}

/** Seconds that a session of a function is valid. */
const sessionSeconds = 12 * 3600;
/** Longest part of the output that Lambda returns. */
const logTail = 4096;

/** Variables that select code outside of the function, before its own code runs. */
const loaderVariables = /^(PATH|NODE_OPTIONS|NODE_PATH|LD_.*)$/i;

const allowedVariables = (variables: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(variables).filter(([name]) => !loaderVariables.test(name)));

const nameOf = (sha256: string): string => Buffer.from(sha256, "base64").toString("hex");

export class Functions {
  /** Address of the gateway, for the AWS clients of functions. */
  endpoint = "";
  private readonly running = new Set<ChildProcess>();
  /** Invocations by ARN, and the callbacks of those that wait for the end of others. */
  private readonly active = new Map<string, number>();
  private readonly waiting = new Map<string, (() => void)[]>();

  /** `dir` has the code of functions by its hash. */
  constructor(
    private readonly dir: string,
    private readonly accounts: Accounts,
  ) {}

  /** Reads the archive with the code of a function; the result stores it. Throws if it is not a ZIP file. */
  read(archive: Buffer): () => void {
    const files = unzipSync(archive);
    const folder = path.join(this.dir, createHash("sha256").update(archive).digest("hex"));
    return () => this.store(folder, files);
  }

  private store(folder: string, files: Record<string, Uint8Array>): void {
    if (fs.existsSync(folder)) return;
    const part = `${folder}.${process.pid}.part`;
    for (const [name, content] of Object.entries(files)) {
      const file = path.resolve(part, name);
      if (!file.startsWith(path.resolve(part) + path.sep) || name.endsWith("/")) continue;
      fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
      fs.writeFileSync(file, content);
    }
    fs.renameSync(part, folder);
  }

  /** Whether a function with reserved concurrency cannot be invoked now. */
  isBusy({ FunctionArn }: FunctionConfiguration, limit?: number | null): boolean {
    // moto returns null for a function without reserved concurrency.
    return (this.active.get(FunctionArn) ?? 0) >= (limit ?? Infinity);
  }

  /** Invokes a function for an event, when its reserved concurrency permits this. Failures are reported in the log of the gateway. */
  async invokeLater(configuration: FunctionConfiguration, event: string, limit?: number | null): Promise<void> {
    const { FunctionArn } = configuration;
    while (this.isBusy(configuration, limit))
      await new Promise<void>((resolve) => this.waiting.set(FunctionArn, [...(this.waiting.get(FunctionArn) ?? []), resolve]));
    const { error, payload, log } = await this.invoke(configuration, event);
    if (error !== undefined) note(`${FunctionArn} failed: ${payload} ${log}`);
  }

  async invoke(configuration: FunctionConfiguration, event: string): Promise<Invocation> {
    const { FunctionArn } = configuration;
    this.active.set(FunctionArn, (this.active.get(FunctionArn) ?? 0) + 1);
    try {
      return await this.run(configuration, event);
    } finally {
      this.active.set(FunctionArn, this.active.get(FunctionArn)! - 1);
      this.waiting.get(FunctionArn)?.shift()?.();
    }
  }

  private async run(configuration: FunctionConfiguration, event: string): Promise<Invocation> {
    const { FunctionName, FunctionArn, Handler = "index.handler", Timeout = 3, CodeSha256, MemorySize = 128 } = configuration;
    const code = path.join(this.dir, nameOf(CodeSha256));
    const requestId = randomUUID();
    const exited = (reason: string, log = "") => failed("Runtime.ExitError", `RequestId: ${requestId} Error: ${reason}`, log);
    // A world from an earlier version has functions without code.
    if (!fs.existsSync(code)) return exited("The sandbox does not have the code of the function. Fix: update the code of the function");
    const child = spawn(process.execPath, [path.join(__dirname, "function-process.js"), code, Handler], {
      cwd: code,
      // The last pipe stays open as long as this process: the function ends with it.
      stdio: ["pipe", "pipe", "pipe", "pipe", "pipe"],
      env: {
        ...allowedVariables(configuration.Environment?.Variables ?? {}),
        PATH: process.env.PATH,
        NODE_PATH: path.join(__dirname, "..", "..", "..", "node_modules"),
        ...this.session(configuration),
        AWS_LAMBDA_FUNCTION_NAME: FunctionName,
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(MemorySize),
        AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
        LAMBDA_TASK_ROOT: code,
      },
    });
    this.running.add(child);
    const chunks = { log: "", result: "" };
    const collect = (stream: unknown, add: (text: string) => void) => (stream as Readable).setEncoding("utf8").on("data", add);
    for (const stream of [child.stdout, child.stderr]) collect(stream, (text) => (chunks.log = (chunks.log + text).slice(-logTail)));
    collect(child.stdio[3], (text) => (chunks.result += text));
    for (const stream of [child.stdin, child.stdio[4]!]) stream.on("error", () => undefined);
    child.stdin.end(JSON.stringify({ event, arn: FunctionArn, requestId, timeout: Timeout }));
    const end = await new Promise<"closed" | "timed out" | Error>((resolve) => {
      const timer = setTimeout(() => {
        child.kill("SIGKILL");
        resolve("timed out");
      }, Timeout * 1000);
      const ended = (how: "closed" | Error) => {
        clearTimeout(timer);
        resolve(how);
      };
      child.once("error", ended);
      child.once("close", () => ended("closed"));
    });
    this.running.delete(child);
    if (end instanceof Error) return exited(end.message, chunks.log);
    if (end === "timed out")
      return failed("Sandbox.Timedout", `RequestId: ${requestId} Error: Task timed out after ${Timeout.toFixed(2)} seconds`, chunks.log);
    if (chunks.result === "") return exited("Runtime exited without providing a reason", chunks.log);
    const { payload, isError } = JSON.parse(chunks.result) as { payload: string; isError: boolean };
    return { payload, log: chunks.log, ...(isError && { error: "Unhandled" }) };
  }

  /** Ends the functions that run. */
  stop(): void {
    for (const child of this.running) child.kill("SIGKILL");
  }

  /** Credentials of the role of a function, and the region and the address of the gateway. */
  private session({ FunctionName, FunctionArn, Role }: FunctionConfiguration): Record<string, string> {
    const [, partition, , region, account] = FunctionArn.split(":") as [string, string, string, string, string];
    const session = newSession();
    this.accounts.add(session, {
      account,
      arn: `arn:${partition}:sts::${account}:assumed-role/${Role.split("/").at(-1)!}/${FunctionName}`,
      userId: `${identifier("AROA", 17)}:${FunctionName}`,
      expires: Date.now() / 1000 + sessionSeconds,
      ofService: true,
    });
    return {
      AWS_ACCESS_KEY_ID: session.accessKeyId,
      AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
      AWS_SESSION_TOKEN: session.sessionToken,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ENDPOINT_URL: this.endpoint,
    };
  }
}

const failed = (errorType: string, errorMessage: string, log: string): Invocation => ({
  payload: JSON.stringify({ errorType, errorMessage }),
  error: "Unhandled",
  log,
});
