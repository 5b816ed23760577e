// Defines the outputs that one stack exports for another. Types check exported outputs, and readers validate them.
import * as pulumi from "@pulumi/pulumi";
import { listOf, UserError } from "./errors";

/** The kinds of output values. */
interface Kinds {
  string: string;
  "string[]": string[];
  /** One object of strings for each key, for example for each account. */
  records: Record<string, Record<string, string>>;
}

/**
 * One output in a contract. Output names are public: adding outputs is always possible.
 * To rename an output, export both names for one release.
 */
type OutputOf<K extends keyof Kinds> = {
  kind: K;
  /** Description of the output and the format of its value. */
  about: string;
  /** Name of the SSM parameter that also publishes the value, `vpc-id`. List elements are joined with commas. */
  parameter?: K extends "records" ? never : string;
};
export type Output = { [K in keyof Kinds]: OutputOf<K> }[keyof Kinds];

export type Contract = Record<string, Output>;
/** An input at every depth, because a list of outputs is as valid as an output of a list. */
type Deep<T> = pulumi.Input<T extends string ? T : { [K in keyof T]: Deep<T[K]> }>;
export type Published<C extends Contract> = { [K in keyof C]: Deep<Kinds[C[K]["kind"]]> };
export type Received<C extends Contract> = { [K in keyof C]: pulumi.Output<Kinds[C[K]["kind"]]> };

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
const isString = (value: unknown): value is string => typeof value === "string";

/** For each kind, a description and a check. */
const kinds: { [K in keyof Kinds]: { text: string; accepts: (value: unknown) => boolean } } = {
  string: { text: "a string", accepts: isString },
  "string[]": { text: "a list of strings", accepts: (value) => Array.isArray(value) && value.every(isString) },
  records: {
    text: "an object of objects of strings",
    accepts: (value) =>
      isRecord(value) && Object.values(value).every((record) => isRecord(record) && Object.values(record).every(isString)),
  },
};

/** A description of a value's type, never the value itself. */
function typeText(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${[...new Set(value.map((element) => typeof element))].join(" and ") || "no"} values`;
  if (isRecord(value)) return "an object";
  return value === null || value === undefined ? String(value) : `a ${typeof value}`;
}

/** Selects the outputs that a contract names. A missing output, or one of the wrong type, is a compile error. */
export const publish = <C extends Contract>(contract: C, values: Published<C>): Published<C> =>
  Object.fromEntries(Object.keys(contract).map((key) => [key, values[key]])) as Published<C>;

/** Values of the SSM parameters that a contract names, by parameter name: arguments of `PublishedValues`. */
export const parametersOf = <C extends Contract>(contract: C, outputs: Published<C>): Record<string, pulumi.Output<string>> =>
  Object.fromEntries(
    Object.entries(contract).flatMap(([key, { parameter }]) =>
      parameter === undefined
        ? []
        : [[parameter, (pulumi.output(outputs[key]) as pulumi.Output<string | string[]>).apply((value) => [value].flat().join(","))]],
    ),
  );

/** One line for each output that is missing or of the wrong type, in the order of the contract. Never shows a value. */
export function contractProblems(contract: Contract, outputs: Record<string, unknown>): string[] {
  return Object.entries(contract).flatMap(([key, { kind }]) => {
    if (!Object.hasOwn(outputs, key)) return [`'${key}' is missing`];
    return kinds[kind].accepts(outputs[key]) ? [] : [`'${key}' must be ${kinds[kind].text} (got ${typeText(outputs[key])})`];
  });
}

/**
 * Reads the outputs of another stack: one `Output` for each key in the contract. Only secret outputs stay secret.
 * All outputs are validated first. Otherwise each resource that uses a missing output would fail with its own message.
 * Errors: `UserError` with all outputs that are missing or of the wrong type, or if the stack does not exist or is not
 * deployed.
 */
export async function consume<C extends Contract>(contract: C, stack: string, opts?: pulumi.CustomResourceOptions): Promise<Received<C>> {
  const ref = new pulumi.StackReference(stack, {}, opts);
  let problems: string[] | undefined;
  try {
    problems = await plainValue(
      pulumi.unsecret(
        ref.outputs.apply((outputs: Record<string, unknown>) =>
          Object.keys(outputs).length === 0 ? undefined : contractProblems(contract, outputs),
        ),
      ),
    );
  } catch (error) {
    throw new UserError(
      `Cannot read stack '${stack}': ${(error as Error).message}. No resources were created. ` +
        `Fix: deploy that stack first, or name another one. To list all stacks: pulumi stack ls --all`,
    );
  }
  const command = `npx cloister up ${stack.split("/").slice(-2).join("/")}`;
  if (problems === undefined)
    throw new UserError(
      `Stack '${stack}' has no outputs. It is destroyed, or it was never deployed. No resources were created.\n` +
        `Fix: deploy that stack first: ${command}`,
    );
  if (problems.length > 0)
    throw new UserError(
      `Stack '${stack}' does not export the required outputs. No resources were created.${listOf(problems)}\n` +
        `Fix: deploy that stack with this version of Cloister: ${command}`,
    );
  return Object.fromEntries(Object.keys(contract).map((key) => [key, ref.getOutput(key)])) as Received<C>;
}

/**
 * The value of an output that is known when the program starts, such as an output of another stack.
 * Used in resource names, and for checks before the first resource is created. Rejects if the output fails.
 */
export function plainValue<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    pulumi.recover(
      output.apply((value) => resolve(value as T)),
      (error) => reject(error as Error),
    );
  });
}

/** A Markdown table of the outputs. Without SSM parameters, the table has no column for them. */
export function outputsTable(contract: Contract): string {
  const outputs = Object.entries(contract);
  const hasParameters = outputs.some(([, { parameter }]) => parameter !== undefined);
  const row = (output: string, kind: string, parameter: string, about: string) =>
    `| ${[output, kind, ...(hasParameters ? [parameter] : []), about].join(" | ")} |`;
  return [
    row("output", "kind", "SSM parameter", "what it is"),
    row("---", "---", "---", "---"),
    ...outputs.map(([key, { kind, about, parameter }]) =>
      row(`\`${key}\``, kind, parameter === undefined ? "" : `\`${parameter}\``, about),
    ),
  ].join("\n");
}
