// Measures commands for the benchmarks, with `ps` on Linux and macOS.
import { spawn, spawnSync } from "node:child_process";
import * as os from "node:os";
import { root } from "@cloister/cli";

export const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Resources that a command used. */
export interface Cost {
  seconds: number;
  /** CPU seconds of the whole machine during the command, including processes that no parent waits for. */
  processorSeconds: number;
  /** Peak resident memory of the command and its descendants in MB. Shared memory counts for each process. */
  peakMb: number;
}

const SAMPLE_MS = 500;

const processorSeconds = () => os.cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) / 1000;

function residentMb(pid: number): number {
  const rows = spawnSync("ps", ["-A", "-o", "pid=,ppid=,rss="], { encoding: "utf8" })
    .stdout.trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number, number]);
  const below = (parent: number): number =>
    rows.filter(([, ppid]) => ppid === parent).reduce((sum, [id, , rss]) => sum + rss + below(id), 0);
  return ((rows.find(([id]) => id === pid)?.[2] ?? 0) + below(pid)) / 1024;
}

/**
 * Runs a command in the checkout until the command exits, on an otherwise idle machine.
 * Rejects with the output of the command when the exit code is not 0.
 */
export function cost(command: string, args: string[]): Promise<Cost> {
  return new Promise((resolve, reject) => {
    const [started, busy] = [Date.now(), processorSeconds()];
    const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let peakMb = 0;
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => (output += data.toString()));
    const sampler = setInterval(() => (peakMb = Math.max(peakMb, residentMb(child.pid!))), SAMPLE_MS);
    child.once("error", reject);
    child.once("close", (code) => {
      clearInterval(sampler);
      if (code !== 0) return reject(new Error(`${[command, ...args].join(" ")} exited with code ${code}:\n${output}`));
      resolve({ seconds: (Date.now() - started) / 1000, processorSeconds: processorSeconds() - busy, peakMb });
    });
  });
}

/** `61 s, 118 s CPU time, 1.4 GB peak memory` */
export const costText = ({ seconds, processorSeconds: busy, peakMb }: Cost): string =>
  `${seconds.toFixed(0)} s, ${busy.toFixed(0)} s CPU time, ${(peakMb / 1024).toFixed(1)} GB peak memory`;
