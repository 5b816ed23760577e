import { approvalProblems } from "@cloister/components/mirror/manifest";
import { problemText } from "@cloister/components/stack/preflight";
import { type Command, InvalidArgumentError, Option } from "commander";
import { commandText } from "../command-text";
import { lazy } from "../lazy";
import { openSession, type TargetOptions } from "../open-session";
import { targetWorldOption } from "../options";
import { type AddCommand, type Terminal } from "../terminal";

interface ManifestOptions {
  core?: string;
  manifest?: string;
}

interface AddOptions extends ManifestOptions {
  python: string;
  pythonVersion: string[];
  platform: string[];
  index?: string;
  licence?: Record<string, string>;
  accept?: string[];
}

interface ApproveOptions extends ManifestOptions {
  approver: string;
  expires: string;
  accept?: string[];
}

interface BucketOptions extends ManifestOptions, TargetOptions {
  yes?: boolean;
}

const addExamples = `
Examples:
  npx cloister packages add 'pandas>=2,<3' pyarrow                   add packages with all dependencies
  npx cloister packages add six --licence six=MIT                    state a licence that the metadata lacks
  npx cloister packages add xgboost --platform manylinux_2_28_x86_64 select wheels for other platforms`;

const approveExamples = `
Examples:
  npx cloister packages approve pandas --approver jane@bank.example --expires 2027-11-30    approve all versions of one package`;

const removeExamples = `
Examples:
  npx cloister packages remove six==1.16.0    remove one version
  npx cloister packages remove six            remove all versions`;

const syncExamples = `
Examples:
  npx cloister packages sync          show what the publication changes
  npx cloister packages sync --yes    publish; an interrupted publication continues when the command is repeated`;

const verifyExamples = `
Examples:
  npx cloister packages verify    compare the manifest, the mirror and the advisories`;

