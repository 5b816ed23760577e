import * as fs from "node:fs";
import { type WorldSettings } from "../server/settings";
import { withWorldLock } from "./lock";
import { end } from "./process";
import { readSettings, worldDir } from "./world";

/**
 * Ends a world's processes and deletes its services and its Pulumi state. Does nothing when the world does not exist.
 * `signal` aborts the wait for another process that starts or stops the world.
 */
export function stopWorld(name: string, signal?: AbortSignal): Promise<void> {
  const task = async () => {
    const dir = worldDir(name);
    await discard(dir, readSettings(dir));
  };
  return withWorldLock(name, task, signal);
}

/** Ends a world's processes and deletes its folder. */
export async function discard(dir: string, settings: WorldSettings | undefined): Promise<void> {
  if (settings?.process) await end(settings.process);
  fs.rmSync(dir, { recursive: true, force: true });
}
