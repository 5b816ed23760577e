// Implements `cloister drain`: stops Studio apps and deletes spaces, so that AWS can delete profiles and the domain.
import { type Progress } from "@cloister/common";
import { countText } from "../count-text";
import { type Interrupt } from "../interrupt";
import { remove, type Removal } from "../removal";
import { type StackPlan } from "../stacks";
import { checkProfiles, findBlockers, hasBlockers } from "./blockers";
import { adviceFor, type DrainSources, errorText, type ExistingDomain, lookupDomains, settleAll, StudioError } from "./lookup";
import { describeApp, describeSpace, drainCommand, type DrainRequest, dryRunText, nextSteps } from "./messages";
import { selectWorkloads, workloadsText } from "./workloads";

/** Source: AWS stops an app in up to 20 minutes and deletes a space in a few minutes. */
const LIMIT_MINUTES = 30;

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
  const removeAll = <T extends { status: string }>(removal: Removal<T>) => remove(removal, wait, errorText);
  /** AWS is already at work on a resource with this status. */
  const unless = (status: string, call: () => Promise<void>) => (status === "Deleting" ? undefined : call);
  const apps = await removeAll({
    id,
    title: `Stopping apps in ${id}`,
    noun: "app",
    past: "stopped",
    resources: blockers.apps,
    describe: describeApp,
    next: (app) => unless(app.status, () => studio.deleteApp(app)),
    remaining: async () => (await studio.apps()).filter(({ status }) => status !== "Deleted" && status !== "Failed"),
  });
  const hasNoApp = ({ name }: { name: string }) => !apps.remaining.some(({ space }) => space === name);
  const selected = options.spaces ? blockers.spaces : [];
  const spaces = await removeAll({
    id,
    title: `Deleting spaces in ${id}`,
    noun: "space",
    past: "deleted",
    resources: selected.filter(hasNoApp),
    describe: describeSpace,
    next: ({ name, status }) => unless(status, () => studio.deleteSpace(name)),
    remaining: () => studio.spaces(),
    failedStatus: "Delete_Failed",
  });
  const kept = selected
    .filter((space) => !hasNoApp(space))
    .map((space) => `${id}: ${describeSpace(space)} was not deleted because its app is still running`);
  const summary = hasBlockers(blockers)
    ? `${id}: ${countText(apps.deleted, "app")} stopped${options.spaces ? `, ${countText(spaces.deleted, "space")} deleted` : ""}.`
    : `${id}: nothing to drain.`;
  return { summary, problems: [...apps.problems, ...spaces.problems, ...kept] };
}
