import assert from "node:assert/strict";
import { type Scenario } from "./scenario";

/** The outcome of a call. */
export interface Outcome {
  /** The output members, as plain JSON. */
  output?: unknown;
  /** Error code if the call failed. */
  error?: string;
  message?: string;
}

/** Makes one call with the deployment role in an account. Rejects only when the client itself fails. */
export type Client = (call: { service: string; operation: string; input: object; account: string }) => Promise<Outcome>;

/** The value at a dotted path. Numbers are list indexes. */
export const at = (value: unknown, path: string): unknown =>
  path
    .split(".")
    .reduce<unknown>((node, part) => (node === null || node === undefined ? undefined : (node as Record<string, unknown>)[part]), value);

/** Inserts saved values into every text of an input. */
export function fill<T>(value: T, saved: Record<string, unknown>): T {
  if (typeof value === "string")
    return value.replace(/\$\{(\w+)\}/g, (_all, name: string) => {
      assert.ok(name in saved, `no earlier step saved '${name}'`);
      return String(saved[name]);
    }) as T;
  if (value instanceof Date) return value;
  if (Array.isArray(value)) return value.map((element: unknown) => fill(element, saved)) as T;
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, fill(v as unknown, saved)])) as T;
  return value;
}

/** The differences between a value and its expected properties. A missing list equals an empty list, because some clients omit it. */
export function differences(wanted: unknown, got: unknown, path = "output"): string[] {
  if (Array.isArray(wanted)) {
    const list: unknown[] = Array.isArray(got) ? got : [];
    if (list.length !== wanted.length) return [`${path} has ${list.length} elements, not ${wanted.length}: ${JSON.stringify(got)}`];
    return wanted.flatMap((element, i) => differences(element, list[i], `${path}.${i}`));
  }
  if (typeof wanted === "object" && wanted !== null)
    return Object.entries(wanted).flatMap(([key, value]) =>
      differences(value, (got as Record<string, unknown> | undefined)?.[key], `${path}.${key}`),
    );
  return wanted === got ? [] : [`${path} is ${JSON.stringify(got)}, not ${JSON.stringify(wanted)}`];
}

/** Runs the steps in a scenario with a client. Throws an `AssertionError` at the first step with another outcome. */
export async function run(scenario: Scenario, client: Client, id: string, hub: string): Promise<void> {
  const saved: Record<string, unknown> = { run: id };
  for (const [i, step] of scenario.steps.entries()) {
    const [service, operation] = step.call.split(":") as [string, string];
    const input = fill(step.input ?? {}, saved);
    const where = `step ${i + 1}, ${step.call} ${JSON.stringify(input)}`;
    const outcome = await client({ service, operation, input, account: step.account ?? hub });
    if (step.error !== undefined) {
      assert.equal(
        outcome.error,
        step.error,
        `${where}: ${outcome.error ? outcome.message : `succeeded: ${JSON.stringify(outcome.output)}`}`,
      );
      const text = fill(step.message ?? "", saved);
      assert.ok(outcome.message?.includes(text), `${where}: the message is '${outcome.message}', not '${text}'`);
      continue;
    }
    assert.equal(outcome.error, undefined, `${where}: ${outcome.message ?? ""}`);
    assert.deepEqual(differences(fill(step.output ?? {}, saved), outcome.output), [], where);
    for (const [name, path] of Object.entries(step.save ?? {})) {
      saved[name] = at(outcome.output, path);
      assert.notEqual(saved[name], undefined, `${where}: the output has no value at ${path}: ${JSON.stringify(outcome.output)}`);
    }
  }
}
