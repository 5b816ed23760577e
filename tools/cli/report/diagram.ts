// Draws deployed stacks as a Graphviz graph, with accounts in stacks and VPCs in accounts. Pure: equal states give
// equal graphs.
import { type StateResource } from "../engine";
import { accountFinder, escapeHtml, nameOf, type ReportStack, stringOf, stringsOf } from "./resources";

interface NodeStyle {
  label: string;
  fill: string;
  /** The second line of the node. */
  detail?: (resource: StateResource) => string | undefined;
  /** The names that one shared node lists for all resources of this type in an account or VPC. */
  listedAs?: (resource: StateResource) => string | undefined;
}

/** Resource types in the diagram. Their dependent resources (rules, policies, versions, …) are only in the tables. */
const styles: Record<string, NodeStyle> = {
  "aws:kms/key:Key": { label: "key", fill: "#fff3c4", detail: ({ inputs }) => stringOf(inputs?.description) },
  "aws:s3/bucket:Bucket": { label: "bucket", fill: "#d9f2d9" },
  "aws:iam/role:Role": { label: "role", fill: "#fde2e2", detail: ({ inputs }) => stringOf(inputs?.description) },
  "aws:iam/policy:Policy": { label: "policy", fill: "#fde2e2" },
  "aws:sns/topic:Topic": { label: "topic", fill: "#ece2fb" },
  "aws:cloudwatch/logGroup:LogGroup": { label: "log group", fill: "#ececec" },
  "aws:sagemaker/domain:Domain": {
    label: "Studio domain",
    fill: "#cfe8fc",
    detail: ({ outputs }) => stringOf(outputs?.appNetworkAccessType),
  },
  "aws:sagemaker/userProfile:UserProfile": {
    label: "Studio profile",
    fill: "#cfe8fc",
    detail: ({ inputs }) => stringOf(inputs?.userProfileName),
  },
  "aws:ec2/subnet:Subnet": {
    label: "subnet",
    fill: "#ffffff",
    detail: ({ outputs }) => `${stringOf(outputs?.availabilityZone) ?? ""} ${stringOf(outputs?.cidrBlock) ?? ""}`.trim(),
  },
  "aws:ec2/securityGroup:SecurityGroup": { label: "security group", fill: "#fbe9d7" },
  "aws:ec2/vpcEndpoint:VpcEndpoint": {
    label: "endpoints",
    fill: "#e2ecfb",
    listedAs: ({ inputs }) =>
      `${(stringOf(inputs?.serviceName) ?? "").replace(/^com\.amazonaws\.[^.]+\./, "")}${inputs?.vpcEndpointType === "Interface" ? "" : " (gateway)"}`,
  },
  "aws:ssm/parameter:Parameter": { label: "SSM parameters", fill: "#f3f0e4", listedAs: ({ inputs }) => stringOf(inputs?.name) },
};

const quote = (id: string) => JSON.stringify(id);

/** The node of a resource, and the stack of the resource. */
interface Node {
  id: string;
  stackId: string;
}

/** Resources of one stack in one account. All are in the same VPC, or all are outside of VPCs. */
interface Group {
  account: string;
  vpc: string | undefined;
  members: StateResource[];
}

/** The diagram in the DOT language. */
export function diagramOf(stacks: ReportStack[]): string {
  const nodes = new Map<StateResource, Node>();
  const clusters = stacks.flatMap(({ id, resources }) => stackCluster(id, groupsOf(resources), nodes));
  return [
    "digraph cloister {",
    'graph [rankdir=LR, compound=true, fontname="Courier", nodesep=0.12, ranksep=0.5, fontsize=12];',
    'node [shape=box, style="filled,rounded", fontname="Courier", fontsize=10, margin="0.12,0.06"];',
    'edge [color="#888888", fontname="Courier", fontsize=9];',
    ...clusters,
    ...new Set([...stackEdges(stacks, nodes), ...resourceEdges(stacks, nodes)]),
    "}",
  ].join("\n");
}

