// Finds resources that a build created without recording them, and adds them to the state of the stack.
import { type AwsContext } from "@cloister/components/aws/context";
import { tracerTag } from "@cloister/components/catalog/runtime/request";
import { type Stack } from "@pulumi/pulumi/automation";
import { type StateResource } from "../../engine";
import { importId, type Inputs, isRepeatable } from "./import-ids";
import { type Search } from "./search";
import { type Deployment, existingUrns, pendingCreates, without, withFound } from "./state";

export interface ResumeTools {
  stack: Pick<Stack, "exportStack" | "importStack" | "refresh">;
  context: AwsContext;
  provisionedProductId: string;
  /** Searches for a resource with an ID from AWS. `known` are the IDs in the state. */
  search(type: string, inputs: Inputs, known: ReadonlySet<string>): Promise<Search>;
  log(text: string): void;
  isInterrupted(): boolean;
}

/** `vpc fraud-dev-vpc` */
const titleOf = ({ type, urn }: StateResource) => `${/[^:]+$/.exec(type)![0]} ${urn.split("::").at(-1)!}`;

const belongsTo = (provisionedProductId: string, { outputs = {} }: StateResource) =>
  !("tagsAll" in outputs) || (outputs.tagsAll as Record<string, unknown> | undefined)?.[tracerTag] === provisionedProductId;

/** Resources that an interrupted `resume` added, and that the engine did not read. */
const unreadUrns = ({ resources = [] }: Deployment) =>
  resources.filter(({ type, custom, id, outputs }) => type.startsWith("aws:") && custom && id && !outputs).map(({ urn }) => urn);

interface Plan {
  /** Import IDs by URN. */
  found: Map<string, string>;
  /** Titles of resources that may exist, and that cannot be found. */
  unknown: string[];
}

async function planFor(state: Deployment, { context, search, log, isInterrupted }: ResumeTools): Promise<Plan> {
  const known = new Set((state.resources ?? []).flatMap(({ id }) => id ?? []));
  const searched = async ({ type, inputs = {} }: StateResource): Promise<Search> => {
    try {
      return await search(type, inputs, known);
    } catch (error) {
      if (isInterrupted()) throw error;
      log(`Cannot search for resources of type ${type}: ${(error as Error).message}`);
      return "unknown";
    }
  };
  const existing = existingUrns(state);
  const plan: Plan = { found: new Map(), unknown: [] };
  for (const resource of pendingCreates(state)) {
    const { urn, type, inputs = {} } = resource;
    const derived = importId(type, inputs, context);
    const result: Search = isRepeatable(type) ? "none" : derived !== undefined ? { id: derived } : await searched(resource);
    // The old resource of a replacement still has the URN.
    if (result === "unknown" || (result !== "none" && existing.has(urn))) {
      plan.unknown.push(titleOf(resource));
      continue;
    }
    if (result === "none") continue;
    plan.found.set(urn, result.id);
    known.add(result.id);
  }
  return plan;
}

/**
 * Adds the resources whose creation began in an earlier build, and did not end there. The engine reads them from AWS, and drops
 * those that do not exist. Returns the titles of resources that may exist, and that cannot be found.
 * Errors: errors of Pulumi. An error of a search or of the read is only logged, because the deployment can succeed without them.
 */
export async function resume(tools: ResumeTools): Promise<string[]> {
  const { stack, provisionedProductId, log, isInterrupted } = tools;
  const exported = await stack.exportStack();
  const state = (exported.deployment ?? {}) as Deployment;
  const creates = pendingCreates(state);
  const unread = unreadUrns(state);
  if (creates.length + unread.length === 0) return [];
  const { found, unknown } = await planFor(state, tools);
  if (unknown.length > 0) log(`An earlier build ended while it created these resources, which may exist: ${unknown.join(", ")}.`);
  const target = [...found.keys(), ...unread];
  try {
    // An import removes all pending creations. Source: Pulumi, `pulumi stack import`.
    if (creates.length > 0 && (found.size > 0 || unknown.length === 0))
      await stack.importStack({ ...exported, deployment: withFound(state, found) });
    if (target.length === 0) return unknown;
    await stack.refresh({ target });
  } catch (error) {
    if (isInterrupted()) throw error;
    log(`Resources of an earlier build cannot be read: ${(error as Error).message}`);
    await stack.importStack({ ...exported, deployment: without(state, new Set(unread)) });
    return creates.map(titleOf);
  }
  const refreshed = await stack.exportStack();
  const now = refreshed.deployment as Deployment;
  const added = (now.resources ?? []).filter(({ urn }) => target.includes(urn));
  const foreign = new Set(added.filter((resource) => !belongsTo(provisionedProductId, resource)).map(({ urn }) => urn));
  // The creation then fails with the error of AWS, as without an interruption.
  if (foreign.size > 0) await stack.importStack({ ...refreshed, deployment: without(now, foreign) });
  const kept = added.filter(({ urn }) => !foreign.has(urn));
  if (kept.length > 0) log(`Found resources that an earlier build created: ${kept.map(titleOf).join(", ")}.`);
  return unknown;
}
