// Settings of an environment's monitoring: denied calls, budget, dashboard.
import { z } from "zod";
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
      actualPercent: percentages([80, 100]).describe("Percentages of the budget. An alert is sent when the actual cost exceeds one."),
      forecastPercent: percentages([100]).describe(
        "Percentages of the budget. An alert is sent when the forecasted cost of the month exceeds one.",
      ),
      emails: z
        .array(z.email().meta({ allowed: "an email address" }))
        .max(10)
        .prefault([])
        .describe("Email addresses that receive these alerts in addition to core's `alertEmails`. They require no confirmation."),
    })
    .optional()
    .describe(
      "Budget of the resources with the environment's tag. None, if not set. It requires that the management account activates the cost allocation tag `cloister:environment` (docs/monitoring.md). Supported in partition `aws` only.",
    );

export const monitoringSettings = () => ({
  deniedCalls: z
    .strictObject({
      alarmAbove: alarmAbove()
        .prefault(5)
        .describe(
          "Largest number of denied changes in five minutes without an alert. Denied changes are calls of the environment's roles that are not read-only.",
        ),
      readsAlarmAbove: alarmAbove()
        .optional()
        .describe(
          "The same for read-only calls. No alert, if not set: the AWS console makes many read calls that a role has no permission for.",
        ),
      retentionDays: retentionDays().prefault(365).describe("Retention of the logs of denied calls and of apps, in days."),
    })
    .prefault({})
    .describe("Log and alarms of denied calls. Requires a CloudTrail trail that logs management events (docs/monitoring.md)."),
  budget: budgetSettings(),
  dashboard: z
    .boolean()
    .prefault(true)
    .describe("Whether to create a dashboard. It costs 3 USD a month from the fourth dashboard of the account on."),
});

export type MonitoringSettings = z.output<z.ZodObject<ReturnType<typeof monitoringSettings>>>;
