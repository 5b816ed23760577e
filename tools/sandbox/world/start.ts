import { randomBytes, randomUUID } from "node:crypto";
import * as fs from "node:fs";
import { diskAdvice, type Progress, type Step, UserError } from "@cloister/common";
import { newSession } from "../server/accounts";
import { type WorldSettings } from "../server/settings";
import { launch, locateModels, WorldLostError } from "./launch";
import { withWorldLock } from "./lock";
import { end } from "./process";
import { discard } from "./stop";
import { describeWorld, fileOf, gatewayStatus, readSettings, type World, worldDir, type WorldTools, writeEnvironmentScript } from "./world";

/** The accounts in the example organization: the hub account, then two staging and two production accounts. */
const defaultAccounts = ["111122223333", "444455556666", "555566667777", "777788889999", "888899990000"];
const defaultRegion = "eu-central-1";
const defaultIdleHours = 4;

export interface WorldOptions {
  /** World name: letters, digits and dashes. */
  name: string;
  progress: Progress;
  /** Hours without a call after which the world's processes exit. The state is kept. Default 4. */
  idleHours?: number;
  /** Port on 127.0.0.1. Default: any free port. */
  port?: number;
  /** Account IDs of 12 digits, the hub account first. Default: the example organization. Only for a new world. */
  accounts?: readonly string[];
  /** Region. Default `eu-central-1`. Only for a new world. */
  region?: string;
  /** Aborts the wait and the start. */
  signal?: AbortSignal;
}

/**
 * Creates a world, or resumes the world with that name: running, suspended, or with a gateway that died.
 * If a world's services cannot be restored, deletes the world with its Pulumi state and creates it again; `progress` reports this.
 * Errors: port in use, Python without moto, disk full. After an error or an abort by `signal`, no process is left.
 */
export function startWorld(toolchain: WorldTools, options: WorldOptions): Promise<World> {
  return withWorldLock(options.name, () => resumeOrCreate(toolchain, options), options.signal).catch((error: Error) => {
    const advice = diskAdvice(error.message);
    throw advice ? new UserError(`${error.message}\n${advice}`) : error;
  });
}

async function resumeOrCreate(toolchain: WorldTools, options: WorldOptions): Promise<World> {
  const dir = worldDir(options.name);
  const existing = readSettings(dir);
  if (existing) {
    const world = describeWorld(dir, existing);
    const status = await gatewayStatus(world, existing);
    if (status && !status.moto.lost) return reuse(toolchain, world, existing, options);
    const resumed = status ? undefined : await resume(toolchain, dir, existing, options);
    if (resumed) return resumed;
    await discard(dir, existing);
  }
  return create(toolchain, dir, options);
}

function reuse(toolchain: WorldTools, world: World, settings: WorldSettings, { port, progress }: WorldOptions): World {
  if (port !== undefined && port !== settings.port)
    throw new UserError(
      `World '${world.name}' already runs on port ${settings.port} (got ${port}). Omit the port, or stop the world first: npx cloister sandbox stop --world ${world.name}`,
    );
  writeEnvironmentScript(toolchain, world);
  progress.step("Sandbox").done(`world '${world.name}' runs at ${world.endpoint}`);
  return world;
}

/** Starts the processes of a suspended world. Returns `undefined` when its services cannot be restored. */
async function resume(toolchain: WorldTools, dir: string, existing: WorldSettings, options: WorldOptions): Promise<World | undefined> {
  const step = options.progress.step("Sandbox");
  step.update(`resuming world '${existing.name}'`);
  if (existing.process) await end(existing.process);
  const settings = {
    ...existing,
    ...listenSettings(options, existing.port),
    python: toolchain.python,
    models: locateModels(toolchain.python),
  };
  try {
    const world = await launch(toolchain, dir, settings, options.signal);
    step.done(`world '${world.name}' resumed at ${world.endpoint} with its state`);
    return world;
  } catch (error) {
    if (!(error instanceof WorldLostError)) throw failed(step, error);
    step.fail(`${error.message} The Pulumi state of the world is deleted with it.`);
    return undefined;
  }
}

async function create(toolchain: WorldTools, dir: string, options: WorldOptions): Promise<World> {
  const step = options.progress.step("Sandbox");
  step.update("starting");
  const accounts = [...(options.accounts ?? defaultAccounts)];
  const wrong = accounts.filter((account) => !/^\d{12}$/.test(account));
  if (wrong.length > 0 || accounts.length === 0)
    throw failed(step, new UserError(`Accounts of a world must have 12 digits, the hub first (got ${wrong.join(", ") || "none"}).`));
  try {
    for (const folder of ["state", "stacks", "logs"] as const) fs.mkdirSync(fileOf(dir, folder), { recursive: true, mode: 0o700 });
    fs.writeFileSync(fileOf(dir, "passphrase"), randomBytes(24).toString("base64url"), { mode: 0o600 });
    const settings: WorldSettings = {
      name: options.name,
      id: randomUUID(),
      hubAccount: accounts[0]!,
      accounts,
      region: options.region ?? defaultRegion,
      credentials: newSession(),
      ...listenSettings(options, 0),
      python: toolchain.python,
      models: locateModels(toolchain.python),
    };
    const world = await launch(toolchain, dir, settings, options.signal);
    step.done(`world '${world.name}' at ${world.endpoint}`);
    return world;
  } catch (error) {
    fs.rmSync(dir, { recursive: true, force: true });
    throw failed(step, error);
  }
}

const listenSettings = ({ port, idleHours = defaultIdleHours }: WorldOptions, lastPort: number) => ({
  port: port ?? lastPort,
  portFixed: port !== undefined,
  idleHours,
});

function failed(step: Step, error: unknown): Error {
  const problem = error instanceof Error ? error : new Error(String(error));
  step.fail(problem.message);
  return problem;
}
