import { type StackPlan } from "../stacks";

/**
 * Runs `work` on each stack when all stacks that it references are complete. With `reverse`, runs `work` on each stack when
 * all stacks that read it are complete.
 * Independent stacks run in parallel. After the first error, no further stack starts. The error is thrown when the
 * running stacks are complete.
 */
export async function runInOrder<T>(
  stacks: StackPlan[],
  work: (plan: StackPlan) => Promise<T>,
  { reverse = false }: { reverse?: boolean } = {},
): Promise<Map<string, T>> {
  const results = new Map<string, T>();
  const started = new Map<string, Promise<void>>();
  let hasFailed = false;
  const predecessors = (plan: StackPlan) =>
    stacks.filter((other) => (reverse ? other.reads.includes(plan.id) : plan.reads.includes(other.id)));
  const runAfterPredecessors = async (plan: StackPlan) => {
    await Promise.all(predecessors(plan).map(run));
    if (hasFailed) return;
    try {
      results.set(plan.id, await work(plan));
    } catch (error) {
      hasFailed = true;
      throw error;
    }
  };
  const run = (plan: StackPlan): Promise<void> => {
    const running = started.get(plan.id) ?? runAfterPredecessors(plan);
    started.set(plan.id, running);
    return running;
  };
  const ends = await Promise.allSettled(stacks.map(run));
  const failure = ends.find((end) => end.status === "rejected");
  if (failure) throw failure.reason;
  return results;
}
