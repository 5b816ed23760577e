// Settings of what watches over an environment: denied calls, cost, dashboard.
import { z } from "zod";
import { retentionDays } from "../stack/common-settings";

const alarmAbove = () => z.int().min(0).max(100_000);

const percents = (standard: number[]) =>
  z
    .array(z.int().min(1).max(1000))
    .refine((listed) => new Set(listed).size === listed.length, { message: "must not name a percentage twice" })
    .prefault(standard);

const budgetSettings = () =>
  z
    .strictObject({
      monthlyUsd: z.int().min(1).max(10_000_000).describe("What the environment may cost in a calendar month, in USD."),
      actualPercent: percents([80, 100]).describe("Parts of it, in percent, at which an alert goes out once they are spent."),
      forecastPercent: percents([100]).describe(
        "Parts of it, in percent, at which an alert goes out once AWS expects them by the end of the month.",
      ),
      emails: z
        .array(z.email().meta({ allowed: "an email address" }))
        .max(10)
        .prefault([])
        .describe("Addresses that get these alerts, besides those of core's `alertEmails`. AWS asks for no confirmation."),
    })
    .optional()
    .describe(
      "Budget of what carries the environment's tag. None if it is not set. It counts only once the payer of the bill has activated the tag `cloister:environment` (docs/monitoring.md). In the partition `aws` only.",
    );

/** What watches over an environment. */
export const monitoringSettings = () => ({
  deniedCalls: z
    .strictObject({
      alarmAbove: alarmAbove()
        .prefault(5)
        .describe(
          "Calls that would have changed something and were denied to the environment's roles: how many in five minutes are let pass without an alert.",
        ),
      readsAlarmAbove: alarmAbove()
        .optional()
        .describe("The same for calls that only read. No alert if it is not set, since consoles try many reads that nobody asked for."),
      retentionDays: retentionDays().prefault(365).describe("Days that denied calls, and starts and deletions of apps, are kept."),
    })
    .prefault({})
    .describe("Denied calls. They are known only where a CloudTrail trail logs management events (docs/monitoring.md)."),
  budget: budgetSettings(),
  dashboard: z.boolean().prefault(true).describe("Whether there is a dashboard: 3 USD a month, from the account's fourth on."),
});

export type MonitoringSettings = z.output<z.ZodObject<ReturnType<typeof monitoringSettings>>>;
