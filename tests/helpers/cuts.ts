import { type Control } from "@cloister/sandbox";

/** Consecutive seeds. To repeat a run: CUT_SEED=<first seed>. */
export function seeds(count: number): number[] {
  const first = Number(process.env.CUT_SEED ?? Math.floor(Math.random() * 1e6));
  return Array.from({ length: count }, (_, i) => first + i);
}

const GOLDEN_RATIO = 0.6180339887;

/** The number of AWS calls before the cut, below `calls`. Depends only on the seed; consecutive seeds are spread evenly. */
export const callsBefore = (seed: number, calls: number): number => Math.floor(((seed * GOLDEN_RATIO) % 1) * calls);

/**
 * Runs `work`, and `stop` when the given number of AWS calls was made. The next call gets its answer late, so that it is in flight.
 * Returns how the work ended: a result, or an error.
 */
export async function cut<T>(
  control: Control,
  after: number,
  work: () => Promise<T>,
  stop: () => void,
): Promise<{ result: T } | { error: unknown }> {
  await control.addFault({ kind: "delay", after, delayMs: 300, times: 1 });
  let isOver = false;
  const end = work()
    .then(
      (result) => ({ result }),
      (error: unknown) => ({ error }),
    )
    .finally(() => (isOver = true));
  while (!isOver && !(await control.faults()).some(({ hit }) => hit > 0)) await new Promise((resolve) => setTimeout(resolve, 10));
  stop();
  const ended = await end;
  await control.clearFaults();
  return ended;
}
