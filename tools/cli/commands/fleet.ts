import { printable } from "@cloister/common";
import { commandText } from "../command-text";
import { lazy } from "../lazy";
import { openSession, type TargetOptions } from "../open-session";
import { coreOption, integer, targetWorldOption } from "../options";
import { type AddCommand, type Terminal } from "../terminal";

interface ListOptions extends TargetOptions {
  core?: string;
  json?: boolean;
}

interface ReleaseOptions extends TargetOptions {
  core?: string;
  account?: string;
  yes?: boolean;
}

interface UpdateOptions extends TargetOptions {
  core?: string;
  to: string;
  canary: number;
  wave: number;
  through?: string;
  skipFailed?: boolean;
  yes?: boolean;
}

const listExamples = `
Examples:
  npx cloister fleet                                                list all environments with their versions
  npx cloister fleet list --core my-hub --json                      print the environments of one core stack as JSON`;

const releaseExamples = `
Examples:
  npx cloister fleet release fraud-dev                                  show what the release means
  npx cloister fleet release fraud-dev --account 444455556666 --yes     release the name in another account`;

const updateExamples = `
Examples:
  npx cloister fleet update --to 0.1.0-0a1b2c3d                     preview the update of all environments
  npx cloister fleet update --to 0.1.0-0a1b2c3d --canary 2 --yes    update 2 environments first, then the others in waves
  npx cloister fleet update fraud-dev --to 0.1.0-0a1b2c3d --yes     update one environment

An interrupted or failed update continues when the command is repeated.`;

/** The product of the core stack, and the clients for its account. */
async function openFleet({ core, ...target }: ListOptions, terminal: Terminal) {
  const { chooseCore, lookupHub, catalogClient } = lazy.fleet;
  const plan = chooseCore(lazy.stacks.findStacks(), core);
  const session = await openSession(target, terminal);
  const { hub } = await lookupHub(lazy.fleet.hubSources(session, terminal.interrupt), plan);
  const client = await catalogClient(session, hub, terminal.interrupt.signal);
  return { session, hub, client };
}

export const fleet: AddCommand = (program, terminal) => {
  const { progress, interrupt, print } = terminal;
  const group = program.command("fleet").description("List and update the environments that leads launched from AWS Service Catalog.");
  group
    .command("list", { isDefault: true })
    .description("List launched environments (default): account, name, version, last operation, and whether the version is the newest.")
    .option("--json", "print the environments as JSON")
    .addOption(coreOption())
    .addOption(targetWorldOption())
    .addHelpText("after", listExamples)
    .action(async (options: ListOptions) => {
      const { client } = await openFleet(options, terminal);
      const [{ environments, unreadable }, versions] = await Promise.all([client.environments(), client.versions()]);
      for (const key of unreadable) progress.note(`The record ${key} in the state bucket cannot be read. Its environment is not listed.`);
      const core = options.core === undefined ? [] : ["--core", options.core];
      const update = (version: string) => commandText(["fleet", "update", "--to", version, ...core], options.world);
      if (!options.json) return print(lazy.fleet.fleetText(environments, versions, update));
      process.stdout.write(`${printable(JSON.stringify(lazy.fleet.fleetRows(environments, versions), undefined, 2))}\n`);
    });
  group
    .command("release")
    .argument("<environment>", "name of a terminated environment, such as fraud-dev")
    .description(
      "Release the name of a terminated environment whose data remains, so that leads can launch it again. Dry run unless --yes.",
    )
    .option("--account <account>", "account of the environment (default: the account of the core stack)")
    .option("--yes", "release the name")
    .addOption(coreOption())
    .addOption(targetWorldOption())
    .addHelpText("after", releaseExamples)
    .action(async (environment: string, options: ReleaseOptions) => {
      const { session, hub } = await openFleet(options, terminal);
      const client = await lazy.fleet.fleetClient(session, hub, { signal: interrupt.signal });
      print(await lazy.fleet.releaseName(client, hub, environment, { ...options, progress, interrupt }));
    });
  group
    .command("update")
    .argument("[environments...]", "IDs or names of launched environments (default: all)")
    .description("Preview the update of launched environments to a version, then update them in waves. Only previews unless --yes.")
    .requiredOption("--to <version>", "version of the product")
    .option("--canary <count>", "environments in the first wave", integer(1, 1000), 1)
    .option("--wave <count>", "environments in each later wave", integer(1, 100), 5)
    .option("--through <role>", "assume this role in each account other than the account of the core stack")
    .option("--skip-failed", "continue without environments whose lookup or preview fails, and exit with an error at the end")
    .option("--yes", "run the update; a failure stops it after the current wave")
    .addOption(coreOption())
    .addOption(targetWorldOption())
    .addHelpText("after", updateExamples)
    .action(async (names: string[], options: UpdateOptions) => {
      const { session, hub, client } = await openFleet(options, terminal);
      const [{ environments }, versions] = await Promise.all([client.environments(), client.versions()]);
      const accounts = await lazy.fleet.fleetClient(session, hub, { through: options.through, signal: interrupt.signal });
      print(await lazy.fleet.updateFleet(accounts, { hub, environments, versions }, { ...options, names, progress, interrupt }));
    });
};
