import { Engine } from "@cloister/components/catalog/engine/engine";
import { type LaunchRoles } from "@cloister/components/catalog/engine/permissions";
import { engineRoleArn } from "@cloister/components/catalog/engine/roles";
import {
  EnvironmentLaunchRole,
  environmentLaunchRoleName,
  environmentLaunchRoleArn,
} from "@cloister/components/catalog/environments/launch-role";
import { createLeadPolicy, engineProducts } from "@cloister/components/catalog/environments/lead-policy";
import { type EnvironmentCatalogPlan } from "@cloister/components/catalog/environments/plan";
import { EnvironmentPortfolio } from "@cloister/components/catalog/environments/portfolio";
import { type CatalogLaunchSettings } from "@cloister/components/catalog/environments/settings";
import { type AwsContext } from "@cloister/components/aws/context";
import type * as pulumi from "@pulumi/pulumi";
import { type CoreSettings } from "./settings";

interface CatalogParts {
  context: AwsContext;
  settings: CoreSettings;
  plan: EnvironmentCatalogPlan;
  /** Permissions boundary of the hub, `arn:…:policy/…`. */
  permissionsBoundaryArn: pulumi.Output<string>;
  /** Topic for alerts, `arn:…:sns:…`. */
  alertTopicArn: pulumi.Output<string>;
}

/** Pattern of `aws:ResourceOrgPaths` for the accounts in an organizational unit, or in a unit below, `arn:…:ou/o-…/ou-…`. */
const organizationPath = (unitArn: string) => unitArn.replace(/^.*:ou\/(o-[^/]+)\/(ou-.+)$/, "$1/*/$2/*");

/** Launch roles that the engine can assume: of this account, and of the accounts that receive the portfolio. */
function launchRolesOf(name: string, context: AwsContext, { settings: { sharing } }: EnvironmentCatalogPlan): LaunchRoles {
  const roleIn = (accountId: string) => environmentLaunchRoleArn({ ...context, accountId }, name);
  const { accounts, organizationalUnits } = sharing;
  return {
    launchRoleArns: [context.accountId, ...accounts].map(roleIn),
    ...(organizationalUnits.length > 0 && {
      unitLaunchRoles: { arn: roleIn("*"), organizationPaths: organizationalUnits.map(organizationPath) },
    }),
  };
}

/** Patterns for the roles of all environments, hubs and engines, and for the launch role. No deployment of this stack uses them. */
const rolesOfCloister = (name: string, { partition, accountId }: AwsContext): string[] =>
  [`cloister/*`, environmentLaunchRoleName(name)].map((role) => `arn:${partition}:iam::${accountId}:role/${role}`);

/** Creates the engine, the launch role and the portfolio of environments. `name` is the stack name. */
export function createCatalog(
  name: string,
  { context, settings, plan, permissionsBoundaryArn, alertTopicArn }: CatalogParts,
  opts: pulumi.ComponentResourceOptions,
): { engine: Engine; portfolio: EnvironmentPortfolio } {
  const engine = new Engine(
    name,
    {
      context,
      settings: plan.settings.engine,
      vpcId: plan.vpcId,
      ...launchRolesOf(name, context, plan),
      publisherArns: plan.settings.publishers,
      nonPublishers: rolesOfCloister(name, context),
      alertTopicArn,
      keyDeletionDays: settings.keyDeletionDays,
      keyRotationDays: settings.keyRotationDays,
      purge: settings.purge,
    },
    opts,
  );
  const launchRole = new EnvironmentLaunchRole(
    name,
    {
      context,
      core: name,
      runnerRoleArn: engine.runnerRoleArn,
      readerRoleArns: [engine.parserRoleArn],
      hubBoundaryArn: permissionsBoundaryArn,
    },
    opts,
  );
  const portfolio = new EnvironmentPortfolio(
    name,
    {
      context,
      owner: settings.owner,
      plan,
      artifactBucketName: engine.artifactBucketName,
      launchRoleName: launchRole.arn.apply(() => environmentLaunchRoleName(name)),
      alertTopicArn,
    },
    // A destroy deletes the engine, and its state of environments, only after AWS has deleted the product.
    { ...opts, dependsOn: engine },
  );
  return { engine, portfolio };
}

interface CatalogLaunchParts {
  context: AwsContext;
  launch: CatalogLaunchSettings;
  /** Permissions boundary of this core stack, `arn:…:policy/…`. */
  permissionsBoundaryArn: pulumi.Output<string>;
}

/**
 * Creates the policy of leads, and the role with which the engine of another account deploys environments in this account.
 * `name` is the stack name.
 * The trust policy names roles of the engine by patterns, because the engine can be created later, or again.
 * Source: AWS Service Catalog "External engines" (one engine in each hub account); README of
 * aws-samples/service-catalog-engine-for-terraform-os ("Provision the Product").
 */
export function createRecipient(
  name: string,
  { context, launch: { engineAccountId, engineCore }, permissionsBoundaryArn }: CatalogLaunchParts,
  opts: pulumi.ComponentResourceOptions,
): void {
  const ofEngine = (member: "parser" | "runner") => engineRoleArn({ ...context, accountId: engineAccountId }, engineCore, member);
  createLeadPolicy(engineCore, engineProducts(context, engineAccountId), opts);
  new EnvironmentLaunchRole(
    engineCore,
    {
      context,
      core: name,
      runnerRoleArn: ofEngine("runner"),
      readerRoleArns: [ofEngine("parser")],
      hubBoundaryArn: permissionsBoundaryArn,
    },
    opts,
  );
}
