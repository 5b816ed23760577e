// Writes docs/reference/, and the tables of docs/network.md, from the code. `npm run docs`; a test fails when a page is stale.
import * as fs from "node:fs";
import * as path from "node:path";
import { outputsTable } from "@cloister/components/stack/contract";
import { accountBoundary, environmentBoundary } from "@cloister/components/identity/boundary";
import { featurePermissions, featuresWithPermissions } from "@cloister/components/identity/feature-permissions";
import { guardrails } from "@cloister/components/identity/guardrails";
import {
  administratorPermissions,
  executionPermissions,
  lifecyclePermissions,
  modelPermissions,
  notebookPermissions,
  pipelinePermissions,
  dataScientistPermissions,
  teamAdministratorPermissions,
} from "@cloister/components/identity/permissions";
import { type Permission } from "@cloister/components/aws/policy-document";
import {
  endpointKinds,
  endpointMonthlyUsd,
  endpointNames,
  type EndpointName,
  type Feature,
  type FeatureName,
  featureNames,
  features,
  hostedZoneMonthlyUsd,
  priceRegion,
} from "@cloister/components/network/catalogue";
import { planEndpoints, zonesOf } from "@cloister/components/network/endpoints";
import { settingsTable } from "@cloister/components/stack/config";
import { coreOutputs } from "@cloister/core/outputs";
import { coreSettings, standaloneCoreSettings } from "@cloister/core/settings";
import { environmentOutputs } from "@cloister/environment/outputs";
import { environmentSettings, standaloneEnvironmentSettings } from "@cloister/environment/settings";
import { guardrailTable } from "@cloister/policy-pack/reference";
import { targetOutputs } from "@cloister/target-accounts/outputs";
import { targetSettings } from "@cloister/target-accounts/settings";

const made = "<!-- Made by `npm run docs`. Change the code, not this page. -->";
const page = (title: string, about: string, ...sections: string[]) => `${[`# ${title}`, made, about, ...sections].join("\n\n")}\n`;

const monthly = (endpoints: number, zones = 2) => `${Math.round(endpoints * endpointMonthlyUsd * zones)}`;
const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(", ") || "none";

const featureTable = [
  "| feature | what for | needs | uses; can be left out | USD a month in two zones |",
  "| --- | --- | --- | --- | --- |",
  ...(Object.entries(features) as [FeatureName, Feature][]).map(
    ([name, { about, needs, uses = [] }]) =>
      `| \`${name}\` | ${about} | ${code(needs)} | ${code(uses)} | ${monthly(planEndpoints({ features: [name] }).names.length)} |`,
  ),
].join("\n");

/** Features that bring an endpoint. */
const bringing = (endpoint: EndpointName) => featureNames.filter((name) => planEndpoints({ features: [name] }).names.includes(endpoint));

const endpointTable = [
  "| endpoint | service | what works through it | answers | features | USD a month and zone |",
  "| --- | --- | --- | --- | --- | --- |",
  ...endpointNames.map((name) => {
    const { service, purpose, domains } = endpointKinds[name];
    const answers = domains.map((one) => one.replace("<suffix>", "amazonaws.com"));
    const by = code(bringing(name)).replace(/^none$/, "none; `endpoints.add`");
    return `| \`${name}\` | \`${service}\` | ${purpose} | ${code(answers)} | ${by} | ${endpointMonthlyUsd.toFixed(2)} |`;
  }),
].join("\n");

/** Buckets that AWS owns and that features read, and names that they need besides those of the endpoints. */
const bucketTable = [
  "| feature | reads of AWS's buckets | resolves besides |",
  "| --- | --- | --- |",
  ...(Object.entries(features) as [FeatureName, Feature][])
    .filter(([, { awsObjects, domains }]) => awsObjects ?? domains)
    .map(
      ([name, { awsObjects = [], domains = [] }]) =>
        `| \`${name}\` | ${code(awsObjects)} | ${code(domains.map((one) => one.replace("<suffix>", "amazonaws.com")))} |`,
    ),
].join("\n");

