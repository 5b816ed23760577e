// The command line: `npm start`, and `npx cloister …`.
import * as path from "node:path";
import { terminalProgress, UserError } from "@cloister/common";
import { type CallFilter, Control, listWorlds, openWorld, startWorld, stopWorld } from "@cloister/sandbox";
import { cleanToolchain, ensureToolchain, toolchainStatus } from "@cloister/toolchain";
import Table from "cli-table3";
import { Command, InvalidArgumentError } from "commander";
import { version } from "./package.json";
import {
  accountSession,
  deployStack,
  destroyStack,
  inTurn,
  type Outcome,
  previewStack,
  type RunOptions,
  type Session,
  worldSession,
} from "./deploy";
import { drain, refuseWhileInUse, sourcesOf } from "./drain/drain";
import { exportPolicies, type ExportOptions, type Kind, kinds } from "./export";
import { listenForInterrupts } from "./interrupt";
import { chooseEnvironments, chooseStacks, findStacks, type StackPlan } from "./stacks";
import { UsageError } from "./usage-error";
import { buildPack, checkPackConfig } from "./policy-pack";
import { destroy, start, stop, summary } from "./start";

const progress = terminalProgress();
const print = (text: string) => progress.note(text);
const interrupt = listenForInterrupts(print);

function number(min: number, max: number, what: string) {
  return (text: string) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < min || value > max)
      throw new InvalidArgumentError(`${what} is a whole number from ${min} to ${max}.`);
    return value;
  };
}
const port = number(1, 65535, "A port");
const hours = number(1, 168, "Hours");

const table = (head: string[], rows: string[][]) => {
  const made = new Table({ head, style: { head: [], border: [] } });
  made.push(...rows);
  return made.toString();
};

const program = new Command("cloister")
  .description(
    "Walled-off machine-learning environments on AWS: deploy, preview and destroy them, for real or in a sandbox on this machine.",
  )
  .version(version)
  .showHelpAfterError()
  .configureHelp({ showGlobalOptions: true });

program
  .command("start")
  .description("deploy the example organization into the sandbox, setting up what is missing")
  .option("--destroy", "take everything down, in reverse order")
  .option("--stop", "end the sandbox and throw its state away")
  .option("--quickstart", "deploy the quickstart, core and an environment in one stack, instead of the organization")
  .option("--world <name>", "sandbox world to use", "default")
  .option("--port <port>", "port of 127.0.0.1 for the sandbox (default: any free one)", port)
  .option("--idle-hours <hours>", "hours without a call after which the sandbox ends by itself (default: 4)", hours)
  .option("--report <file>", "where to write the picture of what was deployed", "cloister.html")
  .addHelpText("after", "\nExamples:\n  npm start\n  npm start -- --destroy\n  npm start -- --stop")
  .action(
    async (options: {
      destroy?: boolean;
      stop?: boolean;
      quickstart?: boolean;
      world: string;
      port?: number;
      idleHours?: number;
      report: string;
    }) => {
      if (options.destroy && options.stop) throw new UsageError("--destroy and --stop are two things: first one, then the other.");
      if (options.stop) return stop({ world: options.world, interrupt, print });
      await (options.destroy ? destroy : start)({ ...options, interrupt, progress, print });
    },
  );

// Deploying, for a real account or in a world.

interface StackOptions {
  world?: string;
  policyPackConfig?: string;
}

async function sessionFor({ world: name, policyPackConfig: config }: StackOptions): Promise<Session> {
  buildPack();
  if (config !== undefined) checkPackConfig(config);
  const judgedBy = config === undefined ? {} : { policyPackConfig: path.resolve(config) };
  if (name === undefined) return { ...(await accountSession()), ...judgedBy };
  const world = await openWorld(name);
  if (!world) throw new UsageError(`No sandbox world '${name}' is running. Start one: npx cloister sandbox start --world ${name}`);
  return { ...(await worldSession(await ensureToolchain(progress), world)), ...judgedBy };
}

