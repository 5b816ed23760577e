// Changes the settings of a stack update by update, and compares the engine's steps with the recorded effects of the changed settings.
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout } from "node:timers/promises";
import { deployStack, type Outcome, previewStack, type Session, type StackPlan } from "@cloister/cli";
import { sweep, sweepSources } from "@cloister/cli/testing";
import { type Progress } from "@cloister/common";
import { type Control } from "@cloister/sandbox";
import { stringify } from "yaml";
import { REGION } from "../../helpers/mocks";
import { kindOf } from "../../programs/wiring/effects";
import { recorded, type RecordedRow, textOf } from "../../programs/wiring/recorded";
import { type Settings, withValue } from "../../programs/wiring/settings";

/** Several changes of settings at once. */
export interface Update {
  /** The changed settings by path, with their new values. */
  changes: Record<string, unknown>;
  /** Changes that the new values require, and that have no separate effect. `undefined` removes a setting. */
  requires?: Record<string, unknown>;
  /** Which of the rows with the same setting and value applies, if not the first one. */
  rows?: Record<string, number>;
  /** Steps by features of the stack that the stack of the recorded row does not have. */
  also?: string[];
  /** Steps of the rows that the stack cannot have, because of its other settings. */
  lacks?: string[];
  /** Whether the engine waits for the deletion of subnets, until `cloister sweep` deletes the leftovers of the old domain. */
  waitsForSweep?: true;
}

export interface Tour {
  project: string;
  folder: StackPlan["folder"];
  stack: string;
  base: Settings;
  updates: Update[];
  /** After the updates: settings that the preflight rejects together, before the first resource changes. */
  rejected: Record<string, unknown>[];
}

const rowsOf = (project: string, setting: string) => recorded[project]!.filter((row) => row.setting === setting);

/** The row of a change. A setting whose rows have one value has the same effect with every value. */
export function rowOf(project: string, setting: string, value: unknown, index = 0): RecordedRow {
  const rows = rowsOf(project, setting).filter(({ rejected }) => rejected === undefined);
  const areAlike = rows.every(({ to }) => to === rows[0]!.to);
  const row = rows.filter(({ to }) => areAlike || to === textOf(value))[index];
  if (!row) throw new Error(`docs/reference/changes.md has no row for ${project}:${setting} with the value ${textOf(value)}.`);
  return row;
}

/** The rejected row of a setting, if it has one. */
export const rejectedRowOf = (project: string, setting: string): RecordedRow | undefined =>
  rowsOf(project, setting).find(({ rejected }) => rejected !== undefined);

/** The rows of an update by setting. */
export const rowsOfUpdate = (project: string, { changes, rows = {} }: Update): RecordedRow[] =>
  Object.entries(changes).map(([setting, value]) => rowOf(project, setting, value, rows[setting]));

const recordedOperations = ["create", "update", "replace", "delete"] as const;
/** For example `replace FlowLog`. */
const stepsOfRow = (row: RecordedRow) => recordedOperations.flatMap((op) => (row[op] ?? []).map((kind) => `${op} ${kind.split(" ")[0]}`));

/** Replacements consist of several operations of the engine. */
const replacements = ["replace", "create-replacement", "delete-replaced"];

/** The operations of the engine by kind of resource. Components, stashes and providers are no resources in AWS. */
const stepsOfEngine = (steps: { op: string; urn: string }[]): string[] =>
  steps.flatMap(({ op, urn }) => {
    const type = urn.split("::")[2]!.split("$").at(-1)!;
    return type.startsWith("aws:") ? [`${replacements.includes(op) ? "replace" : op} ${kindOf(type)}`] : [];
  });

/** Differences between the steps of the engine and those that the rows list. */
function problemsOf(project: string, update: Update, engine: string[]): string[] {
  const bySetting = rowsOfUpdate(project, update).map((row) => ({ setting: row.setting, steps: stepsOfRow(row) }));
  const expected = new Set(
    [...bySetting.flatMap(({ steps }) => steps), ...(update.also ?? [])].filter((step) => !update.lacks?.includes(step)),
  );
  const settingsWith = (step: string) => bySetting.filter(({ steps }) => steps.includes(step)).map(({ setting }) => setting);
  return [
    ...[...expected].filter((step) => !engine.includes(step)).map((step) => `missing ${step} (${settingsWith(step).join(", ")})`),
    ...[...new Set(engine)].filter((step) => !expected.has(step)).map((step) => `no row lists ${step}`),
  ].sort();
}

