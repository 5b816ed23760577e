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

/** Components are only names that group resources; what Pulumi keeps for itself is not in AWS. */
const isOfAws = ({ custom, type }: StateResource) => custom !== false && !type.startsWith("pulumi:");

const providerOf = ({ provider }: StateResource) => (provider ?? "").split("::").slice(0, 4).join("::");

/** The account that a resource itself tells: its ARN's, or its owner's. */
const toldAccount = ({ outputs }: StateResource) =>
  /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(text(outputs?.arn) ?? "")?.[1] ?? text(outputs?.ownerId);

/** Finds the account of each resource of a stack: what it tells, else its provider's, else that of the provider that is bound to no account. */
function accountFinder(resources: StateResource[]): (resource: StateResource) => string {
  const bound = new Map(
    resources.flatMap((one) =>
      one.type === "pulumi:providers:aws" ? allowedAccount(one).map((account) => [one.urn, account] as const) : [],
    ),
  );
  const home = resources
    .filter((one) => !bound.has(providerOf(one)))
    .map(toldAccount)
    .find((account) => account !== undefined);
  return (one) => toldAccount(one) ?? bound.get(providerOf(one)) ?? home ?? "unknown";
}

interface Kind {
  word: string;
  fill: string;
  /** A second line of the box. */
  detail?: (resource: StateResource) => string | undefined;
  /** All of a place share one box, which lists them by this. */
  listedAs?: (resource: StateResource) => string | undefined;
}

/** Kinds of resource that the picture shows, and how. What belongs to one of them (rules, policies, versions, …) is in the list only. */
const shown: Record<string, Kind> = {
  "aws:kms/key:Key": { word: "key", fill: "#fff3c4", detail: ({ inputs }) => text(inputs?.description) },
  "aws:s3/bucket:Bucket": { word: "bucket", fill: "#d9f2d9" },
  "aws:iam/role:Role": { word: "role", fill: "#fde2e2", detail: ({ inputs }) => text(inputs?.description) },
  "aws:iam/policy:Policy": { word: "policy", fill: "#fde2e2" },
  "aws:sns/topic:Topic": { word: "topic", fill: "#ece2fb" },
  "aws:cloudwatch/logGroup:LogGroup": { word: "log group", fill: "#ececec" },
  "aws:sagemaker/domain:Domain": { word: "Studio domain", fill: "#cfe8fc", detail: ({ outputs }) => text(outputs?.appNetworkAccessType) },
  "aws:sagemaker/userProfile:UserProfile": {
    word: "Studio profile",
    fill: "#cfe8fc",
    detail: ({ inputs }) => text(inputs?.userProfileName),
  },
  "aws:ec2/subnet:Subnet": {
    word: "subnet",
    fill: "#ffffff",
    detail: ({ outputs }) => `${text(outputs?.availabilityZone) ?? ""} ${text(outputs?.cidrBlock) ?? ""}`.trim(),
  },
  "aws:ec2/securityGroup:SecurityGroup": { word: "security group", fill: "#fbe9d7" },
  "aws:ec2/vpcEndpoint:VpcEndpoint": {
    word: "endpoints",
    fill: "#e2ecfb",
    listedAs: ({ inputs }) =>
      `${(text(inputs?.serviceName) ?? "").replace(/^com\.amazonaws\.[^.]+\./, "")}${inputs?.vpcEndpointType === "Interface" ? "" : " (gateway)"}`,
  },
  "aws:ssm/parameter:Parameter": { word: "published in SSM", fill: "#f3f0e4", listedAs: ({ inputs }) => text(inputs?.name) },
};

/** The node that shows a resource, and its stack. */
type Drawn = Map<StateResource, { node: string; stackId: string }>;

interface Place {
  account: string;
  vpc?: string;
}

const quote = (id: string) => JSON.stringify(id);

