import { type Scenario, type Step } from "../scenario";

const here = { LocationConstraint: "eu-central-1" };
const make: Step = { call: "s3:CreateBucket", with: { Bucket: "bucket-${run}", CreateBucketConfiguration: here } };
const drop: Step = { call: "s3:DeleteBucket", with: { Bucket: "bucket-${run}" } };
const bucket = { Bucket: "bucket-${run}" };
const none = { Bucket: "no-such-bucket-anywhere" };
const named = { AccountId: "${account}", ResourceArn: "arn:aws:s3:::bucket-${run}" };
const namedNone = { ...named, ResourceArn: "arn:aws:s3:::no-such-bucket-anywhere" };
const statement = (more: object) => JSON.stringify({ Version: "2012-10-17", Statement: [{ Sid: "one", Principal: "*", ...more }] });
const tlsOnly = statement({
  Effect: "Deny",
  Action: "s3:*",
  Resource: ["arn:aws:s3:::bucket-${run}", "arn:aws:s3:::bucket-${run}/*"],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});
const closed = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
const encrypted = {
  Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: "alias/aws/s3" }, BucketKeyEnabled: true }],
};

const lifecycle = [
  { ID: "old", Status: "Enabled", Filter: { Prefix: "" }, NoncurrentVersionExpiration: { NoncurrentDays: 30, NewerNoncurrentVersions: 3 } },
  {
    ID: "big",
    Status: "Enabled",
    Filter: { And: { Prefix: "a/", ObjectSizeGreaterThan: 1000, Tags: [{ Key: "keep", Value: "no" }] } },
    Expiration: { Days: 1 },
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
  },
];
const locked = (DefaultRetention: object) => ({ ObjectLockConfiguration: { ObjectLockEnabled: "Enabled", Rule: { DefaultRetention } } });

/** A setting of a bucket: how it is put, read and taken away, and what is said of one that was not put. */
const setting = (
  title: string,
  put: string,
  value: object,
  get: string,
  gives: object,
  remove?: { operation: string; gone: string },
): Scenario => ({
  title,
  steps: [
    make,
    { call: `s3:${put}`, with: { ...bucket, ...value } },
    { call: `s3:${put}`, with: { ...none, ...value }, refused: "NoSuchBucket" },
    { call: `s3:${get}`, with: bucket, gives },
    { call: `s3:${get}`, with: none, refused: "NoSuchBucket" },
    ...(remove
      ? [
          { call: `s3:${remove.operation}`, with: bucket },
          { call: `s3:${remove.operation}`, with: none, refused: "NoSuchBucket" },
          { call: `s3:${get}`, with: bucket, refused: remove.gone },
        ]
      : []),
    drop,
  ],
});

