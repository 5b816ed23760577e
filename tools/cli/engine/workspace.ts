// Opens the stack for a plan with the Automation API.
import * as fs from "node:fs";
import * as path from "node:path";
import { LocalWorkspace, Stack } from "@pulumi/pulumi/automation";
import { parseDocument } from "yaml";
import { root, type StackPlan } from "../stacks";
import { type Session } from "./session";

/** Changes to a stack that apply to one run only. */
export interface StackOverrides {
  /** In a world: settings by full name and path, for example `cloister-environment:network.zones`. */
  set?: Record<string, unknown>;
  /** Folder with the Pulumi.yaml of a program that replaces the program of the project. */
  program?: string;
  env?: Record<string, string>;
}

/**
 * Opens a stack. In a world, uses copies of the project file and settings that point to the program in the checkout:
 * Pulumi writes the encryption salt to the settings file, and a world must not change the checkout.
 */
export async function openStack(session: Session, plan: StackPlan, { set = {}, program, env = {} }: StackOverrides = {}): Promise<Stack> {
  const options = { pulumiCommand: session.command, envVars: { ...session.env, ...env } };
  const programDir = program ?? path.join(root, plan.folder);
  if (!session.world) return Stack.select(plan.stack, await LocalWorkspace.create({ ...options, workDir: programDir }));

  const dir = path.join(session.world.dir, "stacks", plan.project);
  fs.mkdirSync(dir, { recursive: true });
  const project = parseDocument(fs.readFileSync(path.join(root, plan.folder, "Pulumi.yaml"), "utf8"));
  project.set("main", programDir);
  replaceFile(path.join(dir, "Pulumi.yaml"), project.toString());
  writeSettings(plan, path.join(dir, `Pulumi.${plan.stack}.yaml`), set);
  removeStaleLocks(session.world.stateDir, plan);
  return Stack.createOrSelect(plan.stack, await LocalWorkspace.create({ ...options, workDir: dir }));
}

/** Copies the settings of a stack to `file`, which keeps its existing encryption salt. */
function writeSettings(plan: StackPlan, file: string, set: Record<string, unknown>): void {
  const salt = fs.existsSync(file) ? /^encryptionsalt: (.*)$/m.exec(fs.readFileSync(file, "utf8"))?.[1] : undefined;
  const settings = parseDocument(fs.readFileSync(plan.settingsFile, "utf8"));
  settings.delete("encryptionsalt");
  if (salt) settings.set("encryptionsalt", salt);
  for (const [key, value] of Object.entries(set)) settings.setIn(["config", ...key.split(".")], value);
  replaceFile(file, settings.toString());
}

/** Writes a file in one step, because an engine of another stack of the project can read it at the same time. */
export function replaceFile(file: string, text: string): void {
  if (fs.existsSync(file) && fs.readFileSync(file, "utf8") === text) return;
  const part = `${file}.${process.pid}.part`;
  fs.writeFileSync(part, text);
  fs.renameSync(part, file);
}

/**
 * Removes the locks of runs on this machine that have ended. The state folder belongs to one world, so no
 * other machine locks the folder.
 */
export function removeStaleLocks(stateDir: string, plan: Pick<StackPlan, "project" | "stack">): void {
  const dir = path.join(stateDir, ".pulumi", "locks", "organization", plan.project, plan.stack);
  for (const name of fs.existsSync(dir) ? fs.readdirSync(dir) : []) {
    const file = path.join(dir, name);
    const { pid } = JSON.parse(fs.readFileSync(file, "utf8")) as { pid?: number };
    if (pid !== undefined && !isAlive(pid)) fs.rmSync(file);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
