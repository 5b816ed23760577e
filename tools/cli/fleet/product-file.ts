// Reads the settings that the platform team fixes for a version of the environment product. Pure.
import * as path from "node:path";
import { type Artifact, type Core } from "@cloister/components/catalog/runtime/artifact";
import { isSecret, parametersOf } from "@cloister/components/catalog/runtime/parameters";
import { parseSettings } from "@cloister/components/stack/config";
import { problemText } from "@cloister/components/stack/preflight";
import { coreOutputs } from "@cloister/core/outputs";
import {
  type EnvironmentSettings,
  environmentSettings,
  standaloneEnvironmentSettings,
  type StandaloneSettings,
} from "@cloister/environment/settings";
import { commandText } from "../command-text";
import { settingsFileOf, type StackPlan } from "../stacks";
import { UsageError } from "../usage-error";
import { type CoreSource } from "./hub";
import { requireRecipients } from "./recipient";
import { FleetError, type Hub, type Sharing } from "./types";

const namespace = "cloister-environment";
const environmentSchema = environmentSettings.extend(standaloneEnvironmentSettings);

/** The settings of a version by full name. */
export interface ProductFile {
  /** Core stack, as in the setting `coreStack`. */
  core: string | undefined;
  settings: Record<string, unknown>;
  /** Teams that leads can choose. `undefined`: any. */
  teams?: unknown;
}

/** The settings in a file. Errors: `UsageError` for a missing file or invalid YAML. */
export function readProductFile(settingsFile: string): ProductFile {
  const { config = {}, teams } = read(settingsFile);
  const { [`${namespace}:coreStack`]: core, ...settings } = config;
  return { core: typeof core === "string" ? core : undefined, settings, ...(teams !== undefined && { teams }) };
}

function read(settingsFile: string): { config?: Record<string, unknown>; teams?: unknown } {
  try {
    return settingsFileOf({ settingsFile });
  } catch (error) {
    if (!/^(ENOENT|EISDIR|ENOTDIR)$/.test((error as NodeJS.ErrnoException).code ?? "")) throw error;
    throw new UsageError(
      `The settings of the product must be a YAML file (got '${settingsFile}', which cannot be read). For example: npx cloister catalog publish environment/products/standard.yaml`,
    );
  }
}

const isTeamList = (teams: unknown) =>
  Array.isArray(teams) && teams.length > 0 && teams.every((team) => environmentSettings.shape.team.safeParse(team).success);

/** Problems with the list of teams. */
const listProblems = (teams: unknown): string[] =>
  teams === undefined || isTeamList(teams)
    ? []
    : [
        `'teams' must be a list of teams, each 2 to 15 lower-case letters and digits, starting with a letter (got ${JSON.stringify(teams)}). Fix: correct the list, or remove it to allow any team.`,
      ];

const withoutNamespace = (name: string): string => name.slice(namespace.length + 1);

/** Problems with one setting, by full name. */
function nameProblem(name: string, value: unknown, hub: Pick<Hub, "id" | "region">): string[] {
  if (name === "aws:region")
    return value === hub.region
      ? []
      : [`'aws:region' must be the region of ${hub.id}, ${hub.region} (got ${String(value)}). Fix: remove the setting from the file.`];
  if (!name.startsWith(`${namespace}:`))
    return [`'${name}' must be a setting of ${namespace}, which the version fixes. Fix: remove the setting from the file.`];
  if (isSecret(value)) return [`'${name}' must not be a secret, because every engine and lead can read a version. Fix: remove the secret.`];
  return [];
}

/** Value of a setting that only the lead selects, with which the file must form valid settings of an environment. */
const samples: Record<string, string> = { team: "sample", owner: "owner@example.com" };

/** Settings that a version cannot fix, and why. */
const variable: Record<string, string> = {
  // Two environments with one name would be one environment.
  team: "each lead selects it",
  provisionedProduct: "the engine sets it",
};

type ProductSettings = EnvironmentSettings & StandaloneSettings;

/** Settings for which the launch role of environments has no permissions, by path, with the only supported value. */
const unsupported: Record<string, { isUsed: (settings: ProductSettings) => boolean; supported: string }> = {
  "network.mode": { isUsed: ({ network }) => network.mode !== "new", supported: "new" },
  "network.egress": { isUsed: ({ network }) => network.egress !== "none", supported: "none" },
  "network.features": {
    isUsed: ({ network }) => network.features.includes("mirror"),
    supported: "a list without mirror",
  },
  endpointsFrom: { isUsed: ({ endpointsFrom }) => endpointsFrom !== "own", supported: "own" },
  existingRoles: { isUsed: ({ existingRoles }) => Object.keys(existingRoles).length > 0, supported: "{}" },
  "data.existing": { isUsed: ({ data }) => data.existing !== undefined, supported: "no value" },
  "models.existing": { isUsed: ({ models }) => models.existing !== undefined, supported: "no value" },
  "studio.projectsPortfolioId": { isUsed: ({ studio }) => studio.projectsPortfolioId !== undefined, supported: "no value" },
};

const unsupportedProblems = (settings: ProductSettings): string[] =>
  Object.entries(unsupported)
    .filter(([, { isUsed }]) => isUsed(settings))
    .map(
      ([path, { supported }]) =>
        `'${namespace}:${path}' must be ${supported}, because the launch role of environments has no permissions for other values. Fix: remove the setting from the file.`,
    );

/** Problems with the file as a whole: the settings of an environment, as the project validates them. */
function valueProblems(settings: Record<string, unknown>): string[] {
  const valid = Object.entries(settings).filter(([name, value]) => name.startsWith(`${namespace}:`) && !isSecret(value));
  const named = Object.fromEntries(valid.map(([name, value]) => [withoutNamespace(name), value]));
  const raw = Object.entries({ ...samples, coreStack: "core", ...named }).map(
    ([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)] as const,
  );
  const { problems, value } = parseSettings(namespace, environmentSchema, Object.fromEntries(raw));
  return value === undefined ? problems.map(problemText) : unsupportedProblems(value as ProductSettings);
}

