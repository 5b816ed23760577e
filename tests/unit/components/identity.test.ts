// Documents of roles. That an action exists is asked of the AWS SDK's own list of operations; that an action knows a condition key, of AWS's service authorization reference, copied below.
import assert from "node:assert/strict";
import * as logs from "@aws-sdk/client-cloudwatch-logs";
import * as ec2 from "@aws-sdk/client-ec2";
import * as kms from "@aws-sdk/client-kms";
import * as sagemaker from "@aws-sdk/client-sagemaker";
import * as s3 from "@aws-sdk/client-s3";
import * as ssm from "@aws-sdk/client-ssm";
import * as sts from "@aws-sdk/client-sts";
import { boundaryDocument, executionDocument, modelDocument, sagemakerTrust } from "@cloister/components/identity/documents";
import { actionsOf, decide, type Request, type Statement, statementsOf } from "./policies";

const place = { accountId: "111122223333", region: "eu-central-1", partition: "aws" };
const bucketArns = ["arn:aws:s3:::data", "arn:aws:s3:::models"];
const keyArn = "arn:aws:kms:eu-central-1:111122223333:key/ours";
const execution = executionDocument({ ...place, environment: "fraud-dev", bucketArns, keyArns: [keyArn] });
const model = modelDocument({ ...place, bucketArns: [bucketArns[1]!], keyArns: [keyArn] });
const boundary = boundaryDocument(place);
const documents = { boundary, execution, model };

const clients: Record<string, object> = { sagemaker, s3, kms, logs, ec2, ssm, sts };
/** Actions that are no operation of the SDK under the same name. Source: AWS Service Authorization Reference. */
const others: Record<string, string[]> = {
  s3: ["ListBucket", "PutBucketPublicAccessBlock", "PutAccountPublicAccessBlock", "PutEncryptionConfiguration"],
  iam: ["PassRole"],
  cloudwatch: ["PutMetricData"],
  ecr: ["GetAuthorizationToken", "BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer"],
};
const namesOf = (service: string) => [
  ...Object.keys(clients[service] ?? {})
    .filter((name) => name.endsWith("Command"))
    .map((name) => name.slice(0, -"Command".length)),
  ...(others[service] ?? []),
];

/** Condition keys that are not global, and the actions that know them, of those we write. */
const knownBy: Record<string, string[]> = {
  "sagemaker:VpcSubnets": [
    "sagemaker:CreateTrainingJob",
    "sagemaker:CreateProcessingJob",
    "sagemaker:CreateHyperParameterTuningJob",
    "sagemaker:CreateAutoMLJob",
    "sagemaker:CreateAutoMLJobV2",
    "sagemaker:CreateModel",
  ],
  "sagemaker:ModelApprovalStatus": ["sagemaker:CreateModelPackage", "sagemaker:UpdateModelPackage"],
  "iam:PassedToService": ["iam:PassRole"],
  "kms:GrantIsForAWSResource": ["kms:CreateGrant"],
  "cloudwatch:namespace": ["cloudwatch:PutMetricData"],
};
knownBy["sagemaker:VpcSecurityGroupIds"] = knownBy["sagemaker:VpcSubnets"]!;

const keysOf = ({ Condition = {} }: Statement) => Object.values(Condition).flatMap((keys) => Object.keys(keys));

