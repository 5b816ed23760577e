import { policies } from "@cloister/policy-pack/catalogue";
import { evaluateResource, evaluateStack, type TestResource } from "../helpers/evaluate";
import { type World } from "../helpers/mocks";

export interface Judgement {
  /** And what is only advised: our programs need no advice. */
  violations: string[];
  /** Rules that judged at least one resource, or the stack. */
  ran: string[];
}

/** What a program registered and what became of it, as the stack view of a policy has it. The URN for the name: a name may be that of two resources, of different types. */
export function stackOf(world: World): TestResource[] {
  return world.resources
    .filter(({ custom }) => custom)
    .map(({ type, urn, inputs, outputs, sources }) => ({
      type,
      name: urn,
      props: { ...inputs, ...outputs },
      propertyDependencies: Object.fromEntries(
        Object.entries(sources).map(([property, from]) => [property, from.filter(({ custom }) => custom).map((one) => one.urn)]),
      ),
    }));
}

/** Judges everything that a program registered by every guardrail: each resource by its inputs, and the stack with what every property was made from; `settings` are those of each. */
export async function evaluateProgram(world: World, settings: object = {}): Promise<Judgement> {
  const resources = world.resources.filter(({ custom }) => custom);
  const stack = stackOf(world);
  const judgement: Judgement = { violations: [], ran: [] };
  for (const policy of policies) {
    const verdicts = await Promise.all(
      resources.map(async ({ type, name, inputs }) => ({ name, ...(await evaluateResource(policy, type, inputs, settings)) })),
    );
    const whole = await evaluateStack(policy, stack, settings);
    judgement.violations.push(
      ...verdicts.flatMap(({ name, violations }) => violations.map((message) => `${policy.name} ${name}: ${message}`)),
      ...whole.violations.map(({ on, message }) => `${policy.name} ${on}: ${message}`),
      ...whole.advice.map(({ on, message }) => `${policy.name} advises ${on}: ${message}`),
    );
    if ([whole, ...verdicts].some(({ outcome }) => outcome === "ran")) judgement.ran.push(policy.name);
  }
  return judgement;
}
