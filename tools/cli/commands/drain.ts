import { lazy } from "../lazy";
import { openSession, type TargetOptions } from "../open-session";
import { targetWorldOption } from "../options";
import { type AddCommand } from "../terminal";

interface Options extends TargetOptions {
  profile?: string[];
  person?: string[];
  all?: boolean;
  spaces?: boolean;
  yes?: boolean;
}

const examples = `
Examples:
  npx cloister drain risk-dev                                      list apps, spaces, jobs and endpoints with their owners
  npx cloister drain risk-dev --yes                                stop all apps; files are kept, data in memory is lost
  npx cloister drain risk-dev --profile ana-horvat --spaces --yes  before you remove a user from the settings
  npx cloister drain risk-dev --person ana-horvat --all            list what a user left running
  npx cloister drain risk-dev --all --yes                          before you destroy the environment`;

export const drain: AddCommand = (program, terminal) => {
  const { progress, interrupt, print } = terminal;
  program
    .command("drain")
    .argument("[environments...]", "names of environment stacks (default: all with a settings file, except the quickstart)")
    .description("Stop what users left running, so that a profile, the domain or the network can be deleted. Dry run unless --yes.")
    .option("--profile <names...>", "drain only what belongs to these Studio profiles")
    .option("--person <names...>", "drain only what belongs to these users (tag cloister:person)")
    .option("--spaces", "also delete the spaces that users created, with the files on their volumes")
    .option(
      "--all",
      "also stop jobs, and delete endpoints, pipelines, other profiles, and spaces and notebook instances with the files on their volumes",
    )
    .option("--yes", "run the drain; AWS takes up to 20 minutes to stop an app")
    .addOption(targetWorldOption())
    .addHelpText("after", examples)
    .action(async (names: string[], { profile, person, ...options }: Options) => {
      const plans = lazy.stacks.chooseEnvironments(lazy.stacks.findStacks(), names);
      const session = await openSession(options, terminal);
      const request = { ...options, names, profiles: profile, persons: person };
      print(await lazy.drain.drain(lazy.drain.drainSources(session, interrupt), plans, { ...request, progress, interrupt }));
    });
};
