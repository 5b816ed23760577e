import { policies } from "@cloister/policy-pack/catalogue";
import {
  type PolicyResource,
  type ResourceValidationPolicy,
  type StackValidationPolicy,
  unknownCheckingProxy,
  UnknownValueError,
} from "@pulumi/policy";
import { type Registered, type World } from "../helpers/mocks";

class NotApplicable extends Error {}

const opts = {
  protect: false,
  ignoreChanges: [],
  aliases: [],
  additionalSecretOutputs: [],
  customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
};

/** Runs a check as the engine does: what is not applicable, or not known yet, ends it without a violation. */
async function ran(check: () => unknown): Promise<boolean> {
  try {
    await check();
    return true;
  } catch (error) {
    if (error instanceof NotApplicable || error instanceof UnknownValueError) return false;
    throw error;
  }
}

const common = {
  opts,
  stackTags: new Map<string, string>(),
  getConfig: <T extends object>() => ({}) as T,
  notApplicable: (): never => {
    throw new NotApplicable();
  },
};

/** The stack as a policy sees it, with what every property was made from. */
function policyResources(resources: Registered[]): PolicyResource[] {
  const views = new Map(
    resources.map((resource) => {
      const is = (cls: { __pulumiType?: string }) => cls.__pulumiType === resource.type;
      const view: PolicyResource = {
        type: resource.type,
        name: resource.name,
        urn: resource.urn,
        props: unknownCheckingProxy(resource.inputs),
        opts,
        dependencies: [],
        propertyDependencies: {},
        isType: (cls) => is(cls as { __pulumiType?: string }),
        asType: () => undefined,
      };
      return [resource, view] as const;
    }),
  );
  for (const [resource, view] of views)
    view.propertyDependencies = Object.fromEntries(
      Object.entries(resource.sources).map(([key, sources]) => [key, sources.flatMap((source) => views.get(source) ?? [])]),
    );
  return [...views.values()];
}

export interface Judgement {
  violations: string[];
  /** Rules that judged at least one resource, or the stack. */
  ran: string[];
}

/** Judges everything that a program registered by every guardrail. */
export async function judgeWorld(world: World): Promise<Judgement> {
  const judgement: Judgement = { violations: [], ran: [] };
  const resources = policyResources(world.resources.filter(({ custom }) => custom));
  for (const policy of policies) {
    const ofResources = [(policy as ResourceValidationPolicy).validateResource ?? []].flat();
    const ofStack = (policy as StackValidationPolicy).validateStack;
    let judged = false;
    for (const resource of resources)
      for (const check of ofResources) {
        const args = { ...common, type: resource.type, name: resource.name, urn: resource.urn, props: resource.props };
        const isType = resource.isType.bind(resource);
        const report = (message: string) => judgement.violations.push(`${policy.name} ${resource.name}: ${message}`);
        judged = (await ran(() => check({ ...args, isType, asType: () => undefined }, report))) || judged;
      }
    if (ofStack)
      judged =
        (await ran(() =>
          ofStack({ ...common, resources }, (message, urn) => judgement.violations.push(`${policy.name} ${urn}: ${message}`)),
        )) || judged;
    if (judged) judgement.ran.push(policy.name);
  }
  return judgement;
}
