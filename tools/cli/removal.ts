// Stops or deletes AWS resources and waits until AWS has done so.
import { setTimeout as pause } from "node:timers/promises";
import { type Progress } from "@cloister/common";
import { countText } from "./count-text";
import { type Interrupt } from "./interrupt";

const POLL_MS = 5_000;

export interface Removal<T> {
  /** ID of the stack or environment, for messages. */
  id: string;
  title: string;
  noun: string;
  past: "stopped" | "deleted";
  resources: T[];
  describe(resource: T): string;
  /**
   * The next call that stops or deletes a resource in its current status. `undefined` while a change is in progress.
   * Called again when the status has changed.
   */
  next(resource: T): (() => Promise<void>) | undefined;
  /** Resources that still exist or run. */
  remaining(): Promise<T[]>;
  /** Status of a resource that AWS did not delete. */
  failedStatus?: string;
  /** An error that passes when AWS has deleted another resource: the call is made again. */
  passes?(error: Error): boolean;
}

export interface RemovalOptions {
  progress: Progress;
  interrupt?: Interrupt | undefined;
  pollMs?: number | undefined;
  /** Time limit. Each call of `remove` has the full time, because AWS deletes one kind after the other. */
  minutes: number;
}

export interface Removed<T> {
  deleted: number;
  /** Resources that still exist, because AWS rejected the call or did not complete it in time. */
  remaining: T[];
  problems: string[];
}

/** Resources that remain. Without names, because users choose them. */
export interface Remaining {
  noun: string;
  count: number;
}

/** Starts the removal of each resource. Waits until all resources are gone, or until the time limit. */
export async function remove<T extends { status: string }>(
  { id, title, noun, past, resources, describe, next, remaining, failedStatus, passes }: Removal<T>,
  { progress, interrupt, pollMs = POLL_MS, minutes }: RemovalOptions,
  errorText: (error: unknown) => string,
): Promise<Removed<T>> {
  if (resources.length === 0) return { deleted: 0, remaining: [], problems: [] };
  const step = progress.step(title);
  const deadline = Date.now() + minutes * 60_000;
  const rejected = new Map<string, { resource: T; reason: string }>();
  /** The status in which each resource got its last call. */
  const called = new Map<string, string>();
  /** The error of the last call for each resource, if it failed. */
  const lastErrors = new Map<string, string>();
  const advance = async (resource: T) => {
    const name = describe(resource);
    const { status } = resource;
    if (rejected.has(name) || called.get(name) === status) return;
    interrupt?.signal.throwIfAborted();
    const call = next(resource);
    lastErrors.delete(name);
    if (!call) return;
    await call().then(
      () => called.set(name, status),
      (error: Error) => {
        if (passes?.(error)) lastErrors.set(name, errorText(error));
        else rejected.set(name, { resource, reason: errorText(error) });
      },
    );
  };
  try {
    for (let pending = resources; ; ) {
      for (const resource of pending) await advance(resource);
      const existing = new Map((await remaining()).map((resource) => [describe(resource), resource]));
      pending = resources.flatMap((resource) => {
        const current = existing.get(describe(resource));
        return current && !rejected.has(describe(resource)) ? [current] : [];
      });
      const deleted = resources.length - rejected.size - pending.length;
      step.update(`${deleted} of ${countText(resources.length, noun)} ${past}`);
      const failed = pending.filter(({ status }) => status === failedStatus);
      if (failed.length < pending.length && Date.now() < deadline) {
        await pause(pollMs, undefined, { signal: interrupt?.signal });
        continue;
      }
      const reasonOf = (resource: T) =>
        resource.status === failedStatus
          ? "AWS failed to delete it"
          : (lastErrors.get(describe(resource)) ?? `status is still ${resource.status} after the limit of ${countText(minutes, "minute")}`);
      const late = pending.map((resource) => ({ resource, reason: reasonOf(resource) }));
      const problems = [...rejected.values(), ...late].map(({ resource, reason }) => `${id}: ${describe(resource)}: ${reason}`);
      if (problems.length === 0) step.done(countText(deleted, noun));
      else step.fail(`${deleted} of ${countText(resources.length, noun)}`);
      return { deleted, remaining: [...[...rejected.values()].map(({ resource }) => resource), ...pending], problems };
    }
  } catch (error) {
    step.fail(interrupt?.signal.aborted ? "interrupted" : "failed");
    throw interrupt?.signal.aborted ? interrupt.signal.reason : error;
  }
}