const after = (settings: Settings, changes: Record<string, unknown>): Settings =>
  Object.entries(changes).reduce((all, [setting, value]) => withValue(all, setting, value), settings);

/** The settings after an update. */
export const settingsAfter = (settings: Settings, { changes, requires = {} }: Update) => after(after(settings, requires), changes);

/** Writes the settings of a stack to a file, and returns the plan of the stack. */
export function planWith(
  dir: string,
  { project, folder, stack }: Pick<Tour, "project" | "folder" | "stack">,
  settings: Settings,
): StackPlan {
  const settingsFile = path.join(dir, `Pulumi.${project}.${stack}.yaml`);
  const config = Object.fromEntries(Object.entries(settings).map(([key, value]) => [`${project}:${key}`, value]));
  fs.writeFileSync(settingsFile, stringify({ config: { "aws:region": REGION, ...config } }));
  return { id: `${project}/${stack}`, project, folder, stack, settingsFile, reads: [] };
}

/** The parts of a recorded error without the IDs of the mocks, and without the positions of accounts. */
const constantParts = (text: string) => text.split(/(?:subnet|rtb)-\w+|euc1-az\d|accounts\[\d+\]/);

export interface TourRun {
  session: Session;
  control: Control;
  /** Folder for the settings files. */
  dir: string;
  progress: Progress;
}

const messageOf = (error: unknown) => (error as Error).message;

/** Deploys rejected changes. Returns the parts of the recorded errors that the error lacks. */
async function rejectionProblems({ session, dir, progress }: TourRun, tour: Tour, settings: Settings): Promise<string[]> {
  const problems: string[] = [];
  for (const changes of tour.rejected) {
    const plan = planWith(dir, tour, after(settings, changes));
    const message = await deployStack(session, plan, { progress, previewed: true }).then(() => "no error", messageOf);
    const texts = Object.keys(changes).flatMap((setting) => constantParts(rejectedRowOf(tour.project, setting)?.rejected ?? ""));
    for (const text of ["No resources were created", ...texts].filter((part) => !message.includes(part)))
      problems.push(`${tour.stack}, ${Object.keys(changes).join()}: the error lacks '${text}': ${message}`);
  }
  return problems;
}

/** Deploys an update. If the engine waits for subnets, sweeps the old domain, as a user does in another terminal. */
async function deployUpdate({ session, control, progress }: TourRun, plan: StackPlan, { waitsForSweep }: Update): Promise<Outcome> {
  const since = new Date().toISOString();
  let isOver = false;
  const deployment = deployStack(session, plan, { progress, previewed: true }).finally(() => (isOver = true));
  if (!waitsForSweep) return deployment;
  const isWaiting = async () =>
    (await control.journal({ operation: "DeleteSubnet", since })).some(({ result }) => result === "DependencyViolation");
  while (!isOver && !(await isWaiting())) await setTimeout(1000);
  if (!isOver) await sweep(sweepSources(session), [plan], { names: [plan.id], yes: true, progress, pollMs: 100 });
  return deployment;
}

/** Deploys the base, then each update. Returns problems, and stops at the first update that fails. */
export async function runTour(run: TourRun, tour: Tour): Promise<string[]> {
  const { session, dir, progress } = run;
  const problems: string[] = [];
  const options = { progress, previewed: true };
  let settings = tour.base;
  let title = "the first update";
  try {
    await deployStack(session, planWith(dir, tour, settings), options);
    for (const [i, update] of tour.updates.entries()) {
      title = `update ${i + 1} (${Object.keys(update.changes).join(", ")})`;
      settings = settingsAfter(settings, update);
      const { steps } = await deployUpdate(run, planWith(dir, tour, settings), update);
      problems.push(
        ...problemsOf(tour.project, update, stepsOfEngine(steps)).map((problem) => `${tour.stack}, update ${i + 1}: ${problem}`),
      );
    }
    title = "a rejected change";
    problems.push(...(await rejectionProblems(run, tour, settings)));
    title = "no change";
    const { steps } = await previewStack(session, planWith(dir, tour, settings), { progress });
    return [...problems, ...steps.map(({ op, urn }) => `${tour.stack} without a change: ${op} ${urn}`)];
  } catch (error) {
    return [...problems, `${tour.stack}, ${title} failed: ${messageOf(error)}`];
  }
}
