// Handles Ctrl-C: stops running work and starts no new work.
import { spawnSync } from "node:child_process";
import { Interrupted } from "@cloister/common";

export interface Interrupt {
  /** Aborted by the first signal, with an `Interrupted` as the reason. After that, no new work starts. */
  signal: AbortSignal;
  /** Aborted when only this process received the signal and must forward it to the engines. */
  engine: AbortSignal;
}

/** This process can receive one Ctrl-C several times: from the terminal, from npm and from bootstrap.mjs. */
const REPEAT_MS = 500;
/** Time in which an engine reports a signal that it received itself. */
const REPORT_MS = 500;
/** Time from the second Ctrl-C until the engines are killed. */
const GRACE_MS = 5_000;

/**
 * Listens for SIGINT and SIGTERM. After the first signal, engines complete running operations and no new work starts.
 * The second signal stops the engines at once.
 * This process then exits with code 130 when all engines have exited, or after the grace period. The third signal
 * makes this process exit at once.
 */
export function listenForInterrupts(print: (text: string) => void): Interrupt & { count: () => number } {
  const start = new AbortController();
  const engine = new AbortController();
  let count = 0;
  let last = 0;
  const killAndExit = () => {
    signalEngines("SIGKILL");
    process.exit(130);
  };
  for (const name of ["SIGINT", "SIGTERM"] as const)
    process.on(name, () => {
      if (Date.now() - last < REPEAT_MS) return;
      last = Date.now();
      count++;
      if (count === 1)
        print(
          "Interrupted: the engine completes running operations and writes its state. Press Ctrl-C again to stop at once. Run the same command again to continue.",
        );
      if (count > 2) killAndExit();
      start.abort(new Interrupted());
      // Ctrl-C in a terminal also reaches the engine.
      if (name === "SIGTERM" || !process.stdin.isTTY)
        if (engine.signal.aborted) signalEngines("SIGINT");
        else engine.abort();
      if (count < 2) return;
      if (enginesOf(processes(), process.pid).length === 0) process.exit(130);
      setTimeout(killAndExit, GRACE_MS).unref();
    });
  return { signal: start.signal, engine: engine.signal, count: () => count };
}

export interface ProcessRow {
  pid: number;
  parent: number;
  /** ID of the process group. */
  group: number;
}

/**
 * The children of a process in its process group, each followed by its descendants: engines with their plugins and
 * programs.
 * A sandbox or a toolchain build leads a separate process group. Pure.
 */
export function enginesOf(rows: ProcessRow[], pid: number): number[] {
  const group = rows.find((row) => row.pid === pid)?.group;
  const descendants = (parent: number): number[] =>
    rows.filter((row) => row.parent === parent).flatMap((row) => [row.pid, ...descendants(row.pid)]);
  return rows.filter((row) => row.parent === pid && row.group === group).flatMap((row) => [row.pid, ...descendants(row.pid)]);
}

function processes(): ProcessRow[] {
  const ps = spawnSync("ps", ["-A", "-o", "pid=,ppid=,pgid="], { encoding: "utf8" });
  return ps.stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number, number])
    .map(([pid, parent, group]) => ({ pid, parent, group }))
    .filter(({ pid }) => pid !== ps.pid);
}

/** SIGINT is sent to engines, which stop their plugins themselves. SIGKILL is sent to engines and all their descendants. */
function signalEngines(signal: "SIGINT" | "SIGKILL"): void {
  const rows = processes();
  for (const pid of enginesOf(rows, process.pid))
    if (signal === "SIGKILL" || rows.some((row) => row.pid === pid && row.parent === process.pid))
      try {
        process.kill(pid, signal);
      } catch {
        // The process exited in the meantime.
      }
}

/**
 * The signal to pass to the Automation API for one process. The API adds its listener without a check
 * whether the signal is already aborted, so this signal calls a late listener at once.
 * `isCancelling`: whether the engine has reported a signal. An engine that receives two signals stops at once, and loses
 * the results of running operations. It would receive the signal to the process group and the forwarded signal.
 */
export function engineSignal({ signal, engine }: Interrupt, isCancelling?: () => boolean): AbortSignal {
  const forwarded = isCancelling ? unlessCancelling(engine, isCancelling) : AbortSignal.any([engine]);
  const addEventListener = forwarded.addEventListener.bind(forwarded);
  forwarded.addEventListener = (type: string, listener: (this: AbortSignal, event: Event) => unknown) => {
    addEventListener(type, listener);
    if (type === "abort" && signal.aborted) listener.call(forwarded, new Event("abort"));
  };
  return forwarded;
}

function unlessCancelling(engine: AbortSignal, isCancelling: () => boolean): AbortSignal {
  const controller = new AbortController();
  const forward = () => {
    if (!isCancelling()) controller.abort();
  };
  if (engine.aborted) forward();
  else engine.addEventListener("abort", () => setTimeout(forward, REPORT_MS));
  return controller.signal;
}
