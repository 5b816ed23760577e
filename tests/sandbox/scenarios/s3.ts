import { type Scenario, type Step } from "../scenario";

const here = { LocationConstraint: "eu-central-1" };
const make: Step = { call: "s3:CreateBucket", input: { Bucket: "bucket-${run}", CreateBucketConfiguration: here } };
const drop: Step = { call: "s3:DeleteBucket", input: { Bucket: "bucket-${run}" } };
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
const point = { AccountId: "${account}", Name: "point-${run}" };
const noPoint = { ...point, Name: "no-such-point-anywhere" };
const pointArn = "arn:aws:s3:eu-central-1:${account}:accesspoint/point-${run}";
const pointPolicy = statement({ Effect: "Allow", Action: "s3:GetObject", Resource: `${pointArn}/object/*` });
const closed = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
const encrypted = {
  Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: "alias/aws/s3" }, BucketKeyEnabled: true }],
};

const lifecycle = [
  {
    ID: "old",
    Status: "Enabled",
    Filter: { Prefix: "" },
    NoncurrentVersionExpiration: { NoncurrentDays: 30, NewerNoncurrentVersions: 3 },
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
  },
  {
    ID: "big",
    Status: "Enabled",
    Filter: { And: { Prefix: "a/", ObjectSizeGreaterThan: 1000, Tags: [{ Key: "keep", Value: "no" }] } },
    Expiration: { Days: 1 },
  },
];
const locked = (DefaultRetention: object) => ({ ObjectLockConfiguration: { ObjectLockEnabled: "Enabled", Rule: { DefaultRetention } } });

/** Puts, reads and deletes a bucket setting. `remove.error` is the error code when the setting is read afterwards. */
const setting = (
  title: string,
  put: string,
  value: object,
  get: string,
  output: object,
  remove?: { operation: string; error: string },
): Scenario => ({
  title,
  steps: [
    make,
    { call: `s3:${put}`, input: { ...bucket, ...value } },
    { call: `s3:${put}`, input: { ...none, ...value }, error: "NoSuchBucket" },
    { call: `s3:${get}`, input: bucket, output },
    { call: `s3:${get}`, input: none, error: "NoSuchBucket" },
    ...(remove
      ? [
          { call: `s3:${remove.operation}`, input: bucket },
          { call: `s3:${remove.operation}`, input: none, error: "NoSuchBucket" },
          { call: `s3:${get}`, input: bucket, error: remove.error },
        ]
      : []),
    drop,
  ],
});

