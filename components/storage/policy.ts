// Bucket policies: who reaches data, from where, under which key. Pure.
import { documentWithin, requireExact, exactPrincipals, dataRolePatterns, type DataRoles } from "../aws/principals";

interface Statement {
  Sid: string;
  Effect: "Allow" | "Deny";
  Principal: "*" | { Service: string };
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** Longest bucket policy. Source: AWS S3 "Bucket policies". */
export const bucketPolicyLimit = 20480;

const document = (statements: Statement[], id?: string) =>
  documentWithin(bucketPolicyLimit, "bucket policy", { Version: "2012-10-17", ...(id && { Id: id }), Statement: statements });

/** Source: AWS Security Hub S3.5. */
const tlsOnly = (bucketArn: string): Statement => ({
  Sid: "TlsOnly",
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: [bucketArn, `${bucketArn}/*`],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});

/** Who gets through a perimeter, and from where. */
export interface PerimeterAccess {
  /** Roles that work with the data, through the network. */
  dataRoles: DataRoles;
  /** Endpoints of S3 that data is reached through, `vpce-…`. */
  vpcEndpointIds: readonly string[];
  /** VPCs that data is reached from, through whatever endpoint of S3 they have, `vpc-…`. */
  vpcIds?: readonly string[];
  /** Roles that deploy and repair, from anywhere, `arn:…:role/…`. */
  deployRoleArns: readonly string[];
  /** Roles for emergencies, from anywhere. */
  breakGlassRoleArns?: readonly string[];
  /** Roles that services use from a network of their own, such as that of pipelines; also workers, where they are of ours. */
  serviceRoleArns?: readonly string[];
}

export interface Perimeter extends PerimeterAccess {
  /** Whose bucket it is, `fraud-dev`: in the policy's Id, by which the next deployment knows it again. */
  owner: string;
  bucketArn: string;
  /** Key that data has to be under, `arn:…:key/…`. */
  keyArn: string;
}

/** Id of the policies of an environment, or of an account of one. */
export const policyId = (owner: string) => `cloister/${owner}`;

/**
 * What moves data in or out, shows what there is, or changes how it is kept. Reading and changing the bucket's own configuration is left to IAM, so that nobody locks himself out.
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

const algorithm = "s3:x-amz-server-side-encryption";
const keyId = `${algorithm}-aws-kms-key-id`;

/**
 * Policy of a bucket that is reached only by the roles of an environment, only through its network, only over TLS, and takes nothing under a foreign key.
 * Errors: `RangeError` for names and ARNs that are not exact, when nobody could reach it, and for a policy that is too long for AWS.
 */
export function perimeterPolicy(perimeter: Perimeter): string {
  const { owner, dataRoles, deployRoleArns, breakGlassRoleArns, serviceRoleArns } = perimeter;
  const [bucketArn] = requireExact(/^arn:[\w-]+:s3:::[a-z0-9][a-z0-9.-]+$/, "the ARN of a bucket", [perimeter.bucketArn]) as [string];
  const [keyArn] = requireExact(/^arn:[\w-]+:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, "the ARN of a key", [perimeter.keyArn]) as [string];
  const endpoints = requireExact(/^vpce-[\w-]+$/, "the id of an endpoint", perimeter.vpcEndpointIds);
  const networks = requireExact(/^vpc-[\w-]+$/, "the id of a VPC", perimeter.vpcIds ?? []);
  if (endpoints.length + networks.length === 0) throw new RangeError("a perimeter needs at least one endpoint or VPC");
  if (deployRoleArns.length === 0) throw new RangeError("a perimeter needs at least one role that deploys");
  const fromAnywhere = [...new Set([deployRoleArns, breakGlassRoleArns, serviceRoleArns].flatMap(exactPrincipals))];
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
  const whole = [bucketArn, objects];
  // A change of an object's encryption names a key as a put does.
  const writes = ["s3:PutObject", "s3:UpdateObjectEncryption"];
  return document(
    [
      tlsOnly(bucketArn),
      // Only a put that names a key or an algorithm is judged: one that names none gets the bucket's default, which is ours. A negated operator alone would also refuse the absent header.
      deny("OnlyKmsEncryption", writes, { StringNotEquals: { [algorithm]: "aws:kms" }, Null: { [algorithm]: "false" } }),
      deny("OnlyOurKey", writes, { StringNotEquals: { [keyId]: keyArn }, Null: { [keyId]: "false" } }),
      // The algorithm without a key means the key that AWS manages, and not the bucket's default.
      deny("NoUnnamedKey", writes, { Null: { [algorithm]: "false", [keyId]: "true" } }),
      deny("NoKeyOfTheCaller", ["s3:PutObject"], { Null: { [`${algorithm}-customer-algorithm`]: "false" } }),
      deny(
        "OnlyThroughOurNetwork",
        dataActions,
        {
          StringNotEqualsIfExists: {
            ...(endpoints.length > 0 && { "aws:SourceVpce": endpoints }),
            ...(networks.length > 0 && { "aws:SourceVpc": networks }),
          },
          BoolIfExists: { "aws:PrincipalIsAWSService": "false", "aws:ViaAWSService": "false" },
          ArnNotLikeIfExists: { "aws:PrincipalArn": fromAnywhere },
        },
        whole,
      ),
      deny(
        "OnlyOurRoles",
        dataActions,
        {
          BoolIfExists: { "aws:PrincipalIsAWSService": "false" },
          ArnNotLikeIfExists: { "aws:PrincipalArn": [...new Set([...dataRolePatterns(dataRoles), ...fromAnywhere])] },
        },
        whole,
      ),
    ],
    policyId(owner),
  );
}

/** Policy of the bucket that takes the access logs of the account's other buckets. Source: AWS "Enabling Amazon S3 server access logging". */
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
    // Without these two, AWS adds them by itself when the first flow log is made, behind the back of whoever manages the policy.
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
