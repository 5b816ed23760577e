// What watches over an environment: event patterns against events of CloudTrail's shape, the log group's policy request by request, plan, dashboard, and the
// component under mocks. Does not prove that CloudTrail fills the fields so, that EventBridge matches as the small matcher here does, nor that AWS takes the
// dashboard, the filters and the budget.
import assert from "node:assert/strict";
import { alertPublishers, Monitoring, type MonitoringPlan, planMonitoring } from "@cloister/components/monitoring";
import { dashboardBody, dashboardUrl } from "@cloister/components/monitoring/dashboard";
import { appPattern, counts, deniedPattern, logGroupPolicy, rolePrefix } from "@cloister/components/monitoring/events";
import { type MonitoringSettings, monitoringSettings } from "@cloister/components/monitoring/settings";
import { RootComponent } from "@cloister/components/stack/root";
import { parseSettings } from "@cloister/components/stack/config";
import { problemText } from "@cloister/components/stack/preflight";
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { z } from "zod";
import { HUB, REGION, type Registered, settle, useMocks, type World } from "../../helpers/mocks";
import { judgeWorld } from "../../programs/violations";
import { decide, type Request } from "./policies";

const context = { accountId: HUB, region: REGION, partition: "aws" };
const environment = "fraud-dev";
const ours = `${rolePrefix(context, environment)}work/execution-0a1b2c3`;
const paths = { monitoring: "cloister-environment:monitoring", roles: "cloister-environment:roles" };

/** Whether an event fits a pattern, by those of EventBridge's rules that our patterns use; any other is an error. Source: EventBridge "Event patterns". */
function fits(pattern: Record<string, unknown>, event: unknown): boolean {
  return Object.entries(pattern).every(([key, wanted]) => {
    const value = (event as Record<string, unknown> | undefined)?.[key];
    if (!Array.isArray(wanted)) return fits(wanted as Record<string, unknown>, value);
    return wanted.some((one: string | Record<string, unknown>) => {
      if (typeof one === "string") return value === one;
      const [[operator, operand]] = Object.entries(one) as [[string, unknown]];
      if (operator === "exists") return (value !== undefined) === operand;
      if (operator === "prefix") return typeof value === "string" && value.startsWith(String(operand));
      if (operator === "suffix") return typeof value === "string" && value.endsWith(String(operand));
      throw new Error(`The matcher does not know ${operator}`);
    });
  });
}
const matches = (pattern: string, event: unknown) => fits(JSON.parse(pattern) as Record<string, unknown>, event);

interface Told {
  source?: string;
  "detail-type"?: string;
  eventSource?: string;
  eventName?: string;
  errorCode?: string;
  /** Of the caller's role; none for a user. */
  role?: string;
  requestParameters?: object | null;
  readOnly?: boolean;
}

/** A call as EventBridge hands it on. Source: CloudTrail "Record contents", EventBridge "AWS service events delivered via CloudTrail". */
function recorded(told: Told) {
  const { role = ours, errorCode, eventSource = "sagemaker.amazonaws.com" } = told;
  const session = `arn:aws:sts::${HUB}:assumed-role/${role.split("/").at(-1)}/SageMaker`;
  return {
    version: "0",
    id: "36eb8523-97d0-4518-b33d-ee3579ff19f0",
    "detail-type": told["detail-type"] ?? "AWS API Call via CloudTrail",
    source: told.source ?? `aws.${eventSource.split(".")[0]}`,
    account: HUB,
    time: "2025-11-25T08:00:00Z",
    region: REGION,
    resources: [],
    detail: {
      eventVersion: "1.11",
      userIdentity:
        told.role === ""
          ? { type: "IAMUser", arn: `arn:aws:iam::${HUB}:user/alice`, accountId: HUB, userName: "alice" }
          : {
              type: "AssumedRole",
              principalId: "AROAEXAMPLE:SageMaker",
              arn: session,
              accountId: HUB,
              sessionContext: {
                sessionIssuer: { type: "Role", principalId: "AROAEXAMPLE", arn: role, accountId: HUB, userName: role.split("/").at(-1) },
                attributes: { creationDate: "2025-11-25T07:00:00Z", mfaAuthenticated: "false" },
              },
            },
      eventTime: "2025-11-25T08:00:00Z",
      eventSource,
      eventName: told.eventName ?? "CreateTrainingJob",
      awsRegion: REGION,
      sourceIPAddress: "10.64.0.17",
      ...(errorCode && { errorCode, errorMessage: "is not authorized to perform" }),
      requestParameters: told.requestParameters ?? null,
      responseElements: null,
      readOnly: told.readOnly ?? false,
      eventType: "AwsApiCall",
      managementEvent: true,
      recipientAccountId: HUB,
      eventCategory: "Management",
    },
  };
}

