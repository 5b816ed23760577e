/** Who may use a key, besides the principals that the account's own IAM policies name. */
export interface KeyUse {
  accountId: string;
  region: string;
  partition: string;
  /** CloudWatch Logs encrypts log groups of this account with it. */
  logs?: boolean;
  /** AWS services that publish to an encrypted topic, e.g. `events.amazonaws.com`. */
  publishers?: string[];
}

/**
 * Policy of a customer key. The account's administrators always keep a way to repair it: without that statement a key can be lost for good.
 * Source: AWS KMS "Default key policy"; CloudWatch Logs "Encrypt log data in CloudWatch Logs using AWS KMS".
 */
export function keyPolicy(use: KeyUse): string {
  const { accountId, region, partition } = use;
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "AccountDecidesByIam",
        Effect: "Allow",
        Principal: { AWS: `arn:${partition}:iam::${accountId}:root` },
        Action: "kms:*",
        Resource: "*",
      },
      ...(use.logs
        ? [
            {
              Sid: "LogGroupsOfThisAccount",
              Effect: "Allow",
              Principal: { Service: `logs.${region}.amazonaws.com` },
              Action: ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
              Resource: "*",
              Condition: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:${partition}:logs:${region}:${accountId}:log-group:*` } },
            },
          ]
        : []),
      ...(use.publishers?.length
        ? [
            {
              Sid: "ServicesThatPublish",
              Effect: "Allow",
              Principal: { Service: use.publishers },
              Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
              Resource: "*",
              Condition: { StringEquals: { "aws:SourceAccount": accountId } },
            },
          ]
        : []),
    ],
  });
}
