import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { diskAdvice } from "@cloister/common";
import { ToolchainError } from "./types";

const running = new Set<ChildProcess>();

/** Sends a signal to every process that `run` started, and to the descendants of these processes. For signal handlers. */
export function killChildren(signal: NodeJS.Signals): void {
  for (const child of running)
    try {
      // Each child leads a process group, so that a signal to the group of a build also stops its compilers.
      process.kill(-child.pid!, signal);
    } catch {
      // The process exited in the meantime.
    }
}

export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Receives each line of standard output and standard error. */
  onLine?: (line: string) => void;
}

/**
 * Runs a command and returns the last lines of its output.
 * Errors: `ToolchainError` with the last lines, and with advice when the disk is full.
 */
export function run(command: string, args: string[], options: RunOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    running.add(child);
    const last: string[] = [];
    let rest = "";
    const read = (data: Buffer) => {
      const lines = (rest + data.toString()).split("\n");
      rest = lines.pop()!;
      for (const line of lines) {
        last.push(line);
        if (last.length > 30) last.shift();
        options.onLine?.(line);
      }
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("error", (error) => {
      running.delete(child);
      reject(new ToolchainError(`Cannot start ${command}: ${error.message}`));
    });
    child.once("close", (code, signal) => {
      running.delete(child);
      const output = [...last, rest].join("\n").trim();
      if (code === 0) return resolve(output);
      const how = signal ? `was stopped by ${signal}` : `failed with exit code ${code}`;
      const advice = diskAdvice(output);
      reject(new ToolchainError(`${command} ${args.slice(0, 3).join(" ")} … ${how}:\n${output}${advice ? `\n${advice}` : ""}`));
    });
  });
}

/** The first line that a command prints, or `undefined` when the command fails or runs longer than 20 seconds. */
export function firstOutputLine(command: string, args: string[], env: NodeJS.ProcessEnv = process.env): string | undefined {
  const result = spawnSync(command, args, { encoding: "utf8", env, timeout: 20_000 });
  return result.status === 0 ? result.stdout.trim().split("\n")[0] : undefined;
}