/** Collects `six=MIT` of repeated options. */
function licence(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [, name, value] = /^([a-z0-9]+(?:-[a-z0-9]+)*)=(\S.*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError("It must be a project and its licence, such as six=MIT.");
  return { ...before, [name]: value };
}

/** An index, whose URL would be in the manifest with credentials. */
function indexUrl(text: string): string {
  if (!/^https:\/\/[\w.:-]+(\/[\w./-]*)?$/.test(text))
    throw new InvalidArgumentError("It must be an HTTPS URL without credentials, such as https://pypi.org/simple.");
  return text;
}

const coreOption = () => new Option("--core <stack>", "core stack with the mirror (default: the only one with the setting mirror)");
const manifestOption = () => new Option("--manifest <file>", "manifest (default: the manifest of the core stack, or core/packages.yaml)");

/** The manifest that the options name. */
function manifestFile({ core, manifest }: ManifestOptions): string {
  const { chooseMirror, manifestOf } = lazy.packages;
  return manifest ?? manifestOf(chooseMirror(lazy.stacks.findStacks(), core));
}

/** The bucket of the mirror, and the packages of the manifest. `unapproved`: problems with approvals, as texts. */
async function openMirror(options: BucketOptions, terminal: Terminal, check: "all" | "entries") {
  const { chooseMirror, lookupMirror, manifestOf, mirrorClient, readManifest, requireMirror } = lazy.packages;
  const plan = requireMirror(chooseMirror(lazy.stacks.findStacks(), options.core));
  const file = options.manifest ?? manifestOf(plan);
  const manifest = readManifest(file, (read) => (check === "all" ? approvalProblems(file, read, new Date()) : []));
  const unapproved = approvalProblems(file, manifest, new Date()).map(problemText);
  const session = await openSession(options, terminal);
  const mirror = await lookupMirror(lazy.fleet.hubSources(session, terminal.interrupt), plan);
  return { manifest, unapproved, client: await mirrorClient(session, mirror, terminal.interrupt.signal) };
}

function addEdits(group: Command, { progress, interrupt, print }: Terminal): void {
  group
    .command("add")
    .argument("<requirements...>", "requirements as for pip, such as 'pandas>=2,<3'")
    .description("Add packages with their dependencies, hashes and licences to the manifest, without approval. Resolves them with pip.")
    .option("--python <program>", "Python interpreter with pip 23 or later", "python3")
    .option("--python-version <versions...>", "versions of Python that install the packages", ["3.10", "3.11", "3.12"])
    .option("--platform <tags...>", "platform tags of wheels", ["manylinux2014_x86_64", "manylinux_2_28_x86_64"])
    .option("--index <url>", "the only package index; settings of pip are not read (default: https://pypi.org/simple)", indexUrl)
    .option("--licence <project=licence>", "licence of a project without licence in its metadata; repeatable", licence)
    .option("--accept <ids...>", "add packages with these advisories, which the manifest records")
    .addOption(manifestOption())
    .addOption(coreOption())
    .addHelpText("after", addExamples)
    .action(async (requirements: string[], options: AddOptions) => {
      const { python, pythonVersion: pythonVersions, platform: platforms, index, licence: licences, accept } = options;
      const request = { manifest: manifestFile(options), python, pythonVersions, platforms, index, licences, accept };
      print(await lazy.packages.add(requirements, { ...request, progress, interrupt }));
    });
  group
    .command("approve")
    .argument("<packages...>", "packages of the manifest, such as six or six==1.16.0")
    .description("Record in the manifest who approved packages, and until when.")
    .requiredOption("--approver <name>", "person or team that approves the packages")
    .requiredOption("--expires <date>", "last day of the approval, such as 2027-11-30")
    .option("--accept <ids...>", "approve packages with these advisories")
    .addOption(manifestOption())
    .addOption(coreOption())
    .addHelpText("after", approveExamples)
    .action((names: string[], options: ApproveOptions) =>
      print(lazy.packages.approve(names, { ...options, manifest: manifestFile(options) })),
    );
  group
    .command("remove")
    .argument("<packages...>", "packages of the manifest, such as six or six==1.16.0")
    .description("Remove packages from the manifest. The next sync removes them from the mirror.")
    .addOption(manifestOption())
    .addOption(coreOption())
    .addHelpText("after", removeExamples)
    .action((names: string[], options: ManifestOptions) => print(lazy.packages.remove(names, { manifest: manifestFile(options) })));
}

export const packages: AddCommand = (program, terminal) => {
  const { progress, interrupt, print } = terminal;
  const group = program.command("packages").description("Approve Python packages, and publish them to the mirror of environments.");
  addEdits(group, terminal);
  group
    .command("verify")
    .description("Verify that the mirror has exactly the approved packages with their hashes, and check advisories. Changes nothing.")
    .addOption(manifestOption())
    .addOption(coreOption())
    .addOption(targetWorldOption())
    .addHelpText("after", verifyExamples)
    .action(async (options: BucketOptions) => {
      const { client, manifest } = await openMirror(options, terminal, "all");
      const advisories = () => lazy.packages.advisoriesOf(manifest.packages, lazy.packages.databaseOf(manifest));
      const core = options.core === undefined ? [] : ["--core", options.core];
      const sync = commandText(["packages", "sync", ...core, "--yes"], options.world);
      print(await lazy.packages.verifyPackages(client, manifest, { sync, advisories, progress, interrupt }));
    });
  group
    .command("sync")
    .description("Publish the approved packages and their index to the mirror, and remove all others. Dry run unless --yes.")
    .option("--yes", "publish the packages")
    .addOption(manifestOption())
    .addOption(coreOption())
    .addOption(targetWorldOption())
    .addHelpText("after", syncExamples)
    .action(async (options: BucketOptions) => {
      const { client, manifest, unapproved } = await openMirror(options, terminal, "entries");
      const { advisoriesOf: advisories } = lazy.packages;
      const words = [
        ...["packages", "sync"],
        ...(options.manifest === undefined ? [] : ["--manifest", options.manifest]),
        ...(options.core === undefined ? [] : ["--core", options.core]),
      ];
      const command = (more: string[]) => commandText([...words, ...more], options.world);
      print(await lazy.packages.sync(client, manifest, { command, advisories, unapproved, progress, interrupt, yes: options.yes }));
    });
};
