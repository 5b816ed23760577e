// Composes the settings of an environment from the version and the choices of the lead. Pure.
import { type RunnerRequest } from "@cloister/components/catalog/engine/names";
import { type Artifact, type Core, coreIn, versionName } from "@cloister/components/catalog/runtime/artifact";
import { leadProblems, localSettings, settingsWith } from "@cloister/components/catalog/runtime/parameters";
import { tracerTag, productTag } from "@cloister/components/catalog/runtime/request";
import { sessionTag } from "@cloister/components/identity/permissions/environment-launch";
import { parseSettings } from "@cloister/components/stack/config";
import { environmentSettings, standaloneEnvironmentSettings } from "@cloister/environment/settings";
import { createHash } from "node:crypto";
import { environmentOf } from "../sweep";
import { type LaunchRole } from "./launch-role";
import { listOf, Rejected } from "./reason";

const schema = environmentSettings.extend(standaloneEnvironmentSettings);

/** Settings of a stack by full name. */
export type Config = Record<string, unknown>;

/** AWS reserves these keys. */
const ownTags = (tags: Record<string, string>) => Object.fromEntries(Object.entries(tags).filter(([key]) => !/^aws:/i.test(key)));

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

const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

/** Errors: `Rejected` for an account without a core stack, or with all problems of parameters and settings. */
export function configFor(request: RunnerRequest, artifact: Artifact): Config {
  const core = coreFor(request, artifact);
  const { problems, settings } = settingsWith(artifact.settings, artifact.parameters, request.parameters);
  const namespaced: Config = { ...settings, "cloister-environment:coreStack": `organization/cloister-core/${coreStackOf(core)}` };
  const raw = Object.entries(localSettings(namespaced)).map(([key, value]) => [key, text(value)]);
  const parsed = parseSettings("cloister-environment", schema, Object.fromEntries(raw) as Record<string, string>);
  const all = [...problems, ...leadProblems(parsed.problems, artifact.parameters)];
  if (all.length > 0) throw new Rejected(`No resources were created or changed. Change these parameters:${listOf(all)}`);
  const { roleArn, sessionName, environment } = launchRoleOf(request, namespaced);
  return {
    ...namespaced,
    // The version confirms a purge for all of its environments, whose names it does not know.
    ...(namespaced["cloister-environment:purge"] === true && { "cloister-environment:confirmPurge": environment }),
    "aws:region": core.outputs.region,
    "aws:allowedAccountIds": [request.accountId],
    "aws:assumeRoles": [{ roleArn, sessionName, tags: { [sessionTag]: environment } }],
    "aws:defaultTags": { tags: { ...ownTags(request.tags), [tracerTag]: request.provisionedProductId, [productTag]: request.productId } },
  };
}
