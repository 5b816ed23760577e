// The detective and corrective controls of a core stack.
import { type AwsContext } from "@cloister/components/aws/context";
import { rolesAt } from "@cloister/components/aws/role-path";
import { Evaluator } from "@cloister/components/controls/evaluator";
import { lookupPublishedEnvironments } from "@cloister/components/controls/lookup";
import { controlsRolePath } from "@cloister/components/controls/permissions";
import { controlsProblems } from "@cloister/components/controls/plan";
import { type KeyUse } from "@cloister/components/keys/policy";
import { type Problem } from "@cloister/components/stack/preflight";
import type * as pulumi from "@pulumi/pulumi";
import { type CoreSettings } from "./settings";

/** Problems with the setting `controls`. Corrections require the allow-lists of the environments. */
export async function preflightControls({ controls }: CoreSettings): Promise<Problem[]> {
  if (!controls) return [];
  return controlsProblems(controls, await lookupPublishedEnvironments(controls, {}), "cloister-core:controls");
}

/** What the evaluator does with the key of the hub. `name` is the stack name. */
export const controlsKeyUse = (name: string, context: AwsContext, { controls }: CoreSettings): Pick<KeyUse, "dataRoles"> =>
  controls ? { dataRoles: { rolePath: rolesAt(context, controlsRolePath(context, name)), through: ["s3", "sns"] } } : {};

interface ControlsParts {
  context: AwsContext;
  settings: CoreSettings;
  topicArn: pulumi.Input<string>;
  keyArn: pulumi.Input<string>;
}

/** Creates the evaluator, if the setting `controls` is set. `name` is the stack name. */
export function createControls(
  name: string,
  { context, settings: { controls, purge }, topicArn, keyArn }: ControlsParts,
  opts: pulumi.ComponentResourceOptions,
): void {
  if (controls) new Evaluator(name, { context, settings: controls, topicArn, keyArn, purge }, opts);
}
