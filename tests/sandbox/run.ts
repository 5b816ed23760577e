import assert from "node:assert/strict";
import { type Scenario } from "./scenario";

/** What a client made of a call. */
export interface Outcome {
  /** Members of the output, as plain JSON. */
  output?: unknown;
  /** Error code, when AWS refused. */
  refused?: string;
  message?: string;
}

/** Makes one call as an account's deployment role. Rejects only when the client itself fails. */
export type Client = (call: { service: string; operation: string; input: object; account: string }) => Promise<Outcome>;

/** The value at a dotted path; numbers index lists. */
export const at = (value: unknown, path: string): unknown =>
  path
    .split(".")
    .reduce<unknown>((node, part) => (node === null || node === undefined ? undefined : (node as Record<string, unknown>)[part]), value);

/** Puts saved values into every text of an input. */
export function fill<T>(value: T, saved: Record<string, unknown>): T {
  if (typeof value === "string")
    return value.replace(/\$\{(\w+)\}/g, (_all, name: string) => {
      assert.ok(name in saved, `no earlier step saved '${name}'`);
      return String(saved[name]);
    }) as T;
  if (Array.isArray(value)) return value.map((element: unknown) => fill(element, saved)) as T;
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, fill(v as unknown, saved)])) as T;
  return value;
}

/** Where a value differs from what it must hold; empty when it fits. An empty list may also be left out: clients differ there. */
export function misses(wanted: unknown, got: unknown, path = "output"): string[] {
  if (Array.isArray(wanted)) {
    const list: unknown[] = Array.isArray(got) ? got : [];
    if (list.length !== wanted.length) return [`${path} has ${list.length} elements, not ${wanted.length}: ${JSON.stringify(got)}`];
    return wanted.flatMap((element, i) => misses(element, list[i], `${path}.${i}`));
  }
  if (typeof wanted === "object" && wanted !== null)
    return Object.entries(wanted).flatMap(([key, value]) =>
      misses(value, (got as Record<string, unknown> | undefined)?.[key], `${path}.${key}`),
    );
  return wanted === got ? [] : [`${path} is ${JSON.stringify(got)}, not ${JSON.stringify(wanted)}`];
}

/** Takes a scenario's steps with a client. Throws an `AssertionError` that names the step at the first that comes out otherwise. */
export async function take(scenario: Scenario, client: Client, run: string, hub: string): Promise<void> {
  const saved: Record<string, unknown> = { run };
  for (const [i, step] of scenario.steps.entries()) {
    const [service, operation] = step.call.split(":") as [string, string];
    const input = fill(step.with ?? {}, saved);
    const where = `step ${i + 1}, ${step.call} ${JSON.stringify(input)}`;
    const outcome = await client({ service, operation, input, account: step.account ?? hub });
    if (step.refused !== undefined) {
      assert.equal(
        outcome.refused,
        step.refused,
        `${where}: ${outcome.refused ? outcome.message : `was allowed: ${JSON.stringify(outcome.output)}`}`,
      );
      continue;
    }
    assert.equal(outcome.refused, undefined, `${where}: ${outcome.message ?? ""}`);
    assert.deepEqual(misses(fill(step.gives ?? {}, saved), outcome.output), [], where);
    for (const [name, path] of Object.entries(step.save ?? {})) {
      saved[name] = at(outcome.output, path);
      assert.notEqual(saved[name], undefined, `${where}: nothing at ${path} of ${JSON.stringify(outcome.output)}`);
    }
  }
}
