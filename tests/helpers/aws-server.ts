// A server on this machine that answers clients of AWS, so that tests see what a client really sends.
import * as http from "node:http";
import { type AddressInfo } from "node:net";

export interface ReceivedCall {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: http.IncomingHttpHeaders;
  body: string;
}

export interface ServerAnswer {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
}

/** An answer of a service with a JSON protocol. */
export const jsonAnswer = (value: object): ServerAnswer => ({
  headers: { "content-type": "application/x-amz-json-1.0" },
  body: JSON.stringify(value),
});
export const jsonError = (code: string, status = 400): ServerAnswer => ({ ...jsonAnswer({ __type: code, message: code }), status });

/** Name of the operation and input of a call with a JSON protocol. */
export const operationOf = ({ headers, body }: ReceivedCall): [operation: string, input: unknown] => [
  String(headers["x-amz-target"]).split(".").at(-1)!,
  JSON.parse(body) as unknown,
];

export class AwsServer {
  readonly received: ReceivedCall[] = [];
  private constructor(private readonly server: http.Server) {}

  static async start(answer: (call: ReceivedCall) => ServerAnswer): Promise<AwsServer> {
    const server = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const call: ReceivedCall = {
          method: request.method!,
          path: request.url!.split("?")[0]!,
          query: new URLSearchParams(request.url!.split("?")[1]),
          headers: request.headers,
          body: Buffer.concat(chunks).toString(),
        };
        started.received.push(call);
        const { status = 200, headers, body = "" } = answer(call);
        response.writeHead(status, headers);
        response.end(body);
      });
    });
    const started = new AwsServer(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return started;
  }

  /** Settings of a client that sends its calls to this server. */
  get config() {
    return {
      endpoint: `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`,
      region: "eu-central-1",
      credentials: { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret" },
      maxAttempts: 1,
    };
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
