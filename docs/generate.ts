// Writes docs/reference/ from the code. `npm run docs`; a test fails when a page is stale.
import * as fs from "node:fs";
import * as path from "node:path";
import { outputsTable } from "@cloister/components/contract";
import { endpointKinds, endpointMonthlyUsd, hostingEndpoints, studioEndpoints } from "@cloister/components/network/endpoints";
import { settingsTable } from "@cloister/components/settings";
import { coreOutputs } from "@cloister/core/outputs";
import { coreSettings } from "@cloister/core/settings";
import { environmentOutputs } from "@cloister/environment/outputs";
import { environmentSettings, environmentWiring } from "@cloister/environment/settings";
import { guardrailTable } from "@cloister/policy-pack/reference";
import { targetOutputs } from "@cloister/target-accounts/outputs";
import { targetSettings } from "@cloister/target-accounts/settings";

const made = "<!-- Made by `npm run docs`. Change the code, not this page. -->";
const page = (title: string, about: string, ...sections: string[]) => `${[`# ${title}`, made, about, ...sections].join("\n\n")}\n`;

const endpointTable = [
  "| endpoint | in an environment | in a target account | what it is for |",
  "| --- | --- | --- | --- |",
  ...Object.entries(endpointKinds).map(([name, { service, purpose }]) => {
    const used = (list: readonly string[]) => (list.includes(name) ? "yes" : "");
    return `| \`${service}\` | ${used(studioEndpoints)} | ${used(hostingEndpoints)} | ${purpose} |`;
  }),
].join("\n");
const monthly = (endpoints: number) => `${Math.round(endpoints * endpointMonthlyUsd * 2)} USD`;

/** Every generated page by its path below docs/. */
export const pages: Record<string, string> = {
  "reference/settings.md": page(
    "Settings",
    "What each project may be told, in its namespace: `pulumi --cwd environment config set --path network.zones 3` sets `cloister-environment:network.zones`. A setting that is not here is refused.",
    "## cloister-core",
    settingsTable(coreSettings),
    "## cloister-environment",
    settingsTable(environmentSettings.extend(environmentWiring)),
    "## cloister-target-accounts",
    settingsTable(targetSettings),
    "## Quickstart",
    "The settings of `cloister-core` and `cloister-environment` under their own names, without `coreStack`.",
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
  "reference/endpoints.md": page(
    "Interface endpoints",
    `In two zones, the endpoints of an environment cost about ${monthly(studioEndpoints.length)} a month and those of a target account about ${monthly(hostingEndpoints.length)}, at ${endpointMonthlyUsd} USD for an endpoint and zone, without data. S3 is reached by a gateway endpoint, which costs nothing.`,
    endpointTable,
  ),
};

if (require.main === module)
  for (const [name, text] of Object.entries(pages)) {
    const file = path.join(__dirname, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }
