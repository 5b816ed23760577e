// Runs functions without a gateway: their output, their end, and their code. tests/sandbox runs them with a gateway.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Accounts, Functions } from "@cloister/sandbox/testing";
import { strToU8, zipSync } from "fflate";

describe("functions of the sandbox", function () {
  this.timeout(20_000);
  const account = "111122223333";
  let dir: string;
  let functions: Functions;

  beforeEach(() => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), "functions-"));
    functions = new Functions(path.join(dir, "functions"), new Accounts(path.join(dir, "keys.json"), [account]));
  });
  afterEach(() => {
    functions.stop();
    fs.rmSync(dir, { recursive: true, force: true });
  });

  const configuration = (CodeSha256: string, Timeout = 10) => ({
    FunctionName: "f",
    FunctionArn: `arn:aws:lambda:eu-central-1:${account}:function:f`,
    Role: `arn:aws:iam::${account}:role/f`,
    CodeSha256,
    Timeout,
  });
  const store = (files: Record<string, string>) => {
    const archive = Buffer.from(zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)]))));
    functions.read(archive)();
    return createHash("sha256").update(archive).digest("base64");
  };
  const handler = (body: string) => store({ "index.js": `exports.handler = async (event) => { ${body} };` });
  const isAlive = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  async function until(condition: () => boolean): Promise<void> {
    for (const end = Date.now() + 10_000; !condition(); ) {
      assert.ok(Date.now() < end, "waited too long");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  it("fail if the sandbox does not have their code", async () => {
    const { error, payload } = await functions.invoke(configuration(Buffer.from("absent").toString("base64")), "{}");
    assert.equal(error, "Unhandled");
    assert.match(payload, /"errorType":"Runtime\.ExitError".*does not have the code/);
  });

  it("fail if their process cannot start", async () => {
    const node = process.execPath;
    process.execPath = path.join(dir, "absent");
    const running = functions.invoke(configuration(handler("")), "{}");
    process.execPath = node;
    const { error, payload } = await running;
    assert.equal(error, "Unhandled");
    assert.match(payload, /"errorType":"Runtime\.ExitError"/);
  });

  it("can return and print text in all languages", async () => {
    const text = "žluťoučký 日本語 🙂".repeat(20_000);
    const { payload, log } = await functions.invoke(configuration(handler("console.log(event); return event;")), JSON.stringify(text));
    assert.ok(JSON.parse(payload) === text);
    assert.doesNotMatch(log, /\ufffd/);
  });

  it("end when the gateway stops them", async () => {
    const file = path.join(dir, "pid");
    const running = functions.invoke(
      configuration(handler(`require("fs").writeFileSync(event, process.pid + "."); for (;;);`)),
      `"${file}"`,
    );
    await until(() => fs.existsSync(file) && fs.readFileSync(file, "utf8").endsWith("."));
    functions.stop();
    assert.equal((await running).error, "Unhandled");
    assert.equal(isAlive(parseInt(fs.readFileSync(file, "utf8"))), false);
  });

  it("end when the gateway is killed, also while they calculate", async () => {
    const file = path.join(dir, "pid");
    const code = configuration(handler(`require("fs").writeFileSync(event, process.pid + "."); for (;;);`), 60);
    const script = `const { Functions } = require("@cloister/sandbox/testing");
      void new Functions(${JSON.stringify(path.join(dir, "functions"))}, { add: () => undefined }).invoke(${JSON.stringify(code)}, ${JSON.stringify(JSON.stringify(file))});`;
    const gateway = spawn(process.execPath, ["-r", "ts-node/register/transpile-only", "-e", script], { stdio: "inherit" });
    await until(() => fs.existsSync(file) && fs.readFileSync(file, "utf8").endsWith("."));
    const pid = parseInt(fs.readFileSync(file, "utf8"));
    gateway.kill("SIGKILL");
    await until(() => !isAlive(pid));
  });
});
