// Creates an environment's monitoring under mocks.
// Does not prove that AWS accepts the dashboard, the metric filters and the budget.
import assert from "node:assert/strict";
import { alertPublishers, Monitoring, type MonitoringPlan } from "@cloister/components/monitoring";
import { metricFilters } from "@cloister/components/monitoring/events";
import { RootComponent } from "@cloister/components/stack/root";
import { REGION, type Registered, settle, useMocks, waitForRegistrations, type World } from "../../helpers/mocks";
import { context, environment, plannedMonitoring, widgetsOf } from "../../helpers/monitoring";
import { type AlarmInputs, fires } from "../../helpers/alarm";
import { evaluateProgram } from "../../programs/violations";

describe("monitoring", () => {
  let world: World;
  let outputs: unknown[];
  const create = async (monitoringPlan: MonitoringPlan) => {
    world = await useMocks({ project: "it", stack: "it", config: {} });
    const program = new RootComponent("Environment", environment, { "cloister:environment": environment });
    const {
      resourceGroupArn,
      deniedCallsLogGroup,
      dashboardUrl: url,
    } = new Monitoring(
      environment,
      {
        context,
        environment,
        plan: monitoringPlan,
        domainId: "d-environment",
        alertTopicArn: "arn:aws:sns:eu-central-1:111122223333:alerts",
        logKeyArn: "arn:aws:kms:eu-central-1:111122223333:key/logs",
      },
      { parent: program },
    );
    outputs = [await settle(resourceGroupArn), await settle(deniedCallsLogGroup), url];
    await waitForRegistrations();
  };
  /** Resources sorted by name, because the registration order depends on the outputs that a resource waits for. */
  const all = (type: string) => world.resources.filter((resource) => resource.type === type).sort((a, b) => (a.name < b.name ? -1 : 1));
  const resource = (type: string, name?: string): Registered =>
    all(type).find((found) => !name || found.name === name) ?? assert.fail(`no ${type} ${name ?? ""}`);
  const groups = "aws:cloudwatch/logGroup:LogGroup";
  const alarms = "aws:cloudwatch/metricAlarm:MetricAlarm";

  describe("with default settings", () => {
    before(() => create(plannedMonitoring({}).plan));

    it("groups all resources with the environment's tag", () =>
      assert.deepEqual(JSON.parse((resource("aws:resourcegroups/group:Group").inputs.resourceQuery as { query: string }).query), {
        ResourceTypeFilters: ["AWS::AllSupported"],
        TagFilters: [{ Key: "cloister:environment", Values: ["fraud-dev"] }],
      }));
    it("encrypts both log groups and retains them for the configured days", () =>
      assert.deepEqual(
        all(groups).map(({ inputs }) => [inputs.name, inputs.kmsKeyId, inputs.retentionInDays]),
        ["app-calls", "denied-calls"].map((role) => [
          `/aws/events/cloister/fraud-dev/${role}`,
          "arn:aws:kms:eu-central-1:111122223333:key/logs",
          365,
        ]),
      ));
    it("passes every guardrail, including log-group-kms", async () => {
      const { violations, ran } = await evaluateProgram(world);
      assert.deepEqual(violations, []);
      assert.ok(ran.includes("log-group-kms"));
    });
    it("matches read-only calls in both event patterns", () =>
      assert.deepEqual(
        all("aws:cloudwatch/eventRule:EventRule").map(({ inputs }) => inputs.state),
        ["ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"],
      ));
    it("has one resource policy that names both log groups and both rules", () => {
      const { inputs, sources } = resource("aws:cloudwatch/logResourcePolicy:LogResourcePolicy", "fraud-dev-events");
      assert.equal(inputs.policyName, "cloister-fraud-dev");
      assert.deepEqual(
        sources.policyDocument?.map(({ name }) => name).sort(),
        ["denied-calls", "app-calls"].flatMap((role) => [`fraud-dev-${role}`, `fraud-dev-${role}-rule`]).sort(),
      );
    });
    it("has alarms for denied changes and lost calls, and no alarm for denied reads", () =>
      assert.deepEqual(
        all(alarms).map(({ inputs }) => [inputs.namespace, inputs.metricName, inputs.threshold, inputs.alarmActions]),
        [
          ["AWS/Events", "FailedInvocations", 0, ["arn:aws:sns:eu-central-1:111122223333:alerts"]],
          ["Cloister/fraud-dev", "DeniedChanges", 5, ["arn:aws:sns:eu-central-1:111122223333:alerts"]],
        ],
      ));
    it("fires an alarm above the threshold in five minutes, and not at the threshold or without calls", () => {
      for (const { name, inputs } of all(alarms)) {
        const alarm = inputs as unknown as AlarmInputs;
        const calls = (count: number) => Array.from({ length: count }, () => 1);
        assert.deepEqual(
          [fires(alarm, calls(alarm.threshold + 1)), fires(alarm, calls(alarm.threshold)), fires(alarm, [])],
          [true, false, false],
          name,
        );
        assert.equal(inputs.period, 300, name);
      }
    });
    it("fires an alarm on denied calls also if code publishes other values or units of its metric", () => {
      const { inputs } = all(alarms).find(({ inputs }) => inputs.namespace === "Cloister/fraud-dev")!;
      assert.ok(fires(inputs as unknown as AlarmInputs, [1, 1, 1, 1, 1, 1, -1000]));
      assert.equal(inputs.unit, "Count");
    });
    it("has an alarm for calls that the rule of the denied calls could not log", () => {
      const { inputs, sources } = all(alarms).find(({ inputs }) => inputs.namespace === "AWS/Events")!;
      assert.deepEqual(inputs.dimensions, { RuleName: "fraud-dev-denied-calls-rule" });
      assert.ok(sources.dimensions?.some(({ name }) => name === "fraud-dev-denied-calls-rule"));
      assert.deepEqual(
        all(alarms).map(({ inputs }) => [inputs.statistic, inputs.evaluationPeriods, inputs.datapointsToAlarm]),
        [
          ["Sum", 1, undefined],
          ["SampleCount", 1, undefined],
        ],
      );
    });
    it("counts each matching call once", () => {
      for (const { inputs, name } of all("aws:cloudwatch/logMetricFilter:LogMetricFilter")) {
        const { value, unit, defaultValue } = inputs.metricTransformation as { value: string; unit: string; defaultValue?: string };
        assert.deepEqual([value, unit, defaultValue], ["1", "Count", undefined], name);
      }
    });
    it("sends the events of each rule to its log group, and counts them there", () => {
      const pairs = ["app-calls", "denied-calls"].map((log) => [`fraud-dev-${log}-rule`, `fraud-dev-${log}`]);
      const namesOf = ({ sources }: Registered, property: string) => sources[property]?.map(({ name }) => name);
      assert.deepEqual(
        all("aws:cloudwatch/eventTarget:EventTarget").map((target) => [namesOf(target, "rule"), namesOf(target, "arn")].flat()),
        pairs,
      );
      assert.deepEqual(
        all("aws:cloudwatch/logMetricFilter:LogMetricFilter").map((filter) => [filter.inputs.pattern, namesOf(filter, "logGroupName")![0]]),
        [
          [metricFilters.appsDeleted.pattern, "fraud-dev-app-calls"],
          [metricFilters.appsStarted.pattern, "fraud-dev-app-calls"],
          [metricFilters.deniedChanges.pattern, "fraud-dev-denied-calls"],
          [metricFilters.deniedReads.pattern, "fraud-dev-denied-calls"],
        ],
      );
    });
    it("has a metric filter for each metric", () => {
      const counted = all("aws:cloudwatch/logMetricFilter:LogMetricFilter").map(({ inputs }) => {
        const { namespace, name } = inputs.metricTransformation as { namespace: string; name: string };
        return `${namespace} ${name}`;
      });
      assert.deepEqual(
        counted.sort(),
        Object.values(metricFilters)
          .map(({ metric }) => `Cloister/fraud-dev ${metric}`)
          .sort(),
      );
    });
    it("has a dashboard and no budget", () => {
      assert.equal(resource("aws:cloudwatch/dashboard:Dashboard").inputs.dashboardName, `cloister-fraud-dev-${REGION}`);
      assert.equal(all("aws:budgets/budget:Budget").length, 0);
    });
    it("shows all alarms on the dashboard", () => {
      const shown = widgetsOf(String(resource("aws:cloudwatch/dashboard:Dashboard").inputs.dashboardBody)).find(
        ({ type }) => type === "alarm",
      );
      assert.equal(shown?.properties.alarms?.length, all(alarms).length);
    });
    it("tags every resource that supports tags", () => {
      for (const type of ["aws:resourcegroups/group:Group", groups, "aws:cloudwatch/eventRule:EventRule", alarms])
        for (const { name, inputs } of all(type)) assert.deepEqual(inputs.tags, { "cloister:environment": environment }, name);
    });
    it("has the log group and the dashboard URL as outputs", () =>
      assert.deepEqual(outputs.slice(1), [
        "/aws/events/cloister/fraud-dev/denied-calls",
        `https://${REGION}.console.aws.amazon.com/cloudwatch/home?region=${REGION}#dashboards/dashboard/cloister-fraud-dev-${REGION}`,
      ]));
  });

  describe("with all settings", () => {
    before(() =>
      create(
        plannedMonitoring({
          dashboard: false,
          deniedCalls: { alarmAbove: 0, readsAlarmAbove: 100, retentionDays: 30 },
          budget: { monthlyUsd: 1500, emails: ["finance@bank.example"] },
        }).plan,
      ),
    );

    it("has an alarm for denied reads", () =>
      assert.deepEqual(
        all(alarms).map(({ inputs }) => [inputs.metricName, inputs.threshold]),
        [
          ["FailedInvocations", 0],
          ["DeniedChanges", 0],
          ["DeniedReads", 100],
        ],
      ));
    it("has a budget for the tag and the region, with the topic and email addresses as subscribers", () => {
      const { inputs } = resource("aws:budgets/budget:Budget");
      assert.deepEqual(
        [inputs.name, inputs.budgetType, inputs.timeUnit, inputs.limitAmount, inputs.limitUnit],
        [`cloister-fraud-dev-${REGION}`, "COST", "MONTHLY", "1500", "USD"],
      );
      assert.deepEqual(inputs.costFilters, [
        { name: "TagKeyValue", values: ["user:cloister:environment$fraud-dev"] },
        { name: "Region", values: [REGION] },
      ]);
      assert.deepEqual(
        (inputs.notifications as Record<string, unknown>[]).map((notification) => [
          notification.notificationType,
          notification.comparisonOperator,
          notification.threshold,
          notification.thresholdType,
          notification.subscriberSnsTopicArns,
          notification.subscriberEmailAddresses,
        ]),
        [
          ["ACTUAL", "GREATER_THAN", 80],
          ["ACTUAL", "GREATER_THAN", 100],
          ["FORECASTED", "GREATER_THAN", 100],
        ].map((threshold) => [...threshold, "PERCENTAGE", ["arn:aws:sns:eu-central-1:111122223333:alerts"], ["finance@bank.example"]]),
      );
    });
    it("has no dashboard and no dashboard URL", () =>
      assert.deepEqual([all("aws:cloudwatch/dashboard:Dashboard").length, outputs[2]], [0, ""]));
  });

  it("sends alerts through services that can publish to the alert topic", () => {
    for (const service of ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"]) assert.ok(alertPublishers.includes(service), service);
  });
});