function stackCommand(
  name: string,
  description: string,
  work: (session: Session, plan: StackPlan, options: RunOptions) => Promise<Outcome>,
  {
    reverse = false,
    before,
  }: { reverse?: boolean; before?: (session: Session, plans: StackPlan[], options: StackOptions) => Promise<void> } = {},
): void {
  const command = program
    .command(name)
    .argument("[stacks...]", "names of stacks; all that have settings, but the quickstart, when none is named")
    .description(`${description}, in the order of what reads what${reverse ? " reversed" : ", with the guardrails on"}`)
    .option("--world <name>", "in this sandbox world instead of the account of this shell")
    .addHelpText("after", `\nExamples:\n  npx cloister ${name} fraud-dev\n  npx cloister ${name} --world default`)
    .action(async (names: string[], options: StackOptions) => {
      const plans = chooseStacks(findStacks(), names);
      const session = await sessionFor(options);
      await before?.(session, plans, options);
      const outcomes = await inTurn(plans, (plan) => work(session, plan, { progress, interrupt }), reverse);
      print(summary(plans, outcomes));
    });
  // What is destroyed is not judged.
  if (!reverse) command.option("--policy-pack-config <file>", "JSON with settings, levels and exemptions of guardrails");
}
stackCommand("up", "deploy stacks", deployStack);
stackCommand("preview", "show what would change", previewStack);
stackCommand("destroy", "take stacks down", destroyStack, {
  reverse: true,
  before: (session, plans, { world }) =>
    refuseWhileInUse(sourcesOf(session, interrupt), plans, { progress, interrupt, ...(world === undefined ? {} : { world }) }),
});

program
  .command("drain")
  .argument("[environments...]", "names of environment stacks; all that have settings, but the quickstart, when none is named")
  .description(
    "end the apps that people run in Studio, so that AWS lets go of a person's profile or of the whole domain; shows what it would do, unless --yes is given",
  )
  .option("--profile <names...>", "only what belongs to these Studio profiles")
  .option("--spaces", "delete the spaces as well that people made themselves, with the files in their volumes")
  .option("--yes", "do it; AWS takes up to 20 minutes for an app")
  .option("--world <name>", "in this sandbox world instead of the account of this shell")
  .addHelpText(
    "after",
    [
      "",
      "Examples:",
      "  npx cloister drain fraud-dev                                      what people run there, and whose it is",
      "  npx cloister drain fraud-dev --yes                                end all apps; files stay, what is in memory is lost",
      "  npx cloister drain fraud-dev --profile ana-horvat --spaces --yes  before a person is taken out of the settings",
      "  npx cloister drain fraud-dev --spaces --yes                       before the environment is destroyed",
    ].join("\n"),
  )
  .action(async (names: string[], { profile, ...options }: StackOptions & { profile?: string[]; spaces?: boolean; yes?: boolean }) => {
    const plans = chooseEnvironments(findStacks(), names);
    const session = await sessionFor(options);
    print(
      await drain(sourcesOf(session, interrupt), plans, {
        ...options,
        ...(profile === undefined ? {} : { profiles: profile }),
        names,
        progress,
        interrupt,
      }),
    );
  });

const exporting = program
  .command("export")
  .description("policies for an organization, from the same table of guardrails as the roles' boundaries");
for (const [kind, { about }] of Object.entries(kinds) as [Kind, (typeof kinds)[Kind]][]) {
  const command = exporting
    .command(kind)
    .description(`print ${about}; one policy a line`)
    .option("--profile <profile>", "how strict: open, vpc or strict", "strict")
    .option("--exempt <role...>", "ARNs of roles that are let through, so that somebody can deploy and repair; * for any account", [])
    .option("--out <folder>", "write each policy to a file there, and print the commands that make it one of the organization")
    .addHelpText(
      "after",
      `\nExample:\n  npx cloister export ${kind} ${kind === "rcp" ? "--organization-id o-exampleorgid " : ""}--exempt 'arn:aws:iam::*:role/Deployer' --out policies`,
    )
    .action((options: ExportOptions) => exportPolicies(kind, options, print));
  if (kind === "scp") command.option("--network-isolation", "also ask that containers of jobs and models have no network");
  else command.option("--organization-id <id>", "the organization, o-…");
}

const sandbox = program.command("sandbox").description("AWS on this machine: worlds to try things in, without an account");

sandbox
  .command("start")
  .description("start a world, or wake one that sleeps")
  .option("--world <name>", "name of the world", "default")
  .option("--port <port>", "port of 127.0.0.1 (default: any free one)", port)
  .option("--idle-hours <hours>", "hours without a call after which it ends by itself (default: 4)", hours)
  .addHelpText("after", "\nExample:\n  npx cloister sandbox start --world try --port 4566")
  .action(async ({ world: name, ...rest }: { world: string; port?: number; idleHours?: number }) => {
    const world = await startWorld(await ensureToolchain(progress), { name, progress, signal: interrupt.signal, ...rest });
    print(`source ${path.join(world.dir, "env.sh")}`);
  });

sandbox
  .command("stop")
  .description("end a world and throw it away: services and Pulumi's state of them together")
  .option("--world <name>", "name of the world", "default")
  .addHelpText("after", "\nExample:\n  npx cloister sandbox stop --world try")
  .action(({ world }: { world: string }) => stop({ world, interrupt, print }));

