// The detective and corrective controls of a core stack.
import { ifAllowed, lookupTrails } from "@cloister/components/audit/lookup";
import { type AwsContext } from "@cloister/components/aws/context";
import { rolesAt } from "@cloister/components/aws/role-path";
import { environmentLaunchRoleArn } from "@cloister/components/catalog/environments/launch-role";
import { Evaluator } from "@cloister/components/controls/evaluator";
import { lookupPublishedEnvironments, lookupSecurityHub } from "@cloister/components/controls/lookup";
import { controlsRolePath } from "@cloister/components/controls/permissions";
import { controlsProblems, controlsWarnings } from "@cloister/components/controls/plan";
import { type KeyUse } from "@cloister/components/keys/policy";
import { type Problem } from "@cloister/components/stack/preflight";
import type * as pulumi from "@pulumi/pulumi";
import { type CoreSettings } from "./settings";

const path = "cloister-core:controls";

/** Problems with the setting `controls`: allow-lists, the trail whose events the evaluator gets, and AWS Security Hub. */
export async function preflightControls(
  { controls, audit }: CoreSettings,
  context: AwsContext,
): Promise<{ problems: Problem[]; warnings: Problem[] }> {
  if (!controls) return { problems: [], warnings: [] };
  // The preflight of `audit` validates an existing trail.
  const isAudited = audit?.trail !== undefined || audit?.existingTrailArn !== undefined;
  const [published, securityHub, found] = await Promise.all([
    lookupPublishedEnvironments(controls, {}),
    // The stack enables AWS Security Hub before the evaluator gets an event.
    audit?.securityHub ? ("enabled" as const) : lookupSecurityHub(controls, context),
    isAudited ? undefined : ifAllowed(lookupTrails(context)),
  ]);
  const findings = { published, securityHub, trails: isAudited ? ("audit" as const) : found?.trails };
  return { problems: controlsProblems(controls, findings, path), warnings: controlsWarnings(controls, findings, path) };
}

/** What the evaluator does with the key of the hub. `name` is the stack name. */
export const controlsKeyUse = (name: string, context: AwsContext, { controls }: CoreSettings): Pick<KeyUse, "dataRoles"> =>
  controls ? { dataRoles: { rolePath: rolesAt(context, controlsRolePath(context, name)), through: ["s3", "sns"] } } : {};

interface ControlsParts {
  context: AwsContext;
  settings: CoreSettings;
  /** The deploying role, `arn:…:role/…`. */
  deployRoleArn: string;
  topicArn: pulumi.Input<string>;
  keyArn: pulumi.Input<string>;
}

/** Creates the evaluator, if the setting `controls` is set. `name` is the stack name. */
export function createControls(
  name: string,
  { context, settings, deployRoleArn, topicArn, keyArn }: ControlsParts,
  opts: pulumi.ComponentResourceOptions,
): void {
  const { controls, purge, catalog, catalogLaunch } = settings;
  if (!controls) return;
  // The launch role of the engine deploys environments, and with them their allow-lists.
  const launches = [...(catalog ? [name] : []), ...(catalogLaunch ? [catalogLaunch.engineCore] : [])];
  const deployRoleArns = [
    ...(controls.deployRoleArns.length > 0 ? controls.deployRoleArns : [deployRoleArn]),
    ...launches.map((engine) => environmentLaunchRoleArn(context, engine)),
  ];
  new Evaluator(name, { context, settings: controls, deployRoleArns, topicArn, keyArn, purge }, opts);
}
