// Destroys a stack in steps, because what AWS keeps of a deleted Studio domain blocks the deletion of the network.
import { destroyStack as destroyResources, type Outcome, type RunOptions, type Session, stackResources } from "./engine";
import { hasEnvironment, type StackPlan } from "./stacks";
import { environmentOf, isPurged, markTraces, sweep, type SweepOptions, sweepSources } from "./sweep";

const sum = (first: Outcome["changes"], second: Outcome["changes"]): Outcome["changes"] =>
  Object.fromEntries(
    [...new Set([...Object.keys(first), ...Object.keys(second)])].map((op) => {
      const key = op as keyof Outcome["changes"];
      return [key, (first[key] ?? 0) + (second[key] ?? 0)];
    }),
  ) as Outcome["changes"];

/** Environments that a destroy sweeps, in the account or world of the session. Pure. */
export function sweepOf(
  { world }: Pick<Session, "world">,
  { id }: Pick<StackPlan, "id">,
  config: Record<string, unknown>,
): Pick<SweepOptions, "names" | "purge" | "confirm" | "world"> {
  const purge = isPurged(config);
  return { names: [id], purge, confirm: purge ? [environmentOf(config)] : [], world: world?.name };
}

/**
 * Destroys a stack. For an environment: first the domain and everything that depends on it, then leftover resources of the
 * domain, then the rest. Without this order, the mount targets of the home file system block the deletion of subnets.
 * Home directories are deleted only if `purge` is set and confirmed in the settings of the stack.
 * Errors: `StackFailed`, `SweepError`, `Interrupted`. The next run continues.
 */
export async function destroyStack(session: Session, plan: StackPlan, options: RunOptions): Promise<Outcome> {
  if (!hasEnvironment(plan)) return destroyResources(session, plan, options);
  const { progress, interrupt, set } = options;
  const sources = sweepSources(session, interrupt, set);
  const domains = (await stackResources(session, plan, options)).filter(({ type }) => type === "aws:sagemaker/domain:Domain");
  await markTraces(sources, plan, interrupt);
  const studio =
    domains.length > 0 ? await destroyResources(session, plan, { ...options, targets: domains.map(({ urn }) => urn) }) : undefined;
  const config = sources.config(plan);
  const sweepAll = () => sweep(sources, [plan], { ...sweepOf(session, plan, config), yes: true, progress, interrupt });
  progress.note(await sweepAll());
  const rest = await destroyResources(session, plan, options);
  // Deployments retain lifecycle configurations. Only now they are not in the state of the stack any more.
  await sweepAll();
  if (!studio) return rest;
  return {
    ...rest,
    // The first step leaves resources as they are, and the second deletes them.
    changes: sum({ ...studio.changes, same: 0 }, rest.changes),
    seconds: studio.seconds + rest.seconds,
    steps: [...studio.steps, ...rest.steps],
  };
}
