// Builds bucket policies for the data perimeter and for the log bucket. Pure.
import { limits } from "../aws/limits";
import { documentWithin, requireExact, exactPrincipals, dataRolePatterns, type DataRoles } from "../aws/principals";

interface Statement {
  Sid: string;
  Effect: "Allow" | "Deny";
  Principal: "*" | { Service: string };
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

const document = (statements: Statement[], id?: string) =>
  documentWithin(limits.bucketPolicy.value, "bucket policy", { Version: "2012-10-17", ...(id && { Id: id }), Statement: statements });

/** Source: AWS Security Hub S3.5. */
const tlsOnly = (bucketArn: string): Statement => ({
  Sid: "TlsOnly",
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: [bucketArn, `${bucketArn}/*`],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});

/** Principals and networks in a perimeter. */
export interface PerimeterAccess {
  /** Roles that can read and write data, but only from inside the network. */
  dataRoles: DataRoles;
  /** S3 endpoints in the perimeter, `vpce-…`. */
  vpcEndpointIds: readonly string[];
  /** VPCs in the perimeter, with any S3 endpoint, `vpc-…`. */
  vpcIds?: readonly string[];
  /** Deploy roles, exempt from the network restriction, `arn:…:role/…`. */
  deployRoleArns: readonly string[];
  /** Break-glass roles, exempt from the network restriction. */
  breakGlassRoleArns?: readonly string[];
  /** Roles that AWS services use outside the VPC, such as the pipeline role. A data role can be one of these roles. */
  serviceRoleArns?: readonly string[];
}

export interface Perimeter extends PerimeterAccess {
  /**
   * Environment that uses the bucket, `fraud-dev`.
   * Part of the policy's `Id`, which the next preflight uses to identify the policy.
   */
  owner: string;
  bucketArn: string;
  /** Key that must encrypt objects, `arn:…:key/…`. */
  keyArn: string;
  /** Whether objects under `registeredPrefix` can only be created, never replaced or deleted. */
  keepsRegistered?: boolean;
}

/** Prefix for the artifacts of registered model versions. */
export const registeredPrefix = "registered/";

/** `Id` of the bucket policies in an environment or a target account. */
export const policyId = (owner: string) => `cloister/${owner}`;

/**
 * Actions that read, write, list or unlock objects.
 * IAM policies control actions on the bucket configuration, so administrators cannot lock themselves out.
 * Source: AWS "Data perimeter policy examples"; AWS Service Authorization Reference, S3, actions on objects.
 */
export const dataActions = [
  "s3:GetObject*",
  "s3:PutObject*",
  "s3:DeleteObject*",
  "s3:ListObject*",
  "s3:ListBucket*",
  "s3:ListMultipartUploadParts",
  "s3:AbortMultipartUpload",
  "s3:RestoreObject",
  "s3:UpdateObjectEncryption",
  "s3:BypassGovernanceRetention",
  "s3:ObjectOwnerOverrideToBucketOwner",
  "s3:InitiateReplication",
  "s3:Replicate*",
];

const writeActions = dataActions.filter((action) => !/^s3:(Get|List)/.test(action));

const algorithm = "s3:x-amz-server-side-encryption";
const keyId = `${algorithm}-aws-kms-key-id`;

/**
 * Bucket policy that denies data actions, except by roles in the perimeter, through its networks and over TLS.
 * The policy also denies writes with another key, and changes of the artifacts of registered model versions.
 * Errors: `RangeError` for a wildcard in an ARN or ID, a perimeter without network or deploy role, or a policy that is
 * too long.
 */
export function perimeterPolicy(perimeter: Perimeter): string {
  const { owner, dataRoles, deployRoleArns, breakGlassRoleArns, serviceRoleArns } = perimeter;
  const [bucketArn] = requireExact(/^arn:[\w-]+:s3:::[a-z0-9][a-z0-9.-]+$/, "the ARN of a bucket", [perimeter.bucketArn]) as [string];
  const [keyArn] = requireExact(/^arn:[\w-]+:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, "the ARN of a key", [perimeter.keyArn]) as [string];
  const endpoints = requireExact(/^vpce-[\w-]+$/, "the ID of a VPC endpoint", perimeter.vpcEndpointIds);
  const vpcs = requireExact(/^vpc-[\w-]+$/, "the ID of a VPC", perimeter.vpcIds ?? []);
  if (endpoints.length + vpcs.length === 0) throw new RangeError("a perimeter must have at least one endpoint or VPC");
  if (deployRoleArns.length === 0) throw new RangeError("a perimeter must have at least one deploy role");
  const exemptPrincipals = [...new Set([deployRoleArns, breakGlassRoleArns, serviceRoleArns].flatMap(exactPrincipals))];
  const objects = `${bucketArn}/*`;

  const deny = (
    Sid: string,
    Action: string[],
    Condition: Statement["Condition"],
    Resource: Statement["Resource"] = objects,
  ): Statement => ({
    Sid,
    Effect: "Deny",
    Principal: "*",
    Action,
    Resource,
    Condition,
  });
  const bucketAndObjects = [bucketArn, objects];
  // UpdateObjectEncryption sends the same headers as PutObject.
  const writes = ["s3:PutObject", "s3:UpdateObjectEncryption"];
  return document(
    [
      tlsOnly(bucketArn),
      // PutObject without these headers uses the bucket's default key.
      // `Null` is required, because a negated operator also matches an absent header.
      deny("OnlyKmsEncryption", writes, { StringNotEquals: { [algorithm]: "aws:kms" }, Null: { [algorithm]: "false" } }),
      deny("OnlyOurKey", writes, { StringNotEquals: { [keyId]: keyArn }, Null: { [keyId]: "false" } }),
      // `aws:kms` without a key ID means the AWS managed key, not the bucket's default key.
      deny("NoUnnamedKey", writes, { Null: { [algorithm]: "false", [keyId]: "true" } }),
      deny("NoKeyOfTheCaller", ["s3:PutObject"], { Null: { [`${algorithm}-customer-algorithm`]: "false" } }),
      deny(
        "OnlyThroughOurNetwork",
        dataActions,
        {
          StringNotEqualsIfExists: {
            ...(endpoints.length > 0 && { "aws:SourceVpce": endpoints }),
            ...(vpcs.length > 0 && { "aws:SourceVpc": vpcs }),
          },
          BoolIfExists: { "aws:PrincipalIsAWSService": "false", "aws:ViaAWSService": "false" },
          ArnNotLikeIfExists: { "aws:PrincipalArn": exemptPrincipals },
        },
        bucketAndObjects,
      ),
      deny(
        "OnlyOurRoles",
        dataActions,
        {
          BoolIfExists: { "aws:PrincipalIsAWSService": "false" },
          ArnNotLikeIfExists: { "aws:PrincipalArn": [...new Set([...dataRolePatterns(dataRoles), ...exemptPrincipals])] },
        },
        bucketAndObjects,
      ),
      ...(perimeter.keepsRegistered
        ? [
            // With this header, S3 rejects a write if the object exists. Parts of an upload cannot have the header.
            // Source: AWS "Enforce conditional writes on Amazon S3 buckets".
            deny(
              "RegisteredOnce",
              ["s3:PutObject"],
              { Null: { "s3:if-none-match": "true" }, Bool: { "s3:ObjectCreationOperation": "true" } },
              `${bucketArn}/${registeredPrefix}*`,
            ),
            // A write after a deletion would replace the object.
            deny(
              "RegisteredStays",
              ["s3:DeleteObject", "s3:DeleteObjectVersion"],
              { ArnNotLikeIfExists: { "aws:PrincipalArn": [...new Set([deployRoleArns, breakGlassRoleArns].flatMap(exactPrincipals))] } },
              `${bucketArn}/${registeredPrefix}*`,
            ),
          ]
        : []),
    ],
    policyId(owner),
  );
}

const writes = dataActions.filter((action) => !/^s3:(Get|List)/.test(action));

/**
 * Bucket policy for the state of the engine that deploys environments: only roles of the engine write, and only they read the
 * private folders. Other principals read the list of environments and results. Administrators can change the policy to repair a state.
 */
export function engineStatePolicy(
  bucketName: string,
  partition: string,
  { roleArns, privateFolders }: { roleArns: readonly string[]; privateFolders: readonly string[] },
): string {
  const bucketArn = `arn:${partition}:s3:::${bucketName}`;
  const deny = (Sid: string, Action: string[], folders: readonly string[]): Statement => ({
    Sid,
    Effect: "Deny",
    Principal: "*",
    Action,
    Resource: folders.map((folder) => `${bucketArn}/${folder}`),
    Condition: { ArnNotLikeIfExists: { "aws:PrincipalArn": exactPrincipals(roleArns) } },
  });
  const reads = dataActions.filter((action) => action.startsWith("s3:Get"));
  return document([
    tlsOnly(bucketArn),
    deny("OnlyEngineWrites", writeActions, ["*"]),
    deny(
      "OnlyEngineReads",
      reads,
      privateFolders.map((folder) => `${folder}/*`),
    ),
  ]);
}

/**
 * Bucket policy for versions of a product. The roles of `deniedRoles`, ARN patterns, never write. With `publisherArns`, only these
 * principals write. Administrators can change the policy.
 */
export function versionBucketPolicy(
  bucketName: string,
  partition: string,
  { publisherArns, deniedRoles }: { publisherArns: readonly string[]; deniedRoles: readonly string[] },
): string {
  const bucketArn = `arn:${partition}:s3:::${bucketName}`;
  const deny = (Sid: string, Condition: Statement["Condition"]): Statement[] => [
    { Sid, Effect: "Deny", Principal: "*", Action: writes, Resource: [bucketArn, `${bucketArn}/*`], Condition },
  ];
  return document([
    tlsOnly(bucketArn),
    ...deny("NoRolesOfCloister", { ArnLike: { "aws:PrincipalArn": [...deniedRoles] } }),
    ...(publisherArns.length === 0
      ? []
      : deny("OnlyPublishers", { ArnNotLikeIfExists: { "aws:PrincipalArn": exactPrincipals(publisherArns) } })),
  ]);
}

/**
 * Bucket policy for the templates of products: only deployments and break-glass roles read and write them. AWS Service
 * Catalog reads a template with the permissions of the deploying role, and keeps a copy.
 */
export function templateBucketPolicy(
  bucketName: string,
  partition: string,
  { deployRoleArns, breakGlassRoleArns }: Pick<PerimeterAccess, "deployRoleArns" | "breakGlassRoleArns">,
): string {
  const bucketArn = `arn:${partition}:s3:::${bucketName}`;
  return document([
    tlsOnly(bucketArn),
    {
      Sid: "OnlyDeployments",
      Effect: "Deny",
      Principal: "*",
      Action: dataActions,
      Resource: [bucketArn, `${bucketArn}/*`],
      Condition: {
        ArnNotLikeIfExists: { "aws:PrincipalArn": [...new Set([deployRoleArns, breakGlassRoleArns].flatMap(exactPrincipals))] },
      },
    },
  ]);
}

/**
 * Bucket policy for the package mirror: access points of the account in a VPC read packages, without signature. Only publishers write.
 * A policy with a fixed `s3:DataAccessPointAccount` is not public. Source: AWS S3 "The meaning of 'public'".
 */
export function mirrorBucketPolicy(
  bucketName: string,
  partition: string,
  { accountId, publisherRoleArns }: { accountId: string; publisherRoleArns: readonly string[] },
): string {
  const bucketArn = `arn:${partition}:s3:::${bucketName}`;
  return document([
    tlsOnly(bucketArn),
    {
      Sid: "AccessPointsInVpcsRead",
      Effect: "Allow",
      Principal: "*",
      Action: "s3:GetObject",
      Resource: `${bucketArn}/*`,
      Condition: { StringEquals: { "s3:DataAccessPointAccount": accountId, "s3:AccessPointNetworkOrigin": "VPC" } },
    },
    {
      Sid: "OnlyPublishersWrite",
      Effect: "Deny",
      Principal: "*",
      Action: writeActions,
      Resource: [bucketArn, `${bucketArn}/*`],
      Condition: { ArnNotLikeIfExists: { "aws:PrincipalArn": exactPrincipals(publisherRoleArns) } },
    },
  ]);
}

/**
 * Bucket policy for the log bucket, which stores server access logs of the account's buckets.
 * Source: AWS "Enabling Amazon S3 server access logging".
 */
export function logBucketPolicy(bucketName: string, accountId: string, partition: string): string {
  const bucketArn = `arn:${partition}:s3:::${bucketName}`;
  return document([
    tlsOnly(bucketArn),
    {
      Sid: "AccessLogsOfThisAccount",
      Effect: "Allow",
      Principal: { Service: "logging.s3.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: `${bucketArn}/*`,
      Condition: { StringEquals: { "aws:SourceAccount": accountId }, ArnLike: { "aws:SourceArn": `arn:${partition}:s3:::*` } },
    },
    // If the next two statements are missing, AWS adds them when a flow log is created, and Pulumi reports drift.
    {
      Sid: "FlowLogsOfThisAccount",
      Effect: "Allow",
      Principal: { Service: "delivery.logs.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: `${bucketArn}/AWSLogs/${accountId}/*`,
      Condition: {
        StringEquals: { "aws:SourceAccount": accountId },
        ArnLike: { "aws:SourceArn": `arn:${partition}:logs:*:${accountId}:*` },
      },
    },
    {
      Sid: "DeliveryLooksAtTheBucket",
      Effect: "Allow",
      Principal: { Service: "delivery.logs.amazonaws.com" },
      Action: "s3:GetBucketAcl",
      Resource: bucketArn,
      Condition: {
        StringEquals: { "aws:SourceAccount": accountId },
        ArnLike: { "aws:SourceArn": `arn:${partition}:logs:*:${accountId}:*` },
      },
    },
  ]);
}

/**
 * Bucket policy for the audit bucket: only the trail writes, and only below the folder of the account. No principal hides a log
 * file behind a delete marker; versions are locked.
 * Source: AWS "Amazon S3 bucket policy for CloudTrail".
 */
export function auditBucketPolicy(
  bucketName: string,
  { accountId, partition, trailArn }: { accountId: string; partition: string; trailArn: string },
): string {
  const bucketArn = `arn:${partition}:s3:::${bucketName}`;
  const Principal = { Service: "cloudtrail.amazonaws.com" };
  return document([
    tlsOnly(bucketArn),
    {
      Sid: "TrailReadsAcl",
      Effect: "Allow",
      Principal,
      Action: "s3:GetBucketAcl",
      Resource: bucketArn,
      Condition: { StringEquals: { "aws:SourceArn": trailArn } },
    },
    {
      Sid: "TrailWrites",
      Effect: "Allow",
      Principal,
      Action: "s3:PutObject",
      Resource: `${bucketArn}/AWSLogs/${accountId}/*`,
      Condition: { StringEquals: { "aws:SourceArn": trailArn, "s3:x-amz-acl": "bucket-owner-full-control" } },
    },
    {
      Sid: "OnlyTrailWrites",
      Effect: "Deny",
      Principal: "*",
      Action: ["s3:PutObject", "s3:DeleteObject"],
      Resource: `${bucketArn}/*`,
      Condition: { StringNotEqualsIfExists: { "aws:SourceArn": trailArn } },
    },
  ]);
}

/**
 * Bucket policy for the configurations that AWS Config records: AWS Config writes below the folder of the account, and no other
 * principal writes or deletes.
 * Source: AWS Config "Permissions for the Amazon S3 Bucket for the AWS Config Delivery Channel".
 */
export function configBucketPolicy(bucketName: string, { accountId, partition }: { accountId: string; partition: string }): string {
  const bucketArn = `arn:${partition}:s3:::${bucketName}`;
  const Principal = { Service: "config.amazonaws.com" };
  const ofThisAccount = { "aws:SourceAccount": accountId };
  return document([
    tlsOnly(bucketArn),
    {
      Sid: "ConfigReadsBucket",
      Effect: "Allow",
      Principal,
      Action: ["s3:GetBucketAcl", "s3:ListBucket"],
      Resource: bucketArn,
      Condition: { StringEquals: ofThisAccount },
    },
    {
      Sid: "ConfigWrites",
      Effect: "Allow",
      Principal,
      Action: "s3:PutObject",
      Resource: `${bucketArn}/AWSLogs/${accountId}/Config/*`,
      Condition: { StringEquals: { ...ofThisAccount, "s3:x-amz-acl": "bucket-owner-full-control" } },
    },
    {
      Sid: "OnlyServicesWrite",
      Effect: "Deny",
      Principal: "*",
      Action: ["s3:PutObject", "s3:DeleteObject"],
      Resource: `${bucketArn}/*`,
      Condition: { BoolIfExists: { "aws:PrincipalIsAWSService": "false" } },
    },
  ]);
}
