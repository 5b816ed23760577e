// Plans the monitoring of an environment and validates its settings. Pure: makes no AWS calls.
import { type AwsContext } from "../aws/context";
import { limits } from "../aws/limits";
import { type Planned, type Problem } from "../stack/preflight";
import { deniedPattern } from "./events";
import { type MonitoringSettings } from "./settings";

export interface MonitoringRequest {
  context: AwsContext;
  /** `fraud-dev` */
  environment: string;
  /** ARNs of existing roles, including the path. */
  roleArns: string[];
  settings: MonitoringSettings;
  /** Paths of the monitoring settings, `cloister-environment:monitoring`, and of the setting for existing roles. */
  paths: { monitoring: string; roles: string };
}

export interface BudgetPlan {
  limitUsd: number;
  notifications: { kind: "ACTUAL" | "FORECASTED"; percent: number }[];
  emails: string[];
}

export interface MonitoringPlan extends Pick<MonitoringSettings, "deniedCalls" | "dashboard"> {
  /**
   * Name of the dashboard and budget. Contains the region, because these names must be unique in an account.
   */
  globalName: string;
  /** Event pattern. */
  deniedPattern: string;
  budget?: BudgetPlan;
}

const notificationLimit = limits.budgetNotifications.value;
const patternLimit = limits.eventPattern.value;

function planBudget({ actualPercent, forecastPercent, monthlyUsd, emails }: NonNullable<MonitoringSettings["budget"]>): BudgetPlan {
  return {
    limitUsd: monthlyUsd,
    notifications: [
      ...actualPercent.map((percent) => ({ kind: "ACTUAL" as const, percent })),
      ...forecastPercent.map((percent) => ({ kind: "FORECASTED" as const, percent })),
    ],
    emails,
  };
}

function budgetProblems({ notifications }: BudgetPlan, { region, partition }: AwsContext): string[] {
  const count = notifications.length;
  return [
    ...(partition === "aws"
      ? []
      : [
          `is supported in partition aws only (got ${partition}, region ${region}). Fix: remove it, and create a budget in the account that pays.`,
        ]),
    ...(count > notificationLimit
      ? [
          `must have at most ${notificationLimit} values in actualPercent and forecastPercent together (got ${count}). Fix: remove ${count - notificationLimit}.`,
        ]
      : []),
    ...(count === 0
      ? ["must have a value in actualPercent or forecastPercent, or it sends no alert. Fix: add one, or remove the budget."]
      : []),
  ];
}

/** Plans the monitoring of an environment, and reports all problems with its settings. */
export function planMonitoring({ context, environment, roleArns, settings, paths }: MonitoringRequest): Planned<MonitoringPlan> {
  const budget = settings.budget && planBudget(settings.budget);
  const pattern = deniedPattern(context, environment, roleArns);
  const problems: Problem[] = (budget ? budgetProblems(budget, context) : []).map((text) => ({
    setting: `${paths.monitoring}.budget`,
    text,
  }));
  if (pattern.length > patternLimit)
    problems.push({
      setting: paths.roles,
      text:
        `must be shorter: the event pattern of denied calls would have ${pattern.length} characters, and AWS allows ${patternLimit}. ` +
        `Fix: specify fewer roles in '${paths.roles}' and in the profiles (got ${roleArns.length}).`,
    });
  return {
    plan: {
      deniedCalls: settings.deniedCalls,
      dashboard: settings.dashboard,
      globalName: `cloister-${environment}-${context.region}`,
      deniedPattern: pattern,
      ...(budget && { budget }),
    },
    problems,
  };
}
