// Composes the settings of an environment from the version and the choices of the lead. Pure.
import { type RunnerRequest } from "@cloister/components/catalog/engine/names";
import { type Artifact, type Core, coreIn, versionName } from "@cloister/components/catalog/runtime/artifact";
import { isSecret, leadProblems, localSettings, settingsWith, teamProblems } from "@cloister/components/catalog/runtime/parameters";
import { sessionTag } from "@cloister/components/identity/permissions/environment-launch";
import { parseSettings } from "@cloister/components/stack/config";
import { environmentSettings, standaloneEnvironmentSettings } from "@cloister/environment/settings";
import { createHash } from "node:crypto";
import { stringify } from "yaml";
import { environmentOf } from "../sweep";
import { type LaunchRole } from "./launch-role";
import { listOf, Rejected } from "./reason";

const schema = environmentSettings.extend(standaloneEnvironmentSettings);

/** Settings of a stack by full name. */
export type Config = Record<string, unknown>;

/**
 * Tags of a provisioned product, without those that AWS and Cloister set. A provisioned product inherits the tags of its portfolio
 * and product, which have the tags of the core stack. Source: AWS Service Catalog "AutoTags" and "TagOptions".
 */
const ownTags = (tags: Record<string, string>) =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => !/^aws:/i.test(key) && !key.startsWith("cloister:")));

/**
 * The core stack whose outputs the environment reads. The name contains a hash of the outputs, so that environments of
 * several versions can read different outputs at the same time.
 */
export function coreStackOf({ stack, outputs }: Core): string {
  const hash = createHash("sha256").update(JSON.stringify(outputs)).digest("hex").slice(0, 8);
  return `${stack.split("/").at(-1)!}-${hash}`;
}

/** The core stack in the account of the request. Errors: `Rejected` for an account whose core stack is not in the version. */
export function coreFor({ accountId }: RunnerRequest, artifact: Artifact): Core {
  const core = coreIn(artifact, accountId);
  if (core) return core;
  throw new Rejected(
    `Version ${versionName(artifact)} cannot be launched in account ${accountId}. No resources were created. The platform team must deploy a core stack with 'cloister-core:catalogLaunch' in this account, and publish a new version.`,
  );
}

/** The session of the launch role that deploys or destroys the environment. */
export const launchRoleOf = ({ launchRoleArn, provisionedProductId }: RunnerRequest, config: Config): LaunchRole => ({
  roleArn: launchRoleArn,
  sessionName: `cloister-${provisionedProductId}`,
  environment: environmentOf(config),
});

/** A settings file. Pulumi reads YAML by other rules, by which a text without quotes can be a date or a number. */
export const settingsText = (file: object): string => stringify(file, { defaultStringType: "QUOTE_DOUBLE", lineWidth: 0 });

/** The value of the setting `tags` with the tags of the provisioned product, which include those that the platform team requires. */
const withTags = (value: unknown, tags: Record<string, string>): unknown =>
  value === undefined || (typeof value === "object" && value !== null && !Array.isArray(value)) ? { ...value, ...ownTags(tags) } : value;

const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

/** Errors: `Rejected` for an account without a core stack, or with all problems of parameters and settings. */
export function configFor(request: RunnerRequest, artifact: Artifact): Config {
  const core = coreFor(request, artifact);
  const { problems, settings } = settingsWith(artifact.settings, artifact.parameters, request.parameters);
  const namespaced: Config = {
    ...settings,
    "cloister-environment:tags": withTags(settings["cloister-environment:tags"], request.tags),
    "cloister-environment:provisionedProduct": { id: request.provisionedProductId, productId: request.productId },
    "cloister-environment:coreStack": `organization/cloister-core/${coreStackOf(core)}`,
  };
  const raw = Object.entries(localSettings(namespaced)).map(([key, value]) => [key, text(value)]);
  const parsed = parseSettings("cloister-environment", schema, Object.fromEntries(raw) as Record<string, string>);
  const secrets = Object.entries(localSettings(namespaced)).filter(([, value]) => isSecret(value));
  const all = [
    ...problems,
    ...teamProblems(namespaced["cloister-environment:team"], artifact.teams),
    ...secrets.map(([key]) => `'${key}' must not have the key 'secure', which Pulumi reserves.`),
    ...leadProblems(parsed.problems, artifact.parameters),
  ];
  if (all.length > 0) throw new Rejected(`No resources were created or changed. Change these parameters or tags:${listOf(all)}`);
  const { roleArn, sessionName, environment } = launchRoleOf(request, namespaced);
  return {
    ...namespaced,
    // The version confirms a purge for all of its environments, whose names it does not know.
    ...(namespaced["cloister-environment:purge"] === true && { "cloister-environment:confirmPurge": environment }),
    "aws:region": core.outputs.region,
    "aws:allowedAccountIds": [request.accountId],
    "aws:assumeRoles": [{ roleArn, sessionName, tags: { [sessionTag]: environment } }],
  };
}
