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
    ["a statement without a principal", false, { Effect: "Allow", Action: "sts:AssumeRole" }],
    ["a statement without an action", false, { ...allow(), Action: undefined }],
    ["two statements of which one allows", true, allow({ Action: "sts:TagSession" }), allow()],
    [
      "two conditions that match",
      true,
      allow({ Condition: { StringEquals: { "aws:SourceAccount": account }, ArnLike: { "aws:SourceArn": "*" } } }),
    ],
    [
      "two conditions of which one does not match",
      false,
      allow({ Condition: { StringEquals: { "aws:SourceAccount": account, "aws:SourceArn": "arn:aws:ec2:*:444455556666:*" } } }),
    ],
    ["a condition for one flow log", true, allow(when("ArnLike", "aws:SourceArn", `arn:aws:ec2:*:${account}:vpc-flow-log/fl-1`))],
    [
      "a condition for a flow log that starts alike",
      true,
      allow(when("ArnLike", "aws:SourceArn", `arn:aws:ec2:*:${account}:vpc-flow-log/f*`)),
    ],
    ["a condition for VPCs of this account", false, allow(when("ArnLike", "aws:SourceArn", `arn:aws:ec2:*:${account}:vpc/*`))],
    [
      "a condition for all resources whose names start alike",
      true,
      allow(when("ArnLike", "aws:SourceArn", `arn:aws:ec2:*:${account}:vpc*`)),
    ],
    [
      "a condition for a resource with the start of the name",
      false,
      allow(when("ArnEquals", "aws:SourceArn", `arn:aws:ec2:eu-central-1:${account}:vpc`)),
    ],
    ["a condition with one wildcard for several parts", true, allow(when("StringLike", "aws:SourceArn", "arn:aws:ec2:*"))],
    ["a condition with one wildcard for parts of another service", false, allow(when("StringLike", "aws:SourceArn", "arn:aws:s3:*"))],
    ["a condition that ignores case", true, allow(when("StringEqualsIgnoreCase", "aws:SourceAccount", account))],
    ["a condition with an unknown operator", true, allow(when("NumericEquals", "aws:SourceAccount", "1"))],
    ["a condition if the key exists", false, allow(when("StringEqualsIfExists", "aws:SourceAccount", "444455556666"))],
    ["a negated list with this account", false, allow(when("StringNotLike", "aws:SourceAccount", ["444455556666", account]))],
    ["a negated list without this account", true, allow(when("ArnNotLike", "aws:SourceAccount", ["444455556666", "555566667777"]))],
    ["an effect with another case", false, { ...allow(), Effect: "allow" }],
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

  it("is true for the action of the request only", () => {
    const sets = JSON.stringify({ Statement: allow({ Action: "sts:SetSourceIdentity" }) });
    assert.deepEqual([trustAllows(sets, { ...request, action: "sts:SetSourceIdentity" }), trustAllows(sets, request)], [true, false]);
  });

  it("is false without statements", () => assert.equal(trustAllows("{}", request), false));

  it("accepts one statement instead of a list", () => assert.ok(trustAllows(JSON.stringify({ Statement: allow() }), request)));
});
