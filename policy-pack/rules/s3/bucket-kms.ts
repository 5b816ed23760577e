import { isPresent, readValue, objectsAt, type Report, type Rule, type StackResource, stringAt, stringsAt } from "../../rule-kit";
import { receivesLogs } from "./log-destinations";
import { bucketTypes, relatedResources } from "./shared";
import { isReadUnsigned } from "./unsigned-reads";

/** By type: reads the encryption settings as objects with `sseAlgorithm` and `kmsMasterKeyId`. */
const encryptionsIn: Record<string, (props: object) => object[]> = {
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": (props) =>
    objectsAt(props, "rules").flatMap((rule) => objectsAt(rule, "applyServerSideEncryptionByDefault")),
  "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2": (props) =>
    objectsAt(props, "rules").flatMap((rule) => objectsAt(rule, "applyServerSideEncryptionByDefault")),
  "aws:s3/bucket:Bucket": (props) =>
    objectsAt(props, "serverSideEncryptionConfiguration")
      .flatMap((object) => objectsAt(object, "rule"))
      .flatMap((rule) => objectsAt(rule, "applyServerSideEncryptionByDefault")),
  "aws:s3/bucketV2:BucketV2": (props) =>
    objectsAt(props, "serverSideEncryptionConfigurations")
      .flatMap((object) => objectsAt(object, "rules"))
      .flatMap((rule) => objectsAt(rule, "applyServerSideEncryptionByDefaults")),
};
const separate = Object.keys(encryptionsIn).slice(0, 2);
const fix = 'Set sseAlgorithm: "aws:kms" and kmsMasterKeyId: <ARN of a customer managed key>.';

/**
 * Why encryption settings do not use a customer managed key; undefined when they do, or when this is unknown at
 * preview.
 */
function problemOf(encryption: object): string | undefined {
  const algorithm = readValue(encryption, "sseAlgorithm");
  if (algorithm.state === "unknown") return undefined;
  if (algorithm.state === "missing" || !["aws:kms", "aws:kms:dsse"].includes(String(algorithm.value)))
    return `sseAlgorithm is ${algorithm.state === "missing" ? "not set" : `"${String(algorithm.value)}"`}, so an Amazon S3 managed key encrypts the bucket`;
  if (!isPresent(encryption, "kmsMasterKeyId")) return "kmsMasterKeyId is not set, so an AWS managed key encrypts the bucket";
  const key = stringAt(encryption, "kmsMasterKeyId");
  return key && /(^|:)alias\/aws\//.test(key) ? `kmsMasterKeyId is "${key}", so an AWS managed key encrypts the bucket` : undefined;
}

/**
 * Whether the encryption settings come from other resources and are unknown at preview. A value that AWS computes has
 * no sources.
 */
const comesFromResources = ({ props, sources }: StackResource) =>
  ["rules", "serverSideEncryptionConfiguration", "serverSideEncryptionConfigurations"].some(
    (property) => readValue(props, property).state === "unknown" && sources(property).length > 0,
  );

/** Why a bucket needs AES256: its log writers (log-destinations.ts), or readers without signature (unsigned-reads.ts). */
const needsS3Key = (resource: StackResource, resources: StackResource[]) =>
  receivesLogs(resource, resources) || isReadUnsigned(resource, resources);

export const bucketKms: Rule = {
  name: "s3-bucket-kms",
  description:
    "Every bucket is encrypted with a customer managed key, except buckets that receive logs without KMS support, and buckets that clients read without signature through access points in a VPC.",
  risk: "Otherwise read access to the bucket is enough to read the data, and no key can be revoked.",
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
        "Pulumi names of buckets (or of their encryption configurations) that receive access logs of other stacks and use an Amazon S3 managed key. S3, Application Load Balancers, Classic Load Balancers and Redshift cannot write logs with a KMS key.",
    },
  },
  resource: Object.fromEntries(
    Object.entries(encryptionsIn).map(([type, read]) => [
      type,
      ({ props }: { props: object }, report: Report) => {
        // A KMS algorithm without a customer managed key is wrong for every bucket, also for access logs.
        for (const encryption of read(props)) {
          const problem = problemOf(encryption);
          if (problem && stringAt(encryption, "sseAlgorithm")?.startsWith("aws:kms"))
            report(`${problem}, and you cannot restrict or revoke that key. ${fix}`);
        }
      },
    ]),
  ),
  stack(resources, report, settings) {
    const exempt = stringsAt(settings, "logBuckets");
    const isExempt = (resource: StackResource) => exempt.includes(resource.name);
    const buckets = resources.filter(({ type }) => bucketTypes.includes(type));
    const problemsOf = (resource: StackResource) =>
      encryptionsIn[resource.type]!(resource.props)
        .map(problemOf)
        .filter((problem) => problem && !/an AWS managed key/.test(problem))
        .map(
          (problem) =>
            `${problem}, and you cannot restrict or revoke that key. ${fix} A bucket that receives access logs of S3 or a load balancer can be listed in policy setting 'logBuckets'.`,
        );
    const evaluatedWithBucket = new Set<StackResource>();
    for (const bucket of buckets) {
      const configurations = relatedResources(bucket, resources, separate);
      configurations.forEach((configuration) => evaluatedWithBucket.add(configuration));
      if (
        needsS3Key(bucket, resources) ||
        isExempt(bucket) ||
        configurations.some((configuration) => isExempt(configuration) || needsS3Key(configuration, resources))
      )
        continue;
      // After an update, a bucket also has the encryption that AWS set at creation. A separate configuration replaces
      // that encryption.
      const effective = configurations.length > 0 ? configurations : [bucket];
      if (effective.every((resource) => encryptionsIn[resource.type]!(resource.props).length === 0 && !comesFromResources(resource)))
        report(
          bucket,
          `This bucket has no encryption configuration, so an Amazon S3 managed key encrypts it, and you cannot restrict or revoke that key. Add an aws.s3.BucketServerSideEncryptionConfiguration. ${fix}`,
        );
      for (const problem of effective.flatMap(problemsOf)) report(bucket, problem);
    }
    // Encryption configurations of buckets that are not in the stack.
    for (const resource of resources.filter((resource) => separate.includes(resource.type) && !evaluatedWithBucket.has(resource)))
      if (!isExempt(resource) && !needsS3Key(resource, resources)) for (const problem of problemsOf(resource)) report(resource, problem);
  },
};
