import { execFileSync } from "node:child_process";
import * as fs from "node:fs";

/** When a process started, in a form that only serves for comparison; `undefined` when there is no such process. Tells a process from a later one with its id. */
export function startOf(pid: number): string | undefined {
  try {
    // Linux: field 22, counted after the name, which is in parentheses and may hold anything.
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

export const isAlive = (process_: { pid: number; startedAt: string }): boolean => startOf(process_.pid) === process_.startedAt;

/** Ends a process that is surely the one meant: asks, and insists after `graceMs`. Returns when it is gone. */
export async function end(process_: { pid: number; startedAt: string }, graceMs = 3_000): Promise<void> {
  const signal = (name: NodeJS.Signals) => {
    try {
      if (isAlive(process_)) process.kill(process_.pid, name);
    } catch {
      // It ended in between.
    }
  };
  signal("SIGTERM");
  const deadline = Date.now() + graceMs;
  while (isAlive(process_)) {
    if (Date.now() > deadline) signal("SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
