import { errorText } from "../aws-errors";
import { commandText } from "../command-text";
import { countText } from "../count-text";
import { type StateResource } from "../engine";
import { type StackPlan } from "../stacks";
import { UsageError } from "../usage-error";

interface Check {
  /** The resources in the state of the stack. */
  resources(plan: StackPlan): Promise<StateResource[]>;
  print(text: string): void;
  world?: string | undefined;
}

/**
 * Requires that a stage is destroyed before its deploy role is deleted: without the role, the stage cannot be changed or destroyed.
 * An administrator of a target account can have no access to the state, so a failed lookup is only reported.
 * Errors: `UsageError`.
 */
export async function requireDestroyed(plan: StackPlan, { resources, print, world }: Check): Promise<void> {
  const found = await resources(plan).catch((error: unknown) => {
    print(`Cannot check whether ${plan.id} is destroyed. If it is not, it can no longer be changed or destroyed. ${errorText(error)}`);
    return [];
  });
  const { length } = found.filter(({ type }) => type.startsWith("aws:"));
  if (length > 0)
    throw new UsageError(
      `${plan.id} still has ${countText(length, "resource")}, which the deploy role must delete. No role was deleted. Destroy the stack first: ${commandText(["destroy", plan.id], world)}`,
    );
}
