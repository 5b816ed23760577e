import * as fs from "node:fs";
import { commandText } from "../command-text";
import { lazy } from "../lazy";
import { openSession, type TargetOptions } from "../open-session";
import { coreOption, policyPackConfigOption, targetWorldOption } from "../options";
import { version } from "../package.json";
import { type AddCommand } from "../terminal";

interface Options extends TargetOptions {
  core?: string;
  yes?: boolean;
}

const examples = `
Examples:
  npx cloister catalog publish environment/products/standard.yaml          show what the publication changes
  npx cloister catalog publish environment/products/standard.yaml --yes    publish the version, and deprecate older ones`;

export const catalog: AddCommand = (program, terminal) => {
  const { progress, interrupt, print } = terminal;
  program
    .command("catalog")
    .description("Publish versions of the environment product in AWS Service Catalog.")
    .command("publish")
    .argument("<file>", "YAML file with the settings of environments that the platform team fixes")
    .description("Create a version of the environment product from settings, and deprecate older versions. Dry run unless --yes.")
    .option("--yes", "publish the version")
    .addOption(coreOption())
    .addOption(policyPackConfigOption())
    .addOption(targetWorldOption())
    .addHelpText("after", examples)
    .action(async (file: string, options: Options) => {
      const { chooseCore, lookupHub, lookupRecipients, hubSources, readProductFile, artifactOf, catalogClient, publish } = lazy.fleet;
      const product = readProductFile(file);
      const stacks = lazy.stacks.findStacks();
      const plan = chooseCore(stacks, options.core ?? product.core);
      const session = await openSession(options, terminal);
      const sources = hubSources(session, interrupt);
      const { hub, outputs, image, sharing } = await lookupHub(sources, plan);
      const { recipients, missing } = await lookupRecipients(sources, stacks, plan, hub);
      if (missing.length > 0)
        progress.note(
          `Leads cannot launch this version in the accounts of stacks that are not deployed: ${missing.join(", ")}. Deploy these stacks first, then publish.`,
        );
      const { policyPackConfig: config, core } = options;
      const policies = config === undefined ? {} : (JSON.parse(fs.readFileSync(config, "utf8")) as Record<string, unknown>);
      const artifact = artifactOf(file, product, hub, {
        program: version,
        core: plan,
        outputs,
        image,
        recipients,
        sharing,
        policies,
        world: options.world,
      });
      const words = [
        ...["catalog", "publish", file],
        ...(core === undefined ? [] : ["--core", core]),
        ...(config === undefined ? [] : ["--policy-pack-config", config]),
      ];
      const command = (more: string[]) => commandText([...words, ...more], options.world);
      print(
        await publish(await catalogClient(session, hub, interrupt.signal), hub, artifact, {
          command,
          list: commandText(["fleet", ...(core === undefined ? [] : ["--core", core])], options.world),
          progress,
          interrupt,
          yes: options.yes,
        }),
      );
    });
};
