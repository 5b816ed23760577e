import { bucketKms } from "@cloister/policy-pack/rules/s3/bucket-kms";
import { type TestResource, UNKNOWN, UNKNOWN_ARRAY, UNKNOWN_OBJECT } from "../../helpers/evaluate";
import { keyArn } from "../keys";
import { type ResourceCase, type StackCase, testRule } from "../table";

type Encryption = { sseAlgorithm?: string; kmsMasterKeyId?: string };
/** By type: an encryption setting in the form that the resource type requires. */
const written: Record<string, (encryption: Encryption) => object> = {
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": (item) => ({
    rules: [{ applyServerSideEncryptionByDefault: item }],
  }),
  "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2": (item) => ({
    rules: [{ applyServerSideEncryptionByDefault: item }],
  }),
  "aws:s3/bucket:Bucket": (item) => ({ serverSideEncryptionConfiguration: { rule: { applyServerSideEncryptionByDefault: item } } }),
  "aws:s3/bucketV2:BucketV2": (item) => ({
    serverSideEncryptionConfigurations: [{ rules: [{ applyServerSideEncryptionByDefaults: [item] }] }],
  }),
};
const [separate, separateV2, bucketType, bucketV2] = Object.keys(written) as [string, string, string, string];
const good = { sseAlgorithm: "aws:kms", kmsMasterKeyId: keyArn };
const aes = { sseAlgorithm: "AES256" };

const bucket: TestResource = { type: bucketType, name: "data", props: {} };
const encryption = (props: object, type = separate): TestResource => ({
  type,
  name: "encryption",
  props,
  propertyDependencies: { bucket: ["data"] },
});
const nothing =
  /^This bucket has no encryption configuration, so an Amazon S3 managed key encrypts it, .* Add an aws\.s3\.BucketServerSideEncryptionConfiguration\./;
const ownKey =
  /^sseAlgorithm is "AES256", so an Amazon S3 managed key encrypts the bucket, .* Set sseAlgorithm: "aws:kms".* can be listed in policy setting 'logBuckets'\./;
const logging: TestResource = {
  type: "aws:s3/bucketLogging:BucketLogging",
  name: "logging",
  propertyDependencies: { targetBucket: ["data"] },
};

const separateAes = written[separate]!(aes);
const inVpcs = { "s3:DataAccessPointAccount": "111122223333", "s3:AccessPointNetworkOrigin": "VPC" };
/** The policy of a bucket that anyone reads through access points in VPCs, such as a package mirror. */
const readPolicy = (change: object): TestResource => ({
  type: "aws:s3/bucketPolicy:BucketPolicy",
  name: "policy",
  props: {
    policy: JSON.stringify({
      Statement: [
        { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Condition: { StringEquals: inVpcs }, ...change },
        { Effect: "Deny", Principal: "*", Action: "s3:PutObject" },
      ],
    }),
  },
  propertyDependencies: { bucket: ["data"] },
});
/** Resource types whose logs support only Amazon S3 managed keys, with the property that names the bucket. */
const loadBalancers: { type: string; property: string; nested: boolean; props?: object }[] = [
  ...["lb", "alb"].flatMap((module) =>
    ["accessLogs", "connectionLogs", "healthCheckLogs"].map((property) => ({
      type: `aws:${module}/loadBalancer:LoadBalancer`,
      property,
      nested: true,
    })),
  ),
  {
    type: "aws:lb/loadBalancer:LoadBalancer",
    property: "accessLogs",
    nested: true,
    props: { loadBalancerType: "application", name: "typed" },
  },
  { type: "aws:elb/loadBalancer:LoadBalancer", property: "accessLogs", nested: true },
  { type: "aws:redshift/logging:Logging", property: "bucketName", nested: false },
];

