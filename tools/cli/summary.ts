import { changesText, type Outcome, type Session } from "./engine";
import { sharedSpaceNotes } from "./shared-spaces";
import { type StackPlan } from "./stacks";
import { textTable } from "./text-table";

/** Outputs that users need after a deployment. */
const shownOutputs = [
  "vpcId",
  "domainId",
  "studioUrl",
  "executionRoleArn",
  "dataBucketName",
  "modelBucketName",
  "registryPath",
  "logBucketName",
  "alertTopicArn",
];

/** Notes about the deployed stacks, or an empty text. Pure. */
export const notesText = (stacks: StackPlan[], outcomes: Map<string, Outcome>, world: Session["world"]): string =>
  sharedSpaceNotes(
    stacks.filter(({ id }) => outcomes.has(id)),
    outcomes,
    world,
  ).join("\n");

/** The result of a run: changes and policies per stack, warnings, main outputs, next steps. Pure. */
export function summaryText(stacks: StackPlan[], outcomes: Map<string, Outcome>, world: Session["world"]): string {
  // Policies evaluate no deletion.
  const isEvaluated = [...outcomes.values()].some(({ policies }) => policies.length > 0);
  const rows = stacks.map(({ id }) => {
    const { changes, policies, violations, seconds } = outcomes.get(id)!;
    const result = violations.length === 0 ? "no violations" : `${violations.length} warnings`;
    return [id, changesText(changes), ...(isEvaluated ? [`${policies.length} evaluated, ${result}`] : []), `${seconds} s`];
  });
  const warnings = [...outcomes].flatMap(([id, { violations }]) =>
    violations.map(({ policy, message }) => `  ${id} ${policy}: ${message}`),
  );
  const notes = notesText(stacks, outcomes, world);
  return [
    "",
    textTable(["stack", "resources", ...(isEvaluated ? ["policies"] : []), "time"], rows),
    ...(warnings.length > 0 ? ["", "Policy warnings:", ...warnings] : []),
    ...outputBlocks(outcomes),
    ...(notes ? ["", notes] : []),
  ].join("\n");
}

/** The main outputs of each stack. A preview or a destroy has none. */
function outputBlocks(outcomes: Map<string, Outcome>): string[] {
  const blocks = [...outcomes].flatMap(([id, { outputs }]) => {
    const lines = outputLines(outputs);
    return lines.length > 0 ? [id, ...lines] : [];
  });
  return blocks.length > 0 ? ["", ...blocks] : [];
}

function outputLines(outputs: Record<string, unknown>): string[] {
  const accounts = (outputs.accounts ?? {}) as Record<string, { vpcId: string; modelBucketName: string }>;
  return [
    ...shownOutputs.filter((key) => key in outputs).map((key) => `  ${key.padEnd(18)} ${String(outputs[key])}`),
    ...Object.entries(accounts).map(([account, { vpcId, modelBucketName }]) => `  account ${account}: ${vpcId}, ${modelBucketName}`),
  ];
}
