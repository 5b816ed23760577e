// Starts the gateway's process for a world.
import { execFileSync, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { UserError } from "@cloister/common";
import { type Announcement, type WorldSettings } from "../server/settings";
import { startOf } from "./process";
import { describeWorld, fileOf, type World, type WorldTools, writeEnvironmentScript, writeSettings } from "./world";

/** The services of a world cannot be restored from the world's files. */
export class WorldLostError extends UserError {}

/** botocore's folder with the service models. Python only locates the packages, because importing them takes half a second. */
export function locateModels(python: string): string {
  const script = [
    "import os, importlib.util as u",
    "botocore, moto = u.find_spec('botocore'), u.find_spec('moto')",
    "assert botocore and moto, 'botocore or moto is not installed.'",
    "print(os.path.join(botocore.submodule_search_locations[0], 'data'))",
  ].join("\n");
  try {
    return execFileSync(python, ["-c", script], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
  } catch (error) {
    const reason = (error as Error).message.trim().split("\n").at(-1) ?? "";
    throw new UserError(`${python} cannot load moto: ${reason} Build the toolchain again: npx cloister toolchain clean`);
  }
}

/** Starts the gateway and waits until it answers. Kills the gateway when an error occurs. */
export async function launch(toolchain: WorldTools, dir: string, settings: WorldSettings, signal?: AbortSignal): Promise<World> {
  signal?.throwIfAborted();
  writeSettings(dir, settings);
  const logFile = path.join(fileOf(dir, "logs"), "gateway.log");
  const log = fs.openSync(logFile, "a", 0o600);
  const server = path.join(__dirname, "..", "server");
  const child = spawn(process.execPath, ["-r", require.resolve("ts-node/register/transpile-only"), path.join(server, "main.ts"), dir], {
    cwd: server,
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
        reject(new UserError(`The gateway of the sandbox exited at its start (${ended ?? code}). See ${logFile}.`)),
      );
      signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    });
    if ("error" in announced) throw new (announced.lost ? WorldLostError : UserError)(announced.error);
    const started = { ...settings, port: announced.port, process: { pid: child.pid!, startedAt: startOf(child.pid!) ?? "" } };
    writeSettings(dir, started);
    const world = describeWorld(dir, started);
    writeEnvironmentScript(toolchain, world);
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
