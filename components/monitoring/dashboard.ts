// Builds the body and the URL of the dashboard. Pure.
import { consoleUrl } from "../aws/console";
import { type AwsContext } from "../aws/context";
import { type MetricFilter, metricFilters, metricNamespace } from "./events";
import { type BudgetPlan } from "./plan";

/** Console URL of a dashboard. Undefined in a partition whose console domain is unknown. */
export const dashboardUrl = (context: AwsContext, dashboard: string) =>
  consoleUrl(context, "cloudwatch", `dashboards/dashboard/${dashboard}`);

export interface DashboardFacts {
  context: AwsContext;
  environment: string;
  domainId: string;
  /** Name of the log group for denied calls. */
  deniedGroup: string;
  alarmArns: string[];
  budget?: BudgetPlan;
}

/** Three rows of widgets on CloudWatch's grid of 24 columns. */
const half = 12;
const rows = { text: { y: 0, height: 5 }, graphs: { y: 5, height: 7 }, details: { y: 12, height: 8 } };
const at = (row: keyof typeof rows, x: number, width: number) => ({ x, width, ...rows[row] });

function costText({ context, budget }: DashboardFacts): string {
  const links =
    context.partition === "aws"
      ? " [Budgets](https://console.aws.amazon.com/costmanagement/home#/budgets) and [Cost Explorer](https://console.aws.amazon.com/costmanagement/home#/cost-explorer) have the figures."
      : "";
  const limit = budget
    ? `**${budget.limitUsd} USD** a month. Alerts at ${budget.notifications.map(({ kind, percent }) => `${percent} % ${kind === "ACTUAL" ? "spent" : "expected"}`).join(", ")}.`
    : "No budget is set (`monitoring.budget`).";
  return `## Cost\n${limit}${links}\n\nCloudWatch has no metric for the cost of one environment, so the dashboard has no graph of it.`;
}

/** The dashboard body as JSON. Source: CloudWatch "Dashboard Body Structure and Syntax". */
export function dashboardBody(facts: DashboardFacts): string {
  const { environment, domainId, deniedGroup, alarmArns } = facts;
  const { region } = facts.context;
  const metric = ({ metric: name }: MetricFilter, options: object) => [metricNamespace(environment), name, { stat: "Sum", ...options }];
  return JSON.stringify({
    widgets: [
      {
        type: "text",
        ...at("text", 0, half),
        properties: {
          markdown: [
            `# ${environment}`,
            "Denied calls and apps are counted from what CloudTrail records. **Without a trail that logs management events in this region, the dashboard stays empty.**",
            `Apps: calls that started and deleted them. If Studio stops an idle app itself and CloudTrail has no call of it, the line stays too high. What runs now: \`aws sagemaker list-apps --domain-id-equals ${domainId}\``,
            "Created by Cloister. The next deployment reverts manual changes.",
          ].join("\n\n"),
        },
      },
      { type: "text", ...at("text", half, half), properties: { markdown: costText(facts) } },
      {
        type: "metric",
        ...at("graphs", 0, half),
        properties: {
          title: "Denied calls",
          region,
          view: "timeSeries",
          period: 300,
          metrics: [metric(metricFilters.deniedChanges, { label: "changes" }), metric(metricFilters.deniedReads, { label: "reads" })],
        },
      },
      {
        type: "metric",
        ...at("graphs", half, half),
        properties: {
          title: "Studio apps",
          region,
          view: "timeSeries",
          period: 300,
          metrics: [
            metric(metricFilters.appsStarted, { label: "started", id: "started" }),
            metric(metricFilters.appsDeleted, { label: "deleted", id: "deleted" }),
            [
              {
                expression: "RUNNING_SUM(FILL(started, 0) - FILL(deleted, 0))",
                label: "started less deleted, since the left edge",
                id: "difference",
              },
            ],
          ],
        },
      },
      {
        type: "log",
        ...at("details", 0, 2 * 8),
        properties: {
          title: "Denied most",
          region,
          view: "table",
          query: [
            `SOURCE '${deniedGroup}'`,
            "stats count(*) as calls by detail.eventSource, detail.eventName, detail.userIdentity.arn",
            "sort calls desc",
            "limit 20",
          ].join(" | "),
        },
      },
      { type: "alarm", ...at("details", 2 * 8, 8), properties: { title: "Alarms", alarms: alarmArns } },
    ],
  });
}
