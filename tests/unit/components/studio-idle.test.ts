// Runs idle.py with Python to test when the script treats a notebook instance as idle. Does not prove what Jupyter servers return.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as path from "node:path";

const idleProgram = path.resolve(__dirname, "../../../components/studio/scripts/idle.py");
/** Returns the result of a Python expression that uses idle.py as `idle`. */
const evaluate = (expression: string) => {
  const program = `import importlib.util as u, json, datetime as d, sys
sys.dont_write_bytecode = True
spec = u.spec_from_file_location("idle", ${JSON.stringify(idleProgram)}); idle = u.module_from_spec(spec); spec.loader.exec_module(idle)
now = d.datetime(2026, 11, 25, 12, tzinfo=d.timezone.utc)
ago = lambda minutes: now - d.timedelta(minutes=minutes)
at = lambda minutes, **more: {"last_activity": ago(minutes).isoformat().replace("+00:00", "Z"), **more}
print(json.dumps(${expression}))`;
  return JSON.parse(execFileSync("python3", ["-"], { input: program, encoding: "utf8" })) as unknown;
};

describe("idle notebook instance", () => {
  const table: { it: string; started: number; kernels?: string; terminals?: string; want: boolean }[] = [
    { it: "without kernels and terminals", started: 500, want: true },
    { it: "without kernels, started less than the idle time ago", started: 59, want: false },
    { it: "without kernels, started exactly the idle time ago", started: 60, want: true },
    { it: "with a recently active kernel", started: 500, kernels: "[at(200), at(59)]", want: false },
    { it: "with inactive kernels", started: 500, kernels: "[at(200), at(61)]", want: true },
    { it: "with a busy kernel", started: 500, kernels: "[at(200, execution_state='busy')]", want: false },
    { it: "with a starting kernel", started: 500, kernels: "[at(200, execution_state='starting')]", want: false },
    {
      it: "with an idle kernel and a connected browser",
      started: 500,
      kernels: "[at(61, execution_state='idle', connections=2)]",
      want: true,
    },
    { it: "with a recently active terminal", started: 500, terminals: "[at(5)]", want: false },
    { it: "with a terminal without an activity time", started: 500, terminals: "[{'name': '1'}]", want: true },
  ];
  let answers: unknown[];
  before(() => {
    const calls = table.map(
      ({ started, kernels = "[]", terminals = "[]" }) => `idle.is_idle(now, 60, ago(${started}), ${kernels}, ${terminals})`,
    );
    answers = evaluate(`[${calls.join(", ")}]`) as unknown[];
  });
  for (const [i, { it: what, want }] of table.entries())
    it(`${want ? "includes" : "excludes"} an instance ${what}`, () => assert.equal(answers[i], want));

  it("reads only servers on localhost, and the default server last", () => {
    const serverFiles = [
      { port: 8888, base_url: "/x/", token: "t", url: "https://evil.example/" },
      { port: 8443, secure: true },
      { port: "evil.example:1" },
      ["none"],
    ].map((item) => JSON.stringify(item));
    assert.deepEqual(evaluate(`idle.servers(${JSON.stringify([...serverFiles, "no JSON"])})`), [
      ["http://localhost:8888/x/", "t"],
      ["https://localhost:8443/", ""],
      ["https://localhost:8443/", ""],
    ]);
  });
});
