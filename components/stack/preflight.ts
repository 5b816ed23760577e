// The one form in which every area is checked before the first resource: look up, plan, and report all problems at once.
import type * as pulumi from "@pulumi/pulumi";

/** What keeps a setting from being deployed. */
export interface Problem {
  /** Path of the setting with its namespace, `cloister-environment:network.zones`. */
  setting: string;
  /** What is wrong with the setting, what is allowed, and the next step: what follows the quoted path in the message. */
  text: string;
}

/** What an area can make of its settings, and every problem with them. The plan is usable only without problems. */
export interface Planned<Plan> {
  plan: Plan;
  problems: Problem[];
}

/** `'cloister-environment:network.zones' must be an integer from 1 to 4 (got 9). …` */
export const problemText = ({ setting, text }: Problem): string => `'${setting}' ${text}`;

/**
 * Looks up in AWS what a plan depends on, then plans.
 * `lookup` only reads; `plan` is pure, so that tests reach every problem without AWS.
 */
export const preflight = async <Request, Findings, Plan>(
  area: {
    lookup: (request: Request, opts: pulumi.InvokeOptions) => Promise<Findings>;
    plan: (request: Request, findings: Findings) => Planned<Plan>;
  },
  request: Request,
  opts: pulumi.InvokeOptions = {},
): Promise<Planned<Plan>> => area.plan(request, await area.lookup(request, opts));
