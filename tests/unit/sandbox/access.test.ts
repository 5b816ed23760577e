// Who can use the gateway, its control API and the code of functions. No gateway runs: the parts run in this process.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as http from "node:http";
import { type AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { Control } from "@cloister/sandbox";
import {
  Accounts,
  control,
  controlPath,
  type ControlApi,
  controlToken,
  Functions,
  isFromProgram,
  readRequest,
} from "@cloister/sandbox/testing";
import { strToU8, zipSync } from "fflate";

const request = (headers: Record<string, string>) => ({ method: "GET", target: "/", headers, body: Buffer.alloc(0) });

describe("requests to the sandbox", () => {
  for (const host of ["127.0.0.1:4000", "localhost", "[::1]:4000", "111122223333.127.0.0.1", "bucket.localhost:4000"])
    it(`of a program for ${host} are accepted`, () => assert.equal(isFromProgram(request({ host })), true));
  for (const host of ["example.com", "127.0.0.1.example.com", "xlocalhost", "x127.0.0.1", ""])
    it(`for '${host}' are rejected`, () => assert.equal(isFromProgram(request({ host })), false));
  it("with an origin are rejected", () =>
    assert.equal(isFromProgram(request({ host: "127.0.0.1", origin: "https://example.com" })), false));
});

describe("control API of the sandbox", () => {
  it("answers clients with the token of the world only", async () => {
    const api = { faults: () => [] } as unknown as ControlApi;
    const token = controlToken("secret");
    const server = http.createServer((incoming, response) => {
      void readRequest(incoming)
        .then((read) => control(read, api, token))
        .then(({ status, body }) => response.writeHead(status).end(body));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}${controlPath}`;
    try {
      assert.deepEqual(await new Control({ name: "try", control: address, controlToken: token }).faults(), []);
      for (const other of ["", "secret", controlToken("other")])
        await assert.rejects(new Control({ name: "try", control: address, controlToken: other }).faults(), /lacks the token/);
    } finally {
      server.close();
    }
  });
});

describe("functions of the sandbox", function () {
  this.timeout(20_000);
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-functions-"));
  after(() => fs.rmSync(dir, { recursive: true }));
  const code = path.join(dir, "code");
  const functions = new Functions(code, new Accounts(path.join(dir, "keys.json"), ["111122223333"]));
  const invoke = async (archive: Buffer, Handler: string, Variables: Record<string, string> = {}) => {
    const { payload } = await functions.invoke(
      {
        FunctionName: "f",
        FunctionArn: "arn:aws:lambda:eu-central-1:111122223333:function:f",
        Handler,
        Role: "arn:aws:iam::111122223333:role/r",
        CodeSha256: createHash("sha256").update(archive).digest("base64"),
        Timeout: 15,
        Environment: { Variables },
      },
      "{}",
    );
    return JSON.parse(payload) as unknown;
  };
  const names = ["PATH", "NODE_OPTIONS", "NODE_PATH", "LD_PRELOAD", "COLOR"];
  const body = `exports.handler = async () => ${JSON.stringify(names)}.filter((name) => process.env[name] === "other");`;
  const archive = Buffer.from(zipSync({ "index.js": strToU8(body), "../outside/index.js": strToU8(body) }));

  it("store their code on request only, inside of its folder", () => {
    const store = functions.read(archive);
    assert.equal(fs.existsSync(code), false);
    store();
    assert.equal(fs.readdirSync(code).length, 1);
    assert.throws(() => functions.read(Buffer.from("text")));
  });

  it("do not choose the code that runs before their own", async () => {
    assert.deepEqual(await invoke(archive, "index.handler", Object.fromEntries(names.map((name) => [name, "other"]))), ["COLOR"]);
  });

  for (const handler of ["../index.handler", "/index.handler", "a/../../index.handler"])
    it(`reject the handler ${handler}`, async () =>
      assert.equal(((await invoke(archive, handler)) as { errorType: string }).errorType, "Runtime.MalformedHandlerName"));
});
