// Reads from the settings files what the template of `cloister bootstrap` contains. Makes no AWS calls.
import { bootstrapTemplate, oversizedPolicies } from "@cloister/components/identity/deploy-role/template";
import { deployOptionsOf } from "@cloister/components/identity/deploy-role/options";
import { commandText } from "../command-text";
import { type StackPlan } from "../stacks";
import { UsageError } from "../usage-error";
import { readBootstrapSettings } from "./settings";

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

const regionForm = /^[a-z]{2}(-[a-z]+)+-\d+$/;
const roleForm = /^arn:([\w-]+):iam::\d{12}:role\/[\w+=,.@/-]+$/;

function trustedRoles(plan: StackPlan, trust: string[], listed: readonly string[]): string[] {
  const arns = trust.length > 0 ? trust : listed.filter((arn) => roleForm.test(arn));
  if (arns.length === 0) {
    const reason = listed.length > 0 ? `has no role in deployRoleArns (got ${listed.join(", ")})` : "has no deployRoleArns";
    throw new UsageError(
      `--trust is required, because the environment of '${plan.stack}' ${reason}. It is the ARN of the role that deploys '${plan.stack}': arn:aws:iam::111122223333:role/Deployer.`,
    );
  }
  const wrong = arns.filter((arn) => !roleForm.test(arn));
  if (wrong.length > 0)
    throw new UsageError(
      `--trust must be the ARN of a role, with its path: arn:aws:iam::111122223333:role/ci/Deployer (got ${wrong.join(", ")}).`,
    );
  return arns;
}

/** What to shorten, by policy. All other policies grow with existing networks. */
const growsWith: Record<string, string> = { trust: "the roles in --trust" };

const sizeText = ({ stack, folder }: StackPlan, oversized: ReturnType<typeof oversizedPolicies>): string => {
  const lines = oversized.map(
    ({ name, characters, allowed }) =>
      `\n  '${name}' has ${characters} characters, and IAM allows ${allowed}. It grows with ${growsWith[name] ?? `the existing VPCs, subnets and endpoints in '${project}:accounts'`}.`,
  );
  return (
    `Policies of the deploy role of '${stack}' are too long:${lines.join("")}\n` +
    `Shorten these lists, or set the path and name of an existing role: pulumi --cwd ${folder} config set --stack ${stack} deployRoleName <path/name>`
  );
};

/** The template for a stage of target accounts. Errors: `UsageError` for settings without which no role can be created. */
export function planBootstrap(
  plan: StackPlan,
  stacks: readonly StackPlan[],
  { trust = [], region: given }: BootstrapOptions,
): BootstrapPlan {
  if (plan.project !== project)
    throw new UsageError(`'${plan.stack}' must be a stack of target accounts. The deploy role of a hub is not created by this command.`);
  const environmentPlan = stacks.find(({ id }) => id === plan.reads[0]);
  if (!environmentPlan) throw new UsageError(`'${project}:environmentStack' of '${plan.stack}' must name a stack with a settings file.`);
  const { target, environment: hub, region: configured } = readBootstrapSettings(plan, environmentPlan);
  if (target.deployRoleName !== undefined)
    throw new UsageError(
      `'${project}:deployRoleName' selects another role (got '${target.deployRoleName}'). To use the role of this command: pulumi --cwd ${plan.folder} config rm --stack ${plan.stack} deployRoleName`,
    );
  const region = given ?? configured ?? process.env.AWS_REGION;
  if (region === undefined) throw new UsageError(`--region is required, because '${plan.stack}' has no aws:region.`);
  if (!regionForm.test(region)) throw new UsageError(`--region or aws:region must be a region such as eu-central-1 (got '${region}').`);
  const hubRoleArns = trustedRoles(plan, trust, hub.deployRoleArns);
  const partition = roleForm.exec(hubRoleArns[0]!)![1]!;
  const environment = `${hub.team}-${hub.stage}`;
  const { stage, accounts } = target;
  const name = `${environment}-${stage}`;
  const request = {
    stage: { name, environment, stage, region },
    hubRoleArns,
    externalId: target.externalId ?? name,
    options: deployOptionsOf(target, { partition, region }),
  };
  const template = bootstrapTemplate(request);
  const oversized = oversizedPolicies(request, { partition, accountId: accounts[0]!.id });
  if (oversized.length > 0) throw new UsageError(sizeText(plan, oversized));
  return {
    stackName: `cloister-bootstrap-${name}`,
    template: JSON.stringify(template, null, 2),
    region,
    partition,
    accounts: accounts.map(({ id }) => id),
  };
}

/**
 * The command that deploys a template in a file, with the credentials of a target account. In a world, `cloister` deploys
 * the template, because the AWS CLI would act on the account of the shell. Pure.
 */
export const deployCommand = (
  { stackName, region }: Pick<BootstrapPlan, "stackName" | "region">,
  { stack, file, world, trust = [] }: { stack: string; file: string; world?: string | undefined; trust?: string[] | undefined },
): string =>
  world === undefined
    ? `aws cloudformation deploy --region ${region} --stack-name ${stackName} --template-file ${file} --capabilities CAPABILITY_NAMED_IAM`
    : commandText(["bootstrap", stack, ...(trust.length > 0 ? ["--trust", ...trust] : []), "--region", region, "--deploy"], world);
