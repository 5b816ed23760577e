// Waits for operations of the engine, and shows them as steps.
import { setTimeout as pause } from "node:timers/promises";
import { type Progress } from "@cloister/common";
import { countText } from "../count-text";
import { type Interrupt } from "../interrupt";
import { type FleetClient } from "./account-client";
import { FleetError, OperationError } from "./types";

/** The engine makes up to three attempts of at most eight hours, and an update can wait in its queue. */
const LIMIT_HOURS = 48;

export interface WaitOptions {
  progress: Progress;
  interrupt?: Pick<Interrupt, "signal"> | undefined;
  /** Polling interval, and time limit for each operation. Default: 15 seconds, 48 hours. */
  pollMs?: number | undefined;
  limitHours?: number | undefined;
}

/** Reads until there is a value. */
export async function poll<T>(read: () => Promise<T | undefined>, options: WaitOptions): Promise<T> {
  const { interrupt, pollMs = 15_000, limitHours = LIMIT_HOURS } = options;
  const deadline = Date.now() + limitHours * 3_600_000;
  for (;;) {
    interrupt?.signal.throwIfAborted();
    const found = await read();
    if (found !== undefined) return found;
    if (Date.now() >= deadline)
      throw new FleetError(
        `The operation is still running after ${countText(limitHours, "hour")}. To continue to wait, run the same command again.`,
      );
    await pause(pollMs, undefined, { signal: interrupt?.signal });
  }
}

/** Runs a step of the progress. */
export async function inStep<T>(
  title: string,
  { progress, interrupt }: WaitOptions,
  work: () => Promise<{ result: T; text: string }>,
): Promise<T> {
  const step = progress.step(title);
  try {
    const { result, text } = await work();
    step.done(text);
    return result;
  } catch (error) {
    step.fail(interrupt?.signal.aborted ? "interrupted" : "failed");
    throw error;
  }
}

/** The planned changes of a successful execution. Errors: `OperationError` with the reason; `FleetError`. */
export async function changesOf(client: Pick<FleetClient, "preview">, execution: string, options: WaitOptions): Promise<string> {
  const result = await poll(async () => {
    const preview = await client.preview(execution);
    return preview.state === "running" ? undefined : preview;
  }, options);
  if (result.state === "failed") throw new OperationError(result.reason);
  return result.changes;
}
