// Reports that an administrator must update a Studio domain, which the AWS provider cannot update. Pure.
import * as path from "node:path";
import { shellWord } from "@cloister/components/stack/fix-command";
import { type Outcome, type Session } from "./engine";
import { type StackPlan } from "./stacks";

type World = Pick<NonNullable<Session["world"]>, "dir"> | undefined;

/** The command that gives shared spaces the current settings of a stack. The AWS CLI and Pulumi use the credentials of the shell. */
export function updateDomainCommand(
  { project, folder, stack }: Pick<StackPlan, "project" | "folder" | "stack">,
  region: string,
  world?: World,
) {
  const cwd = world ? path.join(world.dir, "stacks", project) : folder;
  const output = (name: string) => `"$(pulumi --cwd ${shellWord(cwd)} stack output ${name} --stack ${stack})"`;
  return [
    ...(world ? [`source ${shellWord(path.join(world.dir, "env.sh"))}`] : []),
    `aws sagemaker update-domain --region ${region} \\`,
    `  --domain-id ${output("domainId")} \\`,
    `  --default-space-settings ${output("sharedSpaceDefaults")}`,
  ].join("\n");
}

const isNewDomain = ({ steps }: Pick<Outcome, "steps">) =>
  steps.some(({ op, urn }) => op.startsWith("create") && urn.includes("aws:sagemaker/domain:Domain::"));

/** Whether settings for shared spaces contain images, which a domain does not have when it is created. */
const hasImages = (settings: string) => /"CustomImages":\[\{/.test(settings);

/** Whether a deployment changed the settings for shared spaces, so the domain has the previous settings. */
function isDomainBehind(outcome: Pick<Outcome, "outputs" | "previousOutputs" | "steps">): boolean {
  const [now, before] = [outcome.outputs, outcome.previousOutputs].map(({ sharedSpaceDefaults }) => sharedSpaceDefaults);
  if (typeof now !== "string") return false;
  return typeof before !== "string" || isNewDomain(outcome) ? hasImages(now) : before !== now;
}

/** Lines that state which domains must be updated, with the commands. Empty if no deployment changed the settings for shared spaces. */
export const sharedSpaceNotes = (
  stacks: readonly Pick<StackPlan, "id" | "project" | "folder" | "stack">[],
  outcomes: Map<string, Pick<Outcome, "outputs" | "previousOutputs" | "steps">>,
  world?: World,
): string[] =>
  stacks.flatMap((plan) => {
    const outcome = outcomes.get(plan.id)!;
    if (!isDomainBehind(outcome)) return [];
    return [
      `${plan.id}: the settings for shared spaces changed, but the AWS provider cannot update the domain.`,
      "Update the domain, so that apps in shared spaces use the change from their next start:",
      ...updateDomainCommand(plan, String(outcome.outputs.region), world)
        .split("\n")
        .map((line) => `  ${line}`),
    ];
  });
