import { Engine } from "@cloister/components/catalog/engine/engine";
import {
  EnvironmentLaunchRole,
  environmentLaunchRoleName,
  environmentLaunchRoleArn,
} from "@cloister/components/catalog/environments/launch-role";
import { type EnvironmentCatalogPlan } from "@cloister/components/catalog/environments/plan";
import { EnvironmentPortfolio } from "@cloister/components/catalog/environments/portfolio";
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

/** Launch roles that the engine can assume: of this account, and of the accounts that the portfolio is shared with. */
const launchRoleArns = (name: string, context: AwsContext, { settings: { sharing } }: EnvironmentCatalogPlan) =>
  [context.accountId, ...sharing.accounts].map((accountId) => environmentLaunchRoleArn({ ...context, accountId }, name));

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
      launchRoleArns: launchRoleArns(name, context, plan),
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
      hub: name,
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