sandbox
  .command("status")
  .description("show the worlds of this machine")
  .addHelpText("after", "\nExample:\n  npx cloister sandbox status")
  .action(async () => {
    const worlds = await listWorlds();
    if (worlds.length === 0) return print("No worlds. Start one: npx cloister sandbox start");
    const rows = worlds.map(({ name, state, endpoint, gateway, dir }) => [
      name,
      gateway?.moto.lost ? `lost: ${gateway.moto.lost}` : state,
      endpoint ?? "",
      gateway ? `${gateway.calls}` : "",
      gateway?.lastUse ?? "",
      dir,
    ]);
    print(table(["world", "state", "address", "calls", "last call", "folder"], rows));
  });

sandbox
  .command("reset")
  .description("throw a world away and start it anew")
  .option("--world <name>", "name of the world", "default")
  .addHelpText("after", "\nExample:\n  npx cloister sandbox reset --world try")
  .action(async ({ world: name }: { world: string }) => {
    await stopWorld(name, interrupt.signal);
    await startWorld(await ensureToolchain(progress), { name, progress, signal: interrupt.signal });
  });

sandbox
  .command("journal")
  .description("show the calls that AWS was asked in a world")
  .option("--world <name>", "name of the world", "default")
  .option("--service <service>", "only calls of this service, e.g. ec2")
  .option("--operation <operation>", "only calls of this operation, e.g. CreateVpc")
  .option("--account <id>", "only calls in this account")
  .option("--errors", "only calls that were refused")
  .option("--since <time>", "only calls from then on, e.g. 2027-01-31T12:00:00Z")
  .option("--limit <count>", "only the last ones", number(1, 1_000_000, "A count"), 100)
  .option("--json", "one JSON object per line, with parameters")
  .addHelpText("after", "\nExample:\n  npx cloister sandbox journal --service sagemaker --errors")
  .action(async ({ world: name, errors, json, ...filter }: CallFilter & { world: string; errors?: boolean; json?: boolean }) => {
    const world = await openWorld(name);
    if (!world) throw new UsageError(`No sandbox world '${name}' is running. See: npx cloister sandbox status`);
    const calls = await new Control(world).journal({ ...filter, ...(errors ? { result: "error" as const } : {}) });
    if (json) return calls.forEach((call) => print(JSON.stringify(call)));
    print(
      table(
        ["time", "account", "call", "result", "ms"],
        calls.map(({ time, account, service, operation, result, milliseconds }) => [
          time,
          account ?? "",
          `${service}:${operation}`,
          result,
          String(Math.round(milliseconds)),
        ]),
      ),
    );
  });

const toolchain = program.command("toolchain").description("the Pulumi CLI, the provider plugin and the sandbox's base");

toolchain
  .command("status")
  .description("show what is there and where it comes from")
  .addHelpText("after", "\nExample:\n  npx cloister toolchain status")
  .action(async () => {
    const rows = (await toolchainStatus()).map(({ title, version, state, origin, bytes, seconds, path: place, detail }) => [
      title,
      version,
      state === "ready" ? (origin ?? "") : "missing",
      bytes === undefined ? "" : `${Math.ceil(bytes / 1e6)} MB`,
      seconds === undefined ? "" : `${seconds} s`,
      detail ?? place ?? "npx cloister toolchain install",
    ]);
    print(table(["piece", "version", "origin", "size", "made in", "where"], rows));
  });

toolchain
  .command("install")
  .description("find, download or build what is missing")
  .addHelpText("after", "\nExample:\n  npx cloister toolchain install")
  .action(async () => void (await ensureToolchain(progress)));

toolchain
  .command("clean")
  .description("remove build caches and unfinished downloads")
  .option("--all", "remove the toolchain itself as well; the next start makes it anew")
  .addHelpText("after", "\nExample:\n  npx cloister toolchain clean")
  .action(async ({ all }: { all?: boolean }) => void (await cleanToolchain(all ? "all" : "intermediate", progress, interrupt.signal)));

/** A `UserError` by its message alone; anything else is a bug and comes with its stack trace. */
const errorText = (error: unknown): string =>
  error instanceof UserError
    ? error.message
    : `${error instanceof Error ? error.stack : String(error)}\n\nThis is a bug in Cloister ${version}. Report it with the lines above and the command that you ran.`;

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`\n${errorText(error)}\n`);
  process.exitCode = interrupt.count() > 0 ? 130 : error instanceof UsageError ? 2 : 1;
});
