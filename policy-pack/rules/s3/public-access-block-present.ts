import { type Rule } from "../../rule-kit";
import { bucketTypes, companionsOf } from "./shared";

/** AWS blocks new buckets by itself; declared, the block is seen when somebody takes it away. */
export const publicAccessBlockPresent: Rule = {
  name: "s3-public-access-block-present",
  description: "Every bucket declares that public access is blocked.",
  why: "What is not declared is not noticed when it changes.",
  fix: "Add aws.s3.BucketPublicAccessBlock for the bucket, with all four flags true.",
  severity: "medium",
  control: { reference: "AC-3", specification: "Access enforcement" },
  publicIds: ["Security Hub S3.8", "Checkov CKV2_AWS_6", "Trivy AWS-0094"],
  stack(resources, report) {
    for (const bucket of resources.filter(({ type }) => bucketTypes.includes(type)))
      if (companionsOf(bucket, resources, ["aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"]).length === 0)
        report(
          bucket,
          `No public access block names this bucket, so nobody notices when it becomes public. Write new aws.s3.BucketPublicAccessBlock("${bucket.name}-private", { bucket: bucket.id, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true }).`,
        );
  },
};