const denied = { errorCode: "AccessDenied" };

describe("monitoring", () => {
  describe("finds denied calls:", () => {
    const brought = `arn:aws:iam::${HUB}:role/bank/Analysts`;
    const pattern = deniedPattern(context, environment, [brought]);
    const table: [string, Told, boolean][] = [
      ["of SageMaker", { ...denied, errorCode: "AccessDeniedException" }, true],
      ["of S3", { ...denied, eventSource: "s3.amazonaws.com", eventName: "PutObject" }, true],
      ["of EC2", { errorCode: "Client.UnauthorizedOperation", eventSource: "ec2.amazonaws.com", eventName: "CreateVpc" }, true],
      ["reads", { ...denied, eventSource: "s3.amazonaws.com", eventName: "ListBuckets", readOnly: true }, true],
      ["by people's roles", { ...denied, role: `${rolePrefix(context, environment)}people/data-scientist-0a1b2c3` }, true],
      ["by a role that was brought along", { ...denied, role: brought }, true],
      ["not calls that went well", {}, false],
      ["not calls that failed otherwise", { errorCode: "ValidationException" }, false],
      ["not those of another environment", { ...denied, role: ours.replace("/fraud-dev/", "/fraud-dev-2/") }, false],
      ["not those of a shorter name", { ...denied, role: ours.replace("/fraud-dev/", "/fraud/") }, false],
      ["not those of another region's environment", { ...denied, role: ours.replace(REGION, "eu-west-1") }, false],
      ["not those of another account's role", { ...denied, role: ours.replace(HUB, "444455556666") }, false],
      ["not those of a role whose name begins like one that was brought along", { ...denied, role: `${brought}2` }, false],
      ["not those of a user", { ...denied, role: "" }, false],
      ["not those that somebody else than AWS tells of", { ...denied, source: "fraud.forged" }, false],
      ["not other events", { ...denied, "detail-type": "AWS Service Event via CloudTrail" }, false],
    ];
    for (const [what, told, want] of table) it(what, () => assert.equal(matches(pattern, recorded(told)), want));

    it("whatever environments are called, each those of its own roles only", () => {
      const name = fc.stringMatching(/^[a-z][a-z0-9]{1,5}-(dev|test)$/);
      fc.assert(
        fc.property(name, name, (one, other) => {
          const event = recorded({ ...denied, role: `${rolePrefix(context, other)}work/execution-1` });
          assert.equal(matches(deniedPattern(context, one, []), event), one === other);
        }),
      );
    });
  });

  describe("finds apps:", () => {
    const pattern = appPattern("d-ours");
    const app = (told: Told): Told => ({
      eventName: "CreateApp",
      requestParameters: { domainId: "d-ours", spaceName: "alice", appType: "JupyterLab", appName: "default" },
      ...told,
    });
    const table: [string, Told, boolean][] = [
      ["that start", app({}), true],
      ["that are deleted", app({ eventName: "DeleteApp" }), true],
      ["whoever starts them", app({ role: `arn:aws:iam::${HUB}:role/platform/Deployer` }), true],
      ["not where it was denied", app(denied), false],
      ["not spaces", app({ eventName: "CreateSpace" }), false],
      ["not of another domain", app({ requestParameters: { domainId: "d-ours2" } }), false],
      ["not of another service", app({ eventSource: "apprunner.amazonaws.com" }), false],
      ["not those that somebody else than AWS tells of", app({ source: "fraud.forged" }), false],
    ];
    for (const [what, told, want] of table) it(what, () => assert.equal(matches(pattern, recorded(told)), want));
  });

  it("counts each call that was found once: by its kind", () => {
    const { deniedChanges, deniedReads, appsStarted, appsDeleted } = counts;
    assert.deepEqual(
      [deniedChanges, deniedReads, appsStarted, appsDeleted].map(({ filter }) => filter),
      [
        "{ $.detail.readOnly IS FALSE }",
        "{ $.detail.readOnly IS TRUE }",
        '{ $.detail.eventName = "CreateApp" }',
        '{ $.detail.eventName = "DeleteApp" }',
      ],
    );
    // The fields are there, and of the kind that the filters ask for.
    const { detail } = recorded(denied);
    assert.deepEqual([typeof detail.readOnly, typeof detail.eventName], ["boolean", "string"]);
  });

  describe("policy of a log group", () => {
    const group = `arn:aws:logs:${REGION}:${HUB}:log-group:/aws/events/cloister/fraud-dev/denied-calls`;
    const rule = `arn:aws:events:${REGION}:${HUB}:rule/fraud-dev-denied-calls-rule`;
    const policy = logGroupPolicy([
      { groupArn: group, ruleArn: rule },
      { groupArn: group.replace("denied", "app"), ruleArn: `${rule}2` },
    ]);
    const stream = `${group}:log-stream:36eb8523`;
    const service = "events.amazonaws.com";
    const from = (arn: string) => ({ "aws:SourceArn": arn });
    const table: [string, Request, "allowed" | "silent"][] = [
      ["our rule writes", { action: "logs:PutLogEvents", resource: stream, service, context: from(rule) }, "allowed"],
      ["EventBridge makes a stream", { action: "logs:CreateLogStream", resource: `${group}:log-stream:1`, service }, "allowed"],
      ["another rule doesn't write", { action: "logs:PutLogEvents", resource: stream, service, context: from(`${rule}2`) }, "silent"],
      ["nobody writes in no rule's name", { action: "logs:PutLogEvents", resource: stream, service }, "silent"],
      [
        "another service doesn't write",
        { action: "logs:PutLogEvents", resource: stream, service: "es.amazonaws.com", context: from(rule) },
        "silent",
      ],
      [
        "nothing is written elsewhere",
        { action: "logs:PutLogEvents", resource: stream.replace("fraud-dev/", "fraud-dev-2/"), service, context: from(rule) },
        "silent",
      ],
      ["nothing is deleted", { action: "logs:DeleteLogStream", resource: stream, service, context: from(rule) }, "silent"],
    ];
    for (const [what, request, want] of table) it(what, () => assert.equal(decide(policy, request), want));
  });

  const schema = z.strictObject({ monitoring: z.strictObject(monitoringSettings()).prefault({}) });
  const read = (monitoring: object) => parseSettings("cloister-environment", schema, { monitoring: JSON.stringify(monitoring) });
  const settingsOf = (monitoring: object) => {
    const { problems, value } = read(monitoring);
    assert.deepEqual(problems, []);
    return (value as { monitoring: MonitoringSettings }).monitoring;
  };

  describe("settings", () => {
    it("say nothing of a budget unless there is one", () =>
      assert.deepEqual(settingsOf({}), { deniedCalls: { alarmAbove: 5, retentionDays: 365 }, dashboard: true }));
    it("know when a budget tells", () =>
      assert.deepEqual(settingsOf({ budget: { monthlyUsd: 500 } }).budget, {
        monthlyUsd: 500,
        actualPercent: [80, 100],
        forecastPercent: [100],
        emails: [],
      }));

    const table: [object, RegExp][] = [
      [{ budget: {} }, /'cloister-environment:monitoring\.budget\.monthlyUsd' is missing\. It must be an integer from 1 to 10000000/],
      [{ budget: { monthlyUsd: 0 } }, /monthlyUsd' must be an integer from 1.*\(got 0\)/],
      [{ budget: { monthlyUsd: 12.5 } }, /monthlyUsd' must be .*\(got 12\.5\)/],
      [{ budget: { monthlyUsd: 1, actualPercent: [80, 80] } }, /actualPercent' must not name a percentage twice \(got \[80,80\]\)/],
      [{ budget: { monthlyUsd: 1, forecastPercent: [0] } }, /forecastPercent\[0\]' must be an integer from 1 to 1000 \(got 0\)/],
      [{ budget: { monthlyUsd: 1, emails: ["finance"] } }, /emails\[0\]' must be an email address \(got "finance"\)/],
      [{ deniedCalls: { alarmAbove: -1 } }, /alarmAbove' must be an integer from 0 to 100000 \(got -1\)/],
      [{ deniedCalls: { retentionDays: 8 } }, /retentionDays' must be one of 1, 3, 5.*\(got 8\)/],
      [{ deniedcalls: {} }, /Did you mean 'deniedCalls'\?/],
    ];
    for (const [monitoring, want] of table)
      it(`refuse ${JSON.stringify(monitoring)}`, () => {
        const { problems } = read(monitoring);
        assert.equal(problems.length, 1);
        assert.match(problemText(problems[0]!), want);
      });
  });

  const plan = (monitoring: object, request: { roleArns?: string[]; where?: typeof context } = {}) =>
    planMonitoring({
      context: request.where ?? context,
      environment,
      roleArns: request.roleArns ?? [],
      settings: settingsOf(monitoring),
      paths,
    });

  describe("plan", () => {
    it("names what has one name in all regions by its region", () =>
      assert.equal(plan({}).plan.globalName, `cloister-fraud-dev-${REGION}`));
    it("makes no budget unless asked", () => assert.deepEqual([plan({}).problems, plan({}).plan.budget], [[], undefined]));
    it("tells of each part of a budget", () =>
      assert.deepEqual(plan({ budget: { monthlyUsd: 500, actualPercent: [50, 90] } }).plan.budget, {
        limitUsd: 500,
        notifications: [
          { kind: "ACTUAL", percent: 50 },
          { kind: "ACTUAL", percent: 90 },
          { kind: "FORECASTED", percent: 100 },
        ],
        emails: [],
      }));

    const gov = { ...context, region: "us-gov-west-1", partition: "aws-us-gov" };
    const many = Array.from({ length: 20 }, (_, i) => `arn:aws:iam::${HUB}:role/${"path/".repeat(15)}role-${i}`);
    const budget = (parts: object) => ({ budget: { monthlyUsd: 500, ...parts } });
    const table: { it: string; monitoring: object; request?: Parameters<typeof plan>[1]; want: RegExp[] }[] = [
      { it: "a budget and much else that is fine", monitoring: budget({ emails: ["a@bank.example"] }), want: [] },
      { it: "five alerts", monitoring: budget({ actualPercent: [50, 80, 100], forecastPercent: [80, 100] }), want: [] },
      {
        it: "six alerts",
        monitoring: budget({ actualPercent: [25, 50, 80, 100], forecastPercent: [80, 100] }),
        want: [/'cloister-environment:monitoring\.budget' has 4 actualPercent and 2 forecastPercent; AWS allows 5 together\. Remove 1\./],
      },
      {
        it: "no alert",
        monitoring: budget({ actualPercent: [], forecastPercent: [] }),
        want: [/'cloister-environment:monitoring\.budget' has neither .*, or remove the budget\./],
      },
      { it: "GovCloud without a budget", monitoring: {}, request: { where: gov }, want: [] },
      {
        it: "GovCloud with a budget",
        monitoring: budget({}),
        request: { where: gov },
        want: [/'cloister-environment:monitoring\.budget' is set, and us-gov-west-1 is in the partition aws-us-gov.*Remove it/],
      },
      {
        it: "more roles than a pattern holds",
        monitoring: {},
        request: { roleArns: many },
        want: [/'cloister-environment:roles' names 20 roles, .* would have \d{4} characters; AWS allows 2048\. Name fewer\./],
      },
      {
        it: "all that is in the way at once",
        monitoring: budget({ actualPercent: [], forecastPercent: [] }),
        request: { where: gov, roleArns: many },
        want: [/partition/, /neither/, /2048/],
      },
    ];
    for (const { it: what, monitoring, request, want } of table)
      it(`${want.length === 0 ? "takes" : "refuses"} ${what}`, () => {
        const { problems } = plan(monitoring, request);
        assert.equal(problems.length, want.length, problems.join("\n"));
        want.forEach((pattern, i) => assert.match(problems[i]!, pattern));
      });
  });

  interface Widget {
    type: string;
    x: number;
    y: number;
    width: number;
    height: number;
    properties: { markdown?: string; metrics?: unknown[][]; region?: string; query?: string; alarms?: string[] };
  }
  const widgetsOf = (body: string) => (JSON.parse(body) as { widgets: Widget[] }).widgets;

  describe("dashboard", () => {
    const facts = {
      context,
      environment,
      domainId: "d-ours",
      deniedGroup: "/aws/events/cloister/fraud-dev/denied-calls",
      alarmArns: ["arn:a"],
    };
    const widgets = widgetsOf(dashboardBody(facts));
    const markdown = (all: Widget[]) => all.map(({ properties }) => properties.markdown ?? "").join("\n");

    it("has widgets inside of the grid that do not overlap", () => {
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
    it("shows each kind of widget with what it needs, from its own region", () => {
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
    it("draws every metric that is counted, and no other", () => {
      const drawn = widgets.flatMap(({ properties }) => properties.metrics ?? []).filter((one) => typeof one[0] === "string");
      assert.deepEqual(
        drawn.map(([namespace, metric]) => `${String(namespace)} ${String(metric)}`),
        Object.values(counts).map(({ metric }) => `Cloister/fraud-dev ${metric}`),
      );
    });
    it("computes from metrics that it draws", () => {
      const metrics = widgets.flatMap(({ properties }) => properties.metrics ?? []);
      const options = metrics.map((one) => one.at(-1) as { id?: string; expression?: string });
      const ids = options.flatMap(({ id }) => id ?? []);
      const used = options.flatMap(({ expression }) => [...(expression ?? "").matchAll(/FILL\((\w+),/g)].map(([, id]) => id));
      assert.deepEqual(used, ["started", "deleted"]);
      for (const id of used) assert.ok(ids.includes(id!));
    });
    it("says what its figures are not", () => {
      assert.match(markdown(widgets), /Without a trail that logs management events in this region, all of it stays empty/);
      assert.match(markdown(widgets), /CloudWatch knows no cost of a single environment/);
      assert.match(markdown(widgets), /No budget is set/);
    });
    it("tells the budget", () => {
      const { budget } = plan({ budget: { monthlyUsd: 500 } }).plan;
      assert.match(
        markdown(widgetsOf(dashboardBody({ ...facts, budget: budget! }))),
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
      it(`${want ? "is found" : "has no known address"} in ${partition}`, () =>
        assert.equal(dashboardUrl({ ...context, partition, region }, "it"), want));
  });

  describe("of an environment", () => {
    let world: World;
    let outputs: unknown[];
    const make = async (monitoringPlan: MonitoringPlan) => {
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
          domainId: "d-ours",
          alertTopicArn: "arn:aws:sns:eu-central-1:111122223333:alerts",
          logKeyArn: "arn:aws:kms:eu-central-1:111122223333:key/logs",
        },
        { parent: program },
      );
      outputs = [await settle(resourceGroupArn), await settle(deniedCallsLogGroup), url];
      // The SDK's own way to wait for what no output waits for; its types leave it out.
      await (pulumi.runtime as unknown as { waitForRPCs(): Promise<void> }).waitForRPCs();
    };
    /** By name, because what waits for another resource registers later. */
    const all = (type: string) => world.resources.filter((one) => one.type === type).sort((a, b) => (a.name < b.name ? -1 : 1));
    const one = (type: string, name?: string): Registered =>
      all(type).find((found) => !name || found.name === name) ?? assert.fail(`no ${type} ${name ?? ""}`);
    const groups = "aws:cloudwatch/logGroup:LogGroup";
    const alarms = "aws:cloudwatch/metricAlarm:MetricAlarm";

    describe("as it is without settings", () => {
      before(() => make(plan({}).plan));

      it("collects what carries the environment's tag, of all kinds", () =>
        assert.deepEqual(JSON.parse((one("aws:resourcegroups/group:Group").inputs.resourceQuery as { query: string }).query), {
          ResourceTypeFilters: ["AWS::AllSupported"],
          TagFilters: [{ Key: "cloister:environment", Values: ["fraud-dev"] }],
        }));
      it("keeps both logs under the key, for as long as told", () =>
        assert.deepEqual(
          all(groups).map(({ inputs }) => [inputs.name, inputs.kmsKeyId, inputs.retentionInDays]),
          ["app-calls", "denied-calls"].map((role) => [
            `/aws/events/cloister/fraud-dev/${role}`,
            "arn:aws:kms:eu-central-1:111122223333:key/logs",
            365,
          ]),
        ));
      it("breaks no guardrail, that of log groups among them", async () => {
        const { violations, ran } = await judgeWorld(world);
        assert.deepEqual(violations, []);
        assert.ok(ran.includes("log-group-kms"));
      });
      it("looks at reads too", () =>
        assert.deepEqual(
          all("aws:cloudwatch/eventRule:EventRule").map(({ inputs }) => inputs.state),
          ["ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"],
        ));
      it("has one policy for both logs, that names the rule of each", () => {
        const { inputs, sources } = one("aws:cloudwatch/logResourcePolicy:LogResourcePolicy", "fraud-dev-events");
        assert.equal(inputs.policyName, "cloister-fraud-dev");
        assert.deepEqual(
          sources.policyDocument?.map(({ name }) => name).sort(),
          ["denied-calls", "app-calls"].flatMap((role) => [`fraud-dev-${role}`, `fraud-dev-${role}-rule`]).sort(),
        );
      });
      it("alarms of changes and of what was lost, not of reads", () =>
        assert.deepEqual(
          all(alarms).map(({ inputs }) => [inputs.namespace, inputs.metricName, inputs.threshold, inputs.alarmActions]),
          [
            ["AWS/Events", "FailedInvocations", 0, ["arn:aws:sns:eu-central-1:111122223333:alerts"]],
            ["Cloister/fraud-dev", "DeniedChanges", 5, ["arn:aws:sns:eu-central-1:111122223333:alerts"]],
          ],
        ));
      it("alarms on metrics that a filter of its log group counts", () => {
        const counted = all("aws:cloudwatch/logMetricFilter:LogMetricFilter").map(({ inputs }) => {
          const { namespace, name } = inputs.metricTransformation as { namespace: string; name: string };
          return `${namespace} ${name}`;
        });
        assert.deepEqual(
          counted.sort(),
          Object.values(counts)
            .map(({ metric }) => `Cloister/fraud-dev ${metric}`)
            .sort(),
        );
      });
      it("has a dashboard and no budget", () => {
        assert.equal(one("aws:cloudwatch/dashboard:Dashboard").inputs.dashboardName, `cloister-fraud-dev-${REGION}`);
        assert.equal(all("aws:budgets/budget:Budget").length, 0);
      });
      it("shows all of its alarms", () => {
        const shown = widgetsOf(String(one("aws:cloudwatch/dashboard:Dashboard").inputs.dashboardBody)).find(
          ({ type }) => type === "alarm",
        );
        assert.equal(shown?.properties.alarms?.length, all(alarms).length);
      });
      it("carries the environment's tag wherever AWS takes one", () => {
        for (const type of ["aws:resourcegroups/group:Group", groups, "aws:cloudwatch/eventRule:EventRule", alarms])
          for (const { name, inputs } of all(type)) assert.deepEqual(inputs.tags, { "cloister:environment": environment }, name);
      });
      it("tells where things are", () =>
        assert.deepEqual(outputs.slice(1), [
          "/aws/events/cloister/fraud-dev/denied-calls",
          `https://${REGION}.console.aws.amazon.com/cloudwatch/home?region=${REGION}#dashboards/dashboard/cloister-fraud-dev-${REGION}`,
        ]));
    });

    describe("with all that can be asked for", () => {
      before(() =>
        make(
          plan({
            dashboard: false,
            deniedCalls: { alarmAbove: 0, readsAlarmAbove: 100, retentionDays: 30 },
            budget: { monthlyUsd: 1500, emails: ["finance@bank.example"] },
          }).plan,
        ),
      );

      it("alarms of reads too", () =>
        assert.deepEqual(
          all(alarms).map(({ inputs }) => [inputs.metricName, inputs.threshold]),
          [
            ["FailedInvocations", 0],
            ["DeniedChanges", 0],
            ["DeniedReads", 100],
          ],
        ));
      it("has a budget of what carries the tag, in the region, that tells topic and addresses", () => {
        const { inputs } = one("aws:budgets/budget:Budget");
        assert.deepEqual(
          [inputs.name, inputs.budgetType, inputs.timeUnit, inputs.limitAmount, inputs.limitUnit],
          [`cloister-fraud-dev-${REGION}`, "COST", "MONTHLY", "1500", "USD"],
        );
        assert.deepEqual(inputs.costFilters, [
          { name: "TagKeyValue", values: ["user:cloister:environment$fraud-dev"] },
          { name: "Region", values: [REGION] },
        ]);
        assert.deepEqual(
          (inputs.notifications as Record<string, unknown>[]).map((told) => [
            told.notificationType,
            told.threshold,
            told.thresholdType,
            told.subscriberSnsTopicArns,
            told.subscriberEmailAddresses,
          ]),
          [
            ["ACTUAL", 80],
            ["ACTUAL", 100],
            ["FORECASTED", 100],
          ].map((told) => [...told, "PERCENTAGE", ["arn:aws:sns:eu-central-1:111122223333:alerts"], ["finance@bank.example"]]),
        );
      });
      it("has no dashboard, and no address of one", () =>
        assert.deepEqual([all("aws:cloudwatch/dashboard:Dashboard").length, outputs[2]], [0, ""]));
    });
  });

  it("sends alerts by services that core's topic takes them from", () => {
    for (const service of ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"]) assert.ok(alertPublishers.includes(service), service);
  });
});
