// Defines the permissions of the evaluator, its boundary, and the policies of its queues and bucket. Pure.
import { allowListRoot } from "../aws/allow-list-name";
import { type AwsContext, arnsIn, viaServices } from "../aws/context";
import { document, type Permission, type Statement } from "../aws/policy-document";
import { exactPrincipals } from "../aws/principals";
import { allow, onlyThisAccount, sagemaker } from "../identity/permissions/permission";
import { correctActions, readActions } from "./kinds";
import { findingTag, type Mode } from "./names";

/** IAM path of the evaluator's role. `hub` is the name of the core stack. */
export const controlsRolePath = ({ region }: Pick<AwsContext, "region">, hub: string) => `/cloister/${region}/${hub}/controls/`;

export interface EvaluatorFacts extends AwsContext {
  mode: Mode;
  securityHub: boolean;
  /** `arn:…:sqs:…` */
  queueArn: string;
  /** `arn:…:s3:::…` */
  historyBucketArn: string;
  /** `arn:…:sns:…` */
  topicArn: string;
  /** Key of the topic and the bucket, `arn:…:key/…`. */
  keyArn: string;
  /** `arn:…:log-group:…` */
  logGroupArn: string;
}

/** The path of the allow-lists, and all parameters below it. Source: AWS Systems Manager, "Restricting access to parameters". */
const allowLists = (context: AwsContext) => arnsIn(context, "ssm", `parameter${allowListRoot}`, `parameter${allowListRoot}/*`);

const correctPermissions = (context: AwsContext): Permission[] => {
  const types = [...new Set(Object.values(correctActions).flat())].sort();
  return [
    allow("Stop jobs and executions, and delete models, endpoints and apps. The evaluator creates, starts and updates nothing.", {
      Sid: "Correct",
      Action: sagemaker(...Object.keys(correctActions)),
      Resource: arnsIn(context, "sagemaker", ...types.map((type) => `${type}/*`)),
    }),
    allow("Tag noncompliant resources, only with the tag of findings.", {
      Sid: "TagNoncompliant",
      Action: "sagemaker:AddTags",
      Resource: arnsIn(context, "sagemaker", "*"),
      Condition: {
        "ForAllValues:StringEquals": { "aws:TagKeys": [findingTag] },
        Null: { "aws:TagKeys": "false" },
      },
    }),
  ];
};

export const evaluatorPermissions = (facts: EvaluatorFacts): Permission[] => [
  allow("Describe the resources of SageMaker in this region.", {
    Sid: "Describe",
    Action: sagemaker(...readActions),
    Resource: "*",
    Condition: { StringEquals: { "aws:RequestedRegion": facts.region } },
  }),
  ...(facts.mode === "correct" ? correctPermissions(facts) : []),
  allow("Read the allow-lists of environments.", {
    Sid: "ReadAllowLists",
    Action: ["ssm:GetParameter", "ssm:GetParametersByPath"],
    Resource: allowLists(facts),
  }),
  allow("Receive and delete the events in the queue.", {
    Sid: "Receive",
    Action: ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
    Resource: facts.queueArn,
  }),
  allow("Read and write the history of findings.", {
    Sid: "History",
    Action: ["s3:GetObject", "s3:PutObject"],
    Resource: [`${facts.historyBucketArn}/findings/*`, `${facts.historyBucketArn}/models/*`, `${facts.historyBucketArn}/resources/*`],
  }),
  // Without this permission, S3 reports a missing object as a denied request.
  allow("List the history of findings.", { Sid: "ListHistory", Action: "s3:ListBucket", Resource: facts.historyBucketArn }),
  allow("Publish findings to the topic for alerts.", { Sid: "Notify", Action: "sns:Publish", Resource: facts.topicArn }),
  allow("Use the key of the topic and the history, only through SNS and S3.", {
    Sid: "UseKey",
    Action: ["kms:Decrypt", "kms:GenerateDataKey"],
    Resource: facts.keyArn,
    Condition: { StringEquals: { "kms:ViaService": viaServices(facts, ["s3", "sns"]) } },
  }),
  ...(facts.securityHub
    ? [
        allow("Import findings of this account to AWS Security Hub.", {
          Sid: "ImportFindings",
          Action: "securityhub:BatchImportFindings",
          Resource: arnsIn(facts, "securityhub", `product/${facts.accountId}/default`),
        }),
      ]
    : []),
  allow("Write logs to one log group.", {
    Sid: "WriteLogs",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: `${facts.logGroupArn}:*`,
  }),
];

