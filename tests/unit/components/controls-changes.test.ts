// Tests which changes of the controls cause an alarm, with the patterns of the sandbox. Does not prove the records of CloudTrail.
import assert from "node:assert/strict";
import { matchesPattern } from "@cloister/sandbox/testing";
import { changesPattern, sessionPrefix } from "@cloister/components/controls/changes";

const accountId = "111122223333";
const context = { partition: "aws", accountId, region: "eu-central-1" };
const deployer = `arn:aws:iam::${accountId}:role/platform/Deployer`;
const pattern = JSON.parse(
  changesPattern(context, "bank-hub", [deployer, `arn:aws:iam::${accountId}:role/bank-hub-environment-launch`]),
) as object;
const intruder = `arn:aws:sts::${accountId}:assumed-role/Administrator/eve`;
const functionArn = `arn:aws:lambda:eu-central-1:${accountId}:function:bank-hub-controls-evaluator-0a1b2c3`;

const isAlarm = (service: string, eventName: string, members: object, change: object = {}, arn = intruder) =>
  matchesPattern(pattern, {
    source: `aws.${service}`,
    "detail-type": "AWS API Call via CloudTrail",
    detail: { eventSource: `${service}.amazonaws.com`, eventName, userIdentity: { arn }, requestParameters: members, ...change },
  });

const changes: [service: string, eventName: string, requestParameters: object, more?: object][] = [
  ["events", "PutRule", { name: "bank-hub-controls-calls-0a1b2c3" }],
  ["events", "DisableRule", { name: "bank-hub-controls-states-0a1b2c3" }],
  ["events", "DeleteRule", { name: "bank-hub-controls-edits-0a1b2c3" }],
  ["events", "RemoveTargets", { rule: "bank-hub-controls-calls-0a1b2c3" }],
  ["events", "PutTargets", { rule: "bank-hub-controls-calls-0a1b2c3" }],
  ["lambda", "UpdateFunctionCode20150331v2", { functionName: "bank-hub-controls-evaluator-0a1b2c3" }],
  ["lambda", "UpdateFunctionConfiguration20150331v2", { functionName: functionArn }],
  ["lambda", "DeleteFunction20150331", { functionName: functionArn }],
  ["lambda", "PutFunctionConcurrency20171031", { functionName: functionArn }],
  ["lambda", "DeleteEventSourceMapping20150331", { uUID: "x" }, { responseElements: { functionArn } }],
  ["sqs", "PurgeQueue", { queueUrl: `https://sqs.eu-central-1.amazonaws.com/${accountId}/bank-hub-controls-queue-0a1b2c3` }],
  ["sqs", "SetQueueAttributes", { queueUrl: `https://sqs.eu-central-1.amazonaws.com/${accountId}/bank-hub-controls-dead-0a1b2c3` }],
  ["ssm", "PutParameter", { name: "/cloister/controls/fraud-dev" }],
  ["ssm", "DeleteParameters", { names: ["/other", "/cloister/controls/fraud-dev"] }],
];

describe("alarm on changes of the controls", () => {
  for (const [service, eventName, parameters, more] of changes)
    it(`is about ${eventName} of ${JSON.stringify(Object.values(parameters)[0])}`, () => {
      assert.ok(isAlarm(service, eventName, parameters, more));
      for (const arn of [
        `arn:aws:sts::${accountId}:assumed-role/Deployer/session`,
        `arn:aws:sts::${accountId}:assumed-role/bank-hub-environment-launch/build`,
      ])
        assert.ok(!isAlarm(service, eventName, parameters, more, arn), arn);
    });

  it("is not about a denied call, another resource or a read", () => {
    const members = { name: "bank-hub-controls-calls-0a1b2c3" };
    assert.ok(!isAlarm("events", "DeleteRule", members, { errorCode: "AccessDenied" }));
    assert.ok(!isAlarm("events", "DeleteRule", { name: "other" }));
    assert.ok(!isAlarm("events", "DescribeRule", members));
    assert.ok(!isAlarm("ssm", "PutParameter", { name: "/cloister/fraud-dev/vpc-id" }));
  });

  it("is about users, the root user and roles whose name starts like a deploy role", () => {
    const members = { name: "bank-hub-controls-calls-0a1b2c3" };
    for (const arn of [
      `arn:aws:iam::${accountId}:user/eve`,
      `arn:aws:iam::${accountId}:root`,
      `arn:aws:sts::${accountId}:assumed-role/Deployer2/session`,
    ])
      assert.ok(isAlarm("events", "DeleteRule", members, {}, arn), arn);
  });

  it("has a pattern within the limit of EventBridge with the longest names", () => {
    const role = (i: number) => `arn:aws-us-gov:iam::${accountId}:role/${String(i).repeat(64)}`;
    const longest = { ...context, partition: "aws-us-gov" };
    // Three deploy roles and a launch role.
    assert.ok(changesPattern(longest, "h".repeat(40), [0, 1, 2, 3].map(role)).length <= 2048);
    assert.equal(sessionPrefix(context, `arn:aws:iam::${accountId}:user/ana`), `arn:aws:iam::${accountId}:user/ana`);
  });
});
