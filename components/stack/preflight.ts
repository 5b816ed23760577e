// Defines how each area is validated before resources are created: look up, plan, and report all problems at once.
import * as pulumi from "@pulumi/pulumi";
import { increaseCommand, type LimitName, limitOf } from "../aws/limits";
import { appliedQuota } from "../aws/lookup";

/** Why a setting cannot be deployed. */
export interface Problem {
  /** Path of the setting with its namespace, `cloister-environment:network.zones`. */
  setting: string;
  /** The rule, the value found and the fix. Continues the sentence that the quoted path starts. */
  text: string;
}

/** How much of a quota that AWS raises on request a plan uses. */
export interface QuotaUse {
  limit: LimitName;
  setting: string;
  /** What exceeds the quota, for example `must be 'nat' in fewer zones (got 3): the region would have 6 Elastic IP addresses`. */
  text: string;
  used: number;
  /** The fix without a quota increase. */
  fix: string;
}

/** The plan of an area, and all problems with its settings. The plan is valid only if there are no problems. */
export interface Planned<Plan> {
  plan: Plan;
  problems: Problem[];
  /** Warnings about settings that can be deployed. */
  warnings?: Problem[];
  /** Uses of quotas. The preflight compares those above the default with the quotas of the account. */
  quotaUses?: QuotaUse[];
}

/** `'cloister-environment:network.zones' must be an integer from 1 to 4 (got 9). …` */
export const problemText = ({ setting, text }: Problem): string => `'${setting}' ${text}`;

/** An error of AWS or the provider, such as a missing permission, as a message without a stack trace. */
function lookupError(error: unknown): unknown {
  // Other errors are faults of the program, whose stack trace helps.
  if (!(error instanceof Error) || error.constructor !== Error) return error;
  const reported = new pulumi.RunError(
    `Cannot look up the AWS resources that stack '${pulumi.getStack()}' (${pulumi.getProject()}) depends on. No resources were created. Fix: allow the deploying role the action in this error of AWS, or repeat the command: ${error.message}`,
  );
  delete reported.stack;
  return reported;
}

/** A use of a quota as a problem. An account whose quota cannot be read can have a raised quota, so it gets a warning. */
async function quotaProblem(use: QuotaUse, opts: pulumi.InvokeOptions): Promise<Pick<Planned<unknown>, "problems" | "warnings">> {
  const limit = limitOf(use.limit);
  const applied = await appliedQuota(limit, opts);
  if (use.used <= (applied ?? limit.value)) return { problems: [] };
  const increase = increaseCommand(limit, use.used);
  const allowed = applied === undefined ? `AWS allows ${limit.value} by default` : `the account allows ${applied}`;
  const text = `${use.text}, and ${allowed}. Fix: ${use.fix}${increase === undefined ? "" : `, or request a quota increase: ${increase}`}`;
  const problem = { setting: use.setting, text };
  return applied === undefined && increase !== undefined ? { problems: [], warnings: [problem] } : { problems: [problem] };
}

/** A plan with the problems and warnings of its uses of quotas. Reads only quotas whose default is exceeded. */
export async function withQuotas<Plan>(planned: Planned<Plan>, opts: pulumi.InvokeOptions = {}): Promise<Planned<Plan>> {
  const { quotaUses = [], ...rest } = planned;
  const exceeded = quotaUses.filter(({ limit, used }) => used > limitOf(limit).value);
  const found = await Promise.all(exceeded.map((use) => quotaProblem(use, opts)));
  return {
    ...rest,
    problems: [...rest.problems, ...found.flatMap(({ problems }) => problems)],
    warnings: [...(rest.warnings ?? []), ...found.flatMap(({ warnings = [] }) => warnings)],
  };
}

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
): Promise<Planned<Plan>> => {
  const findings = await area.lookup(request, opts).catch((error: unknown) => {
    throw lookupError(error);
  });
  return withQuotas(area.plan(request, findings), opts);
};
