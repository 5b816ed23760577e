// Defines settings, plans and dashboards for monitoring tests.
import assert from "node:assert/strict";
import { type AwsContext } from "@cloister/components/aws/context";
import { planMonitoring } from "@cloister/components/monitoring";
import { type MonitoringSettings, monitoringSettings } from "@cloister/components/monitoring/settings";
import { parseSettings } from "@cloister/components/stack/config";
import { z } from "zod";
import { HUB, REGION } from "./mocks";

export const context: AwsContext = { accountId: HUB, region: REGION, partition: "aws" };
export const environment = "fraud-dev";

const schema = z.strictObject({ monitoring: z.strictObject(monitoringSettings()).prefault({}) });
export const readMonitoring = (monitoring: object) =>
  parseSettings("cloister-environment", schema, { monitoring: JSON.stringify(monitoring) });

/** Settings with defaults. Fails when a setting is invalid. */
export function monitoringOf(monitoring: object): MonitoringSettings {
  const { problems, value } = readMonitoring(monitoring);
  assert.deepEqual(problems, []);
  return (value as { monitoring: MonitoringSettings }).monitoring;
}

export const plannedMonitoring = (monitoring: object, request: { roleArns?: string[]; context?: AwsContext } = {}) =>
  planMonitoring({
    context,
    environment,
    roleArns: [],
    settings: monitoringOf(monitoring),
    paths: { monitoring: "cloister-environment:monitoring", roles: "cloister-environment:existingRoles" },
    ...request,
  });

export interface Widget {
  type: string;
  x: number;
  y: number;
  width: number;
  height: number;
  properties: { markdown?: string; metrics?: unknown[][]; region?: string; query?: string; alarms?: string[] };
}
export const widgetsOf = (dashboardBody: string) => (JSON.parse(dashboardBody) as { widgets: Widget[] }).widgets;
