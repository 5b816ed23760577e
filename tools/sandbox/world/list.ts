import * as fs from "node:fs";
import * as path from "node:path";
import { type GatewayStatus } from "./control";
import { describeWorld, gatewayStatus, readSettings, type World, worldDir, worldsDir } from "./world";

export interface WorldStatus {
  name: string;
  dir: string;
  /**
   * `suspended`: the world's processes have exited and its state is kept; the next start resumes it.
   * `lost`: the world's services cannot be restored; the next start creates the world again.
   */
  state: "running" | "suspended" | "lost";
  endpoint?: string;
  gateway?: GatewayStatus;
}

/** The world with that name if it is running. */
export async function openWorld(name: string): Promise<World | undefined> {
  const dir = worldDir(name);
  const settings = readSettings(dir);
  if (!settings) return undefined;
  const world = describeWorld(dir, settings);
  return (await gatewayStatus(world, settings)) ? world : undefined;
}

/** Every world in this machine's cache, sorted by name. */
export async function listWorlds(): Promise<WorldStatus[]> {
  const names = fs.existsSync(worldsDir()) ? fs.readdirSync(worldsDir()).sort() : [];
  const found = await Promise.all(
    names.map(async (name): Promise<WorldStatus[]> => {
      const dir = path.join(worldsDir(), name);
      const settings = readSettings(dir);
      if (!settings) return [];
      const world = describeWorld(dir, settings);
      const gateway = await gatewayStatus(world, settings);
      if (!gateway) return [{ name, dir, state: "suspended" }];
      return [{ name, dir, state: gateway.moto.lost ? "lost" : "running", endpoint: world.endpoint, gateway }];
    }),
  );
  return found.flat();
}
