// Tests the dashboard body and URL. Does not prove that CloudWatch accepts the body.
import assert from "node:assert/strict";
import { dashboardBody, dashboardUrl } from "@cloister/components/monitoring/dashboard";
import { metricFilters } from "@cloister/components/monitoring/events";
import { REGION } from "../../helpers/mocks";
import { context, environment, plannedMonitoring, type Widget, widgetsOf } from "../../helpers/monitoring";

describe("monitoring dashboard", () => {
  const facts = {
    context,
    environment,
    domainId: "d-environment",
    deniedGroup: "/aws/events/cloister/fraud-dev/denied-calls",
    alarmArns: ["arn:a"],
  };
  const widgets = widgetsOf(dashboardBody(facts));
  const markdownOf = (all: Widget[]) => all.map(({ properties }) => properties.markdown ?? "").join("\n");

  it("has widgets inside the grid that do not overlap", () => {
    const cells = new Set<string>();
    for (const { x, y, width, height } of widgets) {
      assert.ok(x >= 0 && width >= 1 && x + width <= 24 && height >= 1);
      for (let column = x; column < x + width; column++)
        for (let row = y; row < y + height; row++) {
          assert.ok(!cells.has(`${column},${row}`), `two widgets at ${column},${row}`);
          cells.add(`${column},${row}`);
        }
    }
  });
  it("has widgets of every type, in the region of the environment", () => {
    assert.deepEqual(
      widgets.map(({ type }) => type),
      ["text", "text", "metric", "metric", "log", "alarm"],
    );
    for (const { type, properties } of widgets) {
      if (type === "metric" || type === "log") assert.equal(properties.region, REGION);
      if (type === "log") assert.match(properties.query!, /^SOURCE '\/aws\/events\/cloister\/fraud-dev\/denied-calls' \| stats /);
      if (type === "alarm") assert.deepEqual(properties.alarms, ["arn:a"]);
    }
  });
  it("graphs exactly the metrics of the metric filters", () => {
    const drawn = widgets.flatMap(({ properties }) => properties.metrics ?? []).filter((item) => typeof item[0] === "string");
    assert.deepEqual(
      drawn.map(([namespace, metric]) => `${String(namespace)} ${String(metric)}`),
      Object.values(metricFilters).map(({ metric }) => `Cloister/fraud-dev ${metric}`),
    );
  });
  it("uses only metrics of the same graph in expressions", () => {
    const metrics = widgets.flatMap(({ properties }) => properties.metrics ?? []);
    const options = metrics.map((metric) => metric.at(-1) as { id?: string; expression?: string });
    const ids = options.flatMap(({ id }) => id ?? []);
    const used = options.flatMap(({ expression }) => [...(expression ?? "").matchAll(/FILL\((\w+),/g)].map(([, id]) => id));
    assert.deepEqual(used, ["started", "deleted"]);
    for (const id of used) assert.ok(ids.includes(id!));
  });
  it("states the limits of the displayed figures", () => {
    assert.match(markdownOf(widgets), /Without a trail that logs management events in this region, the dashboard stays empty/);
    assert.match(markdownOf(widgets), /CloudWatch has no metric for the cost of one environment/);
    assert.match(markdownOf(widgets), /No budget is set/);
  });
  it("shows the budget amount", () => {
    const { budget } = plannedMonitoring({ budget: { monthlyUsd: 500 } }).plan;
    assert.match(
      markdownOf(widgetsOf(dashboardBody({ ...facts, budget: budget! }))),
      /\*\*500 USD\*\*.*80 % spent, 100 % spent, 100 % expected/,
    );
  });

  const urls: [string, string, string | undefined][] = [
    ["aws", REGION, `https://${REGION}.console.aws.amazon.com/cloudwatch/home?region=${REGION}#dashboards/dashboard/it`],
    ["aws-cn", "cn-north-1", "https://cn-north-1.console.amazonaws.cn/cloudwatch/home?region=cn-north-1#dashboards/dashboard/it"],
    [
      "aws-us-gov",
      "us-gov-west-1",
      "https://us-gov-west-1.console.amazonaws-us-gov.com/cloudwatch/home?region=us-gov-west-1#dashboards/dashboard/it",
    ],
    ["aws-iso", "us-iso-east-1", undefined],
  ];
  for (const [partition, region, want] of urls)
    it(`has ${want ? "a" : "no"} URL in ${partition}`, () => assert.equal(dashboardUrl({ ...context, partition, region }, "it"), want));
});
