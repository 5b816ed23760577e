// Creates the queues through which AWS Service Catalog sends requests to the engine.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arnsIn, type AwsContext } from "../../aws/context";
import { countedMetric } from "../../aws/counted-metric";
import { document, type Statement } from "../../aws/policy-document";
import { exactPrincipals } from "../../aws/principals";
import { createAlarm, type Signal } from "../../functions/alarm";
import { longestDelay, longWaitSeconds, maxReceives, type QueueName, queueNames, waitMetric } from "./names";

/** Longest time for which a queue keeps a message. Source: AWS API `CreateQueue`. */
const retentionSeconds = 14 * 24 * 3600;
/** A message that the dispatcher received is hidden for longer than one run of the dispatcher. */
const visibilitySeconds = 180;

export interface QueueUsers {
  /** `arn:…:role/…` */
  dispatcherRoleArn: string;
  /** Roles and users of the platform team that handle dead letters. */
  operatorArns: readonly string[];
}

const deny = (Sid: string, Action: string | string[], Resource: string, Condition: NonNullable<Statement["Condition"]>): Statement => ({
  Sid,
  Effect: "Deny",
  Principal: "*",
  Action,
  Resource,
  Condition,
});
const tlsOnly = (queueArn: string) => deny("TlsOnly", "sqs:*", queueArn, { Bool: { "aws:SecureTransport": "false" } });

/** Requests contain the tokens with which results are reported. */
const receiving = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:PurgeQueue", "sqs:ReceiveMessage"];
const others = { BoolIfExists: { "aws:PrincipalIsAWSService": "false" } };
/** An empty list in a condition is invalid, and no condition means every principal. */
const otherThan = (arns: readonly string[]): NonNullable<Statement["Condition"]> =>
  arns.length > 0 ? { ...others, ArnNotEqualsIfExists: { "aws:PrincipalArn": exactPrincipals(arns) } } : others;

/**
 * The dispatcher moves requests to the end of the queue. Operators return requests from the dead-letter queue.
 * Source: AWS Service Catalog "External engines"; AWS Security Hub SQS.1; AWS IAM, global key `aws:PrincipalIsAWSService`.
 */
export const queuePolicy = (queueArn: string, { dispatcherRoleArn, operatorArns }: QueueUsers): string =>
  document([
    {
      Sid: "ServiceCatalogSends",
      Effect: "Allow",
      Principal: { Service: "servicecatalog.amazonaws.com" },
      Action: ["sqs:GetQueueUrl", "sqs:SendMessage"],
      Resource: queueArn,
    },
    // Without this statement, each principal of the account with `sqs:SendMessage` could choose the artifact of a deployment.
    deny("OnlyServiceCatalogSends", "sqs:SendMessage", queueArn, otherThan([dispatcherRoleArn, ...operatorArns])),
    deny("OnlyDispatcherReceives", receiving, queueArn, otherThan([dispatcherRoleArn])),
    tlsOnly(queueArn),
  ]);

/** SQS itself moves messages to a dead-letter queue. Source: Amazon SQS developer guide, "Configure a dead-letter queue redrive". */
const deadLetterPolicy = (queueArn: string, operatorArns: readonly string[]): string =>
  document([
    deny("OnlyServicesSend", "sqs:SendMessage", queueArn, others),
    deny("OnlyOperatorsReceive", [...receiving, "sqs:StartMessageMoveTask"], queueArn, otherThan(operatorArns)),
    tlsOnly(queueArn),
  ]);

const periodSeconds = 300;

/**
 * An alarm on requests that wait for their account. A run of the dispatcher receives such a request only after its delay, so several
 * periods have no data.
 */
export const waitSignal = (name: string): Signal => ({
  name,
  description:
    "A request of an account waits for more than an hour, because as many deployments run in this account as its limit allows. The logs of the dispatcher name the request and its account. Wait for these deployments, stop one, or increase cloister-core:catalog.engine.concurrency.",
  ...waitMetric,
  ...countedMetric,
  periods: Math.ceil(longestDelay / periodSeconds) + 2,
});

