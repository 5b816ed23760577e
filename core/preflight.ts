// Validates and plans a core stack before its first resource is created.
import { type AuditPlan, preflightAudit } from "@cloister/components/audit";
import { type AwsContext } from "@cloister/components/aws/context";
import { lookupAwsContext } from "@cloister/components/aws/lookup";
import { type EnvironmentCatalogPlan } from "@cloister/components/catalog/environments/plan";
import { preflightEnvironmentCatalog } from "@cloister/components/catalog/environments/preflight";
import { preflightIdentity, switchRoleWarnings } from "@cloister/components/identity";
import { coreUserRoles } from "@cloister/components/identity/roles";
import { type EndpointHubPlan, lookupSubnet, preflightEndpointHub } from "@cloister/components/network";
import { purgeProblems } from "@cloister/components/stack/common-settings";
import { failOnProblems, showWarnings } from "@cloister/components/stack/errors";
import { removeCommand, renameCommand } from "@cloister/components/stack/fix-command";
import { type Problem } from "@cloister/components/stack/preflight";
import * as pulumi from "@pulumi/pulumi";
import { preflightControls } from "./controls";
import { preflightMirror, withMirrorEndpoints } from "./mirror";
import { type CoreSettings } from "./settings";

/** The plan of a core stack: everything that depends on AWS. */
export interface CorePlan {
  context: AwsContext;
  /** The deploying role, `arn:…:role/…`. */
  deployRoleArn: string;
  /** Absent without the setting `network`. */
  network?: EndpointHubPlan;
  /** Absent without the setting `catalog`. */
  catalog?: EnvironmentCatalogPlan;
  /** Absent without the setting `audit`. */
  audit?: AuditPlan;
}

const namespace = "cloister-core";

/**
 * A bucket name has at most 63 characters: the stack name, `-logs-bucket`, and 8 characters that Pulumi adds.
 * Source: AWS S3 "Bucket naming rules".
 */
const validName = /^(?=.{1,40}$)[a-z](-?[a-z0-9])*$/;

const nameProblems = (name: string): string[] =>
  validName.test(name)
    ? []
    : [
        `Stack name '${name}' must be 1 to 40 lower-case letters, digits and single dashes, a letter first. Names of a bucket, a key alias and a policy start with the stack name. Fix: ${renameCommand}`,
      ];

/** The launch role of an engine has the name of the core stack of the engine. */
function launchProblems(name: string, { catalog, catalogLaunch }: CoreSettings, { accountId }: AwsContext): Problem[] {
  if (!catalogLaunch) return [];
  const path = `${namespace}:catalogLaunch`;
  const { engineAccountId, engineCore } = catalogLaunch;
  if (engineAccountId === accountId)
    return [
      {
        setting: `${path}.engineAccountId`,
        text: `must be another account (got ${accountId}, the account of this stack): a core stack with '${namespace}:catalog' creates the launch role of its own account. Fix: ${removeCommand(path)}`,
      },
    ];
  if (!catalog || engineCore !== name) return [];
  return [
    {
      setting: `${path}.engineCore`,
      text: `must not be the name of this stack (got ${name}), because '${namespace}:catalog' creates a launch role of the same name. Fix: ${renameCommand}`,
    },
  ];
}

/**
 * Looks up in AWS what the core stack depends on, and plans the core stack. `name` is the stack name.
 * Errors: one `UserError` with all problems.
 */
export async function preflightCore(name: string, settings: CoreSettings): Promise<CorePlan> {
  const { accountId, region, partition, deployRoleArn } = await lookupAwsContext({});
  const context = { accountId, region, partition };
  const people = `${namespace}:people`;
  const networkSettings = withMirrorEndpoints(settings);
  const [network, identity, catalog, audit, controls] = await Promise.all([
    networkSettings && preflightEndpointHub(networkSettings, { ...context, name, path: `${namespace}:network` }),
    preflightIdentity({
      context,
      userRoles: coreUserRoles,
      people: settings.people,
      existing: {},
      paths: { people, existing: people, instanceTypes: people },
    }),
    settings.catalog &&
      preflightEnvironmentCatalog({
        context,
        name,
        settings: settings.catalog,
        deployRoleArn,
        isPreview: pulumi.runtime.isDryRun(),
        tags: settings.tags,
        path: `${namespace}:catalog`,
        lookupSubnet: (id, opts) => lookupSubnet(id, true, opts),
      }),
    settings.audit &&
      preflightAudit({ context, name, settings: settings.audit, tags: settings.tags, purge: settings.purge, path: `${namespace}:audit` }),
    preflightControls(settings, context),
  ]);
  failOnProblems([
    ...nameProblems(name),
    ...(network?.problems ?? []),
    ...identity.problems,
    ...(catalog?.problems ?? []),
    ...(audit?.problems ?? []),
    ...launchProblems(name, settings, context),
    ...preflightMirror(context, settings),
    ...controls.problems,
    ...purgeProblems({ namespace, ...settings, name }),
  ]);
  await showWarnings([
    ...(network?.warnings ?? []),
    ...(identity.warnings ?? []),
    ...(audit?.warnings ?? []),
    ...(catalog?.warnings ?? []),
    ...controls.warnings,
    ...(settings.people.signIn === "none" ? [] : switchRoleWarnings(context, name, coreUserRoles)),
  ]);
  return {
    context,
    deployRoleArn,
    ...(network && { network: network.plan }),
    ...(catalog && { catalog: catalog.plan }),
    ...(audit && { audit: audit.plan }),
  };
}
