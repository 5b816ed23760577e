// Defines how each area is validated before resources are created: look up, plan, and report all problems at once.
import type * as pulumi from "@pulumi/pulumi";

/** Why a setting cannot be deployed. */
export interface Problem {
  /** Path of the setting with its namespace, `cloister-environment:network.zones`. */
  setting: string;
  /** The rule, the value found and the fix. Continues the sentence that the quoted path starts. */
  text: string;
}

/** The plan of an area, and all problems with its settings. The plan is valid only if there are no problems. */
export interface Planned<Plan> {
  plan: Plan;
  problems: Problem[];
}

/** `'cloister-environment:network.zones' must be an integer from 1 to 4 (got 9). …` */
export const problemText = ({ setting, text }: Problem): string => `'${setting}' ${text}`;

/**
 * Looks up in AWS what a plan depends on, then creates the plan.
 * `lookup` only reads. `plan` is pure, so that tests cover every problem without AWS.
 */
export const preflight = async <Request, Findings, Plan>(
  area: {
    lookup: (request: Request, opts: pulumi.InvokeOptions) => Promise<Findings>;
    plan: (request: Request, findings: Findings) => Planned<Plan>;
  },
  request: Request,
  opts: pulumi.InvokeOptions = {},
): Promise<Planned<Plan>> => area.plan(request, await area.lookup(request, opts));
