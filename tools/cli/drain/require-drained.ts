import { type Progress } from "@cloister/common";
import { adviceFor, settleAll } from "../aws-errors";
import { deployedIn, otherAccount } from "../caller";
import { type Interrupt } from "../interrupt";
import { hasEnvironment, type StackPlan } from "../stacks";
import { findBlockers, hasBlockers } from "./blockers";
import { type DrainSources, isExisting, lookupDomain, StudioError, whenDenied, workloadNotes } from "./lookup";
import { blockedText } from "./messages";
import { environmentsOf } from "./studio-client";

const drainError = (problems: string[]) =>
  new StudioError(["Cannot destroy these stacks. No resources were deleted.", ...problems.map((problem) => `  ${problem}`)].join("\n"));

/**
 * Requires that the credentials belong to the account of each stack. In another account, the resources of the stack do
 * not exist, so the engine would remove them from the state and leave them in AWS.
 */
async function requireAccount(sources: DrainSources, plans: StackPlan[], interrupt?: Interrupt): Promise<void> {
  // If the state of a stack cannot be read, the destroy of that stack fails with advice.
  const states = await settleAll(plans, async (plan) => ({ plan, deployed: deployedIn(await sources.resources(plan)) }), interrupt);
  const callers = await settleAll(
    states.done,
    ({ plan, deployed }) => (deployed ? otherAccount(sources, plan.id, deployed) : Promise.resolve(undefined)),
    interrupt,
  );
  const unknown = callers.failed.map(({ item, reason }) => `${item.plan.id}: cannot look up the account of the AWS credentials. ${reason}`);
  const problems = [...new Set([...callers.done.filter((problem) => problem !== undefined), ...unknown])];
  if (problems.length > 0) throw drainError([...problems, ...adviceFor(unknown, whenDenied)]);
}

/**
 * Requires, before a destroy, that the credentials belong to the account of the stacks, and that no resource blocks the deletion of a Studio domain. AWS would otherwise reject the
 * deletion after half of the stack is deleted.
 * A failed lookup does not prevent the destroy. `progress` reports the failed lookup.
 * Errors: `StudioError` for credentials of another account, or that lists every blocker and the command that deletes the
 * blockers; `Interrupted`.
 */
export async function requireDrained(
  sources: DrainSources,
  plans: StackPlan[],
  { progress, interrupt, world }: { progress: Progress; interrupt?: Interrupt; world?: string | undefined },
): Promise<void> {
  await requireAccount(sources, plans, interrupt);
  const environments = plans.filter(hasEnvironment);
  if (environments.length === 0) return;
  interrupt?.signal.throwIfAborted();
  const step = progress.step("Checking for apps, spaces, jobs and endpoints that block the deletion");
  try {
    // If the state of a stack cannot be read, the destroy of that stack fails with advice.
    const states = await settleAll(
      environments,
      async (plan) => ({ plan, domains: environmentsOf(await sources.resources(plan)) }),
      interrupt,
    );
    const domains = states.done.flatMap(({ plan, domains: ofPlan }) => ofPlan.map((domain) => ({ id: plan.id, domain })));
    const { done, failed } = await settleAll(domains, ({ id, domain }) => lookupDomain(sources, id, domain), interrupt);
    for (const { item, reason } of failed)
      progress.note(`Cannot check Studio in ${item.id}. If apps or spaces exist, AWS will reject the deletion of its domain. ${reason}`);
    for (const note of workloadNotes(done.filter(isExisting))) progress.note(note);
    const existing = done.filter(isExisting).map((lookup) => ({ ...lookup, blockers: findBlockers(lookup.contents, lookup.domain) }));
    if (existing.some(({ blockers }) => hasBlockers(blockers))) throw new StudioError(blockedText(existing, { world }));
    step.done(failed.length > 0 ? "some domains could not be checked" : "none");
  } catch (error) {
    step.fail(interrupt?.signal.aborted ? "interrupted" : "blocked");
    throw error;
  }
}
