// Defines the settings of an environment's monitoring: denied calls, budget, dashboard.
import { z } from "zod";
import { limits } from "../aws/limits";
import { retentionDays } from "../stack/common-settings";

const alarmAbove = () => z.int().min(0).max(100_000);

const percentages = (defaults: number[]) =>
  z
    .array(z.int().min(1).max(1000))
    .refine((listed) => new Set(listed).size === listed.length, { message: "must not repeat a percentage" })
    .prefault(defaults);

const budgetSettings = () =>
  z
    .strictObject({
      monthlyUsd: z.int().min(1).max(10_000_000).describe("Budgeted cost of a calendar month, in USD."),
      actualPercent: percentages([80, 100]).describe(
        "Percentages of the budget. An alert is sent when the actual cost exceeds a percentage.",
      ),
      forecastPercent: percentages([100]).describe(
        "Percentages of the budget. An alert is sent when the forecasted cost of the month exceeds a percentage.",
      ),
      emails: z
        .array(z.email().meta({ allowed: "an email address" }))
        .max(limits.budgetEmails.value)
        .prefault([])
        .describe(
          "Email addresses that receive budget alerts, in addition to the core stack's `alertEmails`. These addresses require no confirmation.",
        ),
    })
    .optional()
    .meta({ computedDefault: "no budget" })
    .describe(
      "Budget for resources with the environment's tag. The management account must activate the cost allocation tag `cloister:environment` (docs/monitoring.md). Supported only in the partition `aws`.",
    );

export const monitoringSettings = () => ({
  deniedCalls: z
    .strictObject({
      alarmAbove: alarmAbove()
        .prefault(5)
        .describe(
          "Maximum number of denied changes in five minutes without an alert. Denied changes are denied calls by the environment's roles that are not read-only.",
        ),
      readsAlarmAbove: alarmAbove()
        .optional()
        .meta({ computedDefault: "no alert" })
        .describe(
          "Maximum number of denied read-only calls in five minutes without an alert. The AWS console makes many read-only calls that a role has no permission to make.",
        ),
      retentionDays: retentionDays().prefault(365).describe("Retention of the denied call and app logs, in days."),
    })
    .prefault({})
    .describe("Log and alarms for denied calls. Requires a CloudTrail trail that logs management events (docs/monitoring.md)."),
  budget: budgetSettings(),
  dashboard: z
    .boolean()
    .prefault(true)
    .describe("Whether to create a dashboard. From the fourth dashboard in the account, each dashboard costs 3 USD a month."),
});

export type MonitoringSettings = z.output<z.ZodObject<ReturnType<typeof monitoringSettings>>>;
