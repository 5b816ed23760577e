// Tests which trust policies allow the flow log service to assume a role.
// Does not prove how IAM evaluates trust policies.
import assert from "node:assert/strict";
import { trustAllows } from "@cloister/components/aws/trust-evaluation";

const account = "111122223333";
const request = { service: "vpc-flow-logs.amazonaws.com", accountId: account, arn: `arn:aws:ec2:eu-central-1:${account}:vpc-flow-log/*` };
const allow = (more: object = {}) => ({ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: request.service }, ...more });
const deny = (more: object = {}) => ({ ...allow(more), Effect: "Deny" });
const when = (operator: string, key: string, value: string | string[]) => ({ Condition: { [operator]: { [key]: value } } });

describe("trustAllows", () => {
  const table: [string, boolean, ...object[]][] = [
    ["the service", true, allow()],
    [
      "the service among others",
      true,
      allow({ Action: ["sts:TagSession", "sts:AssumeRole"], Principal: { Service: ["ec2.amazonaws.com", request.service] } }),
    ],
    ["all STS actions", true, allow({ Action: "sts:*" })],
    ["all actions", true, allow({ Action: "*" })],
    ["every principal", true, allow({ Principal: "*" })],
    ["an action in lower case", true, allow({ Action: "sts:assumerole" })],
    ["another service", false, allow({ Principal: { Service: "ec2.amazonaws.com" } })],
    ["an account", false, allow({ Principal: { AWS: `arn:aws:iam::${account}:root` } })],
    ["another action", false, allow({ Action: "sts:TagSession" })],
    ["no principal", false],
    ["a condition for this account", true, allow(when("StringEquals", "aws:SourceAccount", account))],
    ["a condition for this account among others", true, allow(when("StringEquals", "AWS:SourceAccount", ["444455556666", account]))],
    ["a condition for another account", false, allow(when("StringEquals", "aws:SourceAccount", "444455556666"))],
    ["a condition for all other accounts", false, allow(when("StringNotEquals", "aws:SourceAccount", account))],
    ["a condition for flow logs of this account", true, allow(when("ArnLike", "aws:SourceArn", `arn:aws:ec2:*:${account}:vpc-flow-log/*`))],
    [
      "a condition for one flow log of another region",
      false,
      allow(when("ArnEquals", "aws:SourceArn", `arn:aws:ec2:eu-west-1:${account}:vpc-flow-log/fl-1`)),
    ],
    [
      "a condition for flow logs of another account",
      false,
      allow(when("ArnLike", "aws:SourceArn", "arn:aws:ec2:*:444455556666:vpc-flow-log/*")),
    ],
    [
      "a condition for flow logs of another region",
      false,
      allow(when("StringLike", "aws:SourceArn", `arn:aws:ec2:us-east-1:${account}:*`)),
    ],
    ["a condition that cannot be evaluated", true, allow(when("StringEquals", "aws:SourceOrgID", "o-exampleorgid"))],
    ["an allow and a deny with the same elements", false, allow(), deny()],
    ["an allow and a deny for all services", false, allow(), deny({ Principal: "*", Action: "*" })],
    ["an allow and a deny for other accounts", true, allow(), deny(when("StringNotEquals", "aws:SourceAccount", account))],
    ["an allow and a deny for this account", false, allow(), deny(when("StringEquals", "aws:SourceAccount", account))],
    ["an allow and a deny with a condition that cannot be evaluated", true, allow(), deny(when("Bool", "aws:SecureTransport", "false"))],
    ["an allow and a deny for another service", true, allow(), deny({ Principal: { Service: "ec2.amazonaws.com" } })],
  ];
  for (const [what, want, ...statements] of table)
    it(`is ${want} for ${what}`, () => assert.equal(trustAllows(JSON.stringify({ Statement: statements }), request), want));

  it("accepts one statement instead of a list", () => assert.ok(trustAllows(JSON.stringify({ Statement: allow() }), request)));
});
