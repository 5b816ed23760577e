// What one stack hands to another: typed where it is published, checked where it is read.
import * as pulumi from "@pulumi/pulumi";
import { listOf, UserError } from "./errors";

/** The kinds of value that stacks hand over. */
interface Kinds {
  string: string;
  "string[]": string[];
  /** One object of texts for each key, for instance for each account. */
  records: Record<string, Record<string, string>>;
}

/** One output of a contract. Names are public: add freely; to rename, export both for one release. */
export interface Output<K extends keyof Kinds = keyof Kinds> {
  kind: K;
  /** What it is and which shape it has. */
  about: string;
}

export type Contract = Record<string, Output>;
/** An input at every depth: a list of outputs is as good as an output of a list. */
type Deep<T> = pulumi.Input<T extends string ? T : { [K in keyof T]: Deep<T[K]> }>;
export type Published<C extends Contract> = { [K in keyof C]: Deep<Kinds[C[K]["kind"]]> };
export type Received<C extends Contract> = { [K in keyof C]: pulumi.Output<Kinds[C[K]["kind"]]> };

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string";

/** What a value of each kind is, in words and as a check. */
const kinds: { [K in keyof Kinds]: { text: string; accepts: (value: unknown) => boolean } } = {
  string: { text: "a string", accepts: isText },
  "string[]": { text: "a list of strings", accepts: (value) => Array.isArray(value) && value.every(isText) },
  records: {
    text: "an object of objects of strings",
    accepts: (value) => isRecord(value) && Object.values(value).every((record) => isRecord(record) && Object.values(record).every(isText)),
  },
};

/** The type of a value in words, never the value itself. */
function typeText(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${[...new Set(value.map((element) => typeof element))].join(" and ") || "no"} values`;
  if (isRecord(value)) return "an object";
  return value === null || value === undefined ? String(value) : `a ${typeof value}`;
}

/** Makes a forgotten, misspelt or ill-typed output a compile error, and nothing else. */
export const publish = <C extends Contract>(_contract: C, values: Published<C>): Published<C> => values;

/** Values of a stack as one line for each problem; empty when the contract is kept. Shows kinds, never values. */
export function contractProblems(contract: Contract, outputs: Record<string, unknown>): string[] {
  return Object.entries(contract).flatMap(([key, { kind }]) => {
    if (!Object.hasOwn(outputs, key)) return [`'${key}' is missing`];
    return kinds[kind].accepts(outputs[key]) ? [] : [`'${key}' must be ${kinds[kind].text} (got ${typeText(outputs[key])})`];
  });
}

/**
 * One output for each key that another stack promises. A secret stays secret, and its neighbours stay readable.
 * Checked before anything else happens: outputs that failed would otherwise fail every resource that is made of them, each with a message of its own.
 * Errors: a `RunError` that names the stack and everything that is missing or ill-shaped there, or says that there is no such stack.
 */
export async function consume<C extends Contract>(contract: C, stack: string, opts?: pulumi.CustomResourceOptions): Promise<Received<C>> {
  const ref = new pulumi.StackReference(stack, {}, opts);
  let problems: string[];
  try {
    problems = await plainValue(
      pulumi.unsecret(ref.outputs.apply((outputs) => contractProblems(contract, outputs as Record<string, unknown>))),
    );
  } catch (error) {
    throw new UserError(
      `Cannot read stack '${stack}': ${(error as Error).message}. No resources were created. ` +
        `Fix: deploy that stack first, or name another one. To list all stacks: pulumi stack ls --all`,
    );
  }
  if (problems.length > 0)
    throw new UserError(
      `Stack '${stack}' does not export the required outputs. No resources were created.${listOf(problems)}\n` +
        `Fix: run 'pulumi up' in that stack with this version of Cloister, or name another stack.`,
    );
  return Object.fromEntries(Object.keys(contract).map((key) => [key, ref.getOutput(key)])) as Received<C>;
}

/**
 * The plain value of an output that is known when the program starts, as those of other stacks are: for names of resources, and for checks before the first one.
 * Rejects when the output fails.
 */
export function plainValue<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    pulumi.recover(
      output.apply((value) => resolve(value as T)),
      (error) => reject(error as Error),
    );
  });
}

/** Rows of Markdown: output, kind, what it is. */
export function outputsTable(contract: Contract): string {
  const rows = Object.entries(contract).map(([key, { kind, about }]) => `| \`${key}\` | ${kind} | ${about} |`);
  return ["| output | kind | what it is |", "| --- | --- | --- |", ...rows].join("\n");
}
