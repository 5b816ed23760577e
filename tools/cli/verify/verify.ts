// Implements `cloister verify`: shows on an account which assumptions about AWS hold.
import { type Progress } from "@cloister/common";
import { errorText } from "../aws-errors";
import { countText } from "../count-text";
import { type Interrupt } from "../interrupt";
import { textTable } from "../text-table";
import { UsageError } from "../usage-error";
import { unknown } from "./evidence";
import { evidenceOf } from "./table";
import {
  type Assumption,
  type Created,
  type CreatingCheck,
  type CreatingClient,
  type Finding,
  type Target,
  type VerifyClient,
} from "./types";

export interface Result {
  id: string;
  area: string;
  assumption: string;
  state: Finding["state"];
  detail: string;
  /** What avoids the effect. Only if the assumption does not hold. */
  fallback?: string;
}

export interface VerifyOptions {
  progress: Progress;
  interrupt?: Interrupt;
  /** Also run the checks that create resources. */
  create?: boolean;
  /** Whether the account is a sandbox world, whose answers show nothing about AWS. */
  isSandbox?: boolean;
}

/** An answer of the sandbox follows the same assumptions as the code, so it confirms nothing. */
const inSandbox = (finding: Finding): Finding =>
  finding.state === "holds" ? unknown(`only AWS can show it; the sandbox answers as assumed (${finding.detail})`) : finding;

async function runCheck({ check }: Assumption, target: Target, aws: VerifyClient): Promise<Finding> {
  if ("none" in check) return unknown(`no check: ${check.none}`);
  return check.run(target, aws);
}

/** Runs a check that creates resources, and always removes them. A resource that remains is part of the finding. */
async function runCreating(check: CreatingCheck, target: Target, aws: CreatingClient, progress: Progress): Promise<Finding> {
  const created: Created[] = [];
  let finding: Finding;
  try {
    finding = await check.run(target, aws, (resource) => created.push(resource));
  } catch (error) {
    finding = unknown(errorText(error));
  }
  for (const { what, remove } of created.reverse())
    await remove().then(
      () => progress.note(`Deleted ${what}.`),
      (error: unknown) => progress.note(`${what} was not deleted: ${errorText(error)}. Run the command again to delete it.`),
    );
  return finding;
}

/** Deletes what an earlier run of the creating checks left, for example after the process was killed. */
async function deleteLeftovers(aws: CreatingClient, progress: Progress): Promise<void> {
  try {
    for (const id of await aws.leftoverInterfaces()) {
      await aws.deleteInterface(id);
      progress.note(`Deleted network interface ${id} of an earlier run.`);
    }
  } catch (error) {
    progress.note(`Cannot delete what an earlier run left: ${errorText(error)}`);
  }
}

/** A creating check decides if it has a result, because it shows the assumption directly. */
const joined = (read: Finding, created: Finding | undefined): Finding => {
  if (!created || created.state === "unknown")
    return created && read.state === "unknown" ? unknown(`${read.detail}; ${created.detail}`) : read;
  return read.state === "fails" ? read : created;
};

/**
 * Runs the checks one after the other. A check that AWS denies is not an error: the result names what is missing.
 * Errors: `Interrupted`, after everything that a check created is deleted.
 */
export async function verify(
  assumptions: readonly Assumption[],
  target: Target,
  aws: VerifyClient & CreatingClient,
  { progress, interrupt, create, isSandbox }: VerifyOptions,
): Promise<Result[]> {
  const step = progress.step(`Verifying ${target.environment}`);
  const results: Result[] = [];
  try {
    if (create) await deleteLeftovers(aws, progress);
    for (const assumption of assumptions) {
      interrupt?.signal.throwIfAborted();
      step.update(`${results.length} of ${countText(assumptions.length, "assumption")}`);
      const read = await runCheck(assumption, target, aws).catch((error: unknown) => unknown(`the check cannot run: ${errorText(error)}`));
      interrupt?.signal.throwIfAborted();
      const created = create && assumption.creates ? await runCreating(assumption.creates, target, aws, progress) : undefined;
      const found = joined(read, created);
      const { state, detail } = isSandbox ? inSandbox(found) : found;
      const { id, area, text, fallback } = assumption;
      results.push({ id, area, assumption: text, state, detail, ...(state === "fails" && { fallback }) });
    }
  } catch (error) {
    step.fail(interrupt?.signal.aborted ? "interrupted" : "failed");
    throw interrupt?.signal.aborted ? interrupt.signal.reason : error;
  }
  step.done(countText(results.length, "assumption"));
  return results;
}

const stateTexts: Record<Finding["state"], string> = { holds: "holds", fails: "does not hold", unknown: "not checkable now" };

/** A table of the results, and the fallback of each assumption that does not hold. */
export function resultText(environment: string, results: readonly Result[]): string {
  const count = (state: Finding["state"]) => results.filter((result) => result.state === state).length;
  const failed = results.filter(({ state }) => state === "fails");
  return [
    textTable(
      ["assumption", "result", "evidence"],
      results.map(({ id, state, detail }) => [id, stateTexts[state], detail]),
    ),
    `${environment}: ${count("holds")} hold, ${count("fails")} do not hold, ${count("unknown")} not checkable now.`,
    ...failed.flatMap(({ id, assumption, fallback }) => [`'${id}' does not hold: ${assumption}.`, `  Fallback: ${fallback}`]),
  ].join("\n");
}

/** What each check reads and creates. */
export function planText(assumptions: readonly Assumption[], { create }: Pick<VerifyOptions, "create">): string {
  const rows = assumptions.flatMap(({ id, check, creates }) => [
    ...("none" in check ? [] : [[id, `reads ${check.reads}`]]),
    ...(create && creates ? [[id, `creates ${creates.creates}, and deletes it`]] : []),
  ]);
  return textTable(["assumption", "check"], rows);
}

/** The assumptions with their code, effect, fallback and check. */
export const listText = (assumptions: readonly Assumption[]): string =>
  assumptions
    .flatMap((assumption) => [
      `${assumption.id} (${assumption.area}): ${assumption.text}.`,
      `  code: ${assumption.code.file} (${assumption.code.symbol})`,
      `  effect if wrong: ${assumption.effect}`,
      `  fallback: ${assumption.fallback}`,
      `  check: ${evidenceOf(assumption)}`,
    ])
    .join("\n");

/** The results as JSON, by environment. */
export const resultJson = (environments: { environment: string; results: readonly Result[] }[]): string =>
  JSON.stringify(environments, undefined, 2);

/** The assumptions with these IDs. Without IDs, all. Errors: `UsageError` that names the unknown IDs. */
export function chooseAssumptions(all: readonly Assumption[], ids: readonly string[] = []): Assumption[] {
  const missing = ids.filter((id) => !all.some((assumption) => assumption.id === id));
  if (missing.length > 0)
    throw new UsageError(`No assumption has the ID ${missing.join(", ")}. To list the IDs: npx cloister verify --list`);
  return all.filter(({ id }) => ids.length === 0 || ids.includes(id));
}