/** Alarms on requests that the dispatcher cannot start or reject, and on requests that wait. Leads see no result of such requests. */
const signals = (name: string, operation: QueueName, { dead, queue }: { dead: aws.sqs.Queue; queue: aws.sqs.Queue }): Signal[] => [
  {
    name: `${name}-dead`,
    description: `The engine could not read or start a request of AWS Service Catalog in ${maxReceives} attempts. The request is in the dead-letter queue of ${queueNames[operation]}: see "Requests in a dead-letter queue" in docs/how-to/update-environments.md.`,
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: dead.name },
    statistic: "Maximum",
  },
  {
    name: `${name}-age`,
    description: `A request in ${queueNames[operation]} waits for more than an hour. See the logs of the dispatcher, the running executions, and cloister-core:catalog.engine.concurrency.`,
    namespace: "AWS/SQS",
    metricName: "ApproximateAgeOfOldestMessage",
    dimensions: { QueueName: queue.name },
    statistic: "Maximum",
    threshold: longWaitSeconds,
  },
];

export interface QueuesArgs {
  context: AwsContext;
  /** `arn:…:key/…` */
  keyArn: pulumi.Input<string>;
  /** `arn:…:sns:…` */
  alertTopicArn: pulumi.Input<string>;
  /** `arn:…:role/…` */
  dispatcherRoleArn: pulumi.Output<string>;
  operatorArns: readonly string[];
}

export interface Queues {
  urls: Record<QueueName, pulumi.Output<string>>;
  arns: string[];
}

/** A queue for each operation, each with a dead-letter queue. The URLs are known once the queues have their policies. */
export function createQueues(
  name: string,
  { context, keyArn, alertTopicArn, dispatcherRoleArn, operatorArns }: QueuesArgs,
  parent: pulumi.Resource,
): Queues {
  const arnOf = (queue: QueueName) => arnsIn(context, "sqs", queueNames[queue])[0]!;
  const create = (queue: QueueName): pulumi.Output<string> => {
    const common = { kmsMasterKeyId: keyArn, kmsDataKeyReusePeriodSeconds: 300, messageRetentionSeconds: retentionSeconds };
    const dead = new aws.sqs.Queue(
      `${name}-${queue}-dead`,
      {
        ...common,
        redriveAllowPolicy: JSON.stringify({ redrivePermission: "byQueue", sourceQueueArns: [arnOf(queue)] }),
      },
      { parent },
    );
    const created = new aws.sqs.Queue(
      `${name}-${queue}`,
      {
        ...common,
        name: queueNames[queue],
        visibilityTimeoutSeconds: visibilitySeconds,
        redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: maxReceives }),
      },
      { parent },
    );
    for (const signal of signals(`${name}-${queue}`, queue, { dead, queue: created })) createAlarm(signal, alertTopicArn, parent);
    const policies = [
      new aws.sqs.QueuePolicy(
        `${name}-${queue}-dead`,
        { queueUrl: dead.url, policy: dead.arn.apply((arn) => deadLetterPolicy(arn, operatorArns)) },
        { parent },
      ),
      new aws.sqs.QueuePolicy(
        `${name}-${queue}`,
        {
          queueUrl: created.url,
          policy: dispatcherRoleArn.apply((roleArn) => queuePolicy(arnOf(queue), { dispatcherRoleArn: roleArn, operatorArns })),
        },
        { parent },
      ),
    ];
    return pulumi.all([created.url, ...policies.map(({ id }) => id)]).apply(([url]) => url!);
  };
  return {
    urls: { provision: create("provision"), update: create("update"), terminate: create("terminate") },
    arns: [arnOf("provision"), arnOf("update"), arnOf("terminate")],
  };
}
