// Finds resources that a build created without recording them, and adds them to the state of the stack.
import { type AwsContext } from "@cloister/components/aws/context";
import { tracerTag } from "@cloister/components/catalog/runtime/request";
import { type Stack } from "@pulumi/pulumi/automation";
import { type StateResource } from "../../engine";
import { environmentTag } from "../../sweep/client";
import { importId, type Inputs, isRepeatable } from "./import-ids";
import { type Search } from "./search";
import { type Deployment, existingUrns, pendingCreates, without, withFound } from "./state";

/** The state of a stack with its format, as Pulumi exports and imports it. */
export type Exported = Awaited<ReturnType<Stack["exportStack"]>>;

export interface ResumeTools {
  stack: Pick<Stack, "exportStack" | "importStack">;
  /** Reads resources with these URNs from AWS, in a copy of this state. Returns the copy without those that do not exist. */
  read(state: Exported, urns: string[]): Promise<Exported>;
  context: AwsContext;
  provisionedProductId: string;
  /** Value of the tag `cloister:environment`. */
  environment: string;
  /** Searches for a resource with an ID from AWS. `known` are the IDs in the state. */
  search(type: string, inputs: Inputs, known: ReadonlySet<string>): Promise<Search>;
  log(text: string): void;
  isInterrupted(): boolean;
}

/** `vpc fraud-dev-vpc` */
const titleOf = ({ type, urn }: StateResource) => `${/[^:]+$/.exec(type)![0]} ${urn.split("::").at(-1)!}`;

type Tags = Record<string, unknown> | undefined;

/** Whether a resource in AWS has the tags of the deployment that requested it. Types without tags belong to other resources. */
function belongsTo({ provisionedProductId, environment }: ResumeTools, requested: Inputs, { outputs = {} }: StateResource): boolean {
  if (!("tagsAll" in outputs || "tagsAll" in requested || "tags" in requested)) return true;
  const tags = outputs.tagsAll as Tags;
  return tags?.[tracerTag] === provisionedProductId && tags[environmentTag] === environment;
}

interface Plan {
  /** Import IDs by URN. */
  found: Map<string, string>;
  /** URNs of resources that a search found. */
  searched: Set<string>;
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
  const plan: Plan = { found: new Map(), searched: new Set(), unknown: [] };
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
    if (derived === undefined) plan.searched.add(urn);
    known.add(result.id);
  }
  return plan;
}

/**
 * Adds the resources whose creation began in an earlier build, and did not end there. They are read from AWS in a copy of the
 * state, and one import adds those that exist and have the tags of the deployment. So the state never contains a resource of
 * another owner, also if the build ends here. Returns the titles of resources that may exist, and that cannot be found.
 * Errors: errors of Pulumi. An error of a search or of the read is only logged, because the deployment can succeed without them.
 */
export async function resume(tools: ResumeTools): Promise<string[]> {
  const { stack, log, isInterrupted } = tools;
  const exported = await stack.exportStack();
  const state = (exported.deployment ?? {}) as Deployment;
  const creates = pendingCreates(state);
  if (creates.length === 0) return [];
  const { found, searched, unknown } = await planFor(state, tools);
  if (unknown.length > 0) log(`An earlier build ended while it created these resources, which may exist: ${unknown.join(", ")}.`);
  const withAll = { ...exported, deployment: withFound(state, found) };
  // An import removes all pending creations. Source: Pulumi, `pulumi stack import`.
  if (found.size === 0) {
    if (unknown.length === 0) await stack.importStack(withAll);
    return unknown;
  }
  let copy: Exported;
  try {
    copy = await tools.read(withAll, [...found.keys()]);
  } catch (error) {
    if (isInterrupted()) throw error;
    log(`Resources of an earlier build cannot be read: ${(error as Error).message}`);
    return creates.map(titleOf);
  }
  const now = copy.deployment as Deployment;
  const requested = new Map(creates.map(({ urn, inputs = {} }) => [urn, inputs]));
  const added = (now.resources ?? []).filter(({ urn }) => found.has(urn));
  const foreign = added.filter((resource) => !belongsTo(tools, requested.get(resource.urn)!, resource));
  const foreignUrns = new Set(foreign.map(({ urn }) => urn));
  // The creation of a resource with the same name fails with the error of AWS, as without an interruption.
  await stack.importStack({ ...copy, deployment: without(now, foreignUrns) });
  const kept = added.filter(({ urn }) => !foreignUrns.has(urn));
  if (kept.length > 0) log(`Found resources that an earlier build created: ${kept.map(titleOf).join(", ")}.`);
  return [...unknown, ...foreign.filter(({ urn }) => searched.has(urn)).map(titleOf)];
}
