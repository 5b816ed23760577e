import * as fs from "node:fs";
import lockfile from "proper-lockfile";
import { UserError } from "@cloister/common";
import { worldDir, worldsDir } from "./world";

/** Runs one start or stop of a world at a time, also across processes. Waits for at most one minute. */
export async function withWorldLock<T>(name: string, task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
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
          `Another process has been starting or stopping world '${name}' for a minute. Wait until it ends, then try again.`,
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
