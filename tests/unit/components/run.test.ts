import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { inspect } from "node:util";
import { errorText, runProgram } from "@cloister/components/stack/run";

// Tests how a program prints an unexpected error, and which stack traces the program maps.
// Does not prove how the engine shows the error: tests/engine does.

/** Returns the standard output of `script` in a separate process, because every program has its own process. */
function printed(script: string, env: Record<string, string> = {}): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, ["-r", "ts-node/register/transpile-only", "-e", script], {
    cwd: __dirname,
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
  assert.equal(status, 0, stderr);
  return stdout;
}

describe("an unexpected error", () => {
  it("shows the stack trace and the scalar properties of the error", () => {
    const error = Object.assign(new Error("no such file"), { code: "ENOENT", path: "home.sh" });
    const text = errorText(error);
    assert.match(text, /^Error: no such file\n {4}at /);
    assert.match(text, /run\.test\.ts:\d+/);
    assert.match(text, /\n {2}code: ENOENT\n {2}path: home\.sh$/);
  });

  it("does not show objects that the error refers to", () => {
    const text = errorText(Object.assign(new Error("failed"), { resource: { secret: "hidden" }, list: [1] }));
    assert.doesNotMatch(text, /hidden|resource|list/);
  });

  it("shows the causes, and the errors of an AggregateError", () => {
    const inner = new Error("lookup failed", { cause: new Error("access denied") });
    const text = errorText(new AggregateError([inner, new Error("second")], "two failed"));
    for (const part of ["two failed", "lookup failed", "access denied", "second"]) assert.ok(text.includes(part), text);
  });

  it("terminates when causes refer to each other", () => {
    const error = new Error("one");
    error.cause = new Error("two", { cause: error });
    assert.ok(errorText(error).length < 100_000);
  });

  it("shows a thrown value that is not an Error", () => assert.equal(errorText("text"), "'text'"));

  it("is shown by the SDK as text, whatever the error refers to", async () => {
    await runProgram(() => Promise.resolve({}));
    const error = Object.assign(new Error("failed"), { graph: { far: "away" } });
    process.listeners("unhandledRejection")[0]!(error, Promise.resolve());
    assert.equal(inspect(error, { colors: true }), errorText(error));
  });
});

describe("stack traces", () => {
  const promise = 'const { debuggablePromise } = require("@pulumi/pulumi/runtime/debuggable");';
  const trace = `${promise} const p = Promise.resolve(); void debuggablePromise(p, "x"); console.log(p._debugStackTrace.split("\\n").length);`;

  it("are not mapped in the bookkeeping of the SDK", () => {
    assert.notEqual(printed(trace).trim(), "1", "the SDK records whole traces");
    assert.equal(printed(`require("@cloister/components/stack/run").runProgram(() => Promise.resolve()); ${trace}`).trim(), "1");
  });

  it("are mapped in the bookkeeping of the SDK when the SDK reports leaked promises", () =>
    assert.notEqual(
      printed(`require("@cloister/components/stack/run").runProgram(() => Promise.resolve()); ${trace}`, {
        PULUMI_DEBUG_PROMISE_LEAKS: "true",
      }).trim(),
      "1",
    ));
});
