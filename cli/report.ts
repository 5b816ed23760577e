// cloister.html: a picture and a list of what was deployed, made from Pulumi's states alone. One page, nothing loaded from elsewhere.
import { Graphviz } from "@hpcc-js/wasm-graphviz";
import { type Outcome, type StateResource } from "./deploy";

export interface ReportStack {
  id: string;
  project: string;
  stack: string;
  /** Ids of the stacks it reads. */
  reads: string[];
  resources: StateResource[];
  outcome?: Pick<Outcome, "guardrails" | "violations" | "seconds">;
}

export interface ReportInput {
  title: string;
  /** Where all of this is, in one sentence. */
  where: string;
  stacks: ReportStack[];
  madeAt: Date;
}

const nameOf = ({ urn }: StateResource) => urn.split("::").at(-1)!;
const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : []);

/** For HTML, and for labels of Graphviz, which are HTML-like. */
export const escape = (raw: string) =>
  raw.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** The account that a resource is in: its ARN's, its owner's, else that of its provider. */
function accountOf(resource: StateResource, providers: Map<string, string>, home: string | undefined): string | undefined {
  const fromArn = /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(text(resource.outputs?.arn) ?? "")?.[1];
  return fromArn ?? text(resource.outputs?.ownerId) ?? providers.get((resource.provider ?? "").split("::").slice(0, 4).join("::")) ?? home;
}

/** Kinds of resource that the picture shows, and how. What belongs to one of them (rules, policies, versions, …) is in the list only. */
const shown: Record<string, { word: string; fill: string; detail?: (resource: StateResource) => string | undefined }> = {
  "aws:kms/key:Key": { word: "key", fill: "#fff3c4", detail: ({ inputs }) => text(inputs?.description) },
  "aws:s3/bucket:Bucket": { word: "bucket", fill: "#d9f2d9" },
  "aws:iam/role:Role": { word: "role", fill: "#fde2e2", detail: ({ inputs }) => text(inputs?.description) },
  "aws:iam/policy:Policy": { word: "permissions boundary", fill: "#fde2e2" },
  "aws:sns/topic:Topic": { word: "topic", fill: "#ece2fb" },
  "aws:cloudwatch/logGroup:LogGroup": { word: "log group", fill: "#ececec" },
  "aws:sagemaker/domain:Domain": { word: "Studio domain", fill: "#cfe8fc", detail: ({ outputs }) => text(outputs?.appNetworkAccessType) },
  "aws:sagemaker/userProfile:UserProfile": {
    word: "Studio profile",
    fill: "#cfe8fc",
    detail: ({ inputs }) => text(inputs?.userProfileName),
  },
  "aws:ec2/subnet:Subnet": {
    word: "private subnet",
    fill: "#ffffff",
    detail: ({ outputs }) => `${text(outputs?.availabilityZone) ?? ""} ${text(outputs?.cidrBlock) ?? ""}`,
  },
  "aws:ec2/securityGroup:SecurityGroup": { word: "security group", fill: "#fbe9d7" },
  "aws:ec2/vpcEndpoint:VpcEndpoint": { word: "endpoint", fill: "#e2ecfb", detail: ({ inputs }) => text(inputs?.serviceName) },
};

interface Place {
  account: string;
  vpc?: string;
}

