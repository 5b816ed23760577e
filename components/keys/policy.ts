// Builds key policies: who can administer a key, who can use the key, and through which services. Pure.
import { type AwsContext, dnsSuffixOf, viaServices } from "../aws/context";
import { limits } from "../aws/limits";
import { documentWithin, exactPrincipals, dataRolePatterns, type DataRoles, type LaunchRoles, launchRolePatterns } from "../aws/principals";

/** How services use a key for their callers: in each request, or by a grant for the life of a volume or file system. */
const services = { s3: "by request", sns: "by request", sagemaker: "by grant", elasticfilesystem: "by grant", ec2: "by grant" } as const;
export type KeyService = keyof typeof services;

/** Who can use a key, always through a service. Every principal also needs permission in its IAM policies. */
export interface KeyUse extends AwsContext {
  /** Roles that read and write data encrypted with the key, and the services through which these roles use the key. */
  dataRoles?: DataRoles & { through: readonly KeyService[] };
  /** Roles that start jobs and endpoints with volumes under the key, but read no data. They must create a KMS grant. */
  launchRoles?: LaunchRoles;
  /** Roles with which AWS Service Catalog creates notebook instances whose volumes have the key. */
  productRoles?: DataRoles;
  /** Roles that create resources encrypted with the key, such as a domain with its file system, `arn:…:role/…`. */
  deployRoleArns?: readonly string[];
  /** Whether CloudWatch Logs can encrypt the account's log groups with the key. */
  logs?: boolean;
  /**
   * AWS services that publish to an encrypted SNS topic for this account, such as `cloudwatch.amazonaws.com`.
   * EventBridge is not supported: its KMS requests contain no source account to restrict.
   * Source: AWS SNS "Key management", on EventBridge-to-encrypted topics.
   */
  publishers?: readonly string[];
  /** A trail that encrypts its log files with the key, and the roles that read these files. */
  trail?: TrailUse;
  /** Whether principals create CodeArtifact domains with the key. CodeArtifact then uses a grant for all packages. */
  packages?: boolean;
  /** AWS Config, which encrypts its snapshots and history with the key, and the roles that read these files. */
  config?: Pick<TrailUse, "readerArns">;
}

export interface TrailUse {
  /** `arn:…:trail/…` */
  trailArn: string;
  /** Roles and users that read log files in S3, `arn:…:role/…`. */
  readerArns: readonly string[];
}

/**
 * Actions that administer a key. None of these actions uses the key.
 * Changing the key policy is required for repairs.
 */
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

const useActions = [
  "kms:Decrypt",
  "kms:Encrypt",
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyWithoutPlaintext",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
];

/**
 * Actions that callers of `CreateDomain` need in addition to a grant.
 * Source: AWS "Key management" for SageMaker; CloudFormation handlers of `AWS::SageMaker::Domain`.
 */
const domainActions = ["kms:Decrypt", "kms:GenerateDataKeyWithoutPlaintext"];
const domainServices: KeyService[] = ["sagemaker", "elasticfilesystem"];

/**
 * Policy of a customer managed key. The account's administrators can always repair the policy, because a key without
 * administrators is unusable. Administrators cannot use the key.
 * Errors: `RangeError` for ARNs with wildcards, data roles without roles or services, or a policy that is too long.
 * Source: AWS KMS "Default key policy", "kms:ViaService", "kms:GrantIsForAWSResource";
 * CloudWatch Logs "Encrypt log data in CloudWatch Logs using AWS KMS".
 */
