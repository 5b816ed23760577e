// Destroys a stack in a process that a test can kill. The argument is JSON: the world, the plan and the options of the run.
import { destroyStack, type RunOptions, type StackPlan, worldSession } from "@cloister/cli";
import { silent } from "@cloister/common";
import { openWorld } from "@cloister/sandbox";
import { ensureToolchain } from "@cloister/toolchain";

export interface Destruction {
  world: string;
  plan: StackPlan;
  options: Omit<RunOptions, "progress" | "interrupt">;
}

async function main({ world, plan, options }: Destruction): Promise<void> {
  const toolchain = await ensureToolchain(silent);
  const session = await worldSession(toolchain, (await openWorld(world))!);
  await destroyStack({ ...session, policyPack: undefined }, plan, { ...options, progress: silent });
}

void main(JSON.parse(process.argv[2]!) as Destruction);
