// A world is the state of the services and the matching Pulumi state. Both are created, kept and deleted together, so they always agree.
import * as path from "node:path";
import { cacheDir, UserError } from "@cloister/common";
import { controlPath, controlToken } from "../server/control";
import { worldFiles, type WorldSettings } from "../server/settings";
import { readJson, writeAtomically } from "../server/store";
import { Control, type GatewayStatus } from "./control";
import { environment, environmentScript } from "./environment";
import { isAlive } from "./process";

/** The parts of the toolchain that a world needs. */
export interface WorldTools {
  /** Python executable with moto. */
  python: string;
  /** Environment variables for every `pulumi` process. */
  env: Record<string, string>;
}

/** A running world. */
export interface World {
  name: string;
  /** `<cache>/worlds/<name>` */
  dir: string;
  /** Endpoint for AWS clients, e.g. `http://127.0.0.1:40123`. */
  endpoint: string;
  /** Address of the control API; see `Control`. */
  control: string;
  /** The gateway rejects requests to the control API without this token. */
  controlToken: string;
  /** Folder with the Pulumi state. */
  stateDir: string;
  region: string;
  hubAccount: string;
  /** All accounts, the hub account first. */
  accounts: string[];
  /**
   * Environment variables for a process that works in this world instead of AWS: endpoint, random keys for the hub account, Pulumi
   * backend and passphrase. Without the toolchain's variables.
   */
  env: Record<string, string>;
}

export const worldsDir = (): string => path.join(cacheDir(), "worlds");

export function worldDir(name: string): string {
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/i.test(name))
    throw new UserError(`A world name must have 1 to 63 letters, digits and dashes, and must not start with a dash (got '${name}').`);
  return path.join(worldsDir(), name);
}

export const fileOf = (dir: string, file: keyof typeof worldFiles): string => path.join(dir, worldFiles[file]);

export const readSettings = (dir: string): WorldSettings | undefined => readJson<WorldSettings>(fileOf(dir, "settings"));

export const writeSettings = (dir: string, settings: WorldSettings): void =>
  writeAtomically(fileOf(dir, "settings"), `${JSON.stringify(settings, null, 2)}\n`);

export function describeWorld(dir: string, settings: WorldSettings): World {
  const endpoint = `http://127.0.0.1:${settings.port}`;
  const world = {
    name: settings.name,
    dir,
    endpoint,
    control: `${endpoint}${controlPath}`,
    controlToken: controlToken(settings.credentials.secretAccessKey),
    stateDir: fileOf(dir, "stacks"),
    region: settings.region,
    hubAccount: settings.hubAccount,
    accounts: settings.accounts,
  };
  return { ...world, env: environment(world, settings.credentials, fileOf(dir, "passphrase")) };
}

/** The status of the world's gateway, if it is running. A gateway from an earlier version has another status format and is ignored. */
export async function gatewayStatus(world: World, settings: WorldSettings): Promise<GatewayStatus | undefined> {
  if (!settings.process || !isAlive(settings.process)) return undefined;
  const status = await new Control(world).status().catch(() => undefined);
  return status?.id === settings.id && "moto" in status ? status : undefined;
}

/** Writes the script that a user sources to work in this world with plain `pulumi`, `aws` or `boto3`. */
export function writeEnvironmentScript(toolchain: WorldTools, world: World): void {
  writeAtomically(fileOf(world.dir, "environment"), environmentScript(world.name, { ...toolchain.env, ...world.env }));
}