export function keyPolicy({
  accountId,
  region,
  partition,
  dataRoles,
  launchRoles,
  productRoles,
  deployRoleArns,
  logs,
  publishers,
  trail,
  packages,
  config,
}: KeyUse): string {
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
  const byRoles = (arns: string[]) => ({ ArnLike: { "aws:PrincipalArn": arns } });
  const grantForAws = { Bool: { "kms:GrantIsForAWSResource": "true" } };

  const dataRoleArns = dataRoles ? dataRolePatterns(dataRoles) : [];
  if (dataRoles && (dataRoleArns.length === 0 || dataRoles.through.length === 0))
    throw new RangeError("Data roles of a key must have at least one role and one service");
  const deployArns = exactPrincipals(deployRoleArns);
  const auditorArns = [...(trail?.readerArns ?? []), ...(config?.readerArns ?? [])];
  return documentWithin(limits.keyPolicy.value, "key policy", {
    Version: "2012-10-17",
    Statement: [
      allow("AccountAdministers", root, administration),
      ...(dataRoles
        ? [allow("WorkThroughServices", root, useActions, { ...byRoles(dataRoleArns), StringEquals: through(dataRoles.through) })]
        : []),
      ...(dataRoles?.through.some((name) => services[name] === "by grant")
        ? [allow("WorkByGrantsForAws", root, ["kms:CreateGrant"], { ...byRoles(dataRoleArns), ...grantForAws })]
        : []),
      ...(launchRoles
        ? [
            allow("StartThroughSageMaker", root, ["kms:DescribeKey"], {
              ...byRoles(launchRolePatterns(launchRoles)),
              StringEquals: through(["sagemaker"]),
            }),
            allow("StartByGrantsForAws", root, ["kms:CreateGrant"], {
              ...byRoles(launchRolePatterns(launchRoles)),
              ...grantForAws,
              StringEquals: through(["sagemaker"]),
            }),
          ]
        : []),
      ...(productRoles
        ? [
            allow("LaunchThroughSageMaker", root, ["kms:Decrypt", "kms:DescribeKey"], {
              ...byRoles(dataRolePatterns(productRoles)),
              StringEquals: through(["sagemaker"]),
            }),
            allow("LaunchByGrantsForAws", root, ["kms:CreateGrant"], {
              ...byRoles(dataRolePatterns(productRoles)),
              ...grantForAws,
              StringEquals: through(["sagemaker"]),
            }),
          ]
        : []),
      ...(deployArns.length > 0
        ? [
            allow("DeployThroughServices", root, domainActions, { ...byRoles(deployArns), StringEquals: through(domainServices) }),
            allow("DeployByGrantsForAws", root, ["kms:CreateGrant"], { ...byRoles(deployArns), ...grantForAws }),
          ]
        : []),
      ...(logs
        ? [
            allow(
              "LogGroupsOfThisAccount",
              // CloudWatch Logs is one of the services whose principal has the DNS suffix of the partition.
              { Service: `logs.${region}.${dnsSuffixOf({ partition })}` },
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
      ...(packages
        ? [
            // Source: AWS CodeArtifact "Create a domain", example key policy.
            allow("PackagesByGrants", root, ["kms:CreateGrant"], {
              StringEquals: { "kms:ViaService": viaServices({ accountId, region, partition }, ["codeartifact"]) },
            }),
          ]
        : []),
      ...(trail
        ? [
            // With an S3 bucket key, CloudTrail also decrypts.
            // Source: AWS "Configure AWS KMS key policies for CloudTrail".
            allow("TrailEncrypts", { Service: "cloudtrail.amazonaws.com" }, ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey*"], {
              StringEquals: { "aws:SourceArn": trail.trailArn },
            }),
          ]
        : []),
      ...(config
        ? [
            // Source: AWS Config "Permissions for the KMS Key for the AWS Config Delivery Channel", service-linked roles.
            allow("ConfigEncrypts", { Service: "config.amazonaws.com" }, ["kms:Decrypt", "kms:GenerateDataKey"], {
              StringEquals: { "aws:SourceAccount": accountId },
            }),
          ]
        : []),
      ...(auditorArns.length > 0
        ? [
            allow("AuditorsRead", root, ["kms:Decrypt"], {
              ...byRoles(exactPrincipals(auditorArns)),
              StringEquals: through(["s3"]),
            }),
          ]
        : []),
    ],
  });
}
