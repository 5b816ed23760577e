// Implements `cloister sweep`: deletes resources that remain in AWS after the deletion of a Studio domain.
import { type Progress } from "@cloister/common";
import { adviceFor, errorText, settleAll } from "../aws-errors";
import { commandText } from "../command-text";
import { countText } from "../count-text";
import { type Interrupt } from "../interrupt";
import { remove, type Remaining } from "../removal";
import { type StackPlan } from "../stacks";
import { UsageError } from "../usage-error";
import { environmentTag } from "./client";
import { type Leftover, type LeftoverKind } from "./kinds";
import { failedStacks, findCreated, type Found, lookupLeftovers, scopeOfPlan, SweepError, type SweepSources, whenDenied } from "./lookup";
import { environmentsWithHomes, existingNotes, planText, purgeText, sweepCommand, type SweepCommand, untracedText } from "./messages";
import { domainOf, domainsOf } from "./scope";

/** For each kind of resource. Source: EFS deletes a mount target in up to a minute; interfaces of apps can remain for some minutes. */
const LIMIT_MINUTES = 20;

export interface SweepOptions extends SweepCommand {
  progress: Progress;
  interrupt?: Interrupt | undefined;
  /** Default: a dry run. */
  yes?: boolean | undefined;
  /** Names of the environments whose home directories can be deleted. */
  confirm?: string[] | undefined;
  /** Polling interval, and time limit for each kind. Default: 5 seconds, 20 minutes. */
  pollMs?: number | undefined;
  limitMinutes?: number | undefined;
}

/** Rejects a confirmation that confirms nothing, because a misspelt name must not be reported as a completed purge. */
function requireKnownNames(found: Found[], { purge, confirm = [] }: SweepOptions): void {
  if (confirm.length > 0 && !purge) throw new UsageError(`--confirm requires --purge (got --confirm ${confirm.join(" ")}).`);
  const names = found.map(({ scope }) => scope.environment);
  const unknown = confirm.filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new UsageError(
      `--confirm must name environments of this sweep: ${names.join(", ")} (got ${unknown.join(", ")}). No resources were deleted.`,
    );
}

/** Rejects domain IDs that neither AWS nor the stack contains: a misspelt ID must not be reported as a completed sweep. */
function requireTraces(found: Found[], { domains = [], progress }: SweepOptions): void {
  for (const { scope, untraced } of found) {
    if (untraced.length === 0) continue;
    const text = untracedText(untraced, scope);
    if (untraced.length === new Set(domains).size) throw new UsageError(`${text} No resources were deleted.`);
    // A sweep of several domains continues after an interruption.
    progress.note(text);
  }
}

/** Requires that the user names each environment whose home directories are deleted. */
function requireConfirmation(found: Found[], options: SweepOptions): void {
  if (!options.purge) return;
  const homes = environmentsWithHomes(found);
  const unconfirmed = homes.filter((name) => !options.confirm?.includes(name));
  const got = options.confirm && options.confirm.length > 0 ? `; got ${options.confirm.join(", ")}` : "";
  if (unconfirmed.length > 0)
    throw new UsageError(
      `--purge deletes the home directories of all users, so --confirm must name each environment (missing: ${unconfirmed.join(", ")}${got}). No resources were deleted. Fix: ${sweepCommand(options, homes)}`,
    );
}

/**
 * Shows the leftover resources of the environments of these stacks. With `yes`, deletes them. Returns the report.
 * Errors: `SweepError` that lists every failed lookup or deletion; `UsageError` for a purge without confirmation;
 * `Interrupted`.
 */
export async function sweep(sources: SweepSources, plans: StackPlan[], options: SweepOptions): Promise<string> {
  const { progress, interrupt } = options;
  interrupt?.signal.throwIfAborted();
  if (options.domains && plans.length !== 1)
    throw new UsageError(
      `--domain requires one environment (got ${plans.length}). Name the environment: ${commandText(["sweep", "<environment>", "--domain", "<id>"], options.world)}`,
    );
  const step = progress.step("Looking up leftover resources");
  const found = await lookupLeftovers(sources, plans, options.domains ?? [], interrupt).catch((error: unknown) => {
    step.fail(interrupt?.signal.aborted ? "interrupted" : "failed");
    throw error;
  });
  step.done(countText(found.flatMap(({ leftovers }) => leftovers.flatMap(({ items }) => items)).length, "resource"));
  if (options.yes) requireConfirmation(found, options);
  requireKnownNames(found, options);
  requireTraces(found, options);
  for (const note of existingNotes(found, options)) progress.note(note);
  if (!options.yes) return planText(found, options);
  const deletions = options.purge ? purgeText(found, options) : undefined;
  if (deletions !== undefined) progress.note(deletions);

  const { done, failed } = await settleAll(found, (environment) => sweepEnvironment(environment, options), interrupt);
  const problems = [...done.flatMap((result) => result.problems), ...failed.map(({ item, reason }) => `${item.scope.id}: ${reason}`)];
  if (problems.length > 0)
    throw new SweepError(
      [
        "Some resources were not deleted:",
        ...problems.map((problem) => `  ${problem}`),
        ...adviceFor(problems, whenDenied),
        "The other deletions are complete. To continue with the rest, run the same command again:",
        `  ${sweepCommand(options, options.confirm ?? [])}`,
      ].join("\n"),
      done.flatMap(({ remaining }) => remaining),
    );
  return ["", ...done.map(({ summary }) => summary)].join("\n");
}