/** The picture as a Graphviz graph: accounts around stacks around VPCs. Pure, and the same for the same states. */
export function graphOf(stacks: ReportStack[]): string {
  const lines = [
    "digraph cloister {",
    'graph [rankdir=LR, compound=true, fontname="Courier", nodesep=0.12, ranksep=0.5, fontsize=12];',
    'node [shape=box, style="filled,rounded", fontname="Courier", fontsize=10, margin="0.12,0.06"];',
    'edge [color="#888888", fontname="Courier", fontsize=9];',
  ];
  const edges: string[] = [];
  const byPhysicalId = new Map<string, StateResource>();
  const drawn: Drawn = new Map();
  const anchors = new Map<string, string>();
  for (const { id: stackId, resources } of stacks) {
    const accountOf = accountFinder(resources);
    const groups = new Map<string, { place: Place; members: StateResource[] }>();
    for (const resource of resources) {
      if (!shown[resource.type]) continue;
      // Only of what is drawn: a bucket's companions carry the bucket's id.
      for (const alias of [resource.id, text(resource.outputs?.arn)]) if (alias) byPhysicalId.set(alias, resource);
      const account = accountOf(resource);
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
      const here = [...groups.values()].flatMap(({ place, members }) => (place.account === account ? members : []));
      const start = commonStart(here.filter(({ type }) => !shown[type]!.listedAs).map(nameOf));
      lines.push(
        `subgraph ${quote(`cluster ${stackId} ${account}`)} { label=<account ${escape(account)}${start ? `<br/><font point-size="9">${escape(start)}…</font>` : ""}>; style=rounded; color="#bbbbbb"; bgcolor="#ffffff";`,
      );
      for (const { place, members } of groups.values()) {
        if (place.account !== account) continue;
        if (place.vpc)
          lines.push(
            `subgraph ${quote(`cluster ${stackId} ${place.vpc}`)} { label=<VPC ${escape(place.vpc)}>; style="rounded,dashed"; color="#2e7d32"; bgcolor="#f4faf4";`,
          );
        lines.push(...nodes(stackId, members, start, drawn));
        if (place.vpc) lines.push("}");
      }
      lines.push("}");
    }
    lines.push("}");
    const first = [...drawn.values()].find((box) => box.stackId === stackId);
    if (first) anchors.set(stackId, first.node);
  }
  for (const { id, reads } of stacks)
    for (const read of reads) {
      const [from, to] = [anchors.get(read), anchors.get(id)];
      if (from && to)
        edges.push(
          `${quote(from)} -> ${quote(to)} [ltail=${quote(`cluster ${read}`)}, lhead=${quote(`cluster ${id}`)}, label="outputs", penwidth=2, minlen=2, color="#3b6ea5"];`,
        );
    }
  const join = (from: StateResource | undefined, to: StateResource | undefined) => {
    const [tail, head] = [drawn.get(from!), drawn.get(to!)];
    if (!tail || !head) return;
    // Stacks stand in the order in which they read each other; what goes across must not pull them about.
    edges.push(`${quote(tail.node)} -> ${quote(head.node)}${tail.stackId === head.stackId ? "" : " [constraint=false]"};`);
  };
  for (const resource of drawn.keys()) for (const reference of referencesOf(resource)) join(resource, byPhysicalId.get(reference));
  // What encrypts a bucket is a resource of its own, between the two.
  for (const { type, inputs } of stacks.flatMap(({ resources }) => resources))
    if (type.startsWith("aws:s3/bucketServerSideEncryptionConfiguration:"))
      join(byPhysicalId.get(text(inputs?.bucket) ?? ""), byPhysicalId.get(keyOf(inputs) ?? ""));
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

/** What all names begin with, up to a dash. */
function commonStart(names: string[]): string {
  const [first = "", ...others] = names;
  let length = others.length === 0 ? 0 : first.length;
  while (length > 0 && !(first[length - 1] === "-" && others.every((name) => name.startsWith(first.slice(0, length))))) length--;
  return first.slice(0, length);
}

/** One node for each resource, without the start that all names of its account share; those that are listed share one. */
function nodes(stackId: string, members: StateResource[], start: string, drawn: Drawn): string[] {
  const boxes = new Map<string, StateResource[]>();
  for (const resource of members) {
    const node = `${stackId} ${shown[resource.type]!.listedAs ? `${resource.type} ${text(resource.outputs?.vpcId) ?? ""}` : resource.urn}`;
    boxes.set(node, [...(boxes.get(node) ?? []), resource]);
    drawn.set(resource, { node, stackId });
  }
  return [...boxes].map(([node, resources]) => {
    const { word, fill, detail, listedAs } = shown[resources[0]!.type]!;
    const small = listedAs ? resources.map((one) => listedAs(one) ?? nameOf(one)).sort() : [detail?.(resources[0]!) ?? ""];
    const title = listedAs ? "" : `<br/>${escape(nameOf(resources[0]!).slice(start.length))}`;
    const lines = small.filter((line) => line !== "").map((line) => `<br/><font point-size="8">${escape(line)}</font>`);
    return `${quote(node)} [fillcolor="${fill}", label=<<b>${escape(word)}</b>${title}${lines.join("")}>];`;
  });
}

/** Ids and ARNs of what a resource is made with, as far as the picture shows it as an arrow. */
function referencesOf({ inputs = {} }: StateResource): string[] {
  const users = inputs.defaultUserSettings as { executionRole?: unknown; securityGroups?: unknown } | undefined;
  return [
    ...[inputs.kmsKeyId, inputs.kmsMasterKeyId, inputs.permissionsBoundary, inputs.domainId, users?.executionRole].map(text),
    ...texts(users?.securityGroups),
    ...texts(inputs.subnetIds),
  ].filter((one) => one !== undefined);
}

const style = `
:root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.45; }
body { margin: 2rem auto; max-width: 90rem; padding: 0 1rem; }
.picture { background: #fff; border: 1px solid #ccc; border-radius: .5rem; padding: .5rem; }
.picture svg { display: block; width: 100%; height: auto; }
.picture text { font-family: Courier, ui-monospace, monospace; }
table { border-collapse: collapse; width: 100%; font-size: .85rem; }
th, td { text-align: left; padding: .2rem .6rem; border-bottom: 1px solid #8884; overflow-wrap: anywhere; }
details { margin: .8rem 0; } summary { cursor: pointer; font-weight: 600; }
.note { border-left: .3rem solid #3b6ea5; padding: .3rem .8rem; background: #3b6ea522; }
.bad { color: light-dark(#b00020, #ff8a80); }
@media print { body { margin: 0; max-width: none; } details::details-content { content-visibility: visible; block-size: auto; } tr { break-inside: avoid; } }`;

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;

const row = (cells: string[], tag = "td") => `<tr>${cells.map((cell) => `<${tag}>${escape(cell)}</${tag}>`).join("")}</tr>`;

function section({ id, resources, outcome }: ReportStack): string {
  const rows = resources
    .filter(({ type }) => !type.startsWith("pulumi:"))
    .map((one) => row([nameOf(one), one.type, one.custom === false ? "component" : (one.id ?? "")]));
  const violations = (outcome?.violations ?? []).map(
    ({ policy, urn, message }) => `<li class="bad">${escape([policy, urn.split("::").at(-1), message].filter(Boolean).join(": "))}</li>`,
  );
  return `<details><summary>${escape(id)}: ${counted(resources.filter(isOfAws).length, "resource")}${outcome ? `, ${counted(outcome.guardrails.length, "guardrail")} judged them, ${violations.length === 0 ? "none broken" : counted(violations.length, "warning")}` : ""}</summary>
${violations.length > 0 ? `<ul>${violations.join("")}</ul>` : ""}
<p>${escape((outcome?.guardrails ?? []).join(", "))}</p>
<table><thead>${row(["name", "type", "id"], "th")}</thead><tbody>${rows.join("\n")}</tbody></table></details>`;
}

/** The page. Needs no network and no script. */
export async function report({ title, where, stacks, madeAt }: ReportInput): Promise<string> {
  const svg = (await Graphviz.load()).dot(graphOf(stacks)).replace(/^[\s\S]*?(?=<svg)/, "");
  const count = stacks.flatMap(({ resources }) => resources).filter(isOfAws).length;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)}</title><style>${style}</style></head>
<body><h1>${escape(title)}</h1>
<p class="note">${escape(where)}. Made on ${escape(madeAt.toISOString())} from Pulumi's states: ${counted(count, "resource")} of AWS in ${counted(stacks.length, "stack")}.</p>
<div class="picture">${svg}</div>
<h2>Stacks</h2>
${stacks.map(section).join("\n")}
</body></html>
`;
}
