import { publicAccessBlockPresent } from "@cloister/policy-pack/rules/s3/public-access-block-present";
import { UNKNOWN } from "../../helpers/judge";
import { type StackCase, testRule } from "../table";

const block = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const none =
  /^No public access block names this bucket, so nobody notices when it becomes public\. Write new aws\.s3\.BucketPublicAccessBlock\("/;

testRule(publicAccessBlockPresent, {
  stack: ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"].flatMap((type): StackCase[] => {
    const bucket = { type, name: "data", props: { id: UNKNOWN } };
    return [
      {
        it: `accepts a ${type} with a block`,
        resources: [bucket, { type: block, name: "private", props: { bucket: UNKNOWN }, propertyDependencies: { bucket: ["data"] } }],
      },
      {
        it: `accepts a ${type} whose name a block says`,
        resources: [
          { ...bucket, props: { bucket: "fraud-data" } },
          { type: block, name: "private", props: { bucket: "fraud-data" } },
        ],
      },
      { it: `refuses a ${type} without a block`, resources: [bucket], want: [["data", none]] },
      {
        it: `refuses a ${type} beside the block of another`,
        resources: [
          bucket,
          { ...bucket, name: "other" },
          { type: block, name: "data-private", propertyDependencies: { bucket: ["other"] } },
        ],
        want: [["data", none]],
      },
      {
        it: `refuses a ${type} whose resource is only called as a block says`,
        resources: [bucket, { type: block, name: "private", props: { bucket: "data" } }],
        want: [["data", none]],
      },
    ];
  }),
});
