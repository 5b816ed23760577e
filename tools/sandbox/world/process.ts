import { execFileSync } from "node:child_process";
import * as fs from "node:fs";

/**
 * The start time of a process, for comparison only. It distinguishes a process from a later process with the same ID.
 * `undefined` when the process does not exist.
 */
export function startOf(pid: number): string | undefined {
  try {
    // Linux: field 22. The process name before it is in parentheses and can contain any character.
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    if (fs.existsSync("/proc/self/stat")) return undefined;
  }
  try {
    return (
      execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim() ||
      undefined
    );
  } catch {
    return undefined;
  }
}

export const isAlive = (target: { pid: number; startedAt: string }): boolean => startOf(target.pid) === target.startedAt;

/** Stops a process, unless another process now has its ID: SIGTERM, then SIGKILL after `graceMs`. Returns after the process exited. */
export async function end(target: { pid: number; startedAt: string }, graceMs = 3_000): Promise<void> {
  const signal = (name: NodeJS.Signals) => {
    try {
      if (isAlive(target)) process.kill(target.pid, name);
    } catch {
      // The process has exited in the meantime.
    }
  };
  signal("SIGTERM");
  const deadline = Date.now() + graceMs;
  while (isAlive(target)) {
    if (Date.now() > deadline) signal("SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
