import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { diskAdvice } from "@cloister/common";
import { ToolchainError } from "./types";

const running = new Set<ChildProcess>();

/** Ends every process that `run` started, with all that these started. For signal handlers. */
export function endAll(signal: NodeJS.Signals): void {
  for (const child of running)
    try {
      // Each child leads a process group of its own: compilers end with the build that called them.
      process.kill(-child.pid!, signal);
    } catch {
      // It ended in the meantime.
    }
}

export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Gets each line of standard output and standard error. */
  onLine?: (line: string) => void;
}

/**
 * Runs a command to its end and gives its last lines of output.
 * Errors: `ToolchainError` with the last lines when it fails, saying so when the disk is full.
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
      reject(new ToolchainError(`${command} can't be started: ${error.message}`));
    });
    child.once("close", (code, signal) => {
      running.delete(child);
      const output = [...last, rest].join("\n").trim();
      if (code === 0) return resolve(output);
      const how = signal ? `was ended by ${signal}` : `failed with code ${code}`;
      const full = diskAdvice(output);
      reject(new ToolchainError(`${command} ${args.slice(0, 3).join(" ")} … ${how}:\n${output}${full ? `\n${full}` : ""}`));
    });
  });
}

/** First line that a command prints, or nothing when it can't be had within 20 seconds. */
export function ask(command: string, args: string[], env: NodeJS.ProcessEnv = process.env): string | undefined {
  const answer = spawnSync(command, args, { encoding: "utf8", env, timeout: 20_000 });
  return answer.status === 0 ? answer.stdout.trim().split("\n")[0] : undefined;
}
