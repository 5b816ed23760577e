import { bucketKms } from "@cloister/policy-pack/rules/s3/bucket-kms";
import { type TestResource, UNKNOWN, UNKNOWN_ARRAY, UNKNOWN_OBJECT } from "../../helpers/judge";
import { keyArn } from "../keys";
import { type ResourceCase, type StackCase, testRule } from "../table";

type Encryption = { sseAlgorithm?: string; kmsMasterKeyId?: string };
/** How each type writes an encryption. */
const written: Record<string, (encryption: Encryption) => object> = {
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": (one) => ({
    rules: [{ applyServerSideEncryptionByDefault: one }],
  }),
  "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2": (one) => ({
    rules: [{ applyServerSideEncryptionByDefault: one }],
  }),
  "aws:s3/bucket:Bucket": (one) => ({ serverSideEncryptionConfiguration: { rule: { applyServerSideEncryptionByDefault: one } } }),
  "aws:s3/bucketV2:BucketV2": (one) => ({
    serverSideEncryptionConfigurations: [{ rules: [{ applyServerSideEncryptionByDefaults: [one] }] }],
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
  /^Nothing says how this bucket is encrypted, so its key is S3's own\. Add aws\.s3\.BucketServerSideEncryptionConfiguration\./;
const ownKey = /^sseAlgorithm is "AES256", a key of S3's own; .* Write sseAlgorithm: "aws:kms".* can be named in logBuckets\./;
const logging: TestResource = {
  type: "aws:s3/bucketLogging:BucketLogging",
  name: "logging",
  propertyDependencies: { targetBucket: ["data"] },
};

testRule(bucketKms, {
  resource: Object.entries(written).flatMap(([type, write]): ResourceCase[] => {
    const of = (it: string, one: Encryption, want: RegExp[] = []) => ({
      it: `${it} (${type.split(":")[2]})`,
      type,
      inputs: { bucket: UNKNOWN, ...write(one) },
      want,
    });
    return [
      of("accepts a key", good),
      of("accepts a key under both layers", { ...good, sseAlgorithm: "aws:kms:dsse" }),
      of("accepts a key of the same stack", { ...good, kmsMasterKeyId: UNKNOWN }),
      of("accepts an alias of one's own", { ...good, kmsMasterKeyId: "alias/cloister/data" }),
      of("judges an algorithm known only later when it is known", { sseAlgorithm: UNKNOWN }),
      of("refuses KMS without a key", { sseAlgorithm: "aws:kms" }, [
        /^kmsMasterKeyId is not set, so the key is the one that AWS manages; .* Write sseAlgorithm/,
      ]),
      of("refuses both layers without a key", { sseAlgorithm: "aws:kms:dsse" }, [/^kmsMasterKeyId is not set/]),
      of("refuses an empty key", { sseAlgorithm: "aws:kms", kmsMasterKeyId: "" }, [/^kmsMasterKeyId is not set/]),
      of("refuses the key that AWS manages", { sseAlgorithm: "aws:kms", kmsMasterKeyId: "alias/aws/s3" }, [
        /^kmsMasterKeyId is "alias\/aws\/s3", a key that AWS manages/,
      ]),
      of("leaves S3's own key to the stack view, where access logs show", aes),
    ];
  }),
  stack: [
    {
      it: "refuses a bucket of which nothing is said",
      resources: [bucket, { ...bucket, type: bucketV2, name: "old" }],
      want: [
        ["data", nothing],
        ["old", nothing],
      ],
    },
    ...[separate, separateV2].flatMap((type): StackCase[] => [
      { it: `accepts a key in a ${type.split(":")[2]}`, resources: [bucket, encryption(written[type]!(good), type)] },
      {
        it: `refuses S3's own key in a ${type.split(":")[2]}`,
        resources: [bucket, encryption(written[type]!(aes), type)],
        want: [["data", ownKey]],
      },
    ]),
    ...[bucketType, bucketV2].flatMap((type): StackCase[] => [
      { it: `accepts a key in a ${type.split(":")[2]}`, resources: [{ ...bucket, type, props: written[type]!(good) }] },
      {
        it: `refuses S3's own key in a ${type.split(":")[2]}`,
        resources: [{ ...bucket, type, props: written[type]!(aes) }],
        want: [["data", ownKey]],
      },
    ]),
    {
      it: "refuses an encryption without an algorithm",
      resources: [bucket, encryption(written[separate]!({ kmsMasterKeyId: keyArn }))],
      want: [["data", /^sseAlgorithm is not set/]],
    },
    {
      it: "accepts a key beside what AWS made of the bucket before",
      resources: [{ ...bucket, props: written[bucketType]!(aes) }, encryption(written[separate]!(good))],
    },
    {
      it: "does not say again what the resource view says",
      resources: [bucket, encryption(written[separate]!({ sseAlgorithm: "aws:kms" }))],
    },
    {
      it: "refuses what AWS will compute, which nobody wrote",
      resources: [{ ...bucket, props: { serverSideEncryptionConfiguration: UNKNOWN_OBJECT } }],
      want: [["data", nothing]],
    },
    {
      it: "judges an inline encryption known only later when it is known",
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
      it: "judges separate rules known only later when they are known",
      resources: [
        { type: "aws:kms/key:Key", name: "key" },
        bucket,
        { ...encryption({ rules: UNKNOWN_ARRAY }), propertyDependencies: { bucket: ["data"], rules: ["key"] } },
      ],
    },
    {
      it: "matches an encryption by the bucket's name",
      resources: [
        { ...bucket, props: { bucket: "fraud-data" } },
        { type: separate, name: "encryption", props: { bucket: "fraud-data", ...written[separate]!(good) } },
      ],
    },
    {
      it: "never by what the resource is called",
      resources: [bucket, { type: separate, name: "encryption", props: { bucket: "data", ...written[separate]!(good) } }],
      want: [["data", nothing]],
    },
    { it: "accepts S3's own key where access logs go", resources: [bucket, encryption(written[separate]!(aes)), logging] },
    {
      it: "accepts it where a deprecated resource sends them",
      resources: [bucket, encryption(written[separate]!(aes)), { ...logging, type: "aws:s3/bucketLoggingV2:BucketLoggingV2" }],
    },
    {
      it: "accepts it where a bucket's own setting sends them",
      resources: [
        bucket,
        encryption(written[separate]!(aes)),
        { ...bucket, name: "other", props: written[bucketType]!(good), propertyDependencies: { logging: ["data"] } },
      ],
    },
    {
      it: "accepts it where a policy lets S3 write logs of other stacks",
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
      it: "accepts it for a bucket that is listed",
      resources: [bucket, encryption(written[separate]!(aes))],
      settings: { logBuckets: ["data"] },
    },
    {
      it: "accepts it for an encryption that is listed",
      resources: [bucket, encryption(written[separate]!(aes))],
      settings: { logBuckets: ["encryption"] },
    },
    {
      it: "refuses it when another bucket is listed",
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
        { it: `refuses S3's own key ${title}`, resources: [elsewhere], want: [["encryption", ownKey]] },
        {
          it: `refuses it when the name comes from another stack ${title}`,
          resources: [
            { type: "pulumi:pulumi:StackReference", name: "hub" },
            { ...elsewhere, props: { bucket: UNKNOWN, ...written[type]!(aes) }, propertyDependencies: { bucket: ["hub"] } },
          ],
          want: [["encryption", ownKey]],
        },
        { it: `accepts a key ${title}`, resources: [{ ...elsewhere, props: { bucket: "fraud-data", ...written[type]!(good) } }] },
        {
          it: `accepts what is known only later ${title}`,
          resources: [{ ...elsewhere, props: { bucket: "fraud-data", rules: UNKNOWN_ARRAY } }],
        },
        { it: `accepts S3's own key where it is listed ${title}`, resources: [elsewhere], settings: { logBuckets: ["encryption"] } },
        { it: `accepts it where a policy lets S3 write logs ${title}`, resources: [elsewhere, logPolicy({ bucket: "fraud-data" })] },
        {
          it: `refuses it where that policy is another bucket's ${title}`,
          resources: [elsewhere, logPolicy({ bucket: "fraud-logs" })],
          want: [["encryption", ownKey]],
        },
        {
          it: `refuses it where that policy is another bucket's of the same source ${title}`,
          resources: [
            { type: "pulumi:pulumi:StackReference", name: "hub" },
            { ...elsewhere, propertyDependencies: { bucket: ["hub"] } },
            logPolicy({ bucket: "fraud-logs" }, { bucket: ["hub"] }),
          ],
          want: [["encryption", ownKey]],
        },
        {
          it: `accepts it where a bucket sends its logs ${title}`,
          resources: [elsewhere, { ...logging, props: { targetBucket: "fraud-data" }, propertyDependencies: {} }],
        },
      ];
    }),
  ],
});
