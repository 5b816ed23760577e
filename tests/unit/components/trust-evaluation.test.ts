// Which trust policies let the service of flow logs assume a role. Does not prove how IAM evaluates them.
import assert from "node:assert/strict";
import { trustAllows } from "@cloister/components/aws/trust-evaluation";

const account = "111122223333";
const asking = { service: "vpc-flow-logs.amazonaws.com", accountId: account, arn: `arn:aws:ec2:eu-central-1:${account}:vpc-flow-log/*` };
const allow = (more: object = {}) => ({ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: asking.service }, ...more });
const deny = (more: object = {}) => ({ ...allow(more), Effect: "Deny" });
const when = (operator: string, key: string, value: string | string[]) => ({ Condition: { [operator]: { [key]: value } } });

describe("trust policy", () => {
  const table: [string, boolean, ...object[]][] = [
    ["of the service", true, allow()],
    [
      "of the service among others",
      true,
      allow({ Action: ["sts:TagSession", "sts:AssumeRole"], Principal: { Service: ["ec2.amazonaws.com", asking.service] } }),
    ],
    ["of all actions of STS", true, allow({ Action: "sts:*" })],
    ["of all actions", true, allow({ Action: "*" })],
    ["of everybody", true, allow({ Principal: "*" })],
    ["in other letters", true, allow({ Action: "sts:assumerole" })],
    ["of another service", false, allow({ Principal: { Service: "ec2.amazonaws.com" } })],
    ["of an account", false, allow({ Principal: { AWS: `arn:aws:iam::${account}:root` } })],
    ["of another action", false, allow({ Action: "sts:TagSession" })],
    ["of nobody", false],
    ["for this account", true, allow(when("StringEquals", "aws:SourceAccount", account))],
    ["for this account among others", true, allow(when("StringEquals", "AWS:SourceAccount", ["444455556666", account]))],
    ["for another account", false, allow(when("StringEquals", "aws:SourceAccount", "444455556666"))],
    ["for all accounts but this", false, allow(when("StringNotEquals", "aws:SourceAccount", account))],
    ["for flow logs of this account", true, allow(when("ArnLike", "aws:SourceArn", `arn:aws:ec2:*:${account}:vpc-flow-log/*`))],
    [
      "for one flow log, which may become this",
      false,
      allow(when("ArnEquals", "aws:SourceArn", `arn:aws:ec2:eu-west-1:${account}:vpc-flow-log/fl-1`)),
    ],
    ["for flow logs of another account", false, allow(when("ArnLike", "aws:SourceArn", "arn:aws:ec2:*:444455556666:vpc-flow-log/*"))],
    ["for flow logs of another region", false, allow(when("StringLike", "aws:SourceArn", `arn:aws:ec2:us-east-1:${account}:*`))],
    ["for what is not known here", true, allow(when("StringEquals", "aws:SourceOrgID", "o-exampleorgid"))],
    ["that a deny takes back", false, allow(), deny()],
    ["that a deny of all services takes back", false, allow(), deny({ Principal: "*", Action: "*" })],
    ["that a deny takes back for other accounts", true, allow(), deny(when("StringNotEquals", "aws:SourceAccount", account))],
    ["that a deny takes back for this account", false, allow(), deny(when("StringEquals", "aws:SourceAccount", account))],
    ["that a deny takes back for what is not known here", true, allow(), deny(when("Bool", "aws:SecureTransport", "false"))],
    ["that a deny takes back for another service", true, allow(), deny({ Principal: { Service: "ec2.amazonaws.com" } })],
  ];
  for (const [what, want, ...statements] of table)
    it(`${what} is ${want ? "taken" : "refused"}`, () =>
      assert.equal(trustAllows(JSON.stringify({ Statement: statements }), asking), want));

  it("may have one statement instead of a list", () => assert.ok(trustAllows(JSON.stringify({ Statement: allow() }), asking)));
});
