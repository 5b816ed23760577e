// Implements `cloister drain`: stops Studio apps and deletes spaces, so that AWS can delete profiles and the domain.
import { setTimeout as pause } from "node:timers/promises";
import { type Progress } from "@cloister/common";
import { countText } from "../count-text";
import { type Interrupt } from "../interrupt";
import { type StackPlan } from "../stacks";
import { checkProfiles, findBlockers, hasBlockers } from "./blockers";
import { adviceFor, type DrainSources, errorText, type ExistingDomain, lookupDomains, settleAll, StudioError } from "./lookup";
import { describeApp, describeSpace, drainCommand, type DrainRequest, dryRunText, nextSteps } from "./messages";
import { selectWorkloads, workloadsText } from "./workloads";

/** Source: AWS stops an app in up to 20 minutes and deletes a space in a few minutes. */
const LIMIT_MINUTES = 30;
const POLL_MS = 5_000;

export interface DrainOptions extends DrainRequest {
  progress: Progress;
  interrupt?: Interrupt;
  /** Default: a dry run. */
  yes?: boolean;
  /** Polling interval and time limit. Default: 5 seconds, 30 minutes. */
  pollMs?: number;
  limitMinutes?: number;
}

type DrainedDomain = ExistingDomain & { blockers: ReturnType<typeof findBlockers> };

/**
 * Shows the blockers in the domains of these stacks. With `yes`, deletes the blockers and waits until AWS has deleted
 * them. Returns the report.
 * Errors: `StudioError` that lists every failed lookup or deletion; `UsageError` for an unknown profile; `Interrupted`.
 */
export async function drain(sources: DrainSources, plans: StackPlan[], options: DrainOptions): Promise<string> {
  const { progress, interrupt, profiles } = options;
  interrupt?.signal.throwIfAborted();
  const step = progress.step("Looking up Studio apps and spaces");
  const { domains, notes } = await lookupDomains(sources, plans, interrupt).catch((error: unknown) => {
    step.fail(interrupt?.signal.aborted ? "interrupted" : "failed");
    throw error;
  });
  step.done(countText(domains.length, "domain"));
  for (const note of notes) progress.note(note);
  if (profiles && domains.length > 0)
    checkProfiles(
      profiles,
      domains.map(({ contents }) => contents),
    );
  const withBlockers = domains.map((lookup) => ({ ...lookup, blockers: findBlockers(lookup.contents, lookup.domain, profiles) }));
  if (!options.yes) return [dryRunText(withBlockers, options), ...(await lookupWorkloads(domains, options))].join("\n");

  const { done, failed } = await settleAll(withBlockers, (domain) => drainDomain(domain, options), interrupt);
  const problems = [...done.flatMap((result) => result.problems), ...failed.map(({ item, reason }) => `${item.id}: ${reason}`)];
  if (problems.length > 0)
    throw new StudioError(
      [
        "Some apps or spaces were not deleted:",
        ...problems.map((problem) => `  ${problem}`),
        ...adviceFor(problems),
        "The other deletions are complete. To continue with the rest, run the same command again:",
        `  ${drainCommand(options)}`,
      ].join("\n"),
    );
  return ["", ...done.map(({ summary }) => summary), ...nextSteps(withBlockers, options)].join("\n");
}

/** The workloads of the domains' environments. A failed lookup does not prevent the report of the blockers. */
async function lookupWorkloads(domains: ExistingDomain[], { progress, interrupt, profiles }: DrainOptions): Promise<string[]> {
  const { done, failed } = await settleAll(
    domains,
    async ({ id, domain, studio }) => ({ id, domain, workloads: selectWorkloads(await studio.workloads(), domain, profiles) }),
    interrupt,
  );
  for (const { item, reason } of failed) progress.note(`Cannot look up endpoints and monitoring schedules of ${item.id}. ${reason}`);
  return workloadsText(done);
}

