// Tests the monitoring settings and plan. Does not prove that AWS accepts the budget and the event pattern.
import assert from "node:assert/strict";
import { problemText } from "@cloister/components/stack/preflight";
import { HUB, REGION } from "../../helpers/mocks";
import { context, monitoringOf, plannedMonitoring, readMonitoring } from "../../helpers/monitoring";
import { assertOneProblem } from "../../helpers/problems";

describe("monitoring settings", () => {
  it("have no budget by default", () =>
    assert.deepEqual(monitoringOf({}), { deniedCalls: { alarmAbove: 5, retentionDays: 365 }, dashboard: true }));
  it("have default percentages for a budget", () =>
    assert.deepEqual(monitoringOf({ budget: { monthlyUsd: 500 } }).budget, {
      monthlyUsd: 500,
      actualPercent: [80, 100],
      forecastPercent: [100],
      emails: [],
    }));

  const rejected: [settings: object, setting: string, text: string][] = [
    [{ budget: {} }, "budget.monthlyUsd", "from 1 to 10000000"],
    [{ budget: { monthlyUsd: 0 } }, "budget.monthlyUsd", "from 1 to 10000000"],
    [{ budget: { monthlyUsd: 12.5 } }, "budget.monthlyUsd", "12.5"],
    [{ budget: { monthlyUsd: 1, actualPercent: [80, 80] } }, "budget.actualPercent", "[80,80]"],
    [{ budget: { monthlyUsd: 1, forecastPercent: [0] } }, "budget.forecastPercent[0]", "from 1 to 1000"],
    [{ budget: { monthlyUsd: 1, emails: ["finance"] } }, "budget.emails[0]", "an email address"],
    [{ budget: { monthlyUsd: 1, emails: Array(11).fill("a@bank.example") } }, "budget.emails", "a list"],
    [{ budget: { monthlyUsd: 10_000_001 } }, "budget.monthlyUsd", "from 1 to 10000000"],
    [{ budget: { monthlyUsd: 1, actualPercent: [1001] } }, "budget.actualPercent[0]", "from 1 to 1000"],
    [{ deniedCalls: { alarmAbove: 100_001 } }, "deniedCalls.alarmAbove", "from 0 to 100000"],
    [{ deniedCalls: { alarmAbove: -1 } }, "deniedCalls.alarmAbove", "from 0 to 100000"],
    [{ deniedCalls: { retentionDays: 8 } }, "deniedCalls.retentionDays", "one of 1, 3, 5"],
    [{ deniedcalls: {} }, "deniedcalls", "Did you mean 'deniedCalls'?"],
  ];
  for (const [monitoring, setting, text] of rejected)
    it(`reject ${JSON.stringify(monitoring)}`, () =>
      assertOneProblem(readMonitoring(monitoring).problems, `cloister-environment:monitoring.${setting}`, text));
});

describe("monitoring plan", () => {
  it("names the dashboard and the budget after the region", () =>
    assert.equal(plannedMonitoring({}).plan.globalName, `cloister-fraud-dev-${REGION}`));
  it("has no budget by default", () =>
    assert.deepEqual([plannedMonitoring({}).problems, plannedMonitoring({}).plan.budget], [[], undefined]));
  it("has one notification for each percentage of a budget", () =>
    assert.deepEqual(plannedMonitoring({ budget: { monthlyUsd: 500, actualPercent: [50, 90] } }).plan.budget, {
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
  const table: { it: string; monitoring: object; request?: Parameters<typeof plannedMonitoring>[1]; want: RegExp[] }[] = [
    { it: "a budget with an email address", monitoring: budget({ emails: ["a@bank.example"] }), want: [] },
    { it: "a budget with five notifications", monitoring: budget({ actualPercent: [50, 80, 100], forecastPercent: [80, 100] }), want: [] },
    {
      it: "a budget with six notifications",
      monitoring: budget({ actualPercent: [25, 50, 80, 100], forecastPercent: [80, 100] }),
      want: [
        /'cloister-environment:monitoring\.budget' must have at most 5 values in actualPercent and forecastPercent together \(got 6\)/,
      ],
    },
    {
      it: "a budget without notifications",
      monitoring: budget({ actualPercent: [], forecastPercent: [] }),
      want: [/'cloister-environment:monitoring\.budget' must have a value in actualPercent or forecastPercent.* or remove the budget\./],
    },
    { it: "no budget in GovCloud", monitoring: {}, request: { context: gov }, want: [] },
    {
      it: "a budget in GovCloud",
      monitoring: budget({}),
      request: { context: gov },
      want: [
        /'cloister-environment:monitoring\.budget' is supported in partition aws only \(got aws-us-gov, region us-gov-west-1\)\. Fix: remove it/,
      ],
    },
    {
      it: "more roles than fit in an event pattern",
      monitoring: {},
      request: { roleArns: many },
      want: [
        /'cloister-environment:existingRoles' must be shorter: .* would have \d{4} characters, and AWS allows 2048\. Fix: specify fewer roles/,
      ],
    },
    {
      it: "all problems at once",
      monitoring: budget({ actualPercent: [], forecastPercent: [] }),
      request: { context: gov, roleArns: many },
      want: [/partition/, /must have a value/, /2048/],
    },
  ];
  for (const { it: what, monitoring, request, want } of table)
    it(`${want.length === 0 ? "accepts" : "rejects"} ${what}`, () => {
      const problems = plannedMonitoring(monitoring, request).problems.map(problemText);
      assert.equal(problems.length, want.length, problems.join("\n"));
      want.forEach((pattern, i) => assert.match(problems[i]!, pattern));
    });
});
