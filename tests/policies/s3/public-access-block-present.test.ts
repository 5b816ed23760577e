import { publicAccessBlockPresent } from "@cloister/policy-pack/rules/s3/public-access-block-present";
import { UNKNOWN } from "../../helpers/evaluate";
import { type StackCase, testRule } from "../table";

const block = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const none =
  /^This bucket has no public access block, so a change that makes it public is not detected\. Add new aws\.s3\.BucketPublicAccessBlock\("/;

testRule(publicAccessBlockPresent, {
  stack: ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"].flatMap((type): StackCase[] => {
    const bucket = { type, name: "data", props: { id: UNKNOWN } };
    return [
      {
        it: `accepts a ${type} with a block`,
        resources: [bucket, { type: block, name: "private", props: { bucket: UNKNOWN }, propertyDependencies: { bucket: ["data"] } }],
      },
      {
        it: `accepts a ${type} that a block names`,
        resources: [
          { ...bucket, props: { bucket: "fraud-data" } },
          { type: block, name: "private", props: { bucket: "fraud-data" } },
        ],
      },
      { it: `rejects a ${type} without a block`, resources: [bucket], want: [["data", none]] },
      {
        it: `rejects a ${type} when another bucket has a block`,
        resources: [
          bucket,
          { ...bucket, name: "other" },
          { type: block, name: "data-private", propertyDependencies: { bucket: ["other"] } },
        ],
        want: [["data", none]],
      },
      {
        it: `rejects a ${type} whose Pulumi name equals the bucket name of a block`,
        resources: [bucket, { type: block, name: "private", props: { bucket: "data" } }],
        want: [["data", none]],
      },
    ];
  }),
});