/** Deletes the blockers in one domain: apps first, because AWS does not delete a space that has an app. */
async function drainDomain(
  { id, studio, blockers }: DrainedDomain,
  options: DrainOptions,
): Promise<{ summary: string; problems: string[] }> {
  const minutes = options.limitMinutes ?? LIMIT_MINUTES;
  const wait = { ...options, minutes, deadline: Date.now() + minutes * 60_000 };
  const apps = await deleteAndWait(
    {
      id,
      title: `Stopping apps in ${id}`,
      noun: "app",
      past: "stopped",
      resources: blockers.apps,
      describe: describeApp,
      startDeletion: (app) => studio.deleteApp(app),
      remaining: async () => (await studio.apps()).filter(({ status }) => status !== "Deleted" && status !== "Failed"),
    },
    wait,
  );
  const hasNoApp = ({ name }: { name: string }) => !apps.remaining.some(({ space }) => space === name);
  const selected = options.spaces ? blockers.spaces : [];
  const spaces = await deleteAndWait(
    {
      id,
      title: `Deleting spaces in ${id}`,
      noun: "space",
      past: "deleted",
      resources: selected.filter(hasNoApp),
      describe: describeSpace,
      startDeletion: ({ name }) => studio.deleteSpace(name),
      remaining: () => studio.spaces(),
      failedStatus: "Delete_Failed",
    },
    wait,
  );
  const kept = selected
    .filter((space) => !hasNoApp(space))
    .map((space) => `${id}: ${describeSpace(space)} was not deleted because its app is still running`);
  const summary = hasBlockers(blockers)
    ? `${id}: ${countText(apps.deleted, "app")} stopped${options.spaces ? `, ${countText(spaces.deleted, "space")} deleted` : ""}.`
    : `${id}: nothing to drain.`;
  return { summary, problems: [...apps.problems, ...spaces.problems, ...kept] };
}

interface Deletion<T> {
  /** Id of the stack. */
  id: string;
  title: string;
  noun: string;
  past: "stopped" | "deleted";
  resources: T[];
  describe(resource: T): string;
  startDeletion(resource: T): Promise<void>;
  /** Resources that still exist in the domain. */
  remaining(): Promise<T[]>;
  /** Status of a resource that AWS did not delete. */
  failedStatus?: string;
}

/** Starts the deletion of each resource. Waits until all resources are deleted, or until the deadline. */
async function deleteAndWait<T extends { status: string }>(
  { id, title, noun, past, resources, describe, startDeletion, remaining, failedStatus }: Deletion<T>,
  { progress, interrupt, pollMs = POLL_MS, minutes, deadline }: DrainOptions & { minutes: number; deadline: number },
): Promise<{ deleted: number; remaining: T[]; problems: string[] }> {
  if (resources.length === 0) return { deleted: 0, remaining: [], problems: [] };
  const step = progress.step(title);
  const rejected: { resource: T; reason: string }[] = [];
  const started: T[] = [];
  try {
    for (const resource of resources) {
      interrupt?.signal.throwIfAborted();
      if (resource.status === "Deleting") started.push(resource);
      else
        await startDeletion(resource).then(
          () => started.push(resource),
          (error: unknown) => rejected.push({ resource, reason: errorText(error) }),
        );
    }
    for (;;) {
      const existing = await remaining();
      const pending = started.flatMap((resource) => existing.filter((other) => describe(other) === describe(resource)));
      const deleted = started.length - pending.length;
      step.update(`${deleted} of ${countText(resources.length, noun)} ${past}`);
      const failed = pending.filter(({ status }) => status === failedStatus);
      if (failed.length < pending.length && Date.now() < deadline) {
        await pause(pollMs, undefined, { signal: interrupt?.signal });
        continue;
      }
      const late = pending.map((resource) => ({
        resource,
        reason:
          resource.status === failedStatus
            ? "AWS failed to delete it"
            : `status is still ${resource.status} after the limit of ${countText(minutes, "minute")}`,
      }));
      const problems = [...rejected, ...late].map(({ resource, reason }) => `${id}: ${describe(resource)}: ${reason}`);
      if (problems.length === 0) step.done(countText(deleted, noun));
      else step.fail(`${deleted} of ${countText(resources.length, noun)}`);
      return { deleted, remaining: [...rejected.map(({ resource }) => resource), ...pending], problems };
    }
  } catch (error) {
    step.fail(interrupt?.signal.aborted ? "interrupted" : "failed");
    throw interrupt?.signal.aborted ? interrupt.signal.reason : error;
  }
}
