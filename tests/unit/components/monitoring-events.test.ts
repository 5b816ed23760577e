// Tests event patterns with CloudTrail events, and evaluates the log group policy request by request.
// Does not prove that CloudTrail events have these fields, or that EventBridge matches patterns as the matcher of this test does.
import assert from "node:assert/strict";
import { appPattern, deniedPattern, logGroupPolicy, metricFilters, rolePrefixes } from "@cloister/components/monitoring/events";
import fc from "fast-check";
import { HUB, REGION } from "../../helpers/mocks";
import { context, environment } from "../../helpers/monitoring";
import { decide, type Request } from "./policies";

const [workPrefix, userPrefix] = rolePrefixes(context, environment) as [string, string];
const executionRole = `${workPrefix}execution-0a1b2c3`;

/**
 * Whether an event matches a pattern. Supports the operators in these patterns, and throws for any other operator.
 * Source: EventBridge "Event patterns".
 */
function matchesPattern(pattern: Record<string, unknown>, event: unknown): boolean {
  return Object.entries(pattern).every(([key, wanted]) => {
    const value = (event as Record<string, unknown> | undefined)?.[key];
    if (!Array.isArray(wanted)) return matchesPattern(wanted as Record<string, unknown>, value);
    return wanted.some((item: string | Record<string, unknown>) => {
      if (typeof item === "string") return value === item;
      const [[operator, operand]] = Object.entries(item) as [[string, unknown]];
      if (operator === "exists") return (value !== undefined) === operand;
      if (operator === "prefix") return typeof value === "string" && value.startsWith(String(operand));
      if (operator === "suffix") return typeof value === "string" && value.endsWith(String(operand));
      throw new Error(`unsupported operator ${operator}`);
    });
  });
}
const matches = (pattern: string, event: unknown) => matchesPattern(JSON.parse(pattern) as Record<string, unknown>, event);

interface Call {
  source?: string;
  "detail-type"?: string;
  eventSource?: string;
  eventName?: string;
  errorCode?: string;
  /** ARN of the caller's role; empty for a user. */
  role?: string;
  requestParameters?: object | null;
  readOnly?: boolean;
}

/**
 * Creates the EventBridge event for an API call.
 * Source: CloudTrail "Record contents", EventBridge "AWS service events delivered via CloudTrail".
 */
function recorded(call: Call) {
  const { role = executionRole, errorCode, eventSource = "sagemaker.amazonaws.com" } = call;
  const session = `arn:aws:sts::${HUB}:assumed-role/${role.split("/").at(-1)}/SageMaker`;
  return {
    version: "0",
    id: "36eb8523-97d0-4518-b33d-ee3579ff19f0",
    "detail-type": call["detail-type"] ?? "AWS API Call via CloudTrail",
    source: call.source ?? `aws.${eventSource.split(".")[0]}`,
    account: HUB,
    time: "2025-11-25T08:00:00Z",
    region: REGION,
    resources: [],
    detail: {
      eventVersion: "1.11",
      userIdentity:
        call.role === ""
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
      eventName: call.eventName ?? "CreateTrainingJob",
      awsRegion: REGION,
      sourceIPAddress: "10.64.0.17",
      ...(errorCode && { errorCode, errorMessage: "is not authorized to perform" }),
      requestParameters: call.requestParameters ?? null,
      responseElements: null,
      readOnly: call.readOnly ?? false,
      eventType: "AwsApiCall",
      managementEvent: true,
      recipientAccountId: HUB,
      eventCategory: "Management",
    },
  };
}

const denied = { errorCode: "AccessDenied" };

