// A world: the state of the services and the Pulumi state that describes it, made, kept and thrown away together, so that they never disagree.
import { execFileSync, spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import lockfile from "proper-lockfile";
import { cacheDir, diskAdvice, type Progress, type Step, UserError } from "@cloister/common";
import { identifier } from "../server/accounts";
import { controlPath } from "../server/control";
import { type Announcement, worldFiles, type WorldSettings } from "../server/settings";
import { readJson, writeAtomically } from "../server/store";
import { Control, type GatewayStatus } from "./control";
import { environment, environmentScript } from "./environment";
import { end, isAlive, startOf } from "./process";

export { Control, type Call, type CallFilter, type Fault, type GatewayStatus, type Held } from "./control";
export { cleanEnvironment } from "./environment";

/** The accounts of the example organization: the hub first, then two for staging and two for production. */
export const defaultAccounts = ["111122223333", "444455556666", "555566667777", "777788889999", "888899990000"] as const;
export const defaultRegion = "eu-central-1";
export const defaultIdleHours = 4;

/** What a world needs to know of the toolchain. */
export interface WorldTools {
  /** Python that has moto. */
  python: string;
  /** Environment of every `pulumi` process. */
  env: Record<string, string>;
}

/** A world that runs. */
export interface World {
  name: string;
  /** `<cache>/worlds/<name>` */
  dir: string;
  /** What AWS clients use as their endpoint, e.g. `http://127.0.0.1:40123`. */
  endpoint: string;
  /** Address of the control API; see `Control`. */
  control: string;
  /** Folder of Pulumi's state. */
  stateDir: string;
  region: string;
  hubAccount: string;
  /** All accounts, the hub first. */
  accounts: string[];
  /** What a process needs to work in this world instead of AWS: endpoint, made-up keys of the hub account, Pulumi backend and passphrase. Not the toolchain's. */
  env: Record<string, string>;
}

export interface WorldStatus {
  name: string;
  dir: string;
  /** `asleep`: its processes ended, its state is kept; the next start goes on from there. */
  state: "running" | "asleep" | "lost";
  endpoint?: string;
  gateway?: GatewayStatus;
}

export interface WorldOptions {
  /** Letters, digits and dashes. */
  name: string;
  progress: Progress;
  /** Hours without a call after which the world's processes end by themselves; its state is kept. Default 4. */
  idleHours?: number;
  /** Port of 127.0.0.1. Default: any free one. */
  port?: number;
  /** Twelve digits each, the hub first. Default: those of the example organization. Only for a world that is made anew. */
  accounts?: readonly string[];
  region?: string;
  /** Ends waiting and starting. */
  signal?: AbortSignal;
}

const worldsDir = (): string => path.join(cacheDir(), "worlds");

function worldDir(name: string): string {
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/i.test(name))
    throw new UserError(`'${name}' can't name a world. Use letters, digits and dashes, at most 63.`);
  return path.join(worldsDir(), name);
}

const fileOf = (dir: string, file: keyof typeof worldFiles): string => path.join(dir, worldFiles[file]);
const settingsOf = (dir: string): WorldSettings | undefined => readJson<WorldSettings>(fileOf(dir, "settings"));
const keepSettings = (dir: string, settings: WorldSettings): void =>
  writeAtomically(fileOf(dir, "settings"), `${JSON.stringify(settings, null, 2)}\n`);

function open(dir: string, settings: WorldSettings): World {
  const endpoint = `http://127.0.0.1:${settings.port}`;
  const world = {
    name: settings.name,
    dir,
    endpoint,
    control: `${endpoint}${controlPath}`,
    stateDir: fileOf(dir, "stacks"),
    region: settings.region,
    hubAccount: settings.hubAccount,
    accounts: settings.accounts,
  };
  return { ...world, env: environment(world, settings.credentials, fileOf(dir, "passphrase")) };
}

/** The gateway's status, if it is alive and of this very world. */
async function answering(world: World, settings: WorldSettings): Promise<GatewayStatus | undefined> {
  if (!settings.process || !isAlive(settings.process)) return undefined;
  const status = await new Control(world).status().catch(() => undefined);
  return status?.id === settings.id ? status : undefined;
}

