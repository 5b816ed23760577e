// Which stacks the checkout has settings for, and in which order they go. Pure but for reading the settings files.
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { UsageError } from "./usage-error";

export const root = path.resolve(__dirname, "..", "..");

/** A stack that the checkout has settings for. */
export interface StackPlan {
  /** `cloister-environment/fraud-dev` */
  id: string;
  project: string;
  /** Folder of the project below the checkout, `.` for the quickstart. */
  folder: string;
  /** `fraud-dev` */
  stack: string;
  settingsFile: string;
  /** Ids of the stacks whose outputs it reads. */
  reads: string[];
}

/** The projects, and by which setting each names the stack that it reads. */
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

/** All stacks that a checkout has settings for, each after those that it reads. The quickstart is one of them. */
export function findStacks(checkout: string = root): StackPlan[] {
  const found = projects.flatMap(({ project, folder, reads }) => {
    const dir = path.join(checkout, folder);
    if (!fs.existsSync(dir)) return [];
    return fs.readdirSync(dir).flatMap((file): StackPlan[] => {
      const stack = /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1];
      if (!stack) return [];
      const settingsFile = path.join(dir, file);
      const config = ((parse(fs.readFileSync(settingsFile, "utf8")) as { config?: Record<string, unknown> } | null)?.config ??
        {}) as Record<string, unknown>;
      const named = reads && config[`${project}:${reads.setting}`];
      // A stack may be named in full, `organization/project/name`.
      const read = typeof named === "string" ? [`${reads!.project}/${named.split("/").at(-1)}`] : [];
      return [{ id: `${project}/${stack}`, project, folder, stack, settingsFile, reads: read }];
    });
  });
  return inOrder(found);
}

/**
 * Each stack after those that it reads, otherwise as given.
 * Errors: `UsageError` for a stack that reads one without settings, naming those there are.
 */
export function inOrder(stacks: StackPlan[]): StackPlan[] {
  const known = new Map(stacks.map((stack) => [stack.id, stack]));
  const order: StackPlan[] = [];
  const visit = (stack: StackPlan, from: string[]) => {
    if (order.includes(stack)) return;
    if (from.includes(stack.id))
      throw new UsageError(
        `These stacks read each other in a circle: ${[...from, stack.id].join(" -> ")}. Cut it in one of their settings.`,
      );
    for (const id of stack.reads) {
      const next = known.get(id);
      if (!next) {
        const same = [...known.keys()].filter((other) => other.split("/")[0] === id.split("/")[0]);
        throw new UsageError(
          `${stack.settingsFile} names the stack ${id}, and there are no settings for it. ${same.length > 0 ? `Known: ${same.join(", ")}.` : `No stack of ${id.split("/")[0]} has settings.`}`,
        );
      }
      visit(next, [...from, stack.id]);
    }
    order.push(stack);
  };
  for (const stack of stacks) visit(stack, []);
  return order;
}

/**
 * The stacks with these names, in order; all but the quickstart when none is named.
 * Errors: `UsageError` naming the stacks that there are.
 */
export function chooseStacks(stacks: StackPlan[], names: string[]): StackPlan[] {
  if (names.length === 0) return stacks.filter(({ project }) => project !== "cloister");
  const unknown = names.filter((name) => !stacks.some(({ id, stack }) => name === id || name === stack));
  if (unknown.length > 0)
    throw new UsageError(`No settings for ${unknown.join(", ")}. Known: ${stacks.map(({ stack }) => stack).join(", ")}.`);
  return stacks.filter(({ id, stack }) => names.includes(id) || names.includes(stack));
}

/** Whether a stack has an environment in it, and so a Studio domain. The quickstart has one, beside core. */
export const hasEnvironment = ({ project }: StackPlan): boolean => project === "cloister-environment" || project === "cloister";

/**
 * The environments with these names; all but the quickstart when none is named.
 * Errors: `UsageError` for names of other stacks, or of none, naming the environments that there are.
 */
export function chooseEnvironments(stacks: StackPlan[], names: string[]): StackPlan[] {
  const environments = chooseStacks(stacks, names).filter(hasEnvironment);
  const others = names.filter((name) => !environments.some(({ id, stack }) => name === id || name === stack));
  if (others.length > 0)
    throw new UsageError(
      `No environment: ${others.join(", ")}. Environments: ${stacks
        .filter(hasEnvironment)
        .map(({ stack }) => stack)
        .join(", ")}.`,
    );
  return environments;
}
