// Words what still exists in a world after its stacks were destroyed. Pure.
import { type WorldLeftover } from "@cloister/sandbox";
import { type StateResource } from "./engine";

const listOf = (leftovers: WorldLeftover[]) =>
  leftovers.map(({ account, service, type, id }) => `\n  ${account} ${service} ${type} ${id}`).join("");

/** `managed`: the resources of the stacks before the destruction. */
export function leftoversText(leftovers: WorldLeftover[], managed: StateResource[]): string {
  if (leftovers.length === 0) return "\nAll resources were deleted.";
  const ids = new Set(managed.flatMap(({ id, outputs = {} }) => [id, outputs.arn, outputs.name, outputs.homeEfsFileSystemId]));
  const kept = leftovers.filter(({ id }) => ids.has(id));
  const foreign = leftovers.filter(({ id }) => !ids.has(id));
  return [
    ...(kept.length > 0 ? [`\nThese resources were kept, because the setting 'purge' is not set:${listOf(kept)}`] : []),
    ...(foreign.length > 0 ? [`\nThese resources were not in the stacks, so they were not deleted:${listOf(foreign)}`] : []),
  ].join("\n");
}