/** One start or stop of a world at a time, also between processes. Waits a minute at most. */
async function alone<T>(name: string, task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const dir = worldDir(name);
  fs.mkdirSync(worldsDir(), { recursive: true, mode: 0o700 });
  const deadline = Date.now() + 60_000;
  let release: (() => Promise<void>) | undefined;
  while (!release)
    try {
      release = await lockfile.lock(dir, { realpath: false, lockfilePath: `${dir}.lock`, stale: 15_000 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ELOCKED") throw error;
      signal?.throwIfAborted();
      if (Date.now() > deadline)
        throw new UserError(
          `Another process starts or stops the world '${name}', for more than a minute already. Try again when it is through.`,
        );
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  try {
    signal?.throwIfAborted();
    return await task();
  } finally {
    await release();
  }
}

/**
 * Makes a world, or goes on with the one of that name: running, asleep, or with a gateway that died.
 * A world whose services can't be brought back is thrown away, with the Pulumi state that described them, and made anew; `progress` says so.
 * Errors name the next step: port taken, Python without moto, disk full. Nothing is left running after an error, or after `signal`, whose reason is then thrown.
 */
export function startWorld(toolchain: WorldTools, options: WorldOptions): Promise<World> {
  return alone(
    options.name,
    async () => {
      const dir = worldDir(options.name);
      const known = settingsOf(dir);
      if (known) {
        const world = open(dir, known);
        const status = await answering(world, known);
        if (status && !status.base.lost) return reuse(toolchain, world, known, options);
        const revived = status ? undefined : await revive(toolchain, dir, known, options);
        if (revived) return revived;
        await discard(dir, known);
      }
      return make(toolchain, dir, options);
    },
    options.signal,
  ).catch((error: Error) => {
    const advice = diskAdvice(error.message);
    throw advice ? new UserError(`${error.message}\n${advice}`) : error;
  });
}

function reuse(toolchain: WorldTools, world: World, settings: WorldSettings, { port, progress }: WorldOptions): World {
  if (port !== undefined && port !== settings.port)
    throw new UserError(
      `World '${world.name}' already runs on port ${settings.port}, not ${port}. Stop it first (cloister sandbox stop), or leave the port out.`,
    );
  writeScript(toolchain, world);
  progress.step("Sandbox").done(`world '${world.name}' runs at ${world.endpoint}`);
  return world;
}

/** Goes on with a world whose processes ended. `undefined` when its services can't be brought back. */
async function revive(toolchain: WorldTools, dir: string, known: WorldSettings, options: WorldOptions): Promise<World | undefined> {
  const step = options.progress.step("Sandbox");
  step.update(`bringing back world '${known.name}'`);
  if (known.process) await end(known.process);
  const settings = { ...known, ...placeOf(options, known.port), python: toolchain.python, models: modelsOf(toolchain.python) };
  try {
    const world = await launch(toolchain, dir, settings, options.signal);
    step.done(`world '${world.name}' is back at ${world.endpoint}, as it was`);
    return world;
  } catch (error) {
    if (!/SandboxLost|can't be brought back/.test((error as Error).message)) throw failed(step, error);
    step.fail(`${(error as Error).message} Its Pulumi state goes with it.`);
    return undefined;
  }
}

async function make(toolchain: WorldTools, dir: string, options: WorldOptions): Promise<World> {
  const step = options.progress.step("Sandbox");
  step.update("starting");
  const accounts = [...(options.accounts ?? defaultAccounts)];
  const wrong = accounts.filter((account) => !/^\d{12}$/.test(account));
  if (wrong.length > 0 || accounts.length === 0)
    throw failed(step, new UserError(`Accounts of a world are 12 digits each, the hub first: ${wrong.join(", ") || "none given"}.`));
  try {
    for (const folder of ["state", "stacks", "logs"] as const) fs.mkdirSync(fileOf(dir, folder), { recursive: true, mode: 0o700 });
    fs.writeFileSync(fileOf(dir, "passphrase"), randomBytes(24).toString("base64url"), { mode: 0o600 });
    const settings: WorldSettings = {
      name: options.name,
      id: randomUUID(),
      hubAccount: accounts[0]!,
      accounts,
      region: options.region ?? defaultRegion,
      credentials: { accessKeyId: identifier("ASIA", 16), secretAccessKey: identifier("", 40), sessionToken: identifier("", 120) },
      ...placeOf(options, 0),
      python: toolchain.python,
      models: modelsOf(toolchain.python),
    };
    const world = await launch(toolchain, dir, settings, options.signal);
    step.done(`world '${world.name}' at ${world.endpoint}`);
    return world;
  } catch (error) {
    fs.rmSync(dir, { recursive: true, force: true });
    throw failed(step, error);
  }
}

const placeOf = (options: WorldOptions, last: number) => ({
  port: options.port ?? last,
  portFixed: options.port !== undefined,
  idleHours: options.idleHours ?? defaultIdleHours,
});

function failed(step: Step, error: unknown): Error {
  const problem = error instanceof Error ? error : new Error(String(error));
  step.fail(problem.message);
  return problem;
}

/** Where botocore, which comes with moto, keeps its service models. */
function modelsOf(python: string): string {
  const script = "import os, botocore, moto; print(os.path.join(os.path.dirname(botocore.__file__), 'data'))";
  try {
    return execFileSync(python, ["-c", script], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
  } catch (error) {
    throw new UserError(
      `${python} can't load moto: ${(error as Error).message.split("\n").at(-1) ?? ""} Make the toolchain again: cloister toolchain clean.`,
    );
  }
}

/** Starts the gateway's process and waits until it answers. Ends it again when anything goes wrong. */
async function launch(toolchain: WorldTools, dir: string, settings: WorldSettings, signal?: AbortSignal): Promise<World> {
  signal?.throwIfAborted();
  keepSettings(dir, settings);
  const log = fs.openSync(path.join(fileOf(dir, "logs"), "gateway.log"), "a", 0o600);
  const gateway = path.join(__dirname, "..", "server");
  const child = spawn(process.execPath, ["-r", require.resolve("ts-node/register/transpile-only"), path.join(gateway, "main.ts"), dir], {
    cwd: gateway,
    detached: true,
    stdio: ["ignore", log, log, "ipc"],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: process.env.TMPDIR },
  });
  fs.closeSync(log);
  try {
    const announced = await new Promise<Announcement>((resolve, reject) => {
      child.once("message", (message) => resolve(message as Announcement));
      child.once("error", reject);
      child.once("exit", (code, ended) =>
        reject(new UserError(`The sandbox ended at its start (${ended ?? code}); see ${fileOf(dir, "logs")}/gateway.log.`)),
      );
      signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    });
    if ("error" in announced) throw new UserError(announced.error);
    const started = { ...settings, port: announced.port, process: { pid: child.pid!, startedAt: startOf(child.pid!) ?? "" } };
    keepSettings(dir, started);
    const world = open(dir, started);
    writeScript(toolchain, world);
    return world;
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  } finally {
    child.removeAllListeners();
    if (child.connected) child.disconnect();
    child.unref();
  }
}

/** What a person sources to go on in this world with plain `pulumi`, `aws` or `boto3`. */
function writeScript(toolchain: WorldTools, world: World): void {
  writeAtomically(fileOf(world.dir, "environment"), environmentScript(world.name, { ...toolchain.env, ...world.env }));
}

async function discard(dir: string, settings: WorldSettings | undefined): Promise<void> {
  if (settings?.process) await end(settings.process);
  fs.rmSync(dir, { recursive: true, force: true });
}

/** The world of that name if it runs. */
export async function openWorld(name: string): Promise<World | undefined> {
  const dir = worldDir(name);
  const settings = settingsOf(dir);
  if (!settings) return undefined;
  const world = open(dir, settings);
  return (await answering(world, settings)) ? world : undefined;
}

/**
 * Ends a world's processes and throws it away: the state of the services and the Pulumi state together. Nothing happens when there is none.
 * `signal` ends the waiting for another process that starts or stops it.
 */
export function stopWorld(name: string, signal?: AbortSignal): Promise<void> {
  const task = async () => {
    const dir = worldDir(name);
    await discard(dir, settingsOf(dir));
  };
  return alone(name, task, signal);
}

/** Every world of this machine's cache, by name. */
export async function listWorlds(): Promise<WorldStatus[]> {
  const names = fs.existsSync(worldsDir()) ? fs.readdirSync(worldsDir()).sort() : [];
  const found = await Promise.all(
    names.map(async (name): Promise<WorldStatus[]> => {
      const dir = path.join(worldsDir(), name);
      const settings = settingsOf(dir);
      if (!settings) return [];
      const world = open(dir, settings);
      const gateway = await answering(world, settings);
      if (!gateway) return [{ name, dir, state: "asleep" }];
      return [{ name, dir, state: gateway.base.lost ? "lost" : "running", endpoint: world.endpoint, gateway }];
    }),
  );
  return found.flat();
}
