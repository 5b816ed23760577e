import { isPresent, look, objectsAt, type Report, type Rule, type StackResource, textAt, textsAt } from "../../rule-kit";
import { bucketTypes, companionsOf } from "./shared";

/** The encryption that each type writes, as objects with `sseAlgorithm` and `kmsMasterKeyId`. */
const encryptionsIn: Record<string, (props: object) => object[]> = {
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": (props) =>
    objectsAt(props, "rules").flatMap((rule) => objectsAt(rule, "applyServerSideEncryptionByDefault")),
  "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2": (props) =>
    objectsAt(props, "rules").flatMap((rule) => objectsAt(rule, "applyServerSideEncryptionByDefault")),
  "aws:s3/bucket:Bucket": (props) =>
    objectsAt(props, "serverSideEncryptionConfiguration")
      .flatMap((one) => objectsAt(one, "rule"))
      .flatMap((rule) => objectsAt(rule, "applyServerSideEncryptionByDefault")),
  "aws:s3/bucketV2:BucketV2": (props) =>
    objectsAt(props, "serverSideEncryptionConfigurations")
      .flatMap((one) => objectsAt(one, "rules"))
      .flatMap((rule) => objectsAt(rule, "applyServerSideEncryptionByDefaults")),
};
const separate = Object.keys(encryptionsIn).slice(0, 2);
const fix = 'Write sseAlgorithm: "aws:kms" and kmsMasterKeyId: <ARN of a customer managed key>.';

/** Why an encryption is not the customer's; nothing when it is, or can't be told yet. */
function problemOf(encryption: object): string | undefined {
  const algorithm = look(encryption, "sseAlgorithm");
  if (algorithm.state === "unknown") return undefined;
  if (algorithm.state === "missing" || !["aws:kms", "aws:kms:dsse"].includes(String(algorithm.value)))
    return `sseAlgorithm is ${algorithm.state === "missing" ? "not set" : `"${String(algorithm.value)}"`}, a key of S3's own`;
  if (!isPresent(encryption, "kmsMasterKeyId")) return "kmsMasterKeyId is not set, so the key is the one that AWS manages";
  const key = textAt(encryption, "kmsMasterKeyId");
  return key && /(^|:)alias\/aws\//.test(key) ? `kmsMasterKeyId is "${key}", a key that AWS manages` : undefined;
}

/** Whether an encryption is made from other resources and unknown yet. What AWS computes is unknown too, but made from nothing. */
const isWrittenLater = ({ props, sources }: StackResource) =>
  ["rules", "serverSideEncryptionConfiguration", "serverSideEncryptionConfigurations"].some(
    (property) => look(props, property).state === "unknown" && sources(property).length > 0,
  );

/** Buckets that take access logs: S3 writes none to a bucket under a customer key. */
function logTargets(resources: StackResource[]): Set<StackResource> {
  const loggings = resources.filter(({ type }) => /^aws:s3\/bucketLogging(V2)?:/.test(type) || bucketTypes.includes(type));
  return new Set(loggings.flatMap(({ sources }) => [...sources("targetBucket"), ...sources("loggings"), ...sources("logging")]));
}

/** AES256 may be right for a bucket that takes access logs; which one does shows only between resources, or in the pack's config. */
export const bucketKms: Rule = {
  name: "s3-bucket-kms",
  description: "Every bucket is under a customer managed key, except those that take access logs.",
  why: "Otherwise whoever may read the bucket reads it, and no key can be withdrawn.",
  fix,
  severity: "high",
  control: { reference: "SC-28", specification: "Protection of information at rest" },
  publicIds: [
    "Config s3-default-encryption-kms",
    "Security Hub S3.17",
    "Checkov CKV_AWS_145",
    "Prowler s3_bucket_kms_encryption",
    "Trivy AWS-0132",
    "cdk-nag S3DefaultEncryptionKMS",
  ],
  settings: {
    logBuckets: {
      type: "array",
      items: { type: "string" },
      default: [],
      description:
        "Pulumi names of buckets, or of their encryption, that take access logs of other stacks: those may be under S3's own key.",
    },
  },
  resource: Object.fromEntries(
    Object.entries(encryptionsIn).map(([type, read]) => [
      type,
      ({ props }: { props: object }, report: Report) => {
        // Wrong for every bucket: a KMS algorithm under a key that is not the customer's.
        for (const encryption of read(props)) {
          const problem = problemOf(encryption);
          if (problem && textAt(encryption, "sseAlgorithm")?.startsWith("aws:kms"))
            report(`${problem}; you can neither restrict nor withdraw it. ${fix}`);
        }
      },
    ]),
  ),
  stack(resources, report, settings) {
    const targets = logTargets(resources);
    const exempt = textsAt(settings, "logBuckets");
    const isExempt = (one: StackResource) => exempt.includes(one.name);
    const buckets = resources.filter(({ type }) => bucketTypes.includes(type));
    const ownKeyOf = (one: StackResource) =>
      encryptionsIn[one.type]!(one.props)
        .map(problemOf)
        .filter((problem) => problem && !/the one that AWS manages|alias\/aws/.test(problem))
        .map(
          (problem) =>
            `${problem}; you can neither restrict nor withdraw it. ${fix} A bucket that takes access logs can be named in logBuckets.`,
        );
    const judgedWithBucket = new Set<StackResource>();
    for (const bucket of buckets) {
      const configurations = companionsOf(bucket, resources, separate);
      configurations.forEach((one) => judgedWithBucket.add(one));
      if (targets.has(bucket) || isExempt(bucket) || configurations.some((one) => isExempt(one) || takesLogs(one, resources))) continue;
      // After an update a bucket also shows the encryption that AWS gave it when it was made; a separate configuration takes its place.
      const told = configurations.length > 0 ? configurations : [bucket];
      if (told.every((one) => encryptionsIn[one.type]!(one.props).length === 0 && !isWrittenLater(one)))
        report(
          bucket,
          `Nothing says how this bucket is encrypted, so its key is S3's own. Add aws.s3.BucketServerSideEncryptionConfiguration. ${fix}`,
        );
      for (const problem of told.flatMap(ownKeyOf)) report(bucket, problem);
    }
    // The encryption of a bucket that is not in the stack.
    for (const one of resources.filter((one) => separate.includes(one.type) && !judgedWithBucket.has(one)))
      if (!isExempt(one) && !takesLogs(one, resources)) for (const problem of ownKeyOf(one)) report(one, problem);
  },
};

/** Whether two resources are about the same bucket: by its name, else by where the name comes from. */
function isSameBucket(one: StackResource, property: string, other: StackResource): boolean {
  const [name, otherName] = [textAt(one.props, property), textAt(other.props, "bucket")];
  if (name !== undefined && otherName !== undefined) return name === otherName;
  return one.sources(property).some((source) => other.sources("bucket").includes(source));
}

/** Whether an encryption is that of a bucket that takes access logs, of this stack or of others: its policy lets S3's log delivery write, or a bucket of this stack sends them there. */
const takesLogs = (configuration: StackResource, resources: StackResource[]) =>
  resources.some((one) =>
    /^aws:s3\/bucketLogging(V2)?:/.test(one.type)
      ? isSameBucket(one, "targetBucket", configuration)
      : /^aws:s3\/bucketPolicy:/.test(one.type) &&
        isSameBucket(one, "bucket", configuration) &&
        (textAt(one.props, "policy") ?? "").includes("logging.s3.amazonaws.com"),
  );