/**
 * The settings that a version fixes.
 * Errors: one `UsageError` with all problems.
 */
function fixedSettings(file: string, { settings, teams }: ProductFile, hub: Pick<Hub, "id" | "region">): Record<string, unknown> {
  const problems = [
    ...Object.entries(settings).flatMap(([name, value]) => nameProblem(name, value, hub)),
    ...Object.entries(variable)
      .map(([key, why]) => ({ name: `${namespace}:${key}`, why }))
      .filter(({ name }) => settings[name] !== undefined)
      .map(({ name, why }) => `'${name}' must not be in the file, because ${why}. Fix: remove the setting from the file.`),
    ...listProblems(teams),
    ...valueProblems(settings),
  ];
  if (problems.length > 0)
    throw new UsageError(
      `Cannot publish a version from ${file}. Nothing was published. Fix these settings:${problems.map((problem) => `\n  - ${problem}`).join("")}`,
    );
  return Object.fromEntries(Object.entries(settings).filter(([name]) => name !== "aws:region"));
}

/** Property of a secret in the state of a stack. Source: Pulumi, `pulumi/sdk/go/common/resource/sig`. */
const secretSignature = "4dabf18193072939515e22adb298388d";

/** Parts of a version that are not in the settings file. */
export interface ArtifactSources {
  /** Version of the program. */
  program: string;
  /** Image of the runner. */
  image?: string | undefined;
  core: Pick<StackPlan, "stack">;
  /** All outputs of the core stack. */
  outputs: Record<string, unknown>;
  /** Core stacks of other accounts, in which leads launch the version. */
  recipients?: CoreSource[];
  /** Accounts that receive the portfolio. Default: none. */
  sharing?: Sharing;
  /** Configuration of the policy pack. */
  policies: Record<string, unknown>;
  /** Sandbox world of the core stack. */
  world?: string | undefined;
}

/**
 * The outputs of a core stack that environments read.
 * Errors: `FleetError` for a core stack without all outputs.
 */
function coreOf({ id, stack, outputs: all }: CoreSource, world: string | undefined): Core {
  const names = Object.keys(coreOutputs);
  const missing = names.filter((name) => all[name] === undefined);
  if (missing.length > 0)
    throw new FleetError(
      `${id} was deployed with an older version of the program (missing outputs: ${missing.join(", ")}). Deploy it first: ${commandText(["up", stack], world)}`,
    );
  const outputs = Object.fromEntries(names.map((name) => [name, all[name]]));
  const secrets = names.filter((name) => JSON.stringify(outputs[name]).includes(secretSignature));
  if (secrets.length > 0)
    throw new FleetError(
      `Outputs of ${id} must not be secret: ${secrets.join(", ")}. Store the settings of these outputs without --secret, then deploy the stack: ${commandText(["up", stack], world)}`,
    );
  return { stack: `organization/cloister-core/${stack}`, outputs };
}

/** AWS Service Catalog launches a product only in its region. */
function recipientOf(source: CoreSource, { id, region }: Pick<Hub, "id" | "region">, world: string | undefined): Core {
  const core = coreOf(source, world);
  if (core.outputs.region === region) return core;
  throw new FleetError(
    `${source.id} must be in the region of ${id}, ${region} (got ${String(core.outputs.region)}), because its setting 'cloister-core:catalogLaunch' names this core stack. Remove the setting, or name a core stack in its region.`,
  );
}

/** The runner selects a core stack by account, so a second stack could replace the outputs of the first. */
function requireDifferentAccounts(cores: readonly { id: string; core: Core }[]): void {
  for (const [i, { id, core }] of cores.entries()) {
    const same = cores.slice(0, i).find((earlier) => earlier.core.outputs.accountId === core.outputs.accountId);
    if (same)
      throw new FleetError(
        `${id} must be in another account than ${same.id} (got ${String(core.outputs.accountId)} for both). Remove the setting 'cloister-core:catalogLaunch' from the stack that leads do not use.`,
      );
  }
}

/**
 * The content of a version, which depends only on the file, the program, the core stacks and the policies.
 * Errors: one `UsageError` with all problems; `FleetError` for a core stack without all outputs, or a recipient in another region or in
 * the account of another core stack. `FleetError` also for a recipient without a share, or with outputs that name another account.
 */
export function artifactOf(file: string, product: ProductFile, hub: Pick<Hub, "id" | "region">, sources: ArtifactSources): Artifact {
  const settings = fixedSettings(file, product, hub);
  const { core, outputs, recipients = [], sharing = { accounts: [], hasUnits: false }, world } = sources;
  const teams = product.teams as string[] | undefined;
  const hubCore = coreOf({ id: hub.id, stack: core.stack, outputs }, world);
  const recipientCores = recipients.map((source) => ({ id: source.id, source, core: recipientOf(source, hub, world) }));
  requireDifferentAccounts([{ id: hub.id, core: hubCore }, ...recipientCores]);
  requireRecipients(recipientCores, hub, { sharing, world });
  return {
    format: 1,
    program: sources.program,
    ...(sources.image !== undefined && { image: sources.image }),
    name: path.basename(file).replace(/^Pulumi\.|\.ya?ml$/g, ""),
    settings,
    policies: sources.policies,
    core: hubCore,
    ...(recipients.length > 0 && { recipients: recipientCores.map((recipient) => recipient.core) }),
    ...(teams && { teams }),
    parameters: parametersOf(environmentSchema, settings, teams),
  };
}
