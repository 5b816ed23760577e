import * as path from "node:path";
import { type CallFilter, type UnknownName } from "@cloister/sandbox";
import { lazy } from "../lazy";
import { requireExistingWorld, requireWorld } from "../open-world";
import { idleHoursOption, integer, portOption, time, worldOption } from "../options";
import { suggestion } from "../suggestion";
import { type AddCommand, type Terminal } from "../terminal";
import { UsageError } from "../usage-error";

interface WorldName {
  world: string;
}

/** Stops a world and deletes its services and state. */
export async function stopAndReport({ world }: WorldName, { interrupt, print }: Terminal): Promise<void> {
  const { openWorld, stopWorld } = lazy.sandbox;
  const wasRunning = await openWorld(world);
  await stopWorld(world, interrupt.signal);
  print(
    wasRunning
      ? `Stopped the sandbox world '${world}' and deleted its services and its Pulumi state.`
      : `The sandbox world '${world}' was not running. Its stored state, if any, was deleted.`,
  );
}

/** A misspelt name must not look like a world that was stopped or reset. */
const requireKnown = async ({ world }: WorldName) => (world === "default" ? undefined : requireExistingWorld(world));

/** `sandbox stop`. */
async function stop(options: WorldName, terminal: Terminal): Promise<void> {
  await requireKnown(options);
  await stopAndReport(options, terminal);
}

async function start(
  { world: name, ...options }: WorldName & { port?: number; idleHours?: number },
  { progress, interrupt, print }: Terminal,
) {
  const toolchain = await lazy.toolchain.ensureToolchain(progress);
  const world = await lazy.sandbox.startWorld(toolchain, { name, progress, signal: interrupt.signal, ...options });
  print(`source ${path.join(world.dir, "env.sh")}`);
}

async function status({ print }: Terminal) {
  const worlds = await lazy.sandbox.listWorlds();
  if (worlds.length === 0) return print("No sandbox worlds exist. Start one: npx cloister sandbox start");
  const rows = worlds.map(({ name, state, endpoint, gateway, dir }) => [
    name,
    gateway?.moto.lost ? `lost: ${gateway.moto.lost}` : state,
    endpoint ?? "",
    gateway ? `${gateway.calls}` : "",
    gateway?.lastUse ?? "",
    dir,
  ]);
  print(lazy.textTable(["world", "state", "endpoint", "calls", "last call", "folder"], rows));
}

async function reset(options: WorldName, { progress, interrupt }: Terminal) {
  await requireKnown(options);
  const name = options.world;
  await lazy.sandbox.stopWorld(name, interrupt.signal);
  await lazy.sandbox.startWorld(await lazy.toolchain.ensureToolchain(progress), { name, progress, signal: interrupt.signal });
}

/** A longer list of names is not shown. */
const maxNames = 60;

/** One line for each name that no call can have. */
export const unknownNamesText = (filter: CallFilter, unknown: UnknownName[]): string =>
  unknown
    .map(({ option, known, meant }) => {
      const got = filter[option] ?? "";
      const { service } = filter;
      const rules = {
        service: "the name of a service in IAM actions, for example ec2",
        operation: `an operation of ${service === undefined ? "a service of the sandbox" : `'${service}'`}`,
        account: "an account of the world",
      };
      return [
        `--${option} must be ${rules[option]} (got '${got}').${meant === undefined ? suggestion(got, known) : ` Did you mean '${meant}'?`}`,
        ...(known.length <= maxNames ? [`Known: ${known.join(", ")}.`] : []),
        ...(option === "operation" && service === undefined ? ["For a service that only moto implements, also use --service."] : []),
      ].join(" ");
    })
    .join("\n");

async function journal(
  { world: name, errors, json, ...filter }: CallFilter & WorldName & { errors?: boolean; json?: boolean },
  { print }: Terminal,
) {
  const world = await requireWorld(name);
  const control = new lazy.sandbox.Control(world);
  const calls = await control.journal({ ...filter, ...(errors ? { result: "error" as const } : {}) });
  if (calls.length === 0) {
    const unknown = await control.unknownNames(filter);
    if (unknown.length > 0) throw new UsageError(unknownNamesText(filter, unknown));
  }
  if (json) return calls.forEach((call) => print(JSON.stringify(call)));
  const rows = calls.map(({ time, account, service, operation, result, milliseconds }) => [
    time,
    account ?? "",
    `${service}:${operation}`,
    result,
    String(Math.round(milliseconds)),
  ]);
  print(lazy.textTable(["time", "account", "call", "result", "ms"], rows));
}

export const sandbox: AddCommand = (program, terminal) => {
  const command = program.command("sandbox").description("Run AWS on this machine: worlds to deploy to without an account.");
  command
    .command("start")
    .description("Start a world, or continue one that stopped when idle.")
    .addOption(worldOption())
    .addOption(portOption())
    .addOption(idleHoursOption())
    .addHelpText("after", "\nExample:\n  npx cloister sandbox start --world try --port 4566")
    .action((options: Parameters<typeof start>[0]) => start(options, terminal));
  command
    .command("stop")
    .description("Stop a world and delete it: its services and its Pulumi state.")
    .addOption(worldOption())
    .addHelpText("after", "\nExample:\n  npx cloister sandbox stop --world try")
    .action((options: WorldName) => stop(options, terminal));
  command
    .command("status")
    .description("List the worlds on this machine.")
    .addHelpText("after", "\nExample:\n  npx cloister sandbox status")
    .action(() => status(terminal));
  command
    .command("reset")
    .description("Delete a world and start it empty.")
    .addOption(worldOption())
    .addHelpText("after", "\nExample:\n  npx cloister sandbox reset --world try")
    .action((options: WorldName) => reset(options, terminal));
  command
    .command("journal")
    .description("List the AWS calls that a world received.")
    .addOption(worldOption())
    .option("--service <service>", "only calls to this service, for example ec2")
    .option("--operation <operation>", "only calls of this operation, for example CreateVpc")
    .option("--account <id>", "only calls in this account")
    .option("--errors", "only calls that returned an error")
    .option("--since <time>", "only calls since this time, for example 2027-01-31T12:00:00Z", time)
    .option("--limit <count>", "only the most recent calls", integer(1, 1_000_000), 100)
    .option("--json", "print one JSON object per line, with parameters")
    .addHelpText("after", "\nExample:\n  npx cloister sandbox journal --service sagemaker --errors")
    .action((options: Parameters<typeof journal>[0]) => journal(options, terminal));
};