export const s3: Scenario[] = [
  {
    title: "creates a bucket with tags and deletes it when it is empty",
    steps: [
      { ...make, input: { ...bucket, CreateBucketConfiguration: { ...here, Tags: [{ Key: "team", Value: "fraud" }] } } },
      { ...make, error: "BucketAlreadyOwnedByYou" },
      { ...make, account: "444455556666", error: "BucketAlreadyExists" },
      { call: "s3:CreateBucket", input: { Bucket: "Not_A_Name", CreateBucketConfiguration: here }, error: "InvalidBucketName" },
      { call: "s3:HeadBucket", input: bucket },
      { call: "s3:HeadBucket", input: none, error: "NotFound" },
      { call: "s3:HeadObject", input: { ...bucket, Key: "none" }, error: "NotFound" },
      { call: "s3:PutBucketVersioning", input: { ...none, VersioningConfiguration: { Status: "Enabled" } }, error: "NoSuchBucket" },
      { call: "s3:GetBucketLocation", input: bucket, output: { LocationConstraint: "eu-central-1" } },
      { call: "s3:GetBucketLocation", input: none, error: "NoSuchBucket" },
      { call: "s3:GetBucketTagging", input: bucket, output: { TagSet: [{ Key: "team", Value: "fraud" }] } },
      { call: "s3:PutObject", input: { ...bucket, Key: "a/b.json", Body: "{}" } },
      { ...drop, error: "BucketNotEmpty" },
      { call: "s3:GetObject", input: { ...bucket, Key: "a/b.json" }, output: { Body: "{}" } },
      { call: "s3:GetObject", input: { ...bucket, Key: "none" }, error: "NoSuchKey" },
      { call: "s3:HeadObject", input: { ...bucket, Key: "a/b.json" }, output: { ContentLength: 2 } },
      { call: "s3:GetObjectTagging", input: { ...bucket, Key: "a/b.json" }, output: { TagSet: [] } },
      { call: "s3:GetObjectTagging", input: { ...bucket, Key: "none" }, error: "NoSuchKey" },
      { call: "s3:ListObjectsV2", input: bucket, output: { KeyCount: 1, Contents: [{ Key: "a/b.json", Size: 2 }] } },
      { call: "s3:ListObjectsV2", input: none, error: "NoSuchBucket" },
      { call: "s3:DeleteObject", input: { ...bucket, Key: "a/b.json" } },
      { call: "s3:DeleteObject", input: { ...none, Key: "a/b.json" }, error: "NoSuchBucket" },
      { call: "s3:PutObject", input: { ...none, Key: "a", Body: "x" }, error: "NoSuchBucket" },
      drop,
      { ...drop, error: "NoSuchBucket" },
      { ...drop, input: none, error: "NoSuchBucket" },
    ],
  },
  {
    title: "stores object versions and does not delete a bucket with versions",
    steps: [
      make,
      { call: "s3:PutBucketVersioning", input: { ...bucket, VersioningConfiguration: { Status: "Enabled" } } },
      { call: "s3:GetBucketVersioning", input: bucket, output: { Status: "Enabled" } },
      { call: "s3:GetBucketVersioning", input: none, error: "NoSuchBucket" },
      { call: "s3:PutObject", input: { ...bucket, Key: "k", Body: "1" }, save: { version: "VersionId" } },
      { call: "s3:DeleteObject", input: { ...bucket, Key: "k" }, output: { DeleteMarker: true }, save: { marker: "VersionId" } },
      { call: "s3:GetObject", input: { ...bucket, Key: "k" }, error: "NoSuchKey" },
      {
        call: "s3:ListObjectVersions",
        input: bucket,
        output: { Versions: [{ VersionId: "${version}" }], DeleteMarkers: [{ VersionId: "${marker}" }] },
      },
      { call: "s3:ListObjectVersions", input: none, error: "NoSuchBucket" },
      { ...drop, error: "BucketNotEmpty" },
      {
        call: "s3:DeleteObjects",
        input: {
          ...bucket,
          Delete: {
            Objects: [
              { Key: "k", VersionId: "${version}" },
              { Key: "k", VersionId: "${marker}" },
            ],
          },
        },
      },
      { call: "s3:DeleteObjects", input: { ...none, Delete: { Objects: [{ Key: "k" }] } }, error: "NoSuchBucket" },
      drop,
    ],
  },
  {
    title: "writes and deletes an object only if it is as the condition requires",
    steps: [
      make,
      { call: "s3:PutBucketVersioning", input: { ...bucket, VersioningConfiguration: { Status: "Enabled" } } },
      { call: "s3:PutObject", input: { ...bucket, Key: "k", Body: "1", IfNoneMatch: "*" }, save: { first: "ETag", version: "VersionId" } },
      { call: "s3:PutObject", input: { ...bucket, Key: "k", Body: "2", IfNoneMatch: "*" }, error: "PreconditionFailed" },
      {
        call: "s3:PutObject",
        input: { ...bucket, Key: "k", Body: "3", IfMatch: "${first}" },
        save: { second: "ETag", version2: "VersionId" },
      },
      { call: "s3:PutObject", input: { ...bucket, Key: "k", Body: "4", IfMatch: "${first}" }, error: "PreconditionFailed" },
      { call: "s3:DeleteObject", input: { ...bucket, Key: "k", IfMatch: "${first}" }, error: "PreconditionFailed" },
      { call: "s3:GetObject", input: { ...bucket, Key: "k" }, output: { Body: "3", ETag: "${second}" } },
      { call: "s3:DeleteObject", input: { ...bucket, Key: "k", IfMatch: "${second}" }, save: { marker: "VersionId" } },
      { call: "s3:DeleteObject", input: { ...bucket, Key: "k", IfMatch: "${second}" }, error: "NoSuchKey" },
      { call: "s3:PutObject", input: { ...bucket, Key: "k", Body: "5", IfMatch: "${second}" }, error: "NoSuchKey" },
      {
        call: "s3:DeleteObjects",
        input: {
          ...bucket,
          Delete: { Objects: ["${version}", "${version2}", "${marker}"].map((VersionId) => ({ Key: "k", VersionId })) },
        },
      },
      drop,
    ],
  },
  {
    title: "keeps other versions when a version is deleted after versioning was suspended",
    steps: [
      make,
      { call: "s3:PutBucketVersioning", input: { ...bucket, VersioningConfiguration: { Status: "Enabled" } } },
      { call: "s3:PutObject", input: { ...bucket, Key: "k", Body: "1" }, save: { first: "VersionId" } },
      { call: "s3:PutObject", input: { ...bucket, Key: "k", Body: "2" }, save: { second: "VersionId" } },
      { call: "s3:DeleteObject", input: { ...bucket, Key: "k" }, save: { marker: "VersionId" } },
      { call: "s3:PutBucketVersioning", input: { ...bucket, VersioningConfiguration: { Status: "Suspended" } } },
      { call: "s3:DeleteObjects", input: { ...bucket, Delete: { Objects: [{ Key: "k", VersionId: "${first}" }] } } },
      {
        call: "s3:ListObjectVersions",
        input: bucket,
        output: { Versions: [{ VersionId: "${second}" }], DeleteMarkers: [{ VersionId: "${marker}" }] },
      },
      {
        call: "s3:DeleteObjects",
        input: {
          ...bucket,
          Delete: {
            Objects: [
              { Key: "k", VersionId: "${second}" },
              { Key: "k", VersionId: "${marker}" },
            ],
          },
        },
      },
      drop,
    ],
  },
  setting(
    "blocks public access",
    "PutPublicAccessBlock",
    { PublicAccessBlockConfiguration: closed },
    "GetPublicAccessBlock",
    { PublicAccessBlockConfiguration: closed },
    { operation: "DeletePublicAccessBlock", error: "NoSuchPublicAccessBlockConfiguration" },
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
    { operation: "DeleteBucketOwnershipControls", error: "OwnershipControlsNotFoundError" },
  ),
  setting(
    "keeps tags",
    "PutBucketTagging",
    { Tagging: { TagSet: [{ Key: "a", Value: "b" }] } },
    "GetBucketTagging",
    { TagSet: [{ Key: "a", Value: "b" }] },
    { operation: "DeleteBucketTagging", error: "NoSuchTagSet" },
  ),
  {
    title: "encrypts with S3 managed keys by default",
    steps: [
      make,
      {
        call: "s3:GetBucketEncryption",
        input: bucket,
        output: { ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }] } },
      },
      { call: "s3:DeleteBucketEncryption", input: bucket },
      { call: "s3:DeleteBucketEncryption", input: none, error: "NoSuchBucket" },
      drop,
    ],
  },
  {
    title: "reports missing bucket settings",
    steps: [
      make,
      { call: "s3:GetBucketPolicy", input: bucket, error: "NoSuchBucketPolicy" },
      { call: "s3:GetBucketCors", input: bucket, error: "NoSuchCORSConfiguration" },
      { call: "s3:GetBucketWebsite", input: bucket, error: "NoSuchWebsiteConfiguration" },
      { call: "s3:GetBucketLifecycleConfiguration", input: bucket, error: "NoSuchLifecycleConfiguration" },
      { call: "s3:GetBucketReplication", input: bucket, error: "ReplicationConfigurationNotFoundError" },
      { call: "s3:GetObjectLockConfiguration", input: bucket, error: "ObjectLockConfigurationNotFoundError" },
      ...["GetBucketAcl", "GetBucketAccelerateConfiguration", "GetBucketLogging", "GetBucketRequestPayment"].flatMap((operation) => [
        { call: `s3:${operation}`, input: bucket },
        { call: `s3:${operation}`, input: none, error: "NoSuchBucket" },
      ]),
      drop,
    ],
  },
  {
    title: "stores a bucket policy with conditions and rejects an invalid policy",
    steps: [
      make,
      { call: "s3:PutBucketPolicy", input: { ...bucket, Policy: tlsOnly } },
      { call: "s3:GetBucketPolicy", input: bucket, output: { Policy: tlsOnly } },
      { call: "s3:PutObject", input: { ...bucket, Key: "k", Body: "allowed" } },
      { call: "s3:DeleteObject", input: { ...bucket, Key: "k" } },
      { call: "s3:PutBucketPolicy", input: { ...none, Policy: tlsOnly }, error: "NoSuchBucket" },
      { call: "s3:PutBucketPolicy", input: { ...bucket, Policy: "{" }, error: "MalformedPolicy" },
      {
        call: "s3:PutBucketPolicy",
        input: { ...bucket, Policy: statement({ Effect: "Deny", Action: "s3:*", Resource: "arn:aws:s3:::another" }) },
        error: "MalformedPolicy",
      },
      {
        call: "s3:PutBucketPolicy",
        input: {
          ...bucket,
          Policy: statement({
            Effect: "Allow",
            Principal: { AWS: "arn:aws:iam::444455556666:role/nobody" },
            Action: "s3:GetObject",
            Resource: "arn:aws:s3:::bucket-${run}/*",
          }),
        },
        error: "MalformedPolicy",
      },
      { call: "s3:PutPublicAccessBlock", input: { ...bucket, PublicAccessBlockConfiguration: closed } },
      {
        call: "s3:PutBucketPolicy",
        input: { ...bucket, Policy: statement({ Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::bucket-${run}/*" }) },
        error: "AccessDenied",
      },
      { call: "s3:DeleteBucketPolicy", input: bucket },
      { call: "s3:DeleteBucketPolicy", input: none, error: "NoSuchBucket" },
      drop,
    ],
  },
  {
    title: "configures access logs only to a bucket that allows their delivery",
    steps: [
      make,
      { call: "s3:CreateBucket", input: { Bucket: "logs-${run}", CreateBucketConfiguration: here } },
      {
        call: "s3:PutBucketLogging",
        input: { ...bucket, BucketLoggingStatus: { LoggingEnabled: { TargetBucket: "nowhere-${run}", TargetPrefix: "s3/" } } },
        error: "InvalidTargetBucketForLogging",
      },
      {
        call: "s3:PutBucketPolicy",
        input: {
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
        input: { ...bucket, BucketLoggingStatus: { LoggingEnabled: { TargetBucket: "logs-${run}", TargetPrefix: "s3/" } } },
      },
      { call: "s3:GetBucketLogging", input: bucket, output: { LoggingEnabled: { TargetBucket: "logs-${run}", TargetPrefix: "s3/" } } },
      drop,
      { call: "s3:DeleteBucket", input: { Bucket: "logs-${run}" } },
    ],
  },
  {
    title: "returns a lifecycle configuration unchanged and rejects an invalid configuration",
    steps: [
      make,
      { call: "s3:PutBucketLifecycleConfiguration", input: { ...bucket, LifecycleConfiguration: { Rules: lifecycle } } },
      { call: "s3:GetBucketLifecycleConfiguration", input: bucket, output: { Rules: lifecycle } },
      {
        call: "s3:PutBucketLifecycleConfiguration",
        input: { ...none, LifecycleConfiguration: { Rules: lifecycle } },
        error: "NoSuchBucket",
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
      ).map(([error, Rules]) => ({
        call: "s3:PutBucketLifecycleConfiguration",
        input: { ...bucket, LifecycleConfiguration: { Rules } },
        error,
      })),
      { call: "s3:DeleteBucketLifecycle", input: bucket },
      { call: "s3:GetBucketLifecycleConfiguration", input: bucket, error: "NoSuchLifecycleConfiguration" },
      drop,
    ],
  },
  {
    title: "locks objects in a versioned bucket",
    steps: [
      make,
      {
        call: "s3:PutObjectLockConfiguration",
        input: { ...bucket, ...locked({ Mode: "GOVERNANCE", Days: 7 }) },
        error: "InvalidBucketState",
      },
      drop,
      { ...make, input: { ...bucket, CreateBucketConfiguration: here, ObjectLockEnabledForBucket: true } },
      { call: "s3:GetBucketVersioning", input: bucket, output: { Status: "Enabled" } },
      { call: "s3:GetObjectLockConfiguration", input: bucket, output: { ObjectLockConfiguration: { ObjectLockEnabled: "Enabled" } } },
      { call: "s3:PutObjectLockConfiguration", input: { ...bucket, ...locked({ Mode: "GOVERNANCE", Days: 7 }) } },
      { call: "s3:GetObjectLockConfiguration", input: bucket, output: locked({ Mode: "GOVERNANCE", Days: 7 }) },
      { call: "s3:PutObjectLockConfiguration", input: { ...none, ...locked({ Mode: "GOVERNANCE", Days: 7 }) }, error: "NoSuchBucket" },
      { call: "s3:PutObjectLockConfiguration", input: { ...bucket, ...locked({ Mode: "COMPLIANCE" }) }, error: "MalformedXML" },
      {
        call: "s3:PutObjectLockConfiguration",
        input: { ...bucket, ...locked({ Mode: "COMPLIANCE", Years: 0 }) },
        error: "InvalidArgument",
      },
      {
        call: "s3:PutBucketVersioning",
        input: { ...bucket, VersioningConfiguration: { Status: "Suspended" } },
        error: "InvalidBucketState",
      },
      { call: "s3:PutObject", input: { ...bucket, Key: "k", Body: "1" }, save: { version: "VersionId" } },
      { call: "s3:PutObjectLockConfiguration", input: { ...bucket, ObjectLockConfiguration: { ObjectLockEnabled: "Enabled" } } },
      { call: "s3:DeleteObject", input: { ...bucket, Key: "k", VersionId: "${version}" }, error: "AccessDenied" },
      { call: "s3:DeleteObject", input: { ...bucket, Key: "k", VersionId: "${version}", BypassGovernanceRetention: true } },
      drop,
    ],
  },
  {
    title: "denies other accounts access to a bucket",
    steps: [
      make,
      { call: "s3:PutObject", input: { ...bucket, Key: "k", Body: "ours" } },
      { call: "s3:GetObject", input: { ...bucket, Key: "k" }, account: "444455556666", error: "AccessDenied" },
      { call: "s3:ListObjectsV2", input: bucket, account: "444455556666", error: "AccessDenied" },
      {
        call: "s3:PutBucketPolicy",
        input: {
          ...bucket,
          Policy: statement({
            Effect: "Allow",
            Principal: { AWS: "arn:aws:iam::444455556666:root" },
            Action: "s3:GetObject",
            Resource: "arn:aws:s3:::bucket-${run}/*",
          }),
        },
      },
      { call: "s3:GetObject", input: { ...bucket, Key: "k" }, account: "444455556666", output: { Body: "ours" } },
      { call: "s3:PutObject", input: { ...bucket, Key: "k", Body: "theirs" }, account: "444455556666", error: "AccessDenied" },
      { call: "s3:DeleteObject", input: { ...bucket, Key: "k" } },
      drop,
    ],
  },
  {
    title: "tags a bucket by its ARN through S3 Control",
    steps: [
      make,
      { call: "sts:GetCallerIdentity", save: { account: "Account" } },
      { call: "s3control:TagResource", input: { ...named, Tags: [{ Key: "team", Value: "fraud" }] } },
      { call: "s3control:TagResource", input: { ...namedNone, Tags: [{ Key: "team", Value: "fraud" }] }, error: "NoSuchBucket" },
      { call: "s3control:ListTagsForResource", input: named, output: { Tags: [{ Key: "team", Value: "fraud" }] } },
      { call: "s3:GetBucketTagging", input: bucket, output: { TagSet: [{ Key: "team", Value: "fraud" }] } },
      { call: "s3control:ListTagsForResource", input: namedNone, error: "NoSuchBucket" },
      { call: "s3control:UntagResource", input: { ...named, TagKeys: ["team"] } },
      { call: "s3control:UntagResource", input: { ...namedNone, TagKeys: ["team"] }, error: "NoSuchBucket" },
      { call: "s3control:ListTagsForResource", input: named, output: { Tags: [] } },
      drop,
    ],
  },
  {
    title: "rejects a policy for access points of any account as public, and accepts one for a fixed account",
    steps: [
      make,
      { call: "s3:PutPublicAccessBlock", input: { ...bucket, PublicAccessBlockConfiguration: closed } },
      ...["*", "111122223333"].map((account): Step => {
        const Condition = { StringLike: { "s3:DataAccessPointAccount": account }, StringEquals: { "s3:AccessPointNetworkOrigin": "VPC" } };
        const Policy = statement({ Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::bucket-${run}/*", Condition });
        return { call: "s3:PutBucketPolicy", input: { ...bucket, Policy }, ...(account === "*" && { error: "AccessDenied" }) };
      }),
      drop,
    ],
  },
  {
    title: "creates an access point for a VPC, with a policy and tags",
    steps: [
      make,
      { call: "sts:GetCallerIdentity", save: { account: "Account" } },
      { call: "s3control:CreateAccessPoint", input: { ...point, Bucket: "no-such-bucket-anywhere" }, error: "NoSuchBucket" },
      { call: "s3control:CreateAccessPoint", input: { ...point, ...bucket, Name: "-point" }, error: "InvalidRequest" },
      {
        call: "s3control:CreateAccessPoint",
        input: { ...point, ...bucket, VpcConfiguration: { VpcId: "vpc-0a1b2c3d4e5f60718" }, Tags: [{ Key: "team", Value: "fraud" }] },
        output: { AccessPointArn: pointArn },
      },
      { call: "s3control:CreateAccessPoint", input: { ...point, ...bucket }, error: "AccessPointAlreadyOwnedByYou" },
      {
        call: "s3control:GetAccessPoint",
        input: point,
        output: {
          Name: "point-${run}",
          ...bucket,
          NetworkOrigin: "VPC",
          VpcConfiguration: { VpcId: "vpc-0a1b2c3d4e5f60718" },
          AccessPointArn: pointArn,
        },
      },
      { call: "s3control:GetAccessPoint", input: noPoint, error: "NoSuchAccessPoint" },
      { call: "s3control:GetAccessPointPolicy", input: point, error: "NoSuchAccessPointPolicy" },
      { call: "s3control:PutAccessPointPolicy", input: { ...noPoint, Policy: pointPolicy }, error: "NoSuchAccessPoint" },
      { call: "s3control:PutAccessPointPolicy", input: { ...point, Policy: pointPolicy } },
      { call: "s3control:GetAccessPointPolicy", input: point, output: { Policy: pointPolicy } },
      { call: "s3control:GetAccessPointPolicyStatus", input: point, output: { PolicyStatus: { IsPublic: false } } },
      { call: "s3control:GetAccessPointPolicyStatus", input: noPoint, error: "NoSuchAccessPoint" },
      {
        call: "s3control:ListTagsForResource",
        input: { AccountId: "${account}", ResourceArn: pointArn },
        output: { Tags: [{ Key: "team", Value: "fraud" }] },
      },
      { call: "s3:DeleteBucket", input: bucket, error: "BucketHasAccessPointsAttached" },
      { call: "s3control:DeleteAccessPointPolicy", input: point },
      { call: "s3control:GetAccessPointPolicy", input: point, error: "NoSuchAccessPointPolicy" },
      { call: "s3control:DeleteAccessPoint", input: point },
      { call: "s3control:DeleteAccessPoint", input: point, error: "NoSuchAccessPoint" },
      drop,
    ],
  },
];
