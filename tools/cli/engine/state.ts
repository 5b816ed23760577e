import { type StackPlan } from "../stacks";
import { StackFailed, stackFailed } from "./failure";
import { type Session } from "./session";
import { openStack, type StackOverrides } from "./workspace";

/** A resource in the state of a stack, as the engine exports it. */
export interface StateResource {
  urn: string;
  type: string;
  id?: string;
  parent?: string;
  provider?: string;
  custom?: boolean;
  retainOnDelete?: boolean;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  /** URNs of the resources that this resource depends on. */
  dependencies?: string[];
  /** For each property, the URNs of the resources that the property depends on. */
  propertyDependencies?: Record<string, string[] | null>;
}

/** The resources in the state of a stack. Empty also when the stack does not exist in the backend. Errors: `StackFailed`. */
export const existingResources = (session: Session, plan: StackPlan, overrides?: StackOverrides): Promise<StateResource[]> =>
  stackResources(session, plan, overrides).catch((error: unknown) => {
    if (error instanceof StackFailed && /no stack named/.test(error.message)) return [];
    throw error;
  });

/**
 * The resources in the state of a stack. Empty when the stack was never deployed.
 * Errors: `StackFailed`, also when the stack does not exist in the backend of an account.
 */
export async function stackResources(session: Session, plan: StackPlan, overrides?: StackOverrides): Promise<StateResource[]> {
  try {
    const stack = await openStack(session, plan, overrides);
    const { deployment } = (await stack.exportStack()) as { deployment?: { resources?: StateResource[] } };
    return deployment?.resources ?? [];
  } catch (error) {
    throw stackFailed(plan, error, { errors: [], violations: [], applied: [] }, session.world);
  }
}
