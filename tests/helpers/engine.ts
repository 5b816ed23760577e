import { spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { chooseStacks, findStacks, root, type RunOptions, type Session, type StackPlan, worldSession } from "@cloister/cli";
import { buildPack } from "@cloister/cli/testing";
import { silent } from "@cloister/common";
import { type Call, Control, startWorld, stopWorld, type World } from "@cloister/sandbox";
import { ensureToolchain, type Toolchain } from "@cloister/toolchain";
import { stringify } from "yaml";

/** A sandbox world for one test file, with the values that the engine needs. `end` stops the world. */
export interface Stage {
  toolchain: Toolchain;
  world: World;
  session: Session;
  control: Control;
  end(): Promise<void>;
}

/**
 * Creates a world for a test file. `prepare` can first restore a recorded world under the given name. The test run has
 * already installed the toolchain.
 */
export async function setUp(name: string, prepare: (world: string) => void = () => {}): Promise<Stage> {
  const toolchain = await ensureToolchain(silent);
  buildPack();
  const unique = `test-${name}-${process.pid}`;
  prepare(unique);
  const world = await startWorld(toolchain, { name: unique, progress: silent });
  return { toolchain, world, session: await worldSession(toolchain, world), control: new Control(world), end: () => stopWorld(unique) };
}

export const quiet: RunOptions = { progress: silent };
/** Options for an update without a preview, which takes half the time. Another test covers the preview. */
export const atOnce: RunOptions = { ...quiet, previewed: true };

/** The plan of the stack with this name, with the settings in the checkout. */
export function planOf(stack: string): StackPlan {
  return chooseStacks(findStacks(), [stack])[0]!;
}

/** The plan of a small environment, whose settings file is in `dir` and not in the checkout. */
export function planOfEnvironment(dir: string, hub: StackPlan, team: string, cidr: string): StackPlan {
  const stack = `${team}-dev`;
  const settingsFile = path.join(dir, `Pulumi.${stack}.yaml`);
  const settings = { coreStack: hub.stack, team, owner: "tests@bank.example", network: { cidr }, studio: { profiles: ["ana"] } };
  const named = Object.entries(settings).map(([key, value]) => [`cloister-environment:${key}`, value]);
  fs.writeFileSync(settingsFile, stringify({ config: { "aws:region": "eu-central-1", ...Object.fromEntries(named) } }));
  return {
    id: `cloister-environment/${stack}`,
    project: "cloister-environment",
    folder: "environment",
    stack,
    settingsFile,
    reads: [hub.id],
  };
}

/** Successful mutating API calls as `service:operation`. Reads are named Get…, List…, Describe…, Head…. */
export const changesIn = (calls: Call[]) =>
  calls
    .filter(({ operation, result }) => result === "ok" && !/^(Get|List|Describe|Head|AssumeRole)/.test(operation))
    .map(({ service, operation }) => `${service}:${operation}`);

/** Calls `read` until it returns a value. Fails after `ms` milliseconds with `what` in the message. */
export async function until<T>(read: () => T | undefined | false | Promise<T | undefined | false>, what: string, ms = 300_000): Promise<T> {
  for (const deadline = Date.now() + ms; ; ) {
    const answer = await read();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`Timed out waiting for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A command that runs in the checkout without a terminal. */
export interface Running {
  pid: number;
  /** The output that the command has printed so far. */
  output: () => string;
  kill: (signal: NodeJS.Signals) => void;
  hasExited: () => boolean;
  /** Resolves to the exit code of the command. */
  exited: Promise<number | null>;
}

export function begin(
  command: string,
  args: string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; detached?: boolean } = {},
): Running {
  const child = spawn(command, args, { cwd: root, ...options, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => (output += data.toString()));
  const exited = new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
  return {
    pid: child.pid!,
    output: () => output,
    kill: (signal) => child.kill(signal),
    hasExited: () => child.exitCode !== null || child.signalCode !== null,
    exited,
  };
}

/** Runs a command and returns its output. Rejects with the output unless the exit code is `code`. */
export async function perform(
  command: string,
  args: string[],
  { code = 0, ...options }: { code?: number; cwd?: string; env?: NodeJS.ProcessEnv } = {},
) {
  const running = begin(command, args, options);
  const exited = await running.exited;
  if (exited !== code) throw new Error(`${[command, ...args].join(" ")} exited with code ${exited}:\n${running.output()}`);
  return running.output();
}

interface Descendant {
  pid: number;
  parent: number;
  command: string;
}

const processes = (): Descendant[] =>
  spawnSync("ps", ["-A", "-o", "pid=,ppid=,stat=,args="], { encoding: "utf8" })
    .stdout.split("\n")
    .flatMap((line) => {
      const [, pid, parent, state, command] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
      // A zombie has exited, even if its parent has not waited for it.
      return pid && !state!.startsWith("Z") ? [{ pid: Number(pid), parent: Number(parent), command: command! }] : [];
    });

/** All descendants of a process (engine, plugins, programs) except a sandbox, which outlives the command. */
export function descendantsOf(pid: number): Descendant[] {
  const rows = processes();
  const below = (parent: number): Descendant[] => rows.filter((row) => row.parent === parent).flatMap((row) => [row, ...below(row.pid)]);
  return below(pid).filter(({ command }) => !/sandbox\/server\/main\.ts|sandbox\/moto\/serve\.py/.test(command));
}

/** Waits until these processes have exited. A plugin exits some seconds after the engine, and later on a busy machine. */
export async function areGone(descendants: Descendant[]): Promise<void> {
  const left = () =>
    processes().filter(({ pid, command }) => descendants.some((descendant) => descendant.pid === pid && descendant.command === command));
  await until(() => left().length === 0, "these processes to exit", 60_000).catch((error: Error) => {
    throw new Error(
      `${error.message}\n${left()
        .map(({ pid, command }) => `${pid} ${command.slice(0, 200)}`)
        .join("\n")}`,
    );
  });
}
