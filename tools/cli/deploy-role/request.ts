// Reads from the settings files what the template of `cloister bootstrap` contains. Makes no AWS calls.
import * as fs from "node:fs";
import { bootstrapTemplate } from "@cloister/components/identity/deploy-role/template";
import { deployOptionsOf, type StageSettings } from "@cloister/components/identity/deploy-role/options";
import { parse } from "yaml";
import { type StackPlan } from "../stacks";
import { UsageError } from "../usage-error";

export interface BootstrapPlan {
  /** Name of the CloudFormation stack, `cloister-bootstrap-fraud-dev-staging`. */
  stackName: string;
  /** CloudFormation template as JSON. */
  template: string;
  region: string;
  partition: string;
  /** Target accounts, twelve digits each. */
  accounts: string[];
}

export interface BootstrapOptions {
  /** Roles of the hub, `arn:…:role/…`. Default: `deployRoleArns` of the environment. */
  trust?: string[];
  region?: string | undefined;
}

const project = "cloister-target-accounts";

function settingsOf({ settingsFile, project: namespace }: StackPlan): Record<string, unknown> {
  const { config = {} } = (parse(fs.readFileSync(settingsFile, "utf8")) as { config?: Record<string, unknown> } | null) ?? {};
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace(`${namespace}:`, ""), value]));
}

const roleForm = /^arn:([\w-]+):iam::\d{12}:role\/[\w+=,.@/-]+$/;

function trustedRoles(plan: StackPlan, trust: string[], environment: Record<string, unknown>): string[] {
  const arns = trust.length > 0 ? trust : ((environment.deployRoleArns as string[] | undefined) ?? []).filter((arn) => roleForm.test(arn));
  if (arns.length === 0)
    throw new UsageError(
      `--trust is required, because the environment of '${plan.stack}' has no deployRoleArns. It is the ARN of the role that deploys '${plan.stack}': arn:aws:iam::111122223333:role/Deployer.`,
    );
  const wrong = arns.filter((arn) => !roleForm.test(arn));
  if (wrong.length > 0)
    throw new UsageError(
      `--trust must be the ARN of a role, with its path: arn:aws:iam::111122223333:role/ci/Deployer (got ${wrong.join(", ")}).`,
    );
  return arns;
}

/** The template for a stage of target accounts. Errors: `UsageError` for settings without which no role can be created. */
export function planBootstrap(
  plan: StackPlan,
  stacks: readonly StackPlan[],
  { trust = [], region: given }: BootstrapOptions,
): BootstrapPlan {
  if (plan.project !== project)
    throw new UsageError(`'${plan.stack}' must be a stack of target accounts. The deploy role of a hub is not created by this command.`);
  const settings = settingsOf(plan);
  if (settings.deployRoleName !== undefined)
    throw new UsageError(
      `'${project}:deployRoleName' selects another role (got '${String(settings.deployRoleName)}'). To use the role of this command: pulumi --cwd ${plan.folder} config rm --stack ${plan.stack} deployRoleName`,
    );
  const environmentPlan = stacks.find(({ id }) => id === plan.reads[0]);
  if (!environmentPlan)
    throw new UsageError(
      `'${project}:environmentStack' must name a stack with a settings file (got '${String(settings.environmentStack)}').`,
    );
  const environmentSettings = settingsOf(environmentPlan);
  const region = given ?? (settings["aws:region"] as string | undefined) ?? process.env.AWS_REGION;
  if (region === undefined) throw new UsageError(`--region is required, because '${plan.stack}' has no aws:region.`);
  const hubRoleArns = trustedRoles(plan, trust, environmentSettings);
  const partition = roleForm.exec(hubRoleArns[0]!)![1]!;
  const environment = `${String(environmentSettings.team)}-${String(environmentSettings.stage ?? "dev")}`;
  const stage = String(settings.stage);
  const name = `${environment}-${stage}`;
  const template = bootstrapTemplate({
    stage: { name, environment, stage, region },
    hubRoleArns,
    externalId: String(settings.externalId ?? name),
    options: deployOptionsOf(settings as StageSettings, { partition, region }),
  });
  return {
    stackName: `cloister-bootstrap-${name}`,
    template: JSON.stringify(template, null, 2),
    region,
    partition,
    accounts: ((settings.accounts as { id: string }[] | undefined) ?? []).map(({ id }) => String(id)),
  };
}
