// Tests how a drain and a sweep wait for AWS, with resources that change their status in a fixed order.
import assert from "node:assert/strict";
import { mock } from "node:test";
import { remove, type Removal } from "@cloister/cli/testing";
import { silent } from "@cloister/common";

interface Resource {
  name: string;
  status: string;
}

const passing = Object.assign(new Error("another resource uses it"), { name: "ConflictException" });
const errorText = (error: unknown) => (error as Error).message;

describe("removal of a resource", () => {
  const minute = 60_000;
  beforeEach(() => mock.timers.enable({ apis: ["Date"], now: 1_800_000_000_000 }));
  afterEach(() => mock.timers.reset());

  /** Each lookup takes `minutes` and returns the next status. After the last one, the resource does not exist. */
  function removalOf(statuses: string[], minutes: number, more: Partial<Removal<Resource>> = {}): Removal<Resource> {
    const [first, ...rest] = statuses;
    return {
      id: "fraud-dev",
      title: "Deleting",
      noun: "endpoint",
      past: "deleted",
      resources: [{ name: "scores", status: first! }],
      describe: ({ name }) => name,
      next: () => () => Promise.resolve(),
      remaining() {
        mock.timers.tick(minutes * minute);
        const status = rest.shift();
        return Promise.resolve(status === undefined ? [] : [{ name: "scores", status }]);
      },
      ...more,
    };
  }
  const limit = { progress: silent, pollMs: 1, minutes: 30 };
  const problemsOf = async (removal: Removal<Resource>) => (await remove(removal, limit, errorText)).problems;

  it("has the full time for each kind of resource", async () => {
    for (let kind = 0; kind < 3; kind++) assert.deepEqual(await problemsOf(removalOf(["InService", "Deleting"], 20)), []);
    assert.deepEqual(await problemsOf(removalOf(["InService", "Deleting", "Deleting"], 20)), [
      "fraud-dev: scores: status is still Deleting after the limit of 30 minutes",
    ]);
  });

  it("reports an error that did not pass before the time limit", async () => {
    const next = () => () => Promise.reject(passing);
    const removal = removalOf(["InService", "InService", "InService"], 20, { next, passes: () => true });
    assert.deepEqual(await problemsOf(removal), ["fraud-dev: scores: another resource uses it"]);
  });

  it("does not report an error that has passed", async () => {
    let calls = 0;
    const next = () => () => (++calls === 1 ? Promise.reject(passing) : Promise.resolve());
    const removal = removalOf(["InService", "InService", "Deleting", "Deleting"], 12, { next, passes: () => true });
    assert.deepEqual(await problemsOf(removal), ["fraud-dev: scores: status is still Deleting after the limit of 30 minutes"]);
  });

  it("does not report an earlier error of a resource that AWS now deletes", async () => {
    const next = ({ status }: Resource) => (status === "Deleting" ? undefined : () => Promise.reject(passing));
    const removal = removalOf(["InService", "Deleting", "Deleting", "Deleting"], 12, { next, passes: () => true });
    assert.deepEqual(await problemsOf(removal), ["fraud-dev: scores: status is still Deleting after the limit of 30 minutes"]);
  });
});
