import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Dispatcher, nativeService, StateStore } from "@cloister/sandbox/testing";

describe("operations of the sandbox", () => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), "cloister-dispatch-"));
  after(() => fs.rmSync(dir, { recursive: true }));

  it("can wait for an operation of the same service after they used the state", async () => {
    const service = nativeService<{ calls: number }>({
      scope: "catalog",
      model: "catalog",
      initial: () => ({ calls: 0 }),
      leftovers: () => [],
      operations: {
        Count: (_input, { state }) => ({ calls: ++state.calls }),
        Wait: (_input, { state, asClient }) => {
          state.calls++;
          return () => asClient("lambda", "Invoke", {});
        },
      },
    });
    const caller = { account: "111122223333", region: "eu-central-1", accessKeyId: "ASIA1", arn: "arn" };
    const call = (operation: string) => dispatcher.runNative(service, { operation, input: {}, caller, format: "json" });
    // The function calls the service.
    const invoke = async () => ({ ...(await call("Count")) });
    const dispatcher = new Dispatcher({ store: new StateStore(dir) } as never, invoke);
    assert.deepEqual(await call("Wait"), { calls: 2 });
  });
});