testRule(bucketKms, {
  resource: Object.entries(written).flatMap(([type, write]): ResourceCase[] => {
    const of = (it: string, encryption: Encryption, want: RegExp[] = []) => ({
      it: `${it} (${type.split(":")[2]})`,
      type,
      inputs: { bucket: UNKNOWN, ...write(encryption) },
      want,
    });
    return [
      of("accepts a key", good),
      of("accepts a key under both layers", { ...good, sseAlgorithm: "aws:kms:dsse" }),
      of("accepts a key of the same stack", { ...good, kmsMasterKeyId: UNKNOWN }),
      of("accepts an alias of one's own", { ...good, kmsMasterKeyId: "alias/cloister/data" }),
      of("accepts an algorithm that is unknown at preview", { sseAlgorithm: UNKNOWN }),
      of("rejects KMS without a key", { sseAlgorithm: "aws:kms" }, [
        /^kmsMasterKeyId is not set, so an AWS managed key encrypts the bucket, .* Set sseAlgorithm/,
      ]),
      of("rejects ingress and egress layers without a key", { sseAlgorithm: "aws:kms:dsse" }, [/^kmsMasterKeyId is not set/]),
      of("rejects an empty key", { sseAlgorithm: "aws:kms", kmsMasterKeyId: "" }, [/^kmsMasterKeyId is not set/]),
      of("rejects an AWS managed key", { sseAlgorithm: "aws:kms", kmsMasterKeyId: "alias/aws/s3" }, [
        /^kmsMasterKeyId is "alias\/aws\/s3", so an AWS managed key encrypts the bucket/,
      ]),
      of("leaves an Amazon S3 managed key to the stack view, where access logs show", aes),
    ];
  }),
  stack: [
    {
      it: "rejects a bucket without an encryption configuration",
      resources: [bucket, { ...bucket, type: bucketV2, name: "old" }],
      want: [
        ["data", nothing],
        ["old", nothing],
      ],
    },
    ...[separate, separateV2].flatMap((type): StackCase[] => [
      { it: `accepts a key in a ${type.split(":")[2]}`, resources: [bucket, encryption(written[type]!(good), type)] },
      {
        it: `rejects an Amazon S3 managed key in a ${type.split(":")[2]}`,
        resources: [bucket, encryption(written[type]!(aes), type)],
        want: [["data", ownKey]],
      },
    ]),
    ...[bucketType, bucketV2].flatMap((type): StackCase[] => [
      { it: `accepts a key in a ${type.split(":")[2]}`, resources: [{ ...bucket, type, props: written[type]!(good) }] },
      {
        it: `rejects an Amazon S3 managed key in a ${type.split(":")[2]}`,
        resources: [{ ...bucket, type, props: written[type]!(aes) }],
        want: [["data", ownKey]],
      },
    ]),
    {
      it: "rejects an encryption configuration without an algorithm",
      resources: [bucket, encryption(written[separate]!({ kmsMasterKeyId: keyArn }))],
      want: [["data", /^sseAlgorithm is not set/]],
    },
    {
      it: "accepts a customer managed key when the bucket still has the encryption set at creation",
      resources: [{ ...bucket, props: written[bucketType]!(aes) }, encryption(written[separate]!(good))],
    },
    {
      it: "does not repeat violations of the resource view",
      resources: [bucket, encryption(written[separate]!({ sseAlgorithm: "aws:kms" }))],
    },
    {
      it: "rejects an encryption that AWS computes",
      resources: [{ ...bucket, props: { serverSideEncryptionConfiguration: UNKNOWN_OBJECT } }],
      want: [["data", nothing]],
    },
    {
      it: "accepts an inline encryption that is unknown at preview",
      resources: [
        { type: "aws:kms/key:Key", name: "key" },
        {
          ...bucket,
          props: { serverSideEncryptionConfiguration: UNKNOWN_OBJECT },
          propertyDependencies: { serverSideEncryptionConfiguration: ["key"] },
        },
      ],
    },
    {
      it: "accepts separate rules that are unknown at preview",
      resources: [
        { type: "aws:kms/key:Key", name: "key" },
        bucket,
        { ...encryption({ rules: UNKNOWN_ARRAY }), propertyDependencies: { bucket: ["data"], rules: ["key"] } },
      ],
    },
    {
      it: "finds the encryption configuration by the bucket name",
      resources: [
        { ...bucket, props: { bucket: "fraud-data" } },
        { type: separate, name: "encryption", props: { bucket: "fraud-data", ...written[separate]!(good) } },
      ],
    },
    {
      it: "does not find the encryption configuration by the Pulumi name",
      resources: [bucket, { type: separate, name: "encryption", props: { bucket: "data", ...written[separate]!(good) } }],
      want: [["data", nothing]],
    },
    {
      it: "accepts an Amazon S3 managed key for a bucket that receives access logs",
      resources: [bucket, encryption(written[separate]!(aes)), logging],
    },
    {
      it: "accepts an Amazon S3 managed key when a deprecated resource type configures the logs",
      resources: [bucket, encryption(written[separate]!(aes)), { ...logging, type: "aws:s3/bucketLoggingV2:BucketLoggingV2" }],
    },
    {
      it: "accepts an Amazon S3 managed key when an inline bucket setting configures the logs",
      resources: [
        bucket,
        encryption(written[separate]!(aes)),
        { ...bucket, name: "other", props: written[bucketType]!(good), propertyDependencies: { logging: ["data"] } },
      ],
    },
    ...loadBalancers.flatMap(({ type, property, nested, props }): StackCase[] => {
      const title = `${type.split(":")[1]} in ${property}`;
      const written = (bucketName: unknown) => ({ ...props, [property]: nested ? { bucket: bucketName, enabled: true } : bucketName });
      return [
        {
          it: `accepts an Amazon S3 managed key for a bucket that receives logs of ${title}`,
          resources: [
            bucket,
            encryption(separateAes),
            { type, name: "writer", props: written(UNKNOWN), propertyDependencies: { [property]: ["data"] } },
          ],
        },
        {
          it: `accepts an Amazon S3 managed key for a bucket that ${title} names`,
          resources: [
            { ...bucket, props: { bucket: "fraud-logs" } },
            encryption(separateAes),
            { type, name: "writer", props: written("fraud-logs") },
          ],
        },
        {
          it: `rejects an Amazon S3 managed key for a bucket when ${title} names another bucket`,
          resources: [
            { ...bucket, props: { bucket: "fraud-data" } },
            encryption(separateAes),
            { type, name: "writer", props: written("fraud-logs") },
          ],
          want: [["data", ownKey]],
        },
      ];
    }),
    ...["lb", "alb"].map(
      (module): StackCase => ({
        it: `rejects an Amazon S3 managed key for a bucket that receives logs of a Network Load Balancer (${module})`,
        resources: [
          bucket,
          encryption(separateAes),
          {
            type: `aws:${module}/loadBalancer:LoadBalancer`,
            name: "writer",
            props: { loadBalancerType: "network", accessLogs: { bucket: UNKNOWN } },
            propertyDependencies: { accessLogs: ["data"] },
          },
        ],
        want: [["data", ownKey]],
      }),
    ),
    ...["aws:ec2/flowLog:FlowLog", "aws:cloudfront/distribution:Distribution", "aws:cloudtrail/trail:Trail"].map(
      (type): StackCase => ({
        it: `rejects an Amazon S3 managed key for a bucket that receives logs of ${type.split(":")[1]}, which support KMS`,
        resources: [
          bucket,
          encryption(separateAes),
          {
            type,
            name: "writer",
            propertyDependencies: { logDestination: ["data"], loggingConfig: ["data"], s3BucketName: ["data"] },
          },
        ],
        want: [["data", ownKey]],
      }),
    ),
    ...(
      [
        ["load balancers by service principal", { Service: "logdelivery.elasticloadbalancing.amazonaws.com" }],
        ["load balancers by account", { AWS: "arn:aws:iam::054676820928:root" }],
        ["Redshift", { Service: "redshift.amazonaws.com" }],
      ] as const
    ).flatMap(([who, Principal]) =>
      [JSON.stringify({ Statement: [{ Principal }] }), { Statement: [{ Principal, Resource: UNKNOWN }] }].map(
        (policy): StackCase => ({
          it: `accepts an Amazon S3 managed key when a bucket policy ${typeof policy === "string" ? "" : "object "}allows log delivery of ${who}`,
          resources: [
            bucket,
            encryption(separateAes),
            { type: "aws:s3/bucketPolicy:BucketPolicy", name: "policy", props: { policy }, propertyDependencies: { bucket: ["data"] } },
          ],
        }),
      ),
    ),
    {
      it: "rejects an Amazon S3 managed key when a bucket policy allows deliveries that support KMS",
      resources: [
        bucket,
        encryption(separateAes),
        {
          type: "aws:s3/bucketPolicy:BucketPolicy",
          name: "policy",
          props: { policy: JSON.stringify({ Statement: [{ Principal: { Service: "delivery.logs.amazonaws.com" } }] }) },
          propertyDependencies: { bucket: ["data"] },
        },
      ],
      want: [["data", ownKey]],
    },
    {
      it: "accepts an Amazon S3 managed key when a bucket policy allows S3 log delivery",
      resources: [
        bucket,
        encryption(written[separate]!(aes)),
        {
          type: "aws:s3/bucketPolicy:BucketPolicy",
          name: "policy",
          props: {
            policy: JSON.stringify({
              Statement: [{ Effect: "Allow", Principal: { Service: "logging.s3.amazonaws.com" }, Action: "s3:PutObject" }],
            }),
          },
          propertyDependencies: { bucket: ["data"] },
        },
      ],
    },
    {
      it: "accepts an Amazon S3 managed key for a bucket that anyone reads only through access points in VPCs",
      resources: [bucket, encryption(separateAes), readPolicy({})],
    },
    ...(
      [
        ["through access points on the internet", { "s3:AccessPointNetworkOrigin": "Internet" }],
        ["through access points of any origin", { "s3:AccessPointNetworkOrigin": ["VPC", "Internet"] }],
        ["through access points of any account", { "s3:DataAccessPointAccount": "*" }],
        ["without a condition on the account", { "s3:DataAccessPointAccount": [] }],
      ] as const
    ).map(
      ([how, keys]): StackCase => ({
        it: `rejects an Amazon S3 managed key for a bucket that anyone reads ${how}`,
        resources: [bucket, encryption(separateAes), readPolicy({ Condition: { StringEquals: { ...inVpcs, ...keys } } })],
        want: [["data", ownKey]],
      }),
    ),
    ...(
      [
        ["that anyone writes", { Action: ["s3:GetObject", "s3:PutObject"] }],
        ["that only a role reads", { Principal: { AWS: "arn:aws:iam::111122223333:role/Reader" } }],
        ["whose reads are denied", { Effect: "Deny" }],
      ] as const
    ).map(
      ([what, change]): StackCase => ({
        it: `rejects an Amazon S3 managed key for a bucket ${what} through access points in VPCs`,
        resources: [bucket, encryption(separateAes), readPolicy(change)],
        want: [["data", ownKey]],
      }),
    ),
    {
      it: "rejects an Amazon S3 managed key when the policy of another bucket allows reads through access points",
      resources: [
        bucket,
        encryption(separateAes),
        { type: bucketType, name: "other", props: written[bucketType]!(good) },
        { ...readPolicy({}), propertyDependencies: { bucket: ["other"] } },
      ],
      want: [["data", ownKey]],
    },
    {
      it: "accepts an Amazon S3 managed key for a bucket in logBuckets",
      resources: [bucket, encryption(written[separate]!(aes))],
      settings: { logBuckets: ["data"] },
    },
    {
      it: "accepts an Amazon S3 managed key for an encryption configuration in logBuckets",
      resources: [bucket, encryption(written[separate]!(aes))],
      settings: { logBuckets: ["encryption"] },
    },
    {
      it: "rejects an Amazon S3 managed key when logBuckets names another bucket",
      resources: [bucket, encryption(written[separate]!(aes))],
      settings: { logBuckets: ["logs"] },
      want: [["data", ownKey]],
    },
    ...[separate, separateV2].flatMap((type): StackCase[] => {
      const elsewhere: TestResource = { type, name: "encryption", props: { bucket: "fraud-data", ...written[type]!(aes) } };
      const logPolicy = (props: object, propertyDependencies = {}): TestResource => ({
        type: "aws:s3/bucketPolicy:BucketPolicy",
        name: "policy",
        props: { policy: JSON.stringify({ Statement: [{ Principal: { Service: "logging.s3.amazonaws.com" } }] }), ...props },
        propertyDependencies,
      });
      const title = `for a bucket of another stack (${type.split(":")[2]})`;
      return [
        { it: `rejects an Amazon S3 managed key ${title}`, resources: [elsewhere], want: [["encryption", ownKey]] },
        {
          it: `rejects an Amazon S3 managed key when the bucket name comes from another stack, ${title}`,
          resources: [
            { type: "pulumi:pulumi:StackReference", name: "hub" },
            { ...elsewhere, props: { bucket: UNKNOWN, ...written[type]!(aes) }, propertyDependencies: { bucket: ["hub"] } },
          ],
          want: [["encryption", ownKey]],
        },
        { it: `accepts a key ${title}`, resources: [{ ...elsewhere, props: { bucket: "fraud-data", ...written[type]!(good) } }] },
        {
          it: `accepts an encryption that is unknown at preview ${title}`,
          resources: [{ ...elsewhere, props: { bucket: "fraud-data", rules: UNKNOWN_ARRAY } }],
        },
        { it: `accepts an Amazon S3 managed key in logBuckets ${title}`, resources: [elsewhere], settings: { logBuckets: ["encryption"] } },
        {
          it: `accepts an Amazon S3 managed key when a bucket policy allows S3 log delivery ${title}`,
          resources: [elsewhere, logPolicy({ bucket: "fraud-data" })],
        },
        {
          it: `rejects an Amazon S3 managed key when the policy belongs to another bucket ${title}`,
          resources: [elsewhere, logPolicy({ bucket: "fraud-logs" })],
          want: [["encryption", ownKey]],
        },
        {
          it: `rejects an Amazon S3 managed key when the policy belongs to another bucket of the same source ${title}`,
          resources: [
            { type: "pulumi:pulumi:StackReference", name: "hub" },
            { ...elsewhere, propertyDependencies: { bucket: ["hub"] } },
            logPolicy({ bucket: "fraud-logs" }, { bucket: ["hub"] }),
          ],
          want: [["encryption", ownKey]],
        },
        {
          it: `accepts an Amazon S3 managed key when another bucket logs to this bucket ${title}`,
          resources: [elsewhere, { ...logging, props: { targetBucket: "fraud-data" }, propertyDependencies: {} }],
        },
      ];
    }),
  ],
});