const defaults = (
  [
    ["an environment without settings", environmentSettings.shape.network],
    ["a target account without settings", targetSettings.shape.network],
  ] as const
).map(([what, schema]) => {
  const chosen = schema.parse({}).features;
  const { names } = planEndpoints({ features: chosen });
  return `| ${what} | ${code(chosen)} | ${names.length} | ${[1, 2, 3].map((zones) => monthly(names.length, zones)).join(" | ")} |`;
});
/** What AWS's reference solution and its checklists have in every network. */
const customary: FeatureName[] = ["studio", "jobs", "notebooks", "monitoring", "git"];
const withAll = planEndpoints({ features: customary }).names.length;
const costTable = [
  `An endpoint costs ${endpointMonthlyUsd.toFixed(2)} USD a zone and month in ${priceRegion}, without data (0.01 USD a GB); regions differ.`,
  "",
  "| what | features | endpoints | USD a month in 1 zone | in 2 | in 3 |",
  "| --- | --- | --- | --- | --- | --- |",
  ...defaults,
  `| for comparison: an environment with metrics, notebook instances and Git | ${code(customary)} | ${withAll} | ${[1, 2, 3].map((zones) => monthly(withAll, zones)).join(" | ")} |`,
].join("\n");

/** Environments with the features of one without settings, in two zones. */
const shared = planEndpoints({ features: environmentSettings.shape.network.parse({}).features }).names;
const zoneCount = zonesOf(shared, "eu-central-1", "aws").length;
const centralTable = [
  "| environments | USD a month with own endpoints | with those of core | saving |",
  "| --- | --- | --- | --- |",
  ...[1, 2, 5, 10, 20].map((count) => {
    const own = shared.length * endpointMonthlyUsd * 2 * count;
    const central = shared.length * endpointMonthlyUsd * 2 + zoneCount * hostedZoneMonthlyUsd;
    return `| ${count} | ${Math.round(own)} | ${Math.round(central)} | ${own > central ? `${Math.round(100 * (1 - central / own))} %` : "none"} |`;
  }),
].join("\n");