async function sweepEnvironment(
  found: Found,
  options: SweepOptions,
): Promise<{ summary: string; problems: string[]; remaining: Remaining[] }> {
  const { scope, client, domains, leftovers } = found;
  // A later sweep finds a kept file system by this tag.
  await tagTraces(client, scope.environment, domains.proven);
  const deleted: string[] = [];
  const kept: string[] = [];
  const problems: string[] = [];
  const remaining: Remaining[] = [];
  for (const { kind, items } of leftovers) {
    if (items.length === 0) continue;
    if (kind.isSelected && !kind.isSelected(options)) {
      kept.push(...items.map(({ name }) => `${kind.noun} ${name}`));
      continue;
    }
    const result = await removeKind(found, kind, items, options);
    if (result.deleted > 0) deleted.push(countText(result.deleted, kind.noun));
    kept.push(...result.kept);
    problems.push(...result.problems);
    remaining.push({ noun: kind.noun, count: result.problems.length });
  }
  const summary = [
    deleted.length > 0 ? `${scope.id}: ${deleted.join(", ")} deleted.` : `${scope.id}: nothing to sweep.`,
    ...(kept.length > 0 ? [`Kept: ${kept.join(", ")}.`] : []),
  ].join(" ");
  return { summary, problems, remaining };
}

async function removeKind(
  { scope, client, domains }: Found,
  kind: LeftoverKind,
  items: Leftover[],
  { progress, interrupt, pollMs, limitMinutes: minutes = LIMIT_MINUTES }: SweepOptions,
): Promise<{ deleted: number; kept: string[]; problems: string[] }> {
  const used = new Set<string>();
  await kind.prepare?.(client, items);
  const { deleted, problems } = await remove(
    {
      id: scope.id,
      title: `Deleting ${kind.noun}s of ${scope.environment}`,
      noun: kind.noun,
      past: "deleted",
      resources: items,
      describe: ({ name }) => `${kind.noun} ${name}`,
      next: ({ name, status }) =>
        kind.deleting?.includes(status)
          ? undefined
          : () =>
              kind.delete(client, name).catch((error: Error) => {
                if (!kind.keeps?.test(error.name)) throw error;
                used.add(name);
              }),
      remaining: async () => (await kind.find(client, scope, domains)).filter(({ name }) => !used.has(name)),
      passes: ({ name }) => kind.passes?.test(name) ?? false,
    },
    { progress, interrupt, pollMs, minutes },
    errorText,
  );
  return { deleted: deleted - used.size, kept: [...used].map((name) => `${kind.noun} ${name}, which is in use`), problems };
}

async function tagTraces(client: Found["client"], environment: string, domains: string[]): Promise<void> {
  const isUntagged = ({ tags }: { tags: Record<string, string> }) =>
    domains.includes(domainOf(tags) ?? "") && tags[environmentTag] !== environment;
  for (const { id } of (await client.fileSystems()).filter(isUntagged)) await client.tagFileSystem(id, { [environmentTag]: environment });
  for (const { id } of (await client.groups()).filter(isUntagged)) await client.tagGroup(id, { [environmentTag]: environment });
}

/**
 * Tags the file system and groups of a stack's domain with the environment, before the domain is deleted. Afterwards,
 * neither the state of the stack nor SageMaker shows to which environment they belong.
 * Errors: `SweepError` for errors from AWS; `Interrupted`.
 */
export async function markTraces(sources: SweepSources, plan: StackPlan, interrupt?: Interrupt): Promise<void> {
  const mark = async (plan: StackPlan) => {
    const scope = await scopeOfPlan(sources, plan);
    const client = await sources.client(scope.region);
    await tagTraces(client, scope.environment, domainsOf(scope, await findCreated(client)).proven);
  };
  const { failed } = await settleAll([plan], mark, interrupt);
  if (failed.length > 0)
    throw failedStacks(
      "Cannot tag the home directories and security groups of the Studio domain, by which a sweep finds them later. No resources were deleted.",
      failed,
    );
}
