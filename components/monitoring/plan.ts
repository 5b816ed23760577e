// What can be watched, and what is in the way of it, before the first resource. Pure.
import { type AwsContext } from "../aws/context";
import { deniedPattern } from "./events";
import { type MonitoringSettings } from "./settings";

export interface MonitoringRequest {
  context: AwsContext;
  /** `fraud-dev` */
  environment: string;
  /** ARNs of roles that were brought along, with their path. */
  roleArns: string[];
  settings: MonitoringSettings;
  /** Where the settings are, with their namespace: `cloister-environment:monitoring`. */
  paths: { monitoring: string; roles: string };
}

export interface BudgetPlan {
  limitUsd: number;
  notifications: { kind: "ACTUAL" | "FORECASTED"; percent: number }[];
  emails: string[];
}

export interface MonitoringPlan extends Pick<MonitoringSettings, "deniedCalls" | "dashboard"> {
  /** Dashboards and budgets have one name in all regions of an account. */
  globalName: string;
  /** Event pattern. */
  deniedPattern: string;
  budget?: BudgetPlan;
}

/** Notifications that a budget may have. Source: AWS API `CreateBudget`. */
const notificationLimit = 5;
/** Characters of an event pattern, unless AWS was asked for more. Source: EventBridge quotas. */
const patternLimit = 2048;

function planBudget({ settings, context, paths }: MonitoringRequest, problems: string[]): BudgetPlan | undefined {
  const { budget } = settings;
  if (!budget) return undefined;
  const path = `${paths.monitoring}.budget`;
  const { actualPercent, forecastPercent, monthlyUsd, emails } = budget;
  if (context.partition !== "aws")
    problems.push(
      `'${path}' is set, and ${context.region} is in the partition ${context.partition}, whose costs no budget in USD can be made for from here. Remove it, and make the budget in the account that pays.`,
    );
  const notifications = [
    ...actualPercent.map((percent) => ({ kind: "ACTUAL" as const, percent })),
    ...forecastPercent.map((percent) => ({ kind: "FORECASTED" as const, percent })),
  ];
  if (notifications.length > notificationLimit)
    problems.push(
      `'${path}' has ${actualPercent.length} actualPercent and ${forecastPercent.length} forecastPercent; AWS allows ${notificationLimit} together. Remove ${notifications.length - notificationLimit}.`,
    );
  if (notifications.length === 0)
    problems.push(
      `'${path}' has neither actualPercent nor forecastPercent, so nobody would hear of it. Name a percentage, or remove the budget.`,
    );
  return { limitUsd: monthlyUsd, notifications, emails };
}

/** What watches over an environment; without problems it can be made as it is. */
export function planMonitoring(request: MonitoringRequest): { plan: MonitoringPlan; problems: string[] } {
  const { context, environment, roleArns, settings, paths } = request;
  const problems: string[] = [];
  const budget = planBudget(request, problems);
  const pattern = deniedPattern(context, environment, roleArns);
  if (pattern.length > patternLimit)
    problems.push(
      `'${paths.roles}' names ${roleArns.length} roles, and the event pattern of their denied calls would have ${pattern.length} characters; AWS allows ${patternLimit}. Name fewer.`,
    );
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
