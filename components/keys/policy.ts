// Key policies: who administers a key, who works with what is under it, and through what. Pure.
import { type AwsContext, viaServices } from "../aws/context";
import { documentWithin, exactPrincipals, dataRolePatterns, type DataRoles } from "../aws/principals";

/** Services that use a key for whoever asks them. Those that keep it in use, for a volume or a file system, do so by a grant. */
const services = { s3: "by request", sagemaker: "by grant", elasticfilesystem: "by grant", ec2: "by grant" } as const;
export type KeyService = keyof typeof services;

/** Who may use a key. Nobody uses it directly, and nobody at all whom the account's IAM policies don't let as well. */
export interface KeyUse extends AwsContext {
  /** Roles that work with what is under the key, and the services they do it through. */
  dataRoles?: DataRoles & { through: readonly KeyService[] };
  /** Roles that start jobs and endpoints whose volumes are under the key, and do not read what is under it. AWS asks them for the grant. */
  launchRoles?: DataRoles;
  /** Roles that make what AWS encrypts by itself, such as a domain with its file system, `arn:…:role/…`. */
  deployRoleArns?: readonly string[];
  /** CloudWatch Logs encrypts log groups of this account with it. */
  logs?: boolean;
  /**
   * AWS services that publish to an encrypted topic for this account, e.g. `cloudwatch.amazonaws.com`. Not EventBridge: it tells KMS no source account,
   * so that nothing could be asked of it. Source: AWS SNS "Key management", on EventBridge-to-encrypted topics.
   */
  publishers?: readonly string[];
}

/** Looking after a key. None of these reads or writes what is under it, or lets anybody do so, but to change the policy, which is the way to repair it. */
export const administration = [
  "kms:CancelKeyDeletion",
  "kms:CreateAlias",
  "kms:DeleteAlias",
  "kms:DescribeKey",
  "kms:DisableKey",
  "kms:DisableKeyRotation",
  "kms:EnableKey",
  "kms:EnableKeyRotation",
  "kms:GetKeyLastUsage",
  "kms:GetKeyPolicy",
  "kms:GetKeyRotationStatus",
  "kms:ListGrants",
  "kms:ListKeyPolicies",
  "kms:ListKeyRotations",
  "kms:ListResourceTags",
  "kms:PutKeyPolicy",
  "kms:RetireGrant",
  "kms:RevokeGrant",
  "kms:RotateKeyOnDemand",
  "kms:ScheduleKeyDeletion",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:UpdateAlias",
  "kms:UpdateKeyDescription",
];

const use = [
  "kms:Decrypt",
  "kms:Encrypt",
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyWithoutPlaintext",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
];

/** What the caller of `CreateDomain` needs besides a grant. Source: AWS "Key management" of SageMaker; CloudFormation handlers of `AWS::SageMaker::Domain`. */
const domainUse = ["kms:Decrypt", "kms:GenerateDataKeyWithoutPlaintext"];
const domainServices: KeyService[] = ["sagemaker", "elasticfilesystem"];

/** Longest key policy. Source: AWS KMS "Quotas". */
export const keyPolicyLimit = 32768;

/**
 * Policy of a customer key. The account's administrators always keep a way to repair it, because without one a key can be lost for good; they can't read what is under it.
 * Errors: `RangeError` for ARNs with wildcards, for workers that are nobody or work through nothing, and for a policy that is too long for AWS.
 * Source: AWS KMS "Default key policy", "kms:ViaService", "kms:GrantIsForAWSResource"; CloudWatch Logs "Encrypt log data in CloudWatch Logs using AWS KMS".
 */
export function keyPolicy({ accountId, region, partition, dataRoles, launchRoles, deployRoleArns, logs, publishers }: KeyUse): string {
  const root = { AWS: `arn:${partition}:iam::${accountId}:root` };
  const through = (names: readonly KeyService[]) => ({ "kms:ViaService": viaServices({ accountId, region, partition }, names) });
  const allow = (Sid: string, Principal: object, Action: readonly string[], Condition?: object) => ({
    Sid,
    Effect: "Allow",
    Principal,
    Action,
    Resource: "*",
    ...(Condition && { Condition }),
  });
  const by = (arns: string[]) => ({ ArnLike: { "aws:PrincipalArn": arns } });
  const forAws = { Bool: { "kms:GrantIsForAWSResource": "true" } };

  const working = dataRoles ? dataRolePatterns(dataRoles) : [];
  if (dataRoles && (working.length === 0 || dataRoles.through.length === 0))
    throw new RangeError("a key that is worked with needs at least one role and one service");
  const deploying = exactPrincipals(deployRoleArns);
  return documentWithin(keyPolicyLimit, "key policy", {
    Version: "2012-10-17",
    Statement: [
      allow("AccountAdministers", root, administration),
      ...(dataRoles ? [allow("WorkThroughServices", root, use, { ...by(working), StringEquals: through(dataRoles.through) })] : []),
      ...(dataRoles?.through.some((name) => services[name] === "by grant")
        ? [allow("WorkByGrantsForAws", root, ["kms:CreateGrant"], { ...by(working), ...forAws })]
        : []),
      ...(launchRoles
        ? [
            allow("StartThroughSageMaker", root, ["kms:DescribeKey"], {
              ...by(dataRolePatterns(launchRoles)),
              StringEquals: through(["sagemaker"]),
            }),
            allow("StartByGrantsForAws", root, ["kms:CreateGrant"], {
              ...by(dataRolePatterns(launchRoles)),
              ...forAws,
              StringEquals: through(["sagemaker"]),
            }),
          ]
        : []),
      ...(deploying.length > 0
        ? [
            allow("DeployThroughServices", root, domainUse, { ...by(deploying), StringEquals: through(domainServices) }),
            allow("DeployByGrantsForAws", root, ["kms:CreateGrant"], { ...by(deploying), ...forAws }),
          ]
        : []),
      ...(logs
        ? [
            allow(
              "LogGroupsOfThisAccount",
              { Service: `logs.${region}.amazonaws.com` },
              ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
              { ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:${partition}:logs:${region}:${accountId}:log-group:*` } },
            ),
          ]
        : []),
      ...(publishers?.length
        ? [
            allow("ServicesThatPublish", { Service: publishers }, ["kms:Decrypt", "kms:GenerateDataKey*"], {
              StringEquals: { "aws:SourceAccount": accountId },
            }),
          ]
        : []),
    ],
  });
}
