// Ctrl-C: what it means to what runs, and to what would be begun next.
import { spawnSync } from "node:child_process";
import { Interrupted } from "@cloister/common";

export interface Interrupt {
  /** Aborted by the first signal, with an `Interrupted` as its reason: nothing new is begun. */
  signal: AbortSignal;
  /** Aborted when engines have to be told, since the signal came to this process alone. */
  engine: AbortSignal;
}

/** One Ctrl-C may come more than once: from the terminal, from npm and from the bootstrap. */
const ECHO_MS = 500;
/** How long engines that were told twice may take before they are killed. */
const GRACE_MS = 5_000;

/**
 * Listens for SIGINT and SIGTERM. The first lets engines finish what they are at and begins nothing new; the second makes them end at once,
 * and ends this process with code 130 when none is left, or when they don't; the third does not wait.
 */
export function listenForInterrupts(print: (text: string) => void): Interrupt & { count: () => number } {
  const nothingNew = new AbortController();
  const engine = new AbortController();
  let count = 0;
  let last = 0;
  const leave = () => {
    signalEngines("SIGKILL");
    process.exit(130);
  };
  for (const name of ["SIGINT", "SIGTERM"] as const)
    process.on(name, () => {
      if (Date.now() - last < ECHO_MS) return;
      last = Date.now();
      count++;
      if (count === 1)
        print(
          "Interrupted: the engine finishes what it is at and writes its state. The same command goes on from there; once more to end at once.",
        );
      if (count > 2) leave();
      nothingNew.abort(new Interrupted());
      // Ctrl-C in a terminal reaches the engine as well.
      if (name === "SIGTERM" || !process.stdin.isTTY)
        if (engine.signal.aborted) signalEngines("SIGINT");
        else engine.abort();
      if (count < 2) return;
      if (enginesIn(processes(), process.pid).length === 0) process.exit(130);
      setTimeout(leave, GRACE_MS).unref();
    });
  return { signal: nothingNew.signal, engine: engine.signal, count: () => count };
}

export interface ProcessRow {
  pid: number;
  parent: number;
  /** Id of the process group. */
  group: number;
}

/**
 * The children of a process that are in its own process group, each followed by all that it started: engines with their plugins and programs.
 * A sandbox, or a build of the toolchain, leads a group of its own. Pure.
 */
export function enginesIn(rows: ProcessRow[], pid: number): number[] {
  const group = rows.find((row) => row.pid === pid)?.group;
  const below = (parent: number): number[] => rows.filter((row) => row.parent === parent).flatMap((row) => [row.pid, ...below(row.pid)]);
  return rows.filter((row) => row.parent === pid && row.group === group).flatMap((row) => [row.pid, ...below(row.pid)]);
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

/** Asks engines to end, which end their plugins themselves; or kills them with all that they started. */
function signalEngines(signal: "SIGINT" | "SIGKILL"): void {
  const rows = processes();
  for (const pid of enginesIn(rows, process.pid))
    if (signal === "SIGKILL" || rows.some((row) => row.pid === pid && row.parent === process.pid))
      try {
        process.kill(pid, signal);
      } catch {
        // It ended in the meantime.
      }
}

/**
 * What the Automation API may listen to for a process that it starts. It never asks whether the signal came before it listened,
 * so that it would be lost; a listener that comes late is called at once.
 */
export function forEngine({ signal, engine }: Interrupt): AbortSignal {
  const own = AbortSignal.any([engine]);
  const listen = own.addEventListener.bind(own);
  own.addEventListener = (type: string, listener: (this: AbortSignal, event: Event) => unknown) => {
    listen(type, listener);
    if (type === "abort" && signal.aborted) listener.call(own, new Event("abort"));
  };
  return own;
}
