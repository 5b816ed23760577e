import * as fs from "node:fs";
import * as path from "node:path";
import { lazy } from "../lazy";
import { openSession, type TargetOptions } from "../open-session";
import { requireWorld } from "../open-world";
import { targetWorldOption } from "../options";
import { type StackPlan } from "../stacks";
import { type AddCommand } from "../terminal";
import { UsageError } from "../usage-error";

interface Options extends TargetOptions {
  trust?: string[];
  region?: string;
  output?: string;
  deploy?: boolean;
  delete?: boolean;
  through?: string;
}

const examples = `
Examples:
  npx cloister bootstrap risk-staging --trust arn:aws:iam::111122223333:role/ci/Deployer --output bootstrap.json
  npx cloister bootstrap risk-staging --trust arn:aws:iam::111122223333:role/ci/Deployer --deploy
  npx cloister bootstrap risk-staging --deploy --through OrganizationAccountAccessRole`;

function writeTemplate(file: string, template: string): void {
  try {
    fs.writeFileSync(file, `${template}\n`);
  } catch (error) {
    throw new UsageError(`--output must be a file in an existing folder (got '${file}'). ${(error as Error).message}`);
  }
}

export const bootstrap: AddCommand = (program, terminal) => {
  const { print, interrupt } = terminal;
  program
    .command("bootstrap")
    .argument("<stack>", "name of a stack of target accounts")
    .description("Print a CloudFormation template with the role that deploys target accounts. Deploy it with --deploy.")
    .option(
      "--trust <roles...>",
      "ARNs of the roles that deploy the stack from the hub account (default: deployRoleArns of the environment)",
    )
    .option("--region <region>", "region of the target accounts (default: aws:region of the stack)")
    .option("--output <file>", "write the template to a file, for a stack or a StackSet")
    .option("--deploy", "create or update the role in the target account of the AWS credentials")
    .option("--delete", "delete the role, after the stack is destroyed")
    .option("--through <role>", "with --deploy or --delete: assume this role in each target account first")
    .addOption(targetWorldOption())
    .addHelpText("after", examples)
    .action(async (name: string, { output, deploy, delete: remove, through, ...options }: Options) => {
      if (deploy && remove) throw new UsageError("--deploy and --delete must not be combined.");
      const stacks = lazy.stacks.findStacks();
      const [stack] = lazy.stacks.chooseStacks(stacks, [name]);
      const { planBootstrap, deployCommand, deployBootstrap, deleteBootstrap, requireDestroyed, worldRole } = lazy.deployRole;
      const world = options.world === undefined ? undefined : await requireWorld(options.world);
      const trust = options.trust ?? (world && [`arn:aws:iam::${world.hubAccount}:role/${worldRole}`]);
      const plan = planBootstrap(stack!, stacks, { region: options.region, ...(trust && { trust }) });
      if (output !== undefined) {
        writeTemplate(output, plan.template);
        print(path.resolve(output));
        print(`  ${deployCommand(plan, { stack: name, file: output, world: options.world, trust: options.trust })}`);
      }
      if (!deploy && !remove) {
        if (output === undefined) process.stdout.write(`${plan.template}\n`);
        return;
      }
      const role = through ?? (world && worldRole);
      const request = { print, interrupt, ...(role !== undefined && { through: role }) };
      const session = await openSession(options, terminal);
      if (deploy) return deployBootstrap(session, plan, request);
      const resources = (of: StackPlan) => lazy.engine.existingResources(session, of);
      await requireDestroyed(stack!, { resources, print, world: options.world });
      await deleteBootstrap(session, plan, request);
    });
};
