// Implements `cloister drain`: stops and deletes what users leave, so that AWS can delete profiles, the domain and the network.
import { type Progress } from "@cloister/common";
import { adviceFor, errorText, settleAll } from "../aws-errors";
import { countText } from "../count-text";
import { type Interrupt } from "../interrupt";
import { remove, type Remaining, type Removal } from "../removal";
import { type StackPlan } from "../stacks";
import { checkProfiles, findBlockers, hasBlockers, ownWorkloads } from "./blockers";
import { type DrainSources, type ExistingDomain, lookupDomains, StudioError, whenDenied, workloadNotes } from "./lookup";
import {
  describeApp,
  describeSpace,
  describeWorkload,
  deletesSpaces,
  drainCommand,
  type DrainRequest,
  dryRunText,
  nextSteps,
  unknownPersonsText,
} from "./messages";
import { type Workload } from "./studio-client";
import { workloadKinds } from "./workload-kinds";

/** For each kind of resource. Source: AWS stops an app in up to 20 minutes and deletes a space in a few minutes. */
const LIMIT_MINUTES = 30;

export interface DrainOptions extends DrainRequest {
  progress: Progress;
  interrupt?: Interrupt;
  /** Default: a dry run. */
  yes?: boolean;
  /** Polling interval, and time limit for each kind. Default: 5 seconds, 30 minutes. */
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
  const { progress, interrupt, profiles, persons } = options;
  interrupt?.signal.throwIfAborted();
  const step = progress.step("Looking up Studio apps and spaces");
  const { domains, notes } = await lookupDomains(sources, plans, interrupt).catch((error: unknown) => {
    step.fail(interrupt?.signal.aborted ? "interrupted" : "failed");
    throw error;
  });
  step.done(countText(domains.length, "domain"));
  for (const note of [...notes, ...workloadNotes(domains)]) progress.note(note);
  if (profiles && domains.length > 0)
    checkProfiles(
      profiles,
      domains.map(({ contents }) => contents),
    );
  const withBlockers = domains.map((lookup) => ({
    ...lookup,
    blockers: findBlockers(lookup.contents, lookup.domain, { profiles, persons }),
  }));
  if (!options.yes) return dryRunText(withBlockers, options);

  const { done, failed } = await settleAll(withBlockers, (domain) => drainDomain(domain, options), interrupt);
  const problems = [...done.flatMap((result) => result.problems), ...failed.map(({ item, reason }) => `${item.id}: ${reason}`)];
  if (problems.length > 0)
    throw new StudioError(
      [
        "Some resources were not stopped or deleted:",
        ...problems.map((problem) => `  ${problem}`),
        ...adviceFor(problems, whenDenied),
        "The other deletions are complete. To continue with the rest, run the same command again:",
        `  ${drainCommand(options)}`,
      ].join("\n"),
      done.flatMap(({ remaining }) => remaining),
    );
  const unknown = unknownPersonsText(withBlockers, options);
  const hasWork = unknown.length === 0 || withBlockers.some(({ blockers }) => hasBlockers(blockers));
  return ["", ...(hasWork ? done.map(({ summary }) => summary) : []), ...unknown, ...nextSteps(withBlockers, options)].join("\n");
}

/**
 * Deletes the blockers in one domain: first what starts apps and jobs, then apps, spaces and profiles.
 * AWS does not delete a space that has an app, or a profile that has spaces.
 */
async function drainDomain(
  lookup: DrainedDomain,
  options: DrainOptions,
): Promise<{ summary: string; problems: string[]; remaining: Remaining[] }> {
  const { id, domain, studio, blockers } = lookup;
  const wait = { ...options, minutes: options.limitMinutes ?? LIMIT_MINUTES };
  const removeAll = <T extends { status: string }>(removal: Omit<Removal<T>, "id">) => remove({ id, ...removal }, wait, errorText);
  /** A resource with this status is already being deleted. */
  const unless = (status: string, call: () => Promise<void>) => (status === "Deleting" ? undefined : call);

  const workloads: { text: string; problems: string[]; left: Remaining }[] = [];
  for (const { noun, past, passes } of options.all ? workloadKinds : []) {
    const { deleted, problems, remaining } = await removeAll<Workload>({
      title: `${past === "stopped" ? "Stopping" : "Deleting"} ${noun}s of ${id}`,
      noun,
      past,
      resources: ownWorkloads(blockers).filter(({ kind }) => kind === noun),
      describe: describeWorkload,
      next: (workload) => studio.endWorkload(workload),
      remaining: () => studio.workloads(domain.environment, noun),
      passes: ({ name }) => passes?.test(name) ?? false,
    });
    const text = deleted > 0 ? `${countText(deleted, noun)} ${past}` : "";
    workloads.push({ text, problems, left: { noun, count: remaining.length } });
  }
  const apps = await removeAll({
    title: `Stopping apps in ${id}`,
    noun: "app",
    past: "stopped",
    resources: blockers.apps,
    describe: describeApp,
    next: (app) => unless(app.status, () => studio.deleteApp(app)),
    remaining: async () => (await studio.apps()).filter(({ status }) => status !== "Deleted" && status !== "Failed"),
  });
  const hasNoApp = ({ name }: { name: string }) => !apps.remaining.some(({ space }) => space === name);
  const selected = deletesSpaces(options) ? blockers.spaces : [];
  const spaces = await removeAll({
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
  const profiles = await removeAll({
    title: `Deleting profiles in ${id}`,
    noun: "profile",
    past: "deleted",
    resources: (options.all ? blockers.profiles : []).map((name) => ({ name, status: "InService" })),
    describe: ({ name }) => `profile ${name}`,
    next:
      ({ name }) =>
      () =>
        studio.deleteProfile(name),
    remaining: async () => (await studio.profiles()).map((name) => ({ name, status: "InService" })),
  });
  const parts = [
    ...workloads.map(({ text }) => text),
    `${countText(apps.deleted, "app")} stopped`,
    deletesSpaces(options) ? `${countText(spaces.deleted, "space")} deleted` : "",
    profiles.deleted > 0 ? `${countText(profiles.deleted, "profile")} deleted` : "",
  ];
  const summary = hasBlockers(blockers) ? `${id}: ${parts.filter((part) => part !== "").join(", ")}.` : `${id}: nothing to drain.`;
  return {
    summary,
    problems: [...workloads.flatMap(({ problems }) => problems), ...apps.problems, ...spaces.problems, ...kept, ...profiles.problems],
    remaining: [
      ...workloads.map(({ left }) => left),
      { noun: "app", count: apps.remaining.length },
      { noun: "space", count: spaces.remaining.length + kept.length },
      { noun: "profile", count: profiles.remaining.length },
    ],
  };
}
