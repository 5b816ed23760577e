// Looks up Studio domains: first in the state of stacks, then in AWS.
import { UserError } from "@cloister/common";
import { adviceFor, settleAll } from "../aws-errors";
import { callerAccount, otherAccount } from "../caller";
import { type Session, stackResources, type StateResource } from "../engine";
import { type Interrupt } from "../interrupt";
import { type Remaining } from "../removal";
import { type StackPlan } from "../stacks";
import { workloadKinds } from "./workload-kinds";
import { type Domain, type DomainContents, environmentsOf, studioClient, type StudioClient } from "./studio-client";

/** Studio resources block a deletion, or AWS did not complete a drain. The error message lists every problem. */
export class StudioError extends UserError {
  override readonly name = "StudioError";
  constructor(
    message: string,
    /** Resources that a drain did not stop or delete. Empty if a lookup failed. */
    readonly remaining: readonly Remaining[] = [],
  ) {
    super(message);
  }
}

/** Advice on a call that AWS denied. */
export const whenDenied =
  "The environment's role `lifecycle` (output `people`) and the team administrator have the required permissions. Assume one of these roles, or ask a user with one of these roles.";

/** Access to states and domains. Tests supply stand-ins. */
export interface DrainSources {
  resources(plan: StackPlan): Promise<StateResource[]>;
  studio(domain: Domain): Promise<StudioClient>;
  /** The account of the credentials. */
  account(region: string): Promise<string>;
}

export const drainSources = (session: Session, interrupt?: Interrupt): DrainSources => ({
  resources: (plan) => stackResources(session, plan),
  studio: (domain) => studioClient(session, domain, interrupt?.signal),
  account: (region) => callerAccount(session, region, interrupt?.signal),
});

/** A domain in the state of a stack. `contents` is absent when the domain does not exist. */
export interface DomainLookup {
  /** ID of the stack: `cloister-environment/fraud-dev`. */
  id: string;
  domain: Domain;
  studio: StudioClient;
  contents: DomainContents | undefined;
}

export type ExistingDomain = DomainLookup & { contents: DomainContents };
export const isExisting = (lookup: DomainLookup): lookup is ExistingDomain => lookup.contents !== undefined;

/** Errors: `StudioError` if the credentials belong to another account; errors from AWS. */
export async function lookupDomain(sources: DrainSources, id: string, domain: Domain): Promise<DomainLookup> {
  const problem = await otherAccount(sources, id, domain);
  if (problem !== undefined) throw new StudioError(problem);
  const studio = await sources.studio(domain);
  if (domain.id === "")
    return { id, domain, studio, contents: { apps: [], spaces: [], profiles: [], ...(await workloadsOf(studio, domain)) } };
  return { id, domain, studio, contents: (await studio.exists()) ? await contentsOf(studio, domain) : undefined };
}

async function contentsOf(studio: StudioClient, domain: Domain): Promise<DomainContents> {
  const [apps, spaces, profiles] = await Promise.all([studio.apps(), studio.spaces(), studio.profiles()]);
  return { apps, spaces, profiles, ...(await workloadsOf(studio, domain)) };
}

/** A role can be allowed to drain Studio without the permission to list every kind of workload. */
async function workloadsOf(studio: StudioClient, { environment }: Domain): Promise<Pick<DomainContents, "workloads" | "workloadsProblem">> {
  const kinds = workloadKinds.map(({ noun }) => noun);
  const { done, failed } = await settleAll(kinds, (kind) => studio.workloads(environment, kind));
  const problem = failed.length > 0 ? { workloadsProblem: { kinds: failed.map(({ item }) => `${item}s`), reason: failed[0]!.reason } } : {};
  return { workloads: done.flat(), ...problem };
}

/** Notes about domains whose workloads cannot be looked up. */
export const workloadNotes = (domains: ExistingDomain[]): string[] =>
  domains.flatMap(({ id, contents: { workloadsProblem } }) =>
    workloadsProblem === undefined ? [] : [`Cannot look up ${workloadsProblem.kinds.join(", ")} of ${id}. ${workloadsProblem.reason}`],
  );

/**
 * Returns the existing domains of the stacks, and notes about stacks without a domain.
 * Errors: `StudioError` that lists every failed lookup; `Interrupted`.
 */
export async function lookupDomains(
  sources: DrainSources,
  plans: StackPlan[],
  interrupt?: Interrupt,
): Promise<{ domains: ExistingDomain[]; notes: string[] }> {
  const notes: string[] = [];
  const { done, failed } = await settleAll(
    plans,
    async (plan) => {
      const domains = environmentsOf(await sources.resources(plan));
      if (domains.length === 0) notes.push(`${plan.id} has no Studio domain: it was never deployed, or it was destroyed.`);
      return Promise.all(domains.map((domain) => lookupDomain(sources, plan.id, domain)));
    },
    interrupt,
  );
  if (failed.length > 0) {
    const problems = failed.map(({ item, reason }) => (reason.startsWith(item.id) ? reason : `${item.id}: ${reason}`));
    throw new StudioError(
      ["Cannot look up Studio apps and spaces:", ...problems.map((problem) => `  ${problem}`), ...adviceFor(problems, whenDenied)].join(
        "\n",
      ),
    );
  }
  const lookups = done.flat();
  for (const { id, domain } of lookups.filter((lookup) => !isExisting(lookup)))
    notes.push(`${id}: domain ${domain.id} does not exist in account ${domain.account} in ${domain.region}. It was deleted.`);
  return { domains: lookups.filter(isExisting), notes };
}
