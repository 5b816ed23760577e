import { chooseStacks, findStacks, type StackPlan } from "@cloister/cli/stacks";
import { type RunOptions, type Session, worldSession } from "@cloister/cli/deploy";
import { buildPack } from "@cloister/cli/pack";
import { silent } from "@cloister/sandbox/progress";
import { ensureToolchain, type Toolchain } from "@cloister/sandbox/toolchain";
import { type Call, Control, startWorld, stopWorld, type World } from "@cloister/sandbox/world";

/** A world of a test's own, with everything needed to run the engine in it. Ended by `end`, whatever the test did. */
export interface Stage {
  toolchain: Toolchain;
  world: World;
  session: Session;
  control: Control;
  end(): Promise<void>;
}

/** Makes a world for a test file. The toolchain is there already: the test run sees to that first. */
export async function setUp(name: string): Promise<Stage> {
  const toolchain = await ensureToolchain(silent);
  buildPack();
  const unique = `test-${name}-${process.pid}`;
  const world = await startWorld(toolchain, { name: unique, progress: silent });
  return { toolchain, world, session: await worldSession(toolchain, world), control: new Control(world), end: () => stopWorld(unique) };
}

export const quiet: RunOptions = { progress: silent };

/** The settings that the checkout has for a stack. */
export function planOf(stack: string): StackPlan {
  return chooseStacks(findStacks(), [stack])[0]!;
}

/** Calls that changed something, as `service:operation`: what reads is named Get…, List…, Describe…, Head…. */
export const changesIn = (calls: Call[]) =>
  calls
    .filter(({ operation, result }) => result === "ok" && !/^(Get|List|Describe|Head|AssumeRole)/.test(operation))
    .map(({ service, operation }) => `${service}:${operation}`);