function groupsOf(resources: StateResource[]): Group[] {
  const accountOf = accountFinder(resources);
  const groups = new Map<string, Group>();
  for (const resource of resources) {
    if (!styles[resource.type]) continue;
    const account = accountOf(resource);
    const vpc = stringOf(resource.outputs?.vpcId);
    const key = `${account} ${vpc ?? ""}`;
    const group = groups.get(key) ?? { account, vpc, members: [] };
    group.members.push(resource);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function stackCluster(stackId: string, groups: Group[], nodes: Map<StateResource, Node>): string[] {
  const accounts = [...new Set(groups.map(({ account }) => account))].sort();
  return [
    `subgraph ${quote(`cluster ${stackId}`)} { label=<<b>${escapeHtml(stackId)}</b>>; style=rounded; color="#3b6ea5"; bgcolor="#f7fafd";`,
    ...accounts.flatMap((account) =>
      accountCluster(
        stackId,
        account,
        groups.filter((group) => group.account === account),
        nodes,
      ),
    ),
    "}",
  ];
}

function accountCluster(stackId: string, account: string, groups: Group[], nodes: Map<StateResource, Node>): string[] {
  const names = groups.flatMap(({ members }) => members.filter(({ type }) => !styles[type]!.listedAs).map(nameOf));
  const prefix = commonPrefix(names);
  const note = prefix ? `<br/><font point-size="9">${escapeHtml(prefix)}…</font>` : "";
  return [
    `subgraph ${quote(`cluster ${stackId} ${account}`)} { label=<account ${escapeHtml(account)}${note}>; style=rounded; color="#bbbbbb"; bgcolor="#ffffff";`,
    ...groups.flatMap(({ vpc, members }) => {
      const lines = nodeLines(stackId, members, prefix, nodes);
      if (!vpc) return lines;
      return [
        `subgraph ${quote(`cluster ${stackId} ${vpc}`)} { label=<VPC ${escapeHtml(vpc)}>; style="rounded,dashed"; color="#2e7d32"; bgcolor="#f4faf4";`,
        ...lines,
        "}",
      ];
    }),
    "}",
  ];
}

/** The longest common prefix of all names that ends with a dash. */
function commonPrefix(names: string[]): string {
  const [first = "", ...others] = names;
  let length = others.length === 0 ? 0 : first.length;
  while (length > 0 && !(first[length - 1] === "-" && others.every((name) => name.startsWith(first.slice(0, length))))) length--;
  return first.slice(0, length);
}

/** One node per resource, named without the prefix of its account. Resource types with `listedAs` share one node. */
function nodeLines(stackId: string, members: StateResource[], prefix: string, nodes: Map<StateResource, Node>): string[] {
  const byNode = new Map<string, StateResource[]>();
  for (const resource of members) {
    const id = `${stackId} ${styles[resource.type]!.listedAs ? `${resource.type} ${stringOf(resource.outputs?.vpcId) ?? ""}` : resource.urn}`;
    byNode.set(id, [...(byNode.get(id) ?? []), resource]);
    nodes.set(resource, { id, stackId });
  }
  return [...byNode].map(([id, resources]) => {
    const [first] = resources as [StateResource];
    const { label, fill, detail, listedAs } = styles[first.type]!;
    const title = listedAs ? "" : `<br/>${escapeHtml(nameOf(first).slice(prefix.length))}`;
    const details = listedAs ? resources.map((resource) => listedAs(resource) ?? nameOf(resource)).sort() : [detail?.(first) ?? ""];
    const lines = details.filter((line) => line !== "").map((line) => `<br/><font point-size="8">${escapeHtml(line)}</font>`);
    return `${quote(id)} [fillcolor="${fill}", label=<<b>${escapeHtml(label)}</b>${title}${lines.join("")}>];`;
  });
}

/** An edge from each stack to the stacks that read its outputs, between the first node of each. */
function stackEdges(stacks: ReportStack[], nodes: Map<StateResource, Node>): string[] {
  const firstNode = (stackId: string) => [...nodes.values()].find((node) => node.stackId === stackId)?.id;
  return stacks.flatMap(({ id, reads }) =>
    reads.flatMap((read) => {
      const [from, to] = [firstNode(read), firstNode(id)];
      if (!from || !to) return [];
      return [
        `${quote(from)} -> ${quote(to)} [ltail=${quote(`cluster ${read}`)}, lhead=${quote(`cluster ${id}`)}, label="outputs", penwidth=2, minlen=2, color="#3b6ea5"];`,
      ];
    }),
  );
}

/** An edge from each resource to the resources that it references. */
function resourceEdges(stacks: ReportStack[], nodes: Map<StateResource, Node>): string[] {
  // Only resources with a node count: dependent resources of a bucket have the same ID as the bucket.
  const byPhysicalId = new Map(
    [...nodes.keys()].flatMap((resource) =>
      [resource.id, stringOf(resource.outputs?.arn)].flatMap((id) => (id ? [[id, resource] as const] : [])),
    ),
  );
  const edge = (from: StateResource | undefined, to: StateResource | undefined): string[] => {
    const [tail, head] = [nodes.get(from!), nodes.get(to!)];
    if (!tail || !head) return [];
    // Stacks are ordered by the stacks that they read. Edges between resources in two stacks must not change that order.
    return [`${quote(tail.id)} -> ${quote(head.id)}${tail.stackId === head.stackId ? "" : " [constraint=false]"};`];
  };
  const references = [...nodes.keys()].flatMap((resource) => referencesOf(resource).flatMap((id) => edge(resource, byPhysicalId.get(id))));
  // The encryption of a bucket is a separate resource that references the bucket and the key.
  const encryption = stacks
    .flatMap(({ resources }) => resources)
    .filter(({ type }) => type.startsWith("aws:s3/bucketServerSideEncryptionConfiguration:"))
    .flatMap(({ inputs }) => edge(byPhysicalId.get(stringOf(inputs?.bucket) ?? ""), byPhysicalId.get(encryptionKey(inputs) ?? "")));
  return [...references, ...encryption];
}

const encryptionKey = (inputs: StateResource["inputs"]) =>
  (inputs?.rules as { applyServerSideEncryptionByDefault?: { kmsMasterKeyId?: unknown } }[] | undefined)?.map((rule) =>
    stringOf(rule.applyServerSideEncryptionByDefault?.kmsMasterKeyId),
  )[0];

/** IDs and ARNs in the inputs of a resource that the diagram shows as edges. */
function referencesOf({ inputs = {} }: StateResource): string[] {
  const users = inputs.defaultUserSettings as { executionRole?: unknown; securityGroups?: unknown } | undefined;
  return [
    ...[inputs.kmsKeyId, inputs.kmsMasterKeyId, inputs.permissionsBoundary, inputs.domainId, users?.executionRole].map(stringOf),
    ...stringsOf(users?.securityGroups),
    ...stringsOf(inputs.subnetIds),
  ].filter((id) => id !== undefined);
}