describe("denied-calls event pattern", () => {
  const existingRole = `arn:aws:iam::${HUB}:role/bank/Analysts`;
  const pattern = deniedPattern(context, environment, [existingRole]);
  const table: [string, Call, boolean][] = [
    ["a call to SageMaker", { ...denied, errorCode: "AccessDeniedException" }, true],
    ["a call to S3", { ...denied, eventSource: "s3.amazonaws.com", eventName: "PutObject" }, true],
    ["a call to EC2", { errorCode: "Client.UnauthorizedOperation", eventSource: "ec2.amazonaws.com", eventName: "CreateVpc" }, true],
    ["a read-only call", { ...denied, eventSource: "s3.amazonaws.com", eventName: "ListBuckets", readOnly: true }, true],
    ["a call by a user role", { ...denied, role: `${userPrefix}data-scientist-0a1b2c3` }, true],
    ["a call by a user role of an environment with a longer name", { ...denied, role: `${userPrefix.slice(0, -1)}2-lifecycle-1` }, false],
    ["a call by an existing role", { ...denied, role: existingRole }, true],
    ["a call that succeeded", {}, false],
    ["a call that failed with another error", { errorCode: "ValidationException" }, false],
    [
      "a call by a role of an environment with a longer name",
      { ...denied, role: executionRole.replace("/fraud-dev/", "/fraud-dev-2/") },
      false,
    ],
    ["a call by a role of an environment with a shorter name", { ...denied, role: executionRole.replace("/fraud-dev/", "/fraud/") }, false],
    ["a call by a role of the same environment in another region", { ...denied, role: executionRole.replace(REGION, "eu-west-1") }, false],
    ["a call by a role in another account", { ...denied, role: executionRole.replace(HUB, "444455556666") }, false],
    ["a call by a role whose name begins with the name of an existing role", { ...denied, role: `${existingRole}2` }, false],
    ["a call by a user", { ...denied, role: "" }, false],
    ["a forged event", { ...denied, source: "fraud.forged" }, false],
    ["an event of another type", { ...denied, "detail-type": "AWS Service Event via CloudTrail" }, false],
  ];
  for (const [what, call, want] of table)
    it(`${want ? "matches" : "does not match"} ${what}`, () => assert.equal(matches(pattern, recorded(call)), want));

  it("matches only the roles of one environment, for any environment names", () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9]{1,5}-(dev|test)$/);
    fc.assert(
      fc.property(name, name, (a, b) => {
        const event = recorded({ ...denied, role: `${rolePrefixes(context, b)[0]}execution-1` });
        assert.equal(matches(deniedPattern(context, a, []), event), a === b);
      }),
    );
  });
});

describe("app-calls event pattern", () => {
  const pattern = appPattern("d-environment");
  const app = (call: Call): Call => ({
    eventName: "CreateApp",
    requestParameters: { domainId: "d-environment", spaceName: "alice", appType: "JupyterLab", appName: "default" },
    ...call,
  });
  const table: [string, Call, boolean][] = [
    ["the creation of an app", app({}), true],
    ["the deletion of an app", app({ eventName: "DeleteApp" }), true],
    ["a call by a role outside the environment", app({ role: `arn:aws:iam::${HUB}:role/platform/Deployer` }), true],
    ["a denied call", app(denied), false],
    ["the creation of a space", app({ eventName: "CreateSpace" }), false],
    ["a call for an app in another domain", app({ requestParameters: { domainId: "d-environment2" } }), false],
    ["a call to another service", app({ eventSource: "apprunner.amazonaws.com" }), false],
    ["a forged event", app({ source: "fraud.forged" }), false],
  ];
  for (const [what, call, want] of table)
    it(`${want ? "matches" : "does not match"} ${what}`, () => assert.equal(matches(pattern, recorded(call)), want));
});

it("metric filters count each logged call once", () => {
  const { deniedChanges, deniedReads, appsStarted, appsDeleted } = metricFilters;
  assert.deepEqual(
    [deniedChanges, deniedReads, appsStarted, appsDeleted].map(({ pattern }) => pattern),
    [
      "{ $.detail.readOnly IS FALSE }",
      "{ $.detail.readOnly IS TRUE }",
      '{ $.detail.eventName = "CreateApp" }',
      '{ $.detail.eventName = "DeleteApp" }',
    ],
  );
  // The event fields have the types that the patterns compare.
  const { detail } = recorded(denied);
  assert.deepEqual([typeof detail.readOnly, typeof detail.eventName], ["boolean", "string"]);
});

describe("log group policy", () => {
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
    ["the rule writes events", { action: "logs:PutLogEvents", resource: stream, service, context: from(rule) }, "allowed"],
    ["EventBridge creates a log stream", { action: "logs:CreateLogStream", resource: `${group}:log-stream:1`, service }, "allowed"],
    ["another rule writes events", { action: "logs:PutLogEvents", resource: stream, service, context: from(`${rule}2`) }, "silent"],
    ["EventBridge writes events without a rule", { action: "logs:PutLogEvents", resource: stream, service }, "silent"],
    [
      "another service writes events",
      { action: "logs:PutLogEvents", resource: stream, service: "es.amazonaws.com", context: from(rule) },
      "silent",
    ],
    [
      "the rule writes to another log group",
      { action: "logs:PutLogEvents", resource: stream.replace("fraud-dev/", "fraud-dev-2/"), service, context: from(rule) },
      "silent",
    ],
    ["the rule deletes a log stream", { action: "logs:DeleteLogStream", resource: stream, service, context: from(rule) }, "silent"],
  ];
  for (const [what, request, want] of table)
    it(`${want === "allowed" ? "allows" : "does not allow"}: ${what}`, () => assert.equal(decide(policy, request), want));
});