export const s3: Scenario[] = [
  {
    title: "makes a bucket with tags, and deletes it when it is empty",
    steps: [
      { ...make, with: { ...bucket, CreateBucketConfiguration: { ...here, Tags: [{ Key: "team", Value: "fraud" }] } } },
      { ...make, refused: "BucketAlreadyOwnedByYou" },
      { ...make, account: "444455556666", refused: "BucketAlreadyExists" },
      { call: "s3:CreateBucket", with: { Bucket: "Not_A_Name", CreateBucketConfiguration: here }, refused: "InvalidBucketName" },
      { call: "s3:HeadBucket", with: bucket },
      { call: "s3:HeadBucket", with: none, refused: "NotFound" },
      { call: "s3:HeadObject", with: { ...bucket, Key: "none" }, refused: "NotFound" },
      { call: "s3:PutBucketVersioning", with: { ...none, VersioningConfiguration: { Status: "Enabled" } }, refused: "NoSuchBucket" },
      { call: "s3:GetBucketLocation", with: bucket, gives: { LocationConstraint: "eu-central-1" } },
      { call: "s3:GetBucketLocation", with: none, refused: "NoSuchBucket" },
      { call: "s3:GetBucketTagging", with: bucket, gives: { TagSet: [{ Key: "team", Value: "fraud" }] } },
      { call: "s3:PutObject", with: { ...bucket, Key: "a/b.json", Body: "{}" } },
      { ...drop, refused: "BucketNotEmpty" },
      { call: "s3:GetObject", with: { ...bucket, Key: "a/b.json" }, gives: { Body: "{}" } },
      { call: "s3:GetObject", with: { ...bucket, Key: "none" }, refused: "NoSuchKey" },
      { call: "s3:HeadObject", with: { ...bucket, Key: "a/b.json" }, gives: { ContentLength: 2 } },
      { call: "s3:GetObjectTagging", with: { ...bucket, Key: "a/b.json" }, gives: { TagSet: [] } },
      { call: "s3:GetObjectTagging", with: { ...bucket, Key: "none" }, refused: "NoSuchKey" },
      { call: "s3:ListObjectsV2", with: bucket, gives: { KeyCount: 1, Contents: [{ Key: "a/b.json", Size: 2 }] } },
      { call: "s3:ListObjectsV2", with: none, refused: "NoSuchBucket" },
      { call: "s3:DeleteObject", with: { ...bucket, Key: "a/b.json" } },
      { call: "s3:DeleteObject", with: { ...none, Key: "a/b.json" }, refused: "NoSuchBucket" },
      { call: "s3:PutObject", with: { ...none, Key: "a", Body: "x" }, refused: "NoSuchBucket" },
      drop,
      { ...drop, refused: "NoSuchBucket" },
      { ...drop, with: none, refused: "NoSuchBucket" },
    ],
  },
  {
    title: "keeps versions, which keep the bucket",
    steps: [
      make,
      { call: "s3:PutBucketVersioning", with: { ...bucket, VersioningConfiguration: { Status: "Enabled" } } },
      { call: "s3:GetBucketVersioning", with: bucket, gives: { Status: "Enabled" } },
      { call: "s3:GetBucketVersioning", with: none, refused: "NoSuchBucket" },
      { call: "s3:PutObject", with: { ...bucket, Key: "k", Body: "1" }, save: { version: "VersionId" } },
      { call: "s3:DeleteObject", with: { ...bucket, Key: "k" }, gives: { DeleteMarker: true }, save: { marker: "VersionId" } },
      { call: "s3:GetObject", with: { ...bucket, Key: "k" }, refused: "NoSuchKey" },
      {
        call: "s3:ListObjectVersions",
        with: bucket,
        gives: { Versions: [{ VersionId: "${version}" }], DeleteMarkers: [{ VersionId: "${marker}" }] },
      },
      { call: "s3:ListObjectVersions", with: none, refused: "NoSuchBucket" },
      { ...drop, refused: "BucketNotEmpty" },
      {
        call: "s3:DeleteObjects",
        with: {
          ...bucket,
          Delete: {
            Objects: [
              { Key: "k", VersionId: "${version}" },
              { Key: "k", VersionId: "${marker}" },
            ],
          },
        },
      },
      { call: "s3:DeleteObjects", with: { ...none, Delete: { Objects: [{ Key: "k" }] } }, refused: "NoSuchBucket" },
      drop,
    ],
  },
  setting(
    "blocks public access",
    "PutPublicAccessBlock",
    { PublicAccessBlockConfiguration: closed },
    "GetPublicAccessBlock",
    { PublicAccessBlockConfiguration: closed },
    { operation: "DeletePublicAccessBlock", gone: "NoSuchPublicAccessBlockConfiguration" },
  ),
  setting("encrypts under a key", "PutBucketEncryption", { ServerSideEncryptionConfiguration: encrypted }, "GetBucketEncryption", {
    ServerSideEncryptionConfiguration: encrypted,
  }),
  setting(
    "keeps owners' control",
    "PutBucketOwnershipControls",
    { OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] } },
    "GetBucketOwnershipControls",
    { OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] } },
    { operation: "DeleteBucketOwnershipControls", gone: "OwnershipControlsNotFoundError" },
  ),
  setting(
    "keeps tags",
    "PutBucketTagging",
    { Tagging: { TagSet: [{ Key: "a", Value: "b" }] } },
    "GetBucketTagging",
    { TagSet: [{ Key: "a", Value: "b" }] },
    { operation: "DeleteBucketTagging", gone: "NoSuchTagSet" },
  ),
  {
    title: "encrypts with S3's own keys unless told otherwise",
    steps: [
      make,
      {
        call: "s3:GetBucketEncryption",
        with: bucket,
        gives: { ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }] } },
      },
      { call: "s3:DeleteBucketEncryption", with: bucket },
      { call: "s3:DeleteBucketEncryption", with: none, refused: "NoSuchBucket" },
      drop,
    ],
  },
  {
    title: "tells what a bucket does not have",
    steps: [
      make,
      { call: "s3:GetBucketPolicy", with: bucket, refused: "NoSuchBucketPolicy" },
      { call: "s3:GetBucketCors", with: bucket, refused: "NoSuchCORSConfiguration" },
      { call: "s3:GetBucketWebsite", with: bucket, refused: "NoSuchWebsiteConfiguration" },
      { call: "s3:GetBucketLifecycleConfiguration", with: bucket, refused: "NoSuchLifecycleConfiguration" },
      { call: "s3:GetBucketReplication", with: bucket, refused: "ReplicationConfigurationNotFoundError" },
      { call: "s3:GetObjectLockConfiguration", with: bucket, refused: "ObjectLockConfigurationNotFoundError" },
      ...["GetBucketAcl", "GetBucketAccelerateConfiguration", "GetBucketLogging", "GetBucketRequestPayment"].flatMap((operation) => [
        { call: `s3:${operation}`, with: bucket },
        { call: `s3:${operation}`, with: none, refused: "NoSuchBucket" },
      ]),
      drop,
    ],
  },
  {
    title: "keeps a policy whose conditions don't hold, and refuses one that AWS refuses",
    steps: [
      make,
      { call: "s3:PutBucketPolicy", with: { ...bucket, Policy: tlsOnly } },
      { call: "s3:GetBucketPolicy", with: bucket, gives: { Policy: tlsOnly } },
      { call: "s3:PutObject", with: { ...bucket, Key: "k", Body: "allowed" } },
      { call: "s3:DeleteObject", with: { ...bucket, Key: "k" } },
      { call: "s3:PutBucketPolicy", with: { ...none, Policy: tlsOnly }, refused: "NoSuchBucket" },
      { call: "s3:PutBucketPolicy", with: { ...bucket, Policy: "{" }, refused: "MalformedPolicy" },
      {
        call: "s3:PutBucketPolicy",
        with: { ...bucket, Policy: statement({ Effect: "Deny", Action: "s3:*", Resource: "arn:aws:s3:::another" }) },
        refused: "MalformedPolicy",
      },
      {
        call: "s3:PutBucketPolicy",
        with: {
          ...bucket,
          Policy: statement({
            Effect: "Allow",
            Principal: { AWS: "arn:aws:iam::444455556666:role/nobody" },
            Action: "s3:GetObject",
            Resource: "arn:aws:s3:::bucket-${run}/*",
          }),
        },
        refused: "MalformedPolicy",
      },
      { call: "s3:PutPublicAccessBlock", with: { ...bucket, PublicAccessBlockConfiguration: closed } },
      {
        call: "s3:PutBucketPolicy",
        with: { ...bucket, Policy: statement({ Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::bucket-${run}/*" }) },
        refused: "AccessDenied",
      },
      { call: "s3:DeleteBucketPolicy", with: bucket },
      { call: "s3:DeleteBucketPolicy", with: none, refused: "NoSuchBucket" },
      drop,
    ],
  },
  {
    title: "writes access logs to a bucket that lets it",
    steps: [
      make,
      { call: "s3:CreateBucket", with: { Bucket: "logs-${run}", CreateBucketConfiguration: here } },
      {
        call: "s3:PutBucketLogging",
        with: { ...bucket, BucketLoggingStatus: { LoggingEnabled: { TargetBucket: "nowhere-${run}", TargetPrefix: "s3/" } } },
        refused: "InvalidTargetBucketForLogging",
      },
      {
        call: "s3:PutBucketPolicy",
        with: {
          Bucket: "logs-${run}",
          Policy: statement({
            Effect: "Allow",
            Principal: { Service: "logging.s3.amazonaws.com" },
            Action: "s3:PutObject",
            Resource: "arn:aws:s3:::logs-${run}/*",
          }),
        },
      },
      {
        call: "s3:PutBucketLogging",
        with: { ...bucket, BucketLoggingStatus: { LoggingEnabled: { TargetBucket: "logs-${run}", TargetPrefix: "s3/" } } },
      },
      { call: "s3:GetBucketLogging", with: bucket, gives: { LoggingEnabled: { TargetBucket: "logs-${run}", TargetPrefix: "s3/" } } },
      drop,
      { call: "s3:DeleteBucket", with: { Bucket: "logs-${run}" } },
    ],
  },
  {
    title: "keeps a lifecycle as it was put, and refuses one that AWS refuses",
    steps: [
      make,
      { call: "s3:PutBucketLifecycleConfiguration", with: { ...bucket, LifecycleConfiguration: { Rules: lifecycle } } },
      { call: "s3:GetBucketLifecycleConfiguration", with: bucket, gives: { Rules: lifecycle } },
      {
        call: "s3:PutBucketLifecycleConfiguration",
        with: { ...none, LifecycleConfiguration: { Rules: lifecycle } },
        refused: "NoSuchBucket",
      },
      ...(
        [
          ["InvalidRequest", [{ ID: "idle", Status: "Enabled", Filter: { Prefix: "" } }]],
          ["InvalidArgument", [{ ...lifecycle[0], NoncurrentVersionExpiration: { NoncurrentDays: 0 } }]],
          ["InvalidArgument", [lifecycle[0], lifecycle[0]]],
          [
            "InvalidArgument",
            [{ ID: "cold", Status: "Enabled", Filter: { Prefix: "" }, Transitions: [{ Days: 29, StorageClass: "STANDARD_IA" }] }],
          ],
          ["MalformedXML", [{ ...lifecycle[0], Status: "On" }]],
        ] as const
      ).map(([refused, Rules]) => ({
        call: "s3:PutBucketLifecycleConfiguration",
        with: { ...bucket, LifecycleConfiguration: { Rules } },
        refused,
      })),
      { call: "s3:DeleteBucketLifecycle", with: bucket },
      { call: "s3:GetBucketLifecycleConfiguration", with: bucket, refused: "NoSuchLifecycleConfiguration" },
      drop,
    ],
  },
  {
    title: "locks the objects of a bucket that keeps versions",
    steps: [
      make,
      {
        call: "s3:PutObjectLockConfiguration",
        with: { ...bucket, ...locked({ Mode: "GOVERNANCE", Days: 7 }) },
        refused: "InvalidBucketState",
      },
      drop,
      { ...make, with: { ...bucket, CreateBucketConfiguration: here, ObjectLockEnabledForBucket: true } },
      { call: "s3:GetBucketVersioning", with: bucket, gives: { Status: "Enabled" } },
      { call: "s3:GetObjectLockConfiguration", with: bucket, gives: { ObjectLockConfiguration: { ObjectLockEnabled: "Enabled" } } },
      { call: "s3:PutObjectLockConfiguration", with: { ...bucket, ...locked({ Mode: "GOVERNANCE", Days: 7 }) } },
      { call: "s3:GetObjectLockConfiguration", with: bucket, gives: locked({ Mode: "GOVERNANCE", Days: 7 }) },
      { call: "s3:PutObjectLockConfiguration", with: { ...none, ...locked({ Mode: "GOVERNANCE", Days: 7 }) }, refused: "NoSuchBucket" },
      { call: "s3:PutObjectLockConfiguration", with: { ...bucket, ...locked({ Mode: "COMPLIANCE" }) }, refused: "MalformedXML" },
      {
        call: "s3:PutObjectLockConfiguration",
        with: { ...bucket, ...locked({ Mode: "COMPLIANCE", Years: 0 }) },
        refused: "InvalidArgument",
      },
      {
        call: "s3:PutBucketVersioning",
        with: { ...bucket, VersioningConfiguration: { Status: "Suspended" } },
        refused: "InvalidBucketState",
      },
      { call: "s3:PutObject", with: { ...bucket, Key: "k", Body: "1" }, save: { version: "VersionId" } },
      { call: "s3:PutObjectLockConfiguration", with: { ...bucket, ObjectLockConfiguration: { ObjectLockEnabled: "Enabled" } } },
      { call: "s3:DeleteObject", with: { ...bucket, Key: "k", VersionId: "${version}" }, refused: "AccessDenied" },
      { call: "s3:DeleteObject", with: { ...bucket, Key: "k", VersionId: "${version}", BypassGovernanceRetention: true } },
      drop,
    ],
  },
  {
    title: "keeps other accounts out of a bucket",
    steps: [
      make,
      { call: "s3:PutObject", with: { ...bucket, Key: "k", Body: "ours" } },
      { call: "s3:GetObject", with: { ...bucket, Key: "k" }, account: "444455556666", refused: "AccessDenied" },
      { call: "s3:ListObjectsV2", with: bucket, account: "444455556666", refused: "AccessDenied" },
      {
        call: "s3:PutBucketPolicy",
        with: {
          ...bucket,
          Policy: statement({
            Effect: "Allow",
            Principal: { AWS: "arn:aws:iam::444455556666:root" },
            Action: "s3:GetObject",
            Resource: "arn:aws:s3:::bucket-${run}/*",
          }),
        },
      },
      { call: "s3:GetObject", with: { ...bucket, Key: "k" }, account: "444455556666", gives: { Body: "ours" } },
      { call: "s3:PutObject", with: { ...bucket, Key: "k", Body: "theirs" }, account: "444455556666", refused: "AccessDenied" },
      { call: "s3:DeleteObject", with: { ...bucket, Key: "k" } },
      drop,
    ],
  },
  {
    title: "tags a bucket by its ARN, which is S3 Control's",
    steps: [
      make,
      { call: "sts:GetCallerIdentity", save: { account: "Account" } },
      { call: "s3control:TagResource", with: { ...named, Tags: [{ Key: "team", Value: "fraud" }] } },
      { call: "s3control:TagResource", with: { ...namedNone, Tags: [{ Key: "team", Value: "fraud" }] }, refused: "NoSuchBucket" },
      { call: "s3control:ListTagsForResource", with: named, gives: { Tags: [{ Key: "team", Value: "fraud" }] } },
      { call: "s3:GetBucketTagging", with: bucket, gives: { TagSet: [{ Key: "team", Value: "fraud" }] } },
      { call: "s3control:ListTagsForResource", with: namedNone, refused: "NoSuchBucket" },
      { call: "s3control:UntagResource", with: { ...named, TagKeys: ["team"] } },
      { call: "s3control:UntagResource", with: { ...namedNone, TagKeys: ["team"] }, refused: "NoSuchBucket" },
      { call: "s3control:ListTagsForResource", with: named, gives: { Tags: [] } },
      drop,
    ],
  },
];
