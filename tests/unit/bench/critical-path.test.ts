import assert from "node:assert/strict";
import { criticalPath, type Node } from "../../bench/critical-path";

const node = (urn: string, type: string, ...dependencies: string[]): Node => ({ urn, type, dependencies });
const nodes = [
  node("vpc", "vpc"),
  node("subnet", "subnet", "vpc"),
  node("endpoint", "endpoint", "subnet"),
  node("domain", "domain", "subnet", "role"),
  node("role", "role"),
  node("profile", "profile", "domain", "gone"),
];
const latencies = { vpc: 10, subnet: 2, endpoint: 60, domain: 100, role: 30 };

describe("critical path", () => {
  const names = (end?: string) => {
    const { seconds, nodes: path } = criticalPath(nodes, latencies, 1, end);
    return [seconds, path.map(({ urn }) => urn)];
  };
  it("is the chain that ends last, with the standard latency for types that are not listed", () =>
    assert.deepEqual(names(), [131, ["role", "domain", "profile"]]));
  it("ends in a resource of the given type", () => {
    assert.deepEqual(names("endpoint"), [72, ["vpc", "subnet", "endpoint"]]);
    assert.deepEqual(names("domain"), [130, ["role", "domain"]]);
  });
  it("is empty for an empty graph", () => assert.deepEqual(criticalPath([], latencies, 1), { seconds: 0, nodes: [] }));
});
