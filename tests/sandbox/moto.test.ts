// Tests that moto, which the gateway uses, answers no other program.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import * as http from "node:http";
import * as path from "node:path";
import * as readline from "node:readline";
import { worldTools } from "./world";

describe("moto of the sandbox", function () {
  this.timeout(60_000);
  let child: ChildProcess;
  let port: number;

  before(async () => {
    const script = path.resolve(__dirname, "../../tools/sandbox/moto/serve.py");
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, CLOISTER_MOTO_TOKEN: "token", MOTO_DISABLE_GLOBAL_CORS: "true" };
    child = spawn((await worldTools()).python, [script], { stdio: ["pipe", "pipe", "ignore"], env });
    const lines = readline.createInterface(child.stdout!);
    port = await new Promise((resolve) => lines.once("line", (line) => resolve((JSON.parse(line) as { port: number }).port)));
  });
  after(() => child.kill());

  const send = (headers: Record<string, string>): Promise<http.IncomingMessage> =>
    new Promise((resolve, reject) => {
      const authorization = "AWS4-HMAC-SHA256 Credential=A/20260101/eu-central-1/s3/aws4_request, SignedHeaders=host, Signature=0";
      http
        .get({ host: "127.0.0.1", port, agent: false, headers: { host: "s3.amazonaws.com", authorization, ...headers } }, (answer) =>
          resolve(answer.resume()),
        )
        .once("error", reject);
    });

  it("rejects requests without the token of the gateway", async () => {
    assert.equal((await send({ "x-cloister-token": "token" })).statusCode, 200);
    assert.equal((await send({})).statusCode, 403);
    assert.equal((await send({ "x-cloister-token": "t\u00f6ken" })).statusCode, 403);
  });

  it("lets no page in a browser read an answer", async () => {
    const { headers } = await send({ "x-cloister-token": "token", origin: "https://example.com" });
    assert.equal(headers["access-control-allow-origin"], undefined);
  });
});