describe("documents of roles", () => {
  for (const [name, document] of Object.entries(documents)) {
    describe(name, () => {
      const statements = statementsOf(document);

      it("names actions that exist", () => {
        for (const action of statements.flatMap(actionsOf)) {
          const [service = "", pattern = ""] = action.split(":");
          const [prefix = "", rest] = pattern.split("*");
          const names = namesOf(service);
          assert.ok(names.length > 0, `${action}: no such service in this test`);
          assert.ok(rest === undefined ? names.includes(pattern) : rest === "" && names.some((one) => one.startsWith(prefix)), action);
        }
      });

      it("asks keys only of actions that know them", () => {
        for (const statement of statements)
          for (const key of keysOf(statement).filter((one) => !one.startsWith("aws:")))
            assert.deepEqual(
              actionsOf(statement).filter((action) => !knownBy[key]?.includes(action)),
              [],
              `${statement.Sid}: ${key}`,
            );
      });

      it("asks one key in a statement about absence: two would only refuse a call that lacks both", () => {
        for (const statement of statements) if (statement.Condition?.Null) assert.equal(keysOf(statement).length, 1, statement.Sid);
      });

      it("names each statement once", () => {
        const ids = statements.map(({ Sid }) => Sid);
        assert.ok(ids.every(Boolean));
        assert.equal(new Set(ids).size, ids.length);
      });

      it("fits into what IAM takes", () => assert.ok(document.length <= (name === "boundary" ? 6144 : 10240), `${document.length}`));
    });
  }

  const here = { "aws:RequestedRegion": "eu-central-1" };
  const network = { "sagemaker:VpcSubnets": "subnet-1", "sagemaker:VpcSecurityGroupIds": "sg-1" };
  const { "sagemaker:VpcSubnets": subnets } = network;
  const to = (service: string) => ({ "iam:PassedToService": service });
  const ask = (action: string, resource = "*", context: Record<string, string> = {}): Request => ({
    action,
    resource,
    context: { ...here, ...context },
  });
  const parameter = "arn:aws:ssm:eu-central-1:111122223333:parameter/cloister";
  const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`;

  const table: { who: keyof typeof documents; it: string; request: Request; want: "allowed" | "denied" | "silent" }[] = [
    { who: "execution", it: "trains in the network", request: ask("sagemaker:CreateTrainingJob", "*", network), want: "allowed" },
    { who: "execution", it: "trains without a network", request: ask("sagemaker:CreateTrainingJob"), want: "denied" },
    {
      who: "execution",
      it: "trains without groups",
      request: ask("sagemaker:CreateTrainingJob", "*", { "sagemaker:VpcSubnets": subnets }),
      want: "denied",
    },
    {
      who: "execution",
      it: "trains without subnets",
      request: ask("sagemaker:CreateTrainingJob", "*", { "sagemaker:VpcSecurityGroupIds": "sg-1" }),
      want: "denied",
    },
    { who: "execution", it: "transforms, which has no network of its own", request: ask("sagemaker:CreateTransformJob"), want: "allowed" },
    { who: "execution", it: "registers a model", request: ask("sagemaker:CreateModelPackage"), want: "allowed" },
    {
      who: "execution",
      it: "registers a model as approved",
      request: ask("sagemaker:CreateModelPackage", "*", { "sagemaker:ModelApprovalStatus": "Approved" }),
      want: "denied",
    },
    {
      who: "execution",
      it: "approves a model",
      request: ask("sagemaker:UpdateModelPackage", "*", { "sagemaker:ModelApprovalStatus": "Approved" }),
      want: "denied",
    },
    { who: "execution", it: "makes an endpoint", request: ask("sagemaker:CreateEndpoint"), want: "silent" },
    { who: "execution", it: "changes the domain", request: ask("sagemaker:UpdateDomain"), want: "silent" },
    { who: "execution", it: "reads its data", request: ask("s3:GetObject", "arn:aws:s3:::data/x"), want: "allowed" },
    { who: "execution", it: "reads other data", request: ask("s3:GetObject", "arn:aws:s3:::theirs/x"), want: "silent" },
    { who: "execution", it: "changes a bucket's policy", request: ask("s3:PutBucketPolicy", "arn:aws:s3:::data"), want: "silent" },
    {
      who: "execution",
      it: "grants a key to AWS, for volumes",
      request: ask("kms:CreateGrant", keyArn, { "kms:GrantIsForAWSResource": "true" }),
      want: "allowed",
    },
    {
      who: "execution",
      it: "grants a key to others",
      request: ask("kms:CreateGrant", keyArn, { "kms:GrantIsForAWSResource": "false" }),
      want: "silent",
    },
    { who: "execution", it: "uses another key", request: ask("kms:Decrypt", `${keyArn}2`), want: "silent" },
    {
      who: "execution",
      it: "passes itself to SageMaker",
      request: ask("iam:PassRole", role("fraud-dev-execution-1a2b3c4"), to("sagemaker.amazonaws.com")),
      want: "allowed",
    },
    {
      who: "execution",
      it: "passes itself to another service",
      request: ask("iam:PassRole", role("fraud-dev-execution-1a2b3c4"), to("ec2.amazonaws.com")),
      want: "silent",
    },
    {
      who: "execution",
      it: "passes another role",
      request: ask("iam:PassRole", role("admin"), to("sagemaker.amazonaws.com")),
      want: "silent",
    },
    {
      who: "execution",
      it: "reads its environment's values",
      request: ask("ssm:GetParameter", `${parameter}/fraud-dev/vpc-id`),
      want: "allowed",
    },
    {
      who: "execution",
      it: "reads another environment's values",
      request: ask("ssm:GetParameter", `${parameter}/fraud-dev2/vpc-id`),
      want: "silent",
    },
    { who: "model", it: "reads its artifact", request: ask("s3:GetObject", "arn:aws:s3:::models/x"), want: "allowed" },
    { who: "model", it: "writes artifacts", request: ask("s3:PutObject", "arn:aws:s3:::models/x"), want: "silent" },
    { who: "model", it: "encrypts", request: ask("kms:GenerateDataKey", keyArn), want: "silent" },
    { who: "model", it: "starts anything in SageMaker", request: ask("sagemaker:CreateTrainingJob", "*", network), want: "silent" },
    { who: "boundary", it: "lets roles train in the network", request: ask("sagemaker:CreateTrainingJob", "*", network), want: "allowed" },
    { who: "boundary", it: "trains without a network", request: ask("sagemaker:CreateTrainingJob"), want: "denied" },
    {
      who: "boundary",
      it: "works in another region",
      request: ask("s3:GetObject", "arn:aws:s3:::data/x", { "aws:RequestedRegion": "us-east-1" }),
      want: "denied",
    },
    { who: "boundary", it: "makes a way out", request: ask("ec2:CreateInternetGateway"), want: "denied" },
    { who: "boundary", it: "opens a security group", request: ask("ec2:AuthorizeSecurityGroupEgress"), want: "denied" },
    { who: "boundary", it: "opens a bucket", request: ask("s3:PutBucketPolicy", "arn:aws:s3:::data"), want: "denied" },
    { who: "boundary", it: "opens the domain", request: ask("sagemaker:UpdateDomain"), want: "denied" },
    { who: "boundary", it: "deletes the flow logs", request: ask("logs:DeleteLogGroup"), want: "denied" },
    { who: "boundary", it: "deletes a key", request: ask("kms:ScheduleKeyDeletion", keyArn), want: "denied" },
    { who: "boundary", it: "makes a user", request: ask("iam:CreateUser"), want: "silent" },
    { who: "boundary", it: "takes its own limit away", request: ask("iam:DeleteRolePermissionsBoundary"), want: "silent" },
  ];
  for (const { who, it: what, request, want } of table)
    it(`${who}: ${what}: ${want}`, () => assert.equal(decide(documents[who], request), want));

  it("boundary leaves room for everything that a role is given", () => {
    const given = [...statementsOf(execution), ...statementsOf(model)].filter(({ Effect }) => Effect === "Allow");
    for (const action of given.flatMap(actionsOf)) {
      const context = { ...network, ...to("sagemaker.amazonaws.com") };
      const resource = action === "iam:PassRole" ? role("any") : "*";
      assert.equal(decide(boundary, ask(action.replace("*", "Anything"), resource, context)), "allowed", action);
    }
  });

  it("trust lets SageMaker in for this account only", () => {
    const trust = (account: string) =>
      decide(JSON.stringify({ Statement: statementsOf(sagemakerTrust(place)).map((one) => ({ ...one, Resource: "*" })) }), {
        action: "sts:AssumeRole",
        resource: "*",
        service: "sagemaker.amazonaws.com",
        context: { "aws:SourceAccount": account },
      });
    assert.deepEqual([trust("111122223333"), trust("999988887777")], ["allowed", "silent"]);
  });
});
