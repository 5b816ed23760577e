// Implements `npm start`: deploys the example organization into a sandbox world, or destroys the organization.
import * as fs from "node:fs";
import * as path from "node:path";
import { type World } from "@cloister/sandbox";
import { commandText } from "../command-text";
import { type Outcome, type Session } from "../engine";
import { lazy } from "../lazy";
import { idleHoursOption, portOption, worldOption } from "../options";
import { type StackPlan } from "../stacks";
import { type AddCommand, type Terminal } from "../terminal";
import { UsageError } from "../usage-error";
import { stopAndReport } from "./sandbox";

interface Options {
  destroy?: boolean;
  stop?: boolean;
  quickstart?: boolean;
  world: string;
  port?: number;
  idleHours?: number;
  report: string;
}

/** npm keeps options before `--` for itself, and passes them in variables. Without this check, `npm start --destroy` would deploy. */
export function requireForwarded(env: NodeJS.ProcessEnv): void {
  const kept = ["destroy", "stop", "quickstart"].filter((option) => env[`npm_config_${option}`] !== undefined);
  if (kept.length > 0)
    throw new UsageError(
      `npm did not pass on ${kept.map((option) => `--${option}`).join(" ")}. Run: npm start -- ${kept.map((option) => `--${option}`).join(" ")}`,
    );
}

export const start: AddCommand = (program, terminal) => {
  program
    .command("start")
    .description("Deploy the example organization into the sandbox. Install the toolchain first if it is missing.")
    .option("--destroy", "destroy the stacks in reverse order")
    .option("--stop", "stop the sandbox and delete its state")
    .option("--quickstart", "deploy the quickstart, core and an environment in one stack, instead of the organization")
    .addOption(worldOption())
    .addOption(portOption())
    .addOption(idleHoursOption())
    .option("--report <file>", "file for the report: a diagram and all resources", "cloister.html")
    .addHelpText("after", "\nExamples:\n  npm start\n  npm start -- --destroy\n  npm start -- --stop")
    .action((options: Options) => {
      requireForwarded(process.env);
      if (options.destroy && options.stop)
        throw new UsageError("--destroy and --stop must not be combined. Run npm start -- --destroy first. Then run npm start -- --stop.");
      if (options.stop) return stopAndReport(options, terminal);
      return options.destroy ? destroyExample(options, terminal) : deployExample(options, terminal);
    });
};

const exampleStacks = ({ quickstart }: Options) => lazy.stacks.chooseStacks(lazy.stacks.findStacks(), quickstart ? ["quickstart"] : []);

async function openWorldSession(
  { world: name, port, idleHours }: Options,
  { progress, interrupt }: Terminal,
): Promise<{ world: World; session: Session }> {
  const toolchain = await lazy.toolchain.ensureToolchain(progress);
  lazy.policyPack.buildPack();
  const world = await lazy.sandbox.startWorld(toolchain, {
    name,
    progress,
    signal: interrupt.signal,
    ...(port === undefined ? {} : { port }),
    ...(idleHours === undefined ? {} : { idleHours }),
  });
  return { world, session: await lazy.engine.worldSession(toolchain, world) };
}

async function deployExample(options: Options, terminal: Terminal): Promise<void> {
  const startedAt = Date.now();
  const { progress, interrupt, print } = terminal;
  const stacks = exampleStacks(options);
  const { world, session } = await openWorldSession(options, terminal);
  const { deployStack, runInOrder } = lazy.engine;
  await lazy.deployRole.bootstrapWorld(session, world, stacks);
  const outcomes = await runInOrder(stacks, (plan) => deployStack(session, plan, { progress, interrupt }));
  const file = path.resolve(options.report);
  fs.writeFileSync(file, await reportOf(world, session, stacks, outcomes));
  print(lazy.summary.summaryText(stacks, outcomes, session.world));
  print(nextSteps(world, file, stacks[stacks.length > 1 ? 1 : 0]!, Math.round((Date.now() - startedAt) / 1000)));
}

async function reportOf(world: World, session: Session, stacks: StackPlan[], outcomes: Map<string, Outcome>): Promise<string> {
  return lazy.report.reportPage({
    title: "Cloister",
    location: `Sandbox world '${world.name}' on this machine: no AWS account was used`,
    stacks: await Promise.all(
      stacks.map(async (plan) => ({
        ...plan,
        resources: await lazy.engine.stackResources(session, plan),
        outcome: outcomes.get(plan.id)!,
      })),
    ),
    createdAt: new Date(),
  });
}

/** The name of a world, unless the commands use the world by default. */
const flagOf = ({ name }: Pick<World, "name">) => (name === "default" ? undefined : name);

/** `npm start` with an option, for a world. */
export const startText = (option: string, world: Pick<World, "name">): string =>
  ["npm start --", option, ...(flagOf(world) === undefined ? [] : ["--world", flagOf(world)])].join(" ");

function nextSteps(world: World, report: string, plan: StackPlan, seconds: number): string {
  return [
    "",
    `Done in ${seconds} s. All resources are in a sandbox on this machine. URLs such as that of Studio do not work.`,
    `Report with a diagram and all resources: ${report}`,
    `The sandbox runs at ${world.endpoint} and stops when it is idle. To use it with pulumi, aws or boto3:`,
    `  source ${path.join(world.dir, "env.sh")}`,
    `  pulumi --cwd ${path.join(world.dir, "stacks", plan.project)} preview --stack ${plan.stack} --policy-pack ${path.join(lazy.stacks.root, "policy-pack")}`,
    `Destroy the stacks: ${startText("--destroy", world)}    Stop the sandbox: ${startText("--stop", world)}    List AWS calls: ${commandText(["sandbox", "journal"], flagOf(world))}`,
  ].join("\n");
}

async function destroyExample(options: Options, terminal: Terminal): Promise<void> {
  const { print, progress, interrupt } = terminal;
  const stacks = exampleStacks(options);
  const { world, session } = await openWorldSession(options, terminal);
  const { drainSources, requireDrained } = lazy.drain;
  const { runInOrder, stackResources } = lazy.engine;
  const { destroyStack } = lazy.destroy;
  await requireDrained(drainSources(session, interrupt), stacks, { progress, interrupt, world: world.name });
  const managed = await Promise.all(stacks.map((plan) => stackResources(session, plan)));
  await runInOrder(stacks, (plan) => destroyStack(session, plan, { progress, interrupt }), { reverse: true });
  await lazy.deployRole.endBootstrap(session, world, stacks);
  const leftovers = await new lazy.sandbox.Control(world).leftovers();
  print(lazy.leftovers.leftoversText(leftovers, managed.flat()));
  print(`The sandbox still runs at ${world.endpoint}. Stop it: ${startText("--stop", world)}`);
}