/** Permissions boundary of the evaluator: it passes no role, reads no data, and changes no role, policy or network. */
export const evaluatorBoundary = (context: AwsContext): Permission[] => [
  allow("At most, and only in this region: read and correct SageMaker resources, and use what the core stack created.", {
    Sid: "AtMost",
    Action: [
      // A shorter form of the actions that the evaluator has.
      ...sagemaker("Describe*", "ListApps", "ListPipelineExecutions", ...Object.keys(correctActions), "AddTags"),
      "kms:Decrypt",
      "kms:GenerateDataKey",
      "logs:CreateLogStream",
      "logs:PutLogEvents",
      "s3:GetObject",
      "s3:ListBucket",
      "s3:PutObject",
      "securityhub:BatchImportFindings",
      "sns:Publish",
      "sqs:DeleteMessage",
      "sqs:GetQueueAttributes",
      "sqs:ReceiveMessage",
      "ssm:GetParameter",
      "ssm:GetParametersByPath",
    ],
    Resource: "*",
    Condition: { StringEquals: { "aws:RequestedRegion": context.region } },
  }),
  onlyThisAccount("Use keys, objects, topics and queues only in this account.", ["kms:*", "s3:*", "sns:*", "sqs:*"], context),
];

/**
 * Trust policy of the evaluator's role. Lambda sends no source account.
 * Source: AWS Lambda "Execution role".
 */
export const evaluatorTrust = (): string =>
  document([{ Sid: "Lambda", Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }]);

const otherThanAws = { BoolIfExists: { "aws:PrincipalIsAWSService": "false" } };
/** An empty list in a condition is invalid, and no condition means every principal. */
const otherThan = (arns: readonly string[]) =>
  arns.length > 0 ? { ...otherThanAws, ArnNotEqualsIfExists: { "aws:PrincipalArn": exactPrincipals(arns) } } : otherThanAws;

export interface QueueUsers {
  /** `arn:…:rule/…` */
  ruleArns: readonly string[];
  /** Roles and users that return events from the dead-letter queue, `arn:…:role/…`. */
  operatorArns: readonly string[];
}

const onlyOperatorsReceive = (queueArn: string, operatorArns: readonly string[]): Statement => ({
  Sid: "OnlyOperatorsReceive",
  Effect: "Deny",
  Principal: "*",
  Action: ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:PurgeQueue", "sqs:ReceiveMessage", "sqs:StartMessageMoveTask"],
  Resource: queueArn,
  Condition: otherThan(operatorArns),
});

/**
 * Policy of a queue to which only the rules of the evaluator send. A member with `sqs:SendMessage` cannot forge an event. Operators
 * return events from the dead-letter queue, which SQS sends with their permissions.
 * Source: Amazon EventBridge "Using resource-based policies", SQS permissions; Amazon SQS "Configure a dead-letter queue redrive".
 */
export const eventQueuePolicy = (queueArn: string, { ruleArns, operatorArns }: QueueUsers, queue: "events" | "dead"): string =>
  document([
    {
      Sid: "RulesSend",
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: queueArn,
      Condition: { ArnEquals: { "aws:SourceArn": [...ruleArns] } },
    },
    {
      Sid: "OnlyAwsSends",
      Effect: "Deny",
      Principal: "*",
      Action: "sqs:SendMessage",
      Resource: queueArn,
      Condition: queue === "events" ? otherThan(operatorArns) : otherThanAws,
    },
    ...(queue === "dead" ? [onlyOperatorsReceive(queueArn, operatorArns)] : []),
    {
      Sid: "TlsOnly",
      Effect: "Deny",
      Principal: "*",
      Action: "sqs:*",
      Resource: queueArn,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ]);
