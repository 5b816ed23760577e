import * as fs from "node:fs";
import * as path from "node:path";
import { cacheDir, type Progress } from "@cloister/common";
import { bytesText, goDir, sizeOf, toolchainDir, withToolchainLock } from "./store";

/**
 * Deletes the Go caches and incomplete downloads (`intermediate`), or also the whole toolchain (`all`). Keeps
 * worlds.
 * `signal` ends the wait for another process that changes the toolchain.
 */
export async function cleanToolchain(
  scope: "intermediate" | "all",
  progress: Progress,
  signal?: AbortSignal,
): Promise<{ freedBytes: number }> {
  const step = progress.step("Cleaning the toolchain");
  const dirs = scope === "all" ? [goDir(), toolchainDir()] : [goDir(), path.join(toolchainDir(), "downloads")];
  const clean = async () => {
    const freedBytes = dirs.reduce((sum, dir) => sum + sizeOf(dir), 0);
    for (const dir of dirs) {
      step.update(`deleting ${path.relative(cacheDir(), dir)}`);
      // The lock is in the toolchain folder and is deleted when it is released.
      for (const name of fs.existsSync(dir) ? fs.readdirSync(dir) : [])
        if (!name.startsWith("lock")) fs.rmSync(path.join(dir, name), { recursive: true, force: true });
    }
    step.done(`${bytesText(freedBytes)} freed`);
    return { freedBytes };
  };
  return withToolchainLock(step, clean, signal);
}
