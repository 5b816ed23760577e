// Draws the diagrams of the pages about self-service. The parameters and outputs in them come from the code. Pure, except `render`.
import * as path from "node:path";
import { readProductFile, svgOf } from "@cloister/cli";
import { queueNames } from "@cloister/components/catalog/engine/names";
import { type Parameter } from "@cloister/components/catalog/runtime/artifact";
import { parametersOf } from "@cloister/components/catalog/runtime/parameters";
import { type environmentOutputs } from "@cloister/environment/outputs";
import { environmentSettings } from "@cloister/environment/settings";

export const productSettings = readProductFile(path.join(__dirname, "..", "environment", "products", "standard.yaml")).settings;

/** The parameters of a version with the settings in environment/products/standard.yaml. */
export const leadParameters: Parameter[] = parametersOf(environmentSettings, productSettings);

/** Outputs in the record of a launch that leads use. */
export const leadOutputs = [
  "environment",
  "openStudioCommand",
  "people",
  "products",
  "dashboardUrl",
] as const satisfies (keyof typeof environmentOutputs)[];

const escape = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** A box with a title and lines. */
const box = (id: string, fill: string, title: string, lines: readonly string[] = []) =>
  `${id} [fillcolor="${fill}", label=<<table border="0" cellborder="0" cellspacing="2"><tr><td align="left"><b>${escape(title)}</b></td></tr>${lines
    .map((line) => `<tr><td align="left"><font point-size="9">${escape(line)}</font></td></tr>`)
    .join("")}</table>>];`;

const graph = (direction: "LR" | "TB", ...lines: string[]) =>
  [
    "digraph cloister {",
    `graph [rankdir=${direction}, compound=true, fontname="Courier", fontsize=11, nodesep=0.3, ranksep=0.45, bgcolor="#ffffff"];`,
    'node [shape=box, style="filled,rounded", color="#888888", fontname="Courier", fontsize=11, margin="0.08,0.05"];',
    'edge [color="#555555", fontname="Courier", fontsize=9];',
    ...lines,
    "}",
  ].join("\n");

const [user, service, engine, created] = ["#fff3c4", "#e2ecfb", "#ece2fb", "#d9f2d9"];

const launch = graph(
  "LR",
  box("lead", user, "Lead", ["policy: only AWS Service Catalog"]),
  'subgraph "cluster catalog" { label="AWS Service Catalog"; style=rounded; color="#3b6ea5";',
  box("product", service, "Product", ["versions of the platform team", "parameters"]),
  box("record", service, "Record", ["status", "outputs, or the reason"]),
  "}",
  'subgraph "cluster engine" { label="Engine of the hub"; style=rounded; color="#7a5ea8";',
  box(
    "queue",
    engine,
    "Queues",
    Object.values(queueNames).map((name) => name.replace("ServiceCatalogExternal", "")),
  ),
  box("flow", engine, "Dispatcher, state machine", ["at most engine.concurrency requests at a time"]),
  box("runner", engine, "Runner", ["Pulumi with the policy pack", "in private subnets"]),
  "}",
  box("environment", created, "Environment", ["network, keys, buckets, roles", "SageMaker Studio"]),
  'lead -> product [label="1 launches"];',
  'product -> queue [label="2 message"];',
  "queue -> flow -> runner;",
  'runner -> environment [label="3 deploys with\\nthe launch role"];',
  'runner -> record [label="4 result", constraint=false];',
  'record -> lead [label="5 outputs", constraint=false];',
);

/** The form `key = default`, or `key (required)`. */
const parameterText = ({ key, default: standard }: Parameter) =>
  standard === undefined ? `${key} (required)` : standard === "" ? `${key} (optional)` : `${key} = ${standard}`;

const lead = graph(
  "TB",
  box("find", user, "1 Find the product: search-products, describe-product", [
    "Data science environment   prod-…",
    "0.1.0-0a1b2c3d   pa-…   DEFAULT",
    "0.1.0-99887766   pa-…   DEPRECATED",
  ]),
  box("read", user, "2 Read the parameters: describe-provisioning-parameters", leadParameters.map(parameterText)),
  box("start", user, "3 Launch: provision-product", ["RecordId: rec-…", "Status: CREATED, then IN_PROGRESS"]),
  box("good", created, "4 Read the record: SUCCEEDED", leadOutputs),
  box("bad", "#fde2e2", "4 Read the record: FAILED", ["RecordErrors: the reason, and what to change"]),
  box("share", user, "5 Send the outputs to the data scientists", ["openStudioCommand with the name of the profile"]),
  box("again", user, "5 Terminate, and launch with other values", ["terminate-provisioned-product"]),
  "find -> read -> start;",
  'start -> good [label="success"];',
  'start -> bad [label="error"];',
  "good -> share; bad -> again;",
);

const scientist = graph(
  "LR",
  box("role", user, "1 Assume the role", ["data-scientist, output people"]),
  box("url", user, "2 Print a URL", ["output openStudioCommand,", "in the environment's network"]),
  box("studio", created, "3 Open Studio", ["JupyterLab or Code Editor", "in a private space"]),
  box("notebook", service, "4 Launch a notebook instance", ["AWS Service Catalog, output products", "output OpenCommand in its record"]),
  "role -> url -> studio;",
  'role -> notebook [style=dashed, label="if Studio is not enough"];',
);

/** The diagrams in the DOT language by file name below docs/. */
const diagrams: Record<string, string> = {
  "diagrams/launch.svg": launch,
  "diagrams/lead-steps.svg": lead,
  "diagrams/data-scientist-steps.svg": scientist,
};

/** The diagrams as SVG images by file name below docs/. */
export const render = async (): Promise<Record<string, string>> =>
  Object.fromEntries(
    await Promise.all(Object.entries(diagrams).map(async ([name, dot]) => [name, `${(await svgOf(dot)).trim()}\n`] as const)),
  );
