// The stand-in for Pulumi's language host, spoken to by the protocol that the engine uses. That whole programs and packs run on it is shown by the engine's suite.
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

  /** A plugin whose code is this. */
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

  /** Everything that a plugin says until `enough`, or until its end. */
  function listen(request: language.RunPluginRequest, enough: (said: { stdout: string; code?: number }) => boolean) {
    const said: { stdout: string; stderr: string; code?: number } = { stdout: "", stderr: "" };
    return new Promise<typeof said>((resolve) => {
      const stream = client.runPlugin(request);
      stream.on("data", (message: language.RunPluginResponse) => {
        said.stdout += Buffer.from(message.getStdout_asU8()).toString();
        said.stderr += Buffer.from(message.getStderr_asU8()).toString();
        if (message.hasExitcode()) said.code = message.getExitcode();
        if (enough(said)) resolve(said);
      });
      stream.on("error", () => resolve(said));
      stream.on("end", () => resolve(said));
    });
  }

  it("says that it is a stand-in by its version", async () => {
    const info = await new Promise<plugins.PluginInfo>((resolve, reject) =>
      client.getPluginInfo(new Empty(), (error, answer) => (error ? reject(error) : resolve(answer))),
    );
    assert.equal(info.getVersion(), "0.0.0");
  });

  it("hands on what a plugin says, and its exit code", async () => {
    const said = await listen(plugin('console.log("port 1"); console.error("oh"); process.exit(3);'), () => false);
    assert.deepEqual(said, { stdout: "port 1\n", stderr: "oh\n", code: 3 });
  });

  it("ends with its plugins as soon as it is asked to, not after a while", async () => {
    const said = await listen(plugin("console.log(process.pid); setInterval(() => {}, 1000);"), ({ stdout }) => stdout.includes("\n"));
    const began = Date.now();
    hostProcess.kill("SIGTERM");
    await new Promise((resolve) => hostProcess.once("exit", resolve));
    assert.ok(Date.now() - began < 1000, `took ${Date.now() - began} ms`);
    assert.throws(() => process.kill(Number(said.stdout), 0), /ESRCH/);
  });

  it("does not wait for a plugin that holds on", async () => {
    await listen(plugin('process.on("SIGTERM", () => {}); console.log("on"); setTimeout(() => {}, 6000);'), ({ stdout }) => stdout !== "");
    const began = Date.now();
    hostProcess.kill("SIGTERM");
    await new Promise((resolve) => hostProcess.once("exit", resolve));
    assert.ok(Date.now() - began < 4000, `took ${Date.now() - began} ms`);
  });

  it("says what to do when a program's packages are missing", async () => {
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
