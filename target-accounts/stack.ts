import { type Published, publish, type Received } from "@cloister/components/stack/contract";
import { PublishedValues } from "@cloister/components/stack/published-values";
import { RootComponent, tagsOf } from "@cloister/components/stack/root";
import { type environmentOutputs } from "@cloister/environment/outputs";
import * as pulumi from "@pulumi/pulumi";
import { createTargetAccount } from "./account";
import { targetOutputs } from "./outputs";
import { preflightAccounts, preflightStage } from "./preflight";
import { type TargetSettings } from "./settings";

/**
 * Creates the resources in the target accounts of one stage, and registers the accounts in the hub.
 * Each account has its own provider. Adding an account changes one setting, and not the environment.
 * Errors: one `UserError` with all problems, before the first resource is created in any account.
 */
export async function targetAccounts(
  settings: TargetSettings,
  environment: Received<typeof environmentOutputs>,
): Promise<Published<typeof targetOutputs>> {
  const plan = await preflightStage(settings, environment);
  const { name, team } = plan;
  const { stage, owner } = settings;
  const root = new RootComponent("TargetAccounts", name, tagsOf({ environment: plan.environment, team, stage, owner }, settings.tags));
  const accounts = Object.fromEntries(
    (await preflightAccounts(plan, root)).map((account) => [account.id, createTargetAccount(account, settings, root)]),
  );
  const registryPath = `/cloister/${plan.environment}/targets/${stage}`;
  new PublishedValues(
    `${name}-registry`,
    {
      path: registryPath,
      values: Object.fromEntries(Object.entries(accounts).map(([id, facts]) => [id, pulumi.jsonStringify(facts)])),
    },
    { parent: root },
  );
  return publish(targetOutputs, { environment: plan.environment, stage, accounts, registryPath });
}
