// Computes the minimum duration of a deployment from a graph: the longest chain of resources that wait for each other.
// Pure: makes no AWS calls.

/** A resource, and the URNs of the resources that it waits for. */
export interface Node {
  urn: string;
  type: string;
  dependencies: string[];
}

/** Seconds that AWS takes to create a resource, by type. */
export type Latencies = Record<string, number>;

export interface Path {
  seconds: number;
  /** Resources from the first to the last. */
  nodes: Node[];
}

/** The chain that ends last. With `end`, only chains that end in a resource of that type are compared. */
export function criticalPath(nodes: Node[], latencies: Latencies, standard: number, end?: string): Path {
  const byUrn = new Map(nodes.map((node) => [node.urn, node]));
  const paths = new Map<string, Path>();
  const longest = (candidates: Path[]) => candidates.reduce<Path>((a, b) => (b.seconds > a.seconds ? b : a), { seconds: 0, nodes: [] });
  const pathTo = (node: Node): Path => {
    const known = paths.get(node.urn);
    if (known) return known;
    const before = longest(node.dependencies.flatMap((urn) => byUrn.get(urn) ?? []).map(pathTo));
    const path = { seconds: before.seconds + (latencies[node.type] ?? standard), nodes: [...before.nodes, node] };
    paths.set(node.urn, path);
    return path;
  };
  return longest(nodes.filter(({ type }) => end === undefined || type === end).map(pathTo));
}