/** The picture as a Graphviz graph: accounts around stacks around VPCs. Pure, and the same for the same states. */
export function graphOf(stacks: ReportStack[]): string {
  const lines = [
    "digraph cloister {",
    'graph [rankdir=LR, compound=true, fontname="Helvetica", nodesep=0.15, ranksep=0.7];',
    'node [shape=box, style="filled,rounded", fontname="Helvetica", fontsize=10, margin="0.25,0.06"];',
    'edge [color="#888888", fontname="Helvetica", fontsize=9];',
  ];
  const edges: string[] = [];
  const quote = (id: string) => JSON.stringify(id);
  const byPhysicalId = new Map<string, StateResource>();
  const drawn = new Map<StateResource, string>();
  const anchors = new Map<string, string>();
  for (const { id: stackId, resources } of stacks) {
    const providers = new Map(
      resources.flatMap((one) =>
        one.type === "pulumi:providers:aws" ? allowedAccount(one).map((account) => [one.urn, account] as const) : [],
      ),
    );
    const home = resources
      .map((one) => accountOf(one, new Map(), undefined))
      .find((account) => account !== undefined && ![...providers.values()].includes(account));
    const groups = new Map<string, { place: Place; members: StateResource[] }>();
    for (const resource of resources) {
      if (!shown[resource.type]) continue;
      // Only of what is drawn: a bucket's companions carry the bucket's id.
      for (const alias of [resource.id, text(resource.outputs?.arn)]) if (alias) byPhysicalId.set(alias, resource);
      const account = accountOf(resource, providers, home) ?? "unknown account";
      const vpc = text(resource.outputs?.vpcId);
      const key = `${account} ${vpc ?? ""}`;
      const group = groups.get(key) ?? { place: { account, ...(vpc ? { vpc } : {}) }, members: [] };
      group.members.push(resource);
      groups.set(key, group);
    }
    lines.push(
      `subgraph ${quote(`cluster ${stackId}`)} { label=<<b>${escape(stackId)}</b>>; style=rounded; color="#3b6ea5"; bgcolor="#f7fafd";`,
    );
    for (const account of [...new Set([...groups.values()].map(({ place }) => place.account))].sort()) {
      lines.push(
        `subgraph ${quote(`cluster ${stackId} ${account}`)} { label=<account ${escape(account)}>; style=rounded; color="#bbbbbb"; bgcolor="#ffffff";`,
      );
      for (const { place, members } of groups.values()) {
        if (place.account !== account) continue;
        if (place.vpc)
          lines.push(
            `subgraph ${quote(`cluster ${stackId} ${place.vpc}`)} { label=<closed VPC ${escape(place.vpc)}>; style="rounded,dashed"; color="#2e7d32"; bgcolor="#f4faf4";`,
          );
        lines.push(...nodes(stackId, members, drawn, quote));
        if (place.vpc) lines.push("}");
      }
      lines.push("}");
    }
    lines.push("}");
    const first = [...drawn.entries()].find(([resource]) => resources.includes(resource))?.[1];
    if (first) anchors.set(stackId, first);
  }
  for (const { id, reads } of stacks)
    for (const read of reads) {
      const [from, to] = [anchors.get(read), anchors.get(id)];
      if (from && to)
        edges.push(
          `${quote(from)} -> ${quote(to)} [ltail=${quote(`cluster ${read}`)}, lhead=${quote(`cluster ${id}`)}, label="outputs", penwidth=2, color="#3b6ea5"];`,
        );
    }
  for (const [resource, node] of drawn)
    for (const reference of referencesOf(resource)) {
      const target = drawn.get(byPhysicalId.get(reference)!);
      if (target && target !== node) edges.push(`${quote(node)} -> ${quote(target)};`);
    }
  // What encrypts a bucket is a resource of its own, between the two.
  for (const { type, inputs } of stacks.flatMap(({ resources }) => resources))
    if (type.startsWith("aws:s3/bucketServerSideEncryptionConfiguration:")) {
      const [bucket, key] = [text(inputs?.bucket), keyOf(inputs)].map((id) => drawn.get(byPhysicalId.get(id ?? "")!));
      if (bucket && key) edges.push(`${quote(bucket)} -> ${quote(key)};`);
    }
  return [...lines, ...new Set(edges), "}"].join("\n");
}

const keyOf = (encryption: StateResource["inputs"]) =>
  (encryption?.rules as { applyServerSideEncryptionByDefault?: { kmsMasterKeyId?: unknown } }[] | undefined)?.map((rule) =>
    text(rule.applyServerSideEncryptionByDefault?.kmsMasterKeyId),
  )[0];

const allowedAccount = (provider: StateResource): string[] => {
  const list = provider.inputs?.allowedAccountIds;
  try {
    return texts(typeof list === "string" ? JSON.parse(list) : list);
  } catch {
    return [];
  }
};

