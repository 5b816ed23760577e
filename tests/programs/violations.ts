import { policies } from "@cloister/policy-pack/catalogue";
import { evaluateResource, evaluateStack, type TestResource } from "../helpers/evaluate";
import { type World } from "../helpers/mocks";

export interface ProgramResult {
  /** Violations, including advisory violations. */
  violations: string[];
  /** Policies that evaluated at least one resource, or the stack. */
  ran: string[];
}

/**
 * Resources and outputs of a program in the form that the stack view of a policy receives. The resources are named by
 * URN, because resources of different types can have the same name.
 */
export function stackOf(world: World): TestResource[] {
  return world.resources
    .filter(({ custom }) => custom)
    .map(({ type, urn, inputs, outputs, sources }) => ({
      type,
      name: urn,
      props: { ...inputs, ...outputs },
      propertyDependencies: Object.fromEntries(
        Object.entries(sources).map(([property, from]) => [property, from.filter(({ custom }) => custom).map((source) => source.urn)]),
      ),
    }));
}

/** Evaluates every resource and the stack of a program with every guardrail. `settings` apply to all guardrails. */
export async function evaluateProgram(world: World, settings: object = {}): Promise<ProgramResult> {
  const resources = world.resources.filter(({ custom }) => custom);
  const stack = stackOf(world);
  const result: ProgramResult = { violations: [], ran: [] };
  for (const policy of policies) {
    const results = await Promise.all(
      resources.map(async ({ type, name, inputs }) => ({ name, ...(await evaluateResource(policy, type, inputs, settings)) })),
    );
    const whole = await evaluateStack(policy, stack, settings);
    result.violations.push(
      ...results.flatMap(({ name, violations }) => violations.map((message) => `${policy.name} ${name}: ${message}`)),
      ...whole.violations.map(({ on, message }) => `${policy.name} ${on}: ${message}`),
      ...whole.advice.map(({ on, message }) => `${policy.name} advises ${on}: ${message}`),
    );
    if ([whole, ...results].some(({ outcome }) => outcome === "ran")) result.ran.push(policy.name);
  }
  return result;
}
