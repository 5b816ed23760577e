import { lazy } from "../lazy";
import { openSession, type TargetOptions } from "../open-session";
import { targetWorldOption } from "../options";
import { type AddCommand } from "../terminal";

interface Options extends TargetOptions {
  domain?: string[];
  purge?: boolean;
  confirm?: string[];
  logs?: boolean;
  yes?: boolean;
}

const examples = `
Examples:
  npx cloister sweep risk-dev                                     list leftover resources of a destroyed environment
  npx cloister sweep risk-dev --yes                               delete it; home directories are kept
  npx cloister sweep risk-dev --purge --confirm risk-dev --yes    also delete the home directories of all users
  npx cloister sweep risk-dev --domain d-0a1b2c3d4e5f             find it by the ID of the deleted domain`;

export const sweep: AddCommand = (program, terminal) => {
  const { progress, interrupt, print } = terminal;
  program
    .command("sweep")
    .argument("[environments...]", "names of environment stacks (default: all with a settings file, except the quickstart)")
    .description(
      "Delete resources that remain in AWS after the deletion of a Studio domain: mount targets, security groups, network interfaces. Dry run unless --yes.",
    )
    .option("--domain <ids...>", "IDs of deleted domains that neither the stack nor a tag names")
    .option("--purge", "also delete the file systems with the home directories of all users")
    .option("--confirm <environments...>", "names of the environments whose home directories are deleted; required with --purge")
    .option("--logs", "also delete the logs of Studio apps")
    .option("--yes", "run the sweep")
    .addOption(targetWorldOption())
    .addHelpText("after", examples)
    .action(async (names: string[], { domain, ...options }: Options) => {
      const plans = lazy.stacks.chooseEnvironments(lazy.stacks.findStacks(), names);
      const session = await openSession(options, terminal);
      const request = { ...options, names, ...(domain === undefined ? {} : { domains: domain }) };
      print(await lazy.sweep.sweep(lazy.sweep.sweepSources(session, interrupt), plans, { ...request, progress, interrupt }));
    });
};
