// Creates the queues through which AWS Service Catalog sends requests to the engine.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arnsIn, type AwsContext } from "../../aws/context";
import { document } from "../../aws/policy-document";
import { createAlarm, type Signal } from "./alarms";
import { maxReceives, type QueueName, queueNames } from "./names";

/** Longest time for which a queue keeps a message. Source: AWS API `CreateQueue`. */
const retentionSeconds = 14 * 24 * 3600;
/** A message that the dispatcher received is hidden for longer than one run of the dispatcher. */
const visibilitySeconds = 180;

/** Source: AWS Service Catalog "External engines"; AWS Security Hub SQS.1; AWS IAM, global key `aws:PrincipalIsAWSService`. */
export const queuePolicy = (queueArn: string): string =>
  document([
    {
      Sid: "ServiceCatalogSends",
      Effect: "Allow",
      Principal: { Service: "servicecatalog.amazonaws.com" },
      Action: ["sqs:GetQueueUrl", "sqs:SendMessage"],
      Resource: queueArn,
    },
    // Without this statement, each principal of the account with `sqs:SendMessage` could choose the artifact of a deployment.
    {
      Sid: "OnlyServiceCatalogSends",
      Effect: "Deny",
      Principal: "*",
      Action: "sqs:SendMessage",
      Resource: queueArn,
      Condition: { BoolIfExists: { "aws:PrincipalIsAWSService": "false" } },
    },
    {
      Sid: "TlsOnly",
      Effect: "Deny",
      Principal: "*",
      Action: "sqs:*",
      Resource: queueArn,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ]);

/** Requests wait while as many deployments run as the concurrency allows. */
const longestWaitSeconds = 3600;

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
    threshold: longestWaitSeconds,
  },
];

export interface QueuesArgs {
  context: AwsContext;
  /** `arn:…:key/…` */
  keyArn: pulumi.Input<string>;
  /** `arn:…:sns:…` */
  alertTopicArn: pulumi.Input<string>;
}

export interface Queues {
  urls: Record<QueueName, pulumi.Output<string>>;
  arns: string[];
}

/** A queue for each operation, each with a dead-letter queue. The URLs are known once the queues have their policies. */
export function createQueues(name: string, { context, keyArn, alertTopicArn }: QueuesArgs, parent: pulumi.Resource): Queues {
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
    const policy = new aws.sqs.QueuePolicy(`${name}-${queue}`, { queueUrl: created.url, policy: queuePolicy(arnOf(queue)) }, { parent });
    return pulumi.all([created.url, policy.id]).apply(([url]) => url);
  };
  return {
    urls: { provision: create("provision"), update: create("update"), terminate: create("terminate") },
    arns: [arnOf("provision"), arnOf("update"), arnOf("terminate")],
  };
}
