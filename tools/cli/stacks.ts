// Finds the stacks that have settings in the checkout, and sorts them into deployment order.
import * as fs from "node:fs";
import * as path from "node:path";
import { parse, YAMLParseError } from "yaml";
import { suggestion } from "./suggestion";
import { UsageError } from "./usage-error";

export const root = path.resolve(__dirname, "..", "..");

/** A stack that has a settings file in the checkout. */
export interface StackPlan {
  /** `cloister-environment/fraud-dev` */
  id: string;
  project: string;
  /** Folder of the project below the checkout, `.` for the quickstart. */
  folder: string;
  /** `fraud-dev` */
  stack: string;
  settingsFile: string;
  /** IDs of the stacks whose outputs this stack reads. */
  reads: string[];
}

/** The projects. `reads.setting` names the setting that contains the stack to read. */
const projects: { project: string; folder: string; reads?: { setting: string; project: string } }[] = [
  { project: "cloister-core", folder: "core" },
  { project: "cloister-environment", folder: "environment", reads: { setting: "coreStack", project: "cloister-core" } },
  {
    project: "cloister-target-accounts",
    folder: "target-accounts",
    reads: { setting: "environmentStack", project: "cloister-environment" },
  },
  { project: "cloister", folder: "." },
];

/** The settings of a stack by full name: `cloister-environment:team`. Errors: `UsageError` that names a file with invalid YAML. */
export const configOf = (plan: Pick<StackPlan, "settingsFile">): Record<string, unknown> => settingsFileOf(plan).config ?? {};

/** The content of a settings file. Errors: `UsageError` for invalid YAML. */
export function settingsFileOf({ settingsFile }: Pick<StackPlan, "settingsFile">): { config?: Record<string, unknown>; teams?: unknown } {
  try {
    return (parse(fs.readFileSync(settingsFile, "utf8")) as { config?: Record<string, unknown> } | null) ?? {};
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    throw new UsageError(`${settingsFile} must be valid YAML. ${error.message}`);
  }
}

/** All stacks that have a settings file in a checkout, each after the stacks that it references. Includes the quickstart. */
export function findStacks(checkout: string = root): StackPlan[] {
  const stacks = projects.flatMap(({ project, folder, reads }) => {
    const dir = path.join(checkout, folder);
    if (!fs.existsSync(dir)) return [];
    return fs.readdirSync(dir).flatMap((file): StackPlan[] => {
      const stack = /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1];
      if (!stack) return [];
      const settingsFile = path.join(dir, file);
      const value = reads && configOf({ settingsFile })[`${project}:${reads.setting}`];
      // The value can be a fully qualified name: `organization/project/name`.
      const ids = typeof value === "string" ? [`${reads!.project}/${value.split("/").at(-1)}`] : [];
      return [{ id: `${project}/${stack}`, project, folder, stack, settingsFile, reads: ids }];
    });
  });
  return sortStacks(stacks);
}

/**
 * Sorts each stack after the stacks that it references. Otherwise keeps the given order.
 * Errors: `UsageError` when a stack reads a stack without settings, or when stacks read each other.
 */
export function sortStacks(stacks: StackPlan[]): StackPlan[] {
  const byId = new Map(stacks.map((stack) => [stack.id, stack]));
  const sorted: StackPlan[] = [];
  const visit = (stack: StackPlan, readers: string[]) => {
    if (sorted.includes(stack)) return;
    if (readers.includes(stack.id))
      throw new UsageError(
        `Stacks must not read each other (got ${[...readers, stack.id].join(" -> ")}). Change the setting in one of them.`,
      );
    for (const id of stack.reads) {
      const next = byId.get(id);
      if (!next) throw new UsageError(missingStack(stack, id, [...byId.keys()]));
      visit(next, [...readers, stack.id]);
    }
    sorted.push(stack);
  };
  for (const stack of stacks) visit(stack, []);
  return sorted;
}

function missingStack({ settingsFile }: StackPlan, id: string, known: string[]): string {
  const [project, name = ""] = id.split("/");
  const sameProject = known.filter((other) => other.split("/")[0] === project);
  const names = sameProject.map((other) => other.split("/")[1]!);
  const existing = sameProject.length > 0 ? `Stacks with settings: ${sameProject.join(", ")}.` : `No stack of ${project} has settings.`;
  return `${settingsFile} reads the stack '${id}', which has no settings file.${suggestion(name, names)} ${existing}`;
}

/**
 * Returns the stacks with these names in deployment order. Without names, returns all stacks except the quickstart.
 * Errors: `UsageError` that lists the existing stacks.
 */
export function chooseStacks(stacks: StackPlan[], names: string[]): StackPlan[] {
  if (names.length === 0) return stacks.filter(({ project }) => project !== "cloister");
  const unknown = names.filter((name) => !stacks.some((stack) => isNamed(stack, name)));
  const known = stacks.map(({ stack }) => stack);
  if (unknown.length > 0) {
    const suggestions = unknown.map((name) => suggestion(name, name.includes("/") ? stacks.map(({ id }) => id) : known));
    throw new UsageError(
      `No settings file for ${quoted(unknown)}.${[...new Set(suggestions)].join("")} Stacks with settings: ${known.join(", ")}.`,
    );
  }
  return stacks.filter((stack) => names.some((name) => isNamed(stack, name)));
}

const isNamed = ({ id, stack }: StackPlan, name: string) => name === id || name === stack;
const quoted = (names: string[]) => names.map((name) => `'${name}'`).join(", ");

/** Whether a stack contains an environment, and so a Studio domain. The quickstart contains the hub and an environment. */
export const hasEnvironment = ({ project }: StackPlan): boolean => project === "cloister-environment" || project === "cloister";

/**
 * Returns the environments with these names. Without names, returns all environments except the quickstart.
 * Errors: `UsageError` that lists the environments, for unknown names and for names of other stacks.
 */
export function chooseEnvironments(stacks: StackPlan[], names: string[]): StackPlan[] {
  const environments = chooseStacks(stacks, names).filter(hasEnvironment);
  const others = names.filter((name) => !environments.some((stack) => isNamed(stack, name)));
  if (others.length > 0) {
    const existing = stacks.filter(hasEnvironment).map(({ stack }) => stack);
    throw new UsageError(`Not an environment: ${quoted(others)}. Environments: ${existing.join(", ")}.`);
  }
  return environments;
}
