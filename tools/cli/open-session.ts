import * as path from "node:path";
import { type Session } from "./engine";
import { lazy } from "./lazy";
import { requireWorld } from "./open-world";
import { type Terminal } from "./terminal";

export interface TargetOptions {
  world?: string;
  policyPackConfig?: string;
}

/**
 * Opens a session in the AWS account of the shell, or in a running sandbox world.
 * Errors: `UsageError` for a world that is not running, or for an invalid configuration file of the policy pack.
 */
export async function openSession({ world: name, policyPackConfig: config }: TargetOptions, { progress }: Terminal): Promise<Session> {
  lazy.policyPack.buildPack();
  if (config !== undefined) lazy.policyPack.checkPackConfig(config);
  const policyOptions = config === undefined ? {} : { policyPackConfig: path.resolve(config) };
  if (name === undefined) return { ...(await lazy.engine.accountSession()), ...policyOptions };
  const world = await requireWorld(name);
  return { ...(await lazy.engine.worldSession(await lazy.toolchain.ensureToolchain(progress), world)), ...policyOptions };
}
