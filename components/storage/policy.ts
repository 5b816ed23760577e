// Bucket policies: who reaches data, from where, under which key. Pure.

interface Statement {
  Sid: string;
  Effect: "Allow" | "Deny";
  Principal: "*" | { Service: string };
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

const document = (statements: Statement[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });

/** Source: AWS Security Hub S3.5. */
const tlsOnly = (bucketArn: string): Statement => ({
  Sid: "TlsOnly",
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: [bucketArn, `${bucketArn}/*`],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});

export interface Perimeter {
  bucketArn: string;
  /** Key that data has to be under, `arn:…:key/…`. */
  keyArn: string;
  /** Endpoints that data is reached through, `vpce-…`. */
  vpcEndpointIds: string[];
  /** Roles that are let through from anywhere, so that somebody can always deploy and repair, `arn:…:role/…`. */
  exemptRoleArns: string[];
}

/**
 * What moves data in or out or shows what there is; reading and changing the bucket's own configuration is left to IAM, so that nobody locks himself out.
 * Source: AWS "Data perimeter policy examples".
 */
export const dataActions = [
  "s3:GetObject*",
  "s3:PutObject*",
  "s3:DeleteObject*",
  "s3:RestoreObject",
  "s3:AbortMultipartUpload",
  "s3:ListBucket*",
  "s3:ListMultipartUploadParts",
];

/** Policy of a bucket that is reached only through our endpoints, only over TLS, and takes nothing under a foreign key. */
export function perimeterPolicy(perimeter: Perimeter): string {
  const { bucketArn, keyArn, vpcEndpointIds, exemptRoleArns } = perimeter;
  const objects = `${bucketArn}/*`;
  /** Only a put that names a key or an algorithm is judged: one that names none gets the bucket's default, which is ours. A negated operator alone would also refuse the absent header. */
  const wrongChoice = (sid: string, header: string, wanted: string): Statement => ({
    Sid: sid,
    Effect: "Deny",
    Principal: "*",
    Action: "s3:PutObject",
    Resource: objects,
    Condition: { StringNotEquals: { [header]: wanted }, Null: { [header]: "false" } },
  });
  return document([
    tlsOnly(bucketArn),
    wrongChoice("OnlyKmsEncryption", "s3:x-amz-server-side-encryption", "aws:kms"),
    wrongChoice("OnlyOurKey", "s3:x-amz-server-side-encryption-aws-kms-key-id", keyArn),
    {
      Sid: "OnlyThroughOurNetwork",
      Effect: "Deny",
      Principal: "*",
      Action: dataActions,
      Resource: [bucketArn, objects],
      Condition: {
        StringNotEqualsIfExists: { "aws:SourceVpce": vpcEndpointIds },
        BoolIfExists: { "aws:PrincipalIsAWSService": "false", "aws:ViaAWSService": "false" },
        ArnNotLikeIfExists: { "aws:PrincipalArn": exemptRoleArns },
      },
    },
  ]);
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