const facts = {
  accountId: "111122223333",
  region: "eu-central-1",
  partition: "aws",
  environment: "team-dev",
  dataBucketArn: "",
  modelBucketArn: "",
  keyArns: [],
  vpcId: "",
  subnetIds: [],
  securityGroupIds: [],
  entranceVpcIds: [],
};
const handed = { executionRoleArn: "", pipelineRoleArn: "", modelRoleArn: "" };
const roleRights: [name: string, about: string, permissions: Permission[]][] = [
  ["execution", "Studio, and jobs that people start there. SageMaker takes it on.", executionPermissions(facts, handed, "")],
  ["notebook-<name>", "One notebook instance. SageMaker takes it on.", notebookPermissions(facts, handed, "", "")],
  [
    "pipeline",
    "SageMaker Pipelines: starts the steps, which run under the execution role. SageMaker takes it on.",
    pipelinePermissions(facts, [], ""),
  ],
  ["model", "Models that answer requests. SageMaker takes it on.", modelPermissions({ ...facts, bucketArns: [], captureArn: "" })],
  ["data-scientist", "People who build.", dataScientistPermissions(facts, "", handed)],
  ["team-administrator", "People who approve.", teamAdministratorPermissions(facts, "")],
  ["lifecycle", "Whoever ends what runs, before a change or the end of the environment.", lifecyclePermissions(facts, "")],
  ["data-science-administrator", "Of core: cares for all environments of the hub.", administratorPermissions(facts)],
  [
    "every role of an environment",
    "The boundary: at most this, whatever the role's own policy says.",
    environmentBoundary(
      facts,
      "",
      { profile: "open", networkIsolation: false },
      { subnetIds: [], securityGroupIds: [], keyArn: "", resultKeyArns: [], instanceTypes: [], roleArns: [], features: [] },
    ),
  ],
  [
    "roles of core, of target accounts, and brought ones",
    "The boundary of an account.",
    accountBoundary(facts).filter(({ statement }) => !guardrails.some(({ id }) => id === statement.Sid)),
  ],
];
const roleTable = [
  "| role | what for | may | never |",
  "| --- | --- | --- | --- |",
  ...roleRights.map(([name, about, permissions]) => {
    const told = (effect: string) =>
      permissions
        .filter(({ statement }) => statement.Effect === effect)
        .map((right) => right.about)
        .join("<br>");
    return `| ${name.includes(" ") ? name : `\`${name}\``} | ${about} | ${told("Allow")} | ${told("Deny")} |`;
  }),
].join("\n");
const featureRows = [
  "| feature | work may besides |",
  "| --- | --- |",
  ...featuresWithPermissions.map(
    (feature) =>
      `| \`${feature}\` | ${featurePermissions(facts, [feature])
        .map(({ about }) => about)
        .join("<br>")} |`,
  ),
].join("\n");
const guardrailRows = [
  "| row | what holds | from profile | calls |",
  "| --- | --- | --- | --- |",
  ...guardrails.map(
    ({ id, about, from, actions }) =>
      `| \`${id}\` | ${about} | ${from === "isolation" ? "`guardrails.networkIsolation`" : `\`${from}\``} | ${code(actions)} |`,
  ),
].join("\n");

/** A page that is written by hand but for its tables, which stand between marks. */
function filled(name: string, tables: Record<string, string>): string {
  let text = fs.readFileSync(path.join(__dirname, name), "utf8");
  for (const [table, rows] of Object.entries(tables)) {
    const [start, end] = [`<!-- ${table}: made by \`npm run docs\` -->`, `<!-- end of ${table} -->`];
    const [from, to] = [text.indexOf(start), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`${name} has no marks for the table '${table}'.`);
    text = `${text.slice(0, from)}${start}\n\n${rows}\n\n${text.slice(to)}`;
  }
  return text;
}

/** Every generated page by its path below docs/. */
export const pages: Record<string, string> = {
  "reference/settings.md": page(
    "Settings",
    "What each project may be told, in its namespace: `pulumi --cwd environment config set --path network.zones 3` sets `cloister-environment:network.zones`. A setting that is not here is refused.",
    "## cloister-core",
    settingsTable(coreSettings.extend(standaloneCoreSettings)),
    "## cloister-environment",
    settingsTable(environmentSettings.extend(standaloneEnvironmentSettings)),
    "## cloister-target-accounts",
    settingsTable(targetSettings),
    "## Quickstart",
    "The settings of `cloister-core` and `cloister-environment` under their own names, without `coreStack`, `endpointsFrom`, `existingRoles` and core's `network`, which are for several stacks.",
  ),
  "reference/outputs.md": page(
    "Outputs",
    "What each stack promises to others and to people. Names are public.",
    "## cloister-core",
    outputsTable(coreOutputs),
    "## cloister-environment",
    outputsTable(environmentOutputs),
    "## cloister-target-accounts",
    outputsTable(targetOutputs),
  ),
  "reference/guardrails.md": page(
    "Guardrails",
    "What the policy pack refuses. How it judges, and how to allow an exception: [policy-pack/README.md](../../policy-pack/README.md).",
    guardrailTable(),
  ),
  "identity.md": filled("identity.md", { roles: roleTable, features: featureRows, guardrails: guardrailRows }),
  "network.md": filled("network.md", {
    cost: costTable,
    central: centralTable,
    features: featureTable,
    buckets: bucketTable,
    endpoints: endpointTable,
  }),
};

if (require.main === module)
  for (const [name, text] of Object.entries(pages)) {
    const file = path.join(__dirname, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }
