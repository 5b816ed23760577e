// Runs a definition of a state machine in the interpreter of the sandbox, with answers of the test for its AWS calls.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import * as http from "node:http";
import { type AddressInfo } from "node:net";
import * as path from "node:path";
import * as readline from "node:readline";
import { type Readable, type Writable } from "node:stream";
import { silent } from "@cloister/common";
import { ensureToolchain } from "@cloister/toolchain";

/** A call: `codebuild.StartBuild` or `lambda.Invoke`, with its input. */
export interface Call {
  operation: string;
  input: Record<string, unknown>;
}
/** The response of AWS, or the error with its code. */
export type Answer = { output: object } | { error: string };

export interface Ended {
  status: string;
  output?: string;
  error?: string;
  cause?: string;
}

const program = path.resolve(__dirname, "..", "..", "tools", "sandbox", "moto", "machines.py");

const accountArn = "arn:aws:states:eu-central-1:111122223333";

/** A process of the interpreter, which runs one execution at a time. */
export class Interpreter {
  private answer: (call: Call) => Answer = () => ({ error: "NoExecution" });
  private ended: ((line: Ended) => void) | undefined;
  private count = 0;

  private constructor(
    private readonly child: ChildProcessByStdio<Writable, Readable, null>,
    private readonly server: http.Server,
  ) {
    readline.createInterface(child.stdout).on("line", (text) => {
      const { id, ended, ...result } = JSON.parse(text) as Ended & { id?: number; ended?: string };
      if (ended !== undefined || (id !== undefined && result.error)) this.ended?.({ ...result, status: result.status ?? "INVALID" });
    });
    child.once("exit", () => this.ended?.({ status: "NO_INTERPRETER" }));
  }

  static async start(): Promise<Interpreter> {
    const server = http.createServer((request, response) => {
      let body = "";
      request.on("data", (data: Buffer) => (body += data.toString()));
      request.on("end", () => {
        const target = String(request.headers["x-amz-target"] ?? "").split(".")[1];
        const operation = target === undefined ? "lambda.Invoke" : `codebuild.${target}`;
        const result = interpreter.answer({ operation, input: JSON.parse(body || "{}") as Record<string, unknown> });
        response.writeHead("error" in result ? 400 : 200, {
          "content-type": "application/x-amz-json-1.1",
          "x-amzn-requestid": "00000000-0000-4000-8000-000000000000",
          ...("error" in result && { "x-amzn-errortype": result.error }),
        });
        response.end(JSON.stringify("error" in result ? { __type: result.error, message: result.error } : result.output));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const child = spawn((await ensureToolchain(silent)).python, [program], {
      stdio: ["pipe", "pipe", "ignore"],
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      },
    });
    const interpreter = new Interpreter(child, server);
    return interpreter;
  }

  /** The end of an execution. Waits have the length in the definition. */
  run(definition: object, input: object, answer: (call: Call) => Answer): Promise<Ended> {
    this.answer = answer;
    const id = ++this.count;
    const job = {
      id,
      do: "start",
      arn: `${accountArn}:execution:flow:${id}`,
      name: String(id),
      input: JSON.stringify(input),
      machine: `${accountArn}:stateMachine:flow`,
      machineName: "flow",
      definition: JSON.stringify(definition),
      role: "arn:aws:iam::111122223333:role/flow",
      account: "111122223333",
      region: "eu-central-1",
      credentials: ["A", "S", "T"],
    };
    return new Promise((resolve) => {
      this.ended = resolve;
      this.child.stdin.write(`${JSON.stringify(job)}\n`);
    });
  }

  stop(): void {
    this.child.stdin.end();
    this.server.close();
  }
}
