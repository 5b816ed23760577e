// The stand-in for the Node.js language host, tested with the protocol of the engine. The engine suite runs whole programs and
// policy packs with it.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type * as plugins from "@pulumi/pulumi/proto/plugin_pb";
import { LanguageRuntimeClient } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as language from "@pulumi/pulumi/proto/language_pb";

const host = path.resolve(__dirname, "..", "..", "..", "tools", "toolchain", "language-host", "host.js");

describe("language host (stand-in)", () => {
  let hostProcess: ChildProcess;
  let client: LanguageRuntimeClient;
  let dir: string;

  beforeEach(async () => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-host-"));
    hostProcess = spawn(process.execPath, [host, "127.0.0.1:1"], { cwd: __dirname, stdio: ["ignore", "pipe", "inherit"] });
    const port = await new Promise<string>((resolve) => hostProcess.stdout!.once("data", (data) => resolve(String(data).trim())));
    client = new LanguageRuntimeClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  });
  afterEach(() => {
    client.close();
    hostProcess.kill("SIGKILL");
    fs.rmSync(dir, { recursive: true });
  });

  /** A plugin that runs this code. */
  function plugin(code: string): language.RunPluginRequest {
    fs.writeFileSync(path.join(dir, "index.js"), code);
    fs.writeFileSync(path.join(dir, "package.json"), '{ "main": "index.js" }');
    fs.symlinkSync(path.resolve(__dirname, "..", "..", "..", "node_modules"), path.join(dir, "node_modules"));
    const info = new language.ProgramInfo();
    info.setProgramDirectory(dir);
    const request = new language.RunPluginRequest();
    request.setKind("resource");
    request.setPwd(dir);
    request.setInfo(info);
    return request;
  }

  /** The output from a plugin until `isComplete`, or until the plugin exits. */
  function readOutput(request: language.RunPluginRequest, isComplete: (output: { stdout: string; code?: number }) => boolean) {
    const output: { stdout: string; stderr: string; code?: number } = { stdout: "", stderr: "" };
    return new Promise<typeof output>((resolve) => {
      const stream = client.runPlugin(request);
      stream.on("data", (message: language.RunPluginResponse) => {
        output.stdout += Buffer.from(message.getStdout_asU8()).toString();
        output.stderr += Buffer.from(message.getStderr_asU8()).toString();
        if (message.hasExitcode()) output.code = message.getExitcode();
        if (isComplete(output)) resolve(output);
      });
      stream.on("error", () => resolve(output));
      stream.on("end", () => resolve(output));
    });
  }

  it("reports the version of a stand-in", async () => {
    const info = await new Promise<plugins.PluginInfo>((resolve, reject) =>
      client.getPluginInfo(new Empty(), (error, answer) => (error ? reject(error) : resolve(answer))),
    );
    assert.equal(info.getVersion(), "0.0.0");
  });

  it("forwards the output and exit code of a plugin", async () => {
    const output = await readOutput(plugin('console.log("port 1"); console.error("oh"); process.exit(3);'), () => false);
    assert.deepEqual(output, { stdout: "port 1\n", stderr: "oh\n", code: 3 });
  });

  it("stops with its plugins at once on SIGTERM", async () => {
    const output = await readOutput(plugin("console.log(process.pid); setInterval(() => {}, 1000);"), ({ stdout }) =>
      stdout.includes("\n"),
    );
    const began = Date.now();
    hostProcess.kill("SIGTERM");
    await new Promise((resolve) => hostProcess.once("exit", resolve));
    assert.ok(Date.now() - began < 1000, `took ${Date.now() - began} ms`);
    assert.throws(() => process.kill(Number(output.stdout), 0), /ESRCH/);
  });

  it("does not wait for a plugin that ignores SIGTERM", async () => {
    await readOutput(
      plugin('process.on("SIGTERM", () => {}); console.log("on"); setTimeout(() => {}, 6000);'),
      ({ stdout }) => stdout !== "",
    );
    const began = Date.now();
    hostProcess.kill("SIGTERM");
    await new Promise((resolve) => hostProcess.once("exit", resolve));
    assert.ok(Date.now() - began < 4000, `took ${Date.now() - began} ms`);
  });

  it("explains that packages of a program are missing", async () => {
    const info = new language.ProgramInfo();
    info.setProgramDirectory(dir);
    const request = new language.RunRequest();
    request.setInfo(info);
    await assert.rejects(
      new Promise((resolve, reject) => client.run(request, (error, answer) => (error ? reject(error) : resolve(answer)))),
      /Run 'npm ci' in the project's folder/,
    );
  });
});