/** One node for each resource; the interface endpoints of a VPC share one. */
function nodes(stackId: string, members: StateResource[], drawn: Map<StateResource, string>, quote: (id: string) => string): string[] {
  const endpoints = members.filter(({ type }) => type.startsWith("aws:ec2/vpcEndpoint:"));
  const lines = members
    .filter((one) => !endpoints.includes(one))
    .map((resource) => {
      const node = `${stackId} ${resource.urn}`;
      drawn.set(resource, node);
      const { word, fill, detail } = shown[resource.type]!;
      const more = detail?.(resource);
      return `${quote(node)} [fillcolor="${fill}", label=<<b>${escape(word)}</b><br/>${escape(nameOf(resource))}${more ? `<br/><font point-size="8">${escape(more)}</font>` : ""}>];`;
    });
  if (endpoints.length > 0) {
    const node = `${stackId} endpoints ${endpoints[0]!.urn}`;
    const services = endpoints.map(({ inputs }) => text(inputs?.serviceName) ?? "").sort();
    for (const endpoint of endpoints) drawn.set(endpoint, node);
    lines.push(
      `${quote(node)} [fillcolor="${shown["aws:ec2/vpcEndpoint:VpcEndpoint"]!.fill}", label=<<b>endpoints</b>${services.map((service) => `<br/><font point-size="8">${escape(service)}</font>`).join("")}>];`,
    );
  }
  return lines;
}

/** Ids and ARNs of what a resource is made with, as far as the picture shows it as an arrow. */
function referencesOf({ type, inputs = {} }: StateResource): string[] {
  if (type === "aws:sagemaker/domain:Domain") {
    const users = inputs.defaultUserSettings as { executionRole?: unknown; securityGroups?: unknown } | undefined;
    return [text(inputs.kmsKeyId), text(users?.executionRole), ...texts(users?.securityGroups), ...texts(inputs.subnetIds)].filter(
      (one) => one !== undefined,
    );
  }
  return [text(inputs.kmsKeyId), text(inputs.kmsMasterKeyId), text(inputs.permissionsBoundary), text(inputs.domainId)].filter(
    (one) => one !== undefined,
  );
}

const style = `
:root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.45; }
body { margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }
.picture { overflow: auto; background: #fff; border: 1px solid #ccc; border-radius: .5rem; padding: .5rem; max-height: 60rem; }
table { border-collapse: collapse; width: 100%; font-size: .85rem; }
th, td { text-align: left; padding: .2rem .6rem; border-bottom: 1px solid #8884; overflow-wrap: anywhere; }
details { margin: .8rem 0; } summary { cursor: pointer; font-weight: 600; }
.note { border-left: .3rem solid #3b6ea5; padding: .3rem .8rem; background: #3b6ea522; }
.bad { color: #b00020; }`;

const row = (cells: string[], tag = "td") => `<tr>${cells.map((cell) => `<${tag}>${escape(cell)}</${tag}>`).join("")}</tr>`;

function section({ id, resources, outcome }: ReportStack): string {
  const rows = resources
    .filter(({ type }) => !type.startsWith("pulumi:"))
    .map((one) => row([nameOf(one), one.type, one.custom === false ? "component" : (one.id ?? "")]));
  const violations = (outcome?.violations ?? []).map(
    ({ policy, urn, message }) => `<li class="bad">${escape(`${policy}: ${urn.split("::").at(-1)}: ${message}`)}</li>`,
  );
  return `<details><summary>${escape(id)}: ${rows.length} resources${outcome ? `, ${outcome.guardrails.length} guardrails judged them, ${violations.length} said something` : ""}</summary>
${violations.length > 0 ? `<ul>${violations.join("")}</ul>` : ""}
<p>${escape((outcome?.guardrails ?? []).join(", "))}</p>
<table><thead>${row(["name", "type", "id"], "th")}</thead><tbody>${rows.join("\n")}</tbody></table></details>`;
}

/** The page. Needs no network and no script. */
export async function report({ title, where, stacks, madeAt }: ReportInput): Promise<string> {
  const svg = (await Graphviz.load()).dot(graphOf(stacks)).replace(/^[\s\S]*?(?=<svg)/, "");
  const count = stacks.reduce(
    (sum, { resources }) => sum + resources.filter(({ custom, type }) => custom && !type.startsWith("pulumi:")).length,
    0,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)}</title><style>${style}</style></head>
<body><h1>${escape(title)}</h1>
<p class="note">${escape(where)}. Made on ${escape(madeAt.toISOString())} from Pulumi's states: ${count} resources of AWS in ${stacks.length} ${stacks.length === 1 ? "stack" : "stacks"}.</p>
<div class="picture">${svg}</div>
<h2>Stacks</h2>
${stacks.map(section).join("\n")}
</body></html>
`;
}
