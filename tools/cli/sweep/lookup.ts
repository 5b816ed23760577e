// Looks up leftover resources of environments: first in the state and settings of stacks, then in AWS.
import { UserError } from "@cloister/common";
import { adviceFor, settleAll } from "../aws-errors";
import { callerAccount, otherAccount } from "../caller";
import { environmentsOf } from "../drain/studio-client";
import { existingResources, type Session, type StateResource } from "../engine";
import { type Interrupt } from "../interrupt";
import { type Remaining } from "../removal";
import { configOf, type StackPlan } from "../stacks";
import { sweepClient, type SweepClient } from "./client";
import { kinds, type Leftover, type LeftoverKind } from "./kinds";
import { type Created, type Domains, domainsOf, type Scope, scopeOf, taggedDomains } from "./scope";

/** AWS did not complete a sweep. The error message lists every problem. */
export class SweepError extends UserError {
  override readonly name = "SweepError";
  constructor(
    message: string,
    /** Resources that a sweep did not delete. Empty if a lookup failed. */
    readonly remaining: readonly Remaining[] = [],
  ) {
    super(message);
  }
}

/** Advice on a call that AWS denied. */
export const whenDenied = "The page docs/how-to/drain-and-destroy.md lists the permissions that a sweep and a destroy require.";

/** Access to states, settings and AWS. Tests supply stand-ins. */
export interface SweepSources {
  resources(plan: StackPlan): Promise<StateResource[]>;
  /** The settings of a stack by full name. */
  config(plan: StackPlan): Record<string, unknown>;
  /** Region for a stack whose settings name none. */
  defaultRegion?: string | undefined;
  client(region: string): Promise<SweepClient>;
  /** The account of the credentials. */
  account(region: string): Promise<string>;
}

export const sweepSources = (session: Session, interrupt?: Interrupt, set: Record<string, unknown> = {}): SweepSources => ({
  // The state of a destroyed stack can be removed from the backend. Its leftover resources are still in AWS.
  resources: (plan) => existingResources(session, plan, { set }),
  config: (plan) => ({ ...configOf(plan), ...set }),
  defaultRegion: session.env.AWS_REGION ?? session.env.AWS_DEFAULT_REGION,
  client: (region) => sweepClient(session, region, interrupt?.signal),
  account: (region) => callerAccount(session, region, interrupt?.signal),
});

/** Leftover resources of one environment. */
export interface Found {
  scope: Scope;
  client: SweepClient;
  /** Domains that are deleted. */
  domains: Domains;
  /** Domains of the environment that still exist, so their resources are in use. */
  existing: string[];
  /** Domains in `--domain` that neither AWS nor the stack contains. */
  untraced: string[];
  leftovers: { kind: LeftoverKind; items: Leftover[] }[];
}

/** Errors: `SweepError` for a stack without a region, or if the credentials and the stack belong to different accounts. */
export async function scopeOfPlan(sources: SweepSources, plan: StackPlan): Promise<Scope> {
  const config = sources.config(plan);
  const resources = await sources.resources(plan);
  const [deployed] = environmentsOf(resources);
  const problem = deployed && (await otherAccount(sources, plan.id, deployed));
  if (problem !== undefined) throw new SweepError(problem);
  const region = deployed?.region ?? config["aws:region"] ?? sources.defaultRegion;
  if (typeof region !== "string")
    throw new SweepError(`${plan.id} has no region. Fix: pulumi --cwd ${plan.folder} config set --stack ${plan.stack} aws:region <region>`);
  return scopeOf({ id: plan.id, resources, config, region });
}

/** Resources that SageMaker created in the account and region. */
export async function findCreated(client: SweepClient): Promise<Created> {
  const [fileSystems, groups] = await Promise.all([client.fileSystems(), client.groups()]);
  const mountTargets = (await Promise.all(fileSystems.map(({ id }) => client.mountTargets(id)))).flat();
  return { fileSystems, groups, mountTargets };
}

async function find(sources: SweepSources, known: Scope, named: string[]): Promise<Found> {
  const scope = { ...known, domains: [...new Set([...known.domains, ...named])] };
  const client = await sources.client(scope.region);
  const [created, present] = await Promise.all([findCreated(client), client.domains()]);
  const all = domainsOf(scope, created);
  const existing = all.proven.filter((domain) => present.includes(domain));
  const isDeleted = (domain: string) => !present.includes(domain);
  const domains = { proven: all.proven.filter(isDeleted), named: all.named.filter(isDeleted) };
  const leftovers = await Promise.all(kinds.map(async (kind) => ({ kind, items: await kind.find(client, scope, domains) })));
  const left = leftovers.flatMap(({ items }) => items.map(({ domain }) => domain));
  const traces = new Set([...known.domains, ...present, ...taggedDomains(created), ...left]);
  return { scope, client, domains, existing, untraced: named.filter((domain) => !traces.has(domain)), leftovers };
}

/** One error for all stacks for which AWS or the engine reported an error, with advice. */
export function failedStacks(title: string, failed: { item: StackPlan; reason: string }[]): SweepError {
  const problems = failed.map(({ item, reason }) => (reason.startsWith(item.id) ? reason : `${item.id}: ${reason}`));
  return new SweepError([title, ...problems.map((problem) => `  ${problem}`), ...adviceFor(problems, whenDenied)].join("\n"));
}

/**
 * Leftover resources of the environments of these stacks.
 * Errors: `SweepError` that lists every failed lookup; `Interrupted`.
 */
export async function lookupLeftovers(sources: SweepSources, plans: StackPlan[], named: string[], interrupt?: Interrupt): Promise<Found[]> {
  const { done, failed } = await settleAll(plans, async (plan) => find(sources, await scopeOfPlan(sources, plan), named), interrupt);
  if (failed.length > 0) throw failedStacks("Cannot look up leftover resources:", failed);
  return done;
}
