// Builds the policies of the engine's keys, and creates the keys.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type AwsContext, arnsIn, dnsSuffixOf, viaServices } from "../../aws/context";
import { limits } from "../../aws/limits";
import { type Statement } from "../../aws/policy-document";
import { documentWithin } from "../../aws/principals";
import { administration } from "../../keys/policy";

const root = ({ partition, accountId }: AwsContext) => ({ AWS: `arn:${partition}:iam::${accountId}:root` });
const allow = (Sid: string, Principal: Statement["Principal"], Action: string[], Condition?: Statement["Condition"]) =>
  ({ Sid, Effect: "Allow", Principal, Action, Resource: "*", ...(Condition && { Condition }) }) satisfies Statement;

const keyPolicy = (context: AwsContext, ...statements: Statement[]) =>
  documentWithin(limits.keyPolicy.value, "key policy", {
    Version: "2012-10-17",
    Statement: [allow("AccountAdministers", root(context), administration), ...statements],
  });

/** Principals of the account whose own policies allow this, and only through one service. */
const through = (context: AwsContext, service: string) =>
  allow(`AccountThrough${service.toUpperCase()}`, root(context), ["kms:Decrypt", "kms:GenerateDataKey"], {
    StringEquals: { "kms:ViaService": viaServices(context, [service]) },
  });

/**
 * Policy of the key for queues and logs. Service Catalog sends requests for accounts that imported the portfolio, so no condition
 * names an account: a queue's name decides whose requests it receives.
 * Source: AWS Service Catalog "External engines"; CloudWatch Logs "Encrypt log data"; Step Functions "Data at rest encryption".
 */
export const queueKeyPolicy = (context: AwsContext): string => {
  const { partition, region, accountId } = context;
  return keyPolicy(
    context,
    allow("ServiceCatalogSends", { Service: "servicecatalog.amazonaws.com" }, [
      "kms:Decrypt",
      "kms:DescribeKey",
      "kms:GenerateDataKey",
      "kms:ReEncrypt*",
    ]),
    through(context, "sqs"),
    allow(
      "LogGroupsOfThisAccount",
      { Service: `logs.${region}.${dnsSuffixOf({ partition })}` },
      ["kms:Decrypt*", "kms:Describe*", "kms:Encrypt*", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
      { ArnLike: { "kms:EncryptionContext:aws:logs:arn": arnsIn(context, "logs", "log-group:*") } },
    ),
    allow("LogDeliveryOfThisAccount", { Service: "delivery.logs.amazonaws.com" }, ["kms:Decrypt*"], {
      StringEquals: { "aws:SourceAccount": accountId },
      ArnLike: { "aws:SourceArn": `arn:${partition}:logs:${region}:${accountId}:*` },
    }),
  );
};

/** Policy of the key for the state of environments. Only the runner uses the key without S3, for secrets in the state. */
export const stateKeyPolicy = (context: AwsContext, runnerRoleArn: string): string =>
  keyPolicy(
    context,
    through(context, "s3"),
    allow("RunnerKeepsSecrets", root(context), ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"], {
      ArnEquals: { "aws:PrincipalArn": runnerRoleArn },
    }),
  );

export interface EngineKeyArgs {
  description: string;
  /** `cloister/hub/engine`, without `alias/`. */
  alias: string;
  policy: pulumi.Input<string>;
  deletionWindowDays: number;
  rotationDays: number;
  purge: boolean;
}

/** A customer managed key. The returned ARN is known once the key has its alias. */
export function createKey(name: string, args: EngineKeyArgs, parent: pulumi.Resource): pulumi.Output<string> {
  const key = new aws.kms.Key(
    `${name}-key`,
    {
      description: args.description,
      enableKeyRotation: true,
      rotationPeriodInDays: args.rotationDays,
      deletionWindowInDays: args.deletionWindowDays,
      policy: args.policy,
    },
    { parent, retainOnDelete: !args.purge },
  );
  // The alias is always deleted, so the next deployment can reuse the alias name.
  const alias = new aws.kms.Alias(`${name}-alias`, { name: `alias/${args.alias}`, targetKeyId: key.keyId }, { parent });
  return pulumi.all([key.arn, alias.id]).apply(([arn]) => arn);
}
