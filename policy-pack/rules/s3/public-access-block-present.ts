import { type Rule } from "../../rule-kit";
import { bucketTypes, relatedResources } from "./shared";

/** AWS blocks public access to new buckets. With a declared block, Pulumi also reports its removal as drift. */
export const publicAccessBlockPresent: Rule = {
  name: "s3-public-access-block-present",
  description: "Every bucket has a public access block.",
  risk: "Without a declared block, a change that makes the bucket public does not show as drift.",
  fix: "Add aws.s3.BucketPublicAccessBlock for the bucket, with all four flags true.",
  severity: "medium",
  control: { reference: "AC-3", specification: "Access enforcement" },
  publicIds: ["Security Hub S3.8", "Checkov CKV2_AWS_6", "Trivy AWS-0094"],
  stack(resources, report) {
    for (const bucket of resources.filter(({ type }) => bucketTypes.includes(type)))
      if (relatedResources(bucket, resources, ["aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"]).length === 0)
        report(
          bucket,
          `This bucket has no public access block, so a change that makes it public is not detected. Add new aws.s3.BucketPublicAccessBlock("${bucket.name}-private", { bucket: bucket.id, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true }).`,
        );
  },
};
