import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type AwsContext } from "../aws/context";

/**
 * Services that publish alerts and use the topic's key.
 * EventBridge cannot be one of these: see `KeyUse.publishers`.
 */
export const alertPublishers = ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"];

export interface AlertTopicArgs {
  context: AwsContext;
  /** Key whose policy allows `alertPublishers` to use it, `arn:…:key/…`. */
  keyArn: pulumi.Input<string>;
  /** Email addresses that receive every alert. The owner of each address must confirm an email from AWS. */
  emails: string[];
}

/**
 * Encrypted SNS topic for alerts. Only the account's alarms and budgets can publish to the topic, and only over TLS.
 * Source: AWS Cost Management "Creating an Amazon SNS topic for budget notifications".
 */
export class AlertTopic extends pulumi.ComponentResource {
  /** `arn:…:sns:…` */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: AlertTopicArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:audit:AlertTopic", name, {}, opts);
    const childOptions = { parent: this };
    const topic = new aws.sns.Topic(`${name}-alerts`, { kmsMasterKeyId: args.keyArn }, childOptions);
    new aws.sns.TopicPolicy(
      `${name}-alerts-policy`,
      {
        arn: topic.arn,
        policy: pulumi.jsonStringify({
          Version: "2012-10-17",
          Statement: [
            {
              Sid: "ServicesOfThisAccount",
              Effect: "Allow",
              Principal: { Service: alertPublishers },
              Action: "sns:Publish",
              Resource: topic.arn,
              Condition: { StringEquals: { "aws:SourceAccount": args.context.accountId } },
            },
            {
              Sid: "TlsOnly",
              Effect: "Deny",
              Principal: "*",
              Action: "sns:Publish",
              Resource: topic.arn,
              Condition: { Bool: { "aws:SecureTransport": "false" } },
            },
          ],
        }),
      },
      childOptions,
    );
    for (const email of args.emails)
      new aws.sns.TopicSubscription(`${name}-alerts-to-${email}`, { topic: topic.arn, protocol: "email", endpoint: email }, childOptions);
    this.arn = topic.arn;
    this.registerOutputs({ arn: this.arn });
  }
}
