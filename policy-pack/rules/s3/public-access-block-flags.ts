import { type Check, forTypes, objectsAt, readValue, type Rule } from "../../rule-kit";

const flags = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];
const allTrue = flags.map((flag) => `${flag}: true`).join(", ");

/** A block whose flags are false when they are not set. */
const separateBlocks = [
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
];
/**
 * By type: the blocks in an access point, whose flags are true when they are not set.
 * Source: Amazon S3 User Guide, "Managing public access to access points for general purpose buckets".
 */
const inlineBlocks: Record<string, (props: object) => object[]> = {
  "aws:s3/accessPoint:AccessPoint": (props) => objectsAt(props, "publicAccessBlockConfiguration"),
  "aws:s3control/multiRegionAccessPoint:MultiRegionAccessPoint": (props) =>
    objectsAt(props, "details").flatMap((details) => objectsAt(details, "publicAccessBlock")),
};

/** Flags of a block that are false, or not set where that means false. The update evaluates unknown flags. */
const openFlags = (block: object, isFalseWhenMissing: boolean): string[] =>
  flags.filter((flag) => {
    const found = readValue(block, flag);
    return found.state === "missing" ? isFalseWhenMissing : found.state === "known" && String(found.value) !== "true";
  });

/** Reports the open flags of all blocks in a resource. */
const check =
  (blocksIn: (props: object) => object[], isFalseWhenMissing: boolean): Check =>
  ({ props }, report) => {
    const open = [...new Set(blocksIn(props).flatMap((block) => openFlags(block, isFalseWhenMissing)))];
    if (open.length > 0)
      report(
        `These flags are ${isFalseWhenMissing ? "false or not set, which means false" : "false"}: ${open.join(", ")}. A policy or an ACL can make objects public. Set ${allTrue}.`,
      );
  };

export const publicAccessBlockFlags: Rule = {
  name: "s3-public-access-block-flags",
  description: "All four flags of every public access block are true.",
  risk: "With one flag off, a bucket policy or an ACL can make objects public.",
  fix: `Set ${allTrue}.`,
  severity: "high",
  control: { reference: "AC-3", specification: "Access enforcement" },
  publicIds: [
    "Security Hub S3.1, S3.8",
    "Config s3-bucket-level-public-access-prohibited",
    "Checkov CKV_AWS_53, CKV_AWS_54, CKV_AWS_55, CKV_AWS_56",
    "Prowler s3_bucket_level_public_access_block, s3_account_level_public_access_blocks",
    "Trivy AWS-0086, AWS-0087, AWS-0091, AWS-0093",
    "cdk-nag AwsSolutions-S2",
  ],
  resource: {
    ...forTypes(
      separateBlocks,
      check((props) => [props], true),
    ),
    ...Object.fromEntries(Object.entries(inlineBlocks).map(([type, read]) => [type, check(read, false)])),
  },
  remediation: Object.fromEntries(
    separateBlocks.map((type) => [
      type,
      (props: object) => {
        const open = openFlags(props, true);
        return open.length > 0 ? Object.fromEntries(open.map((flag) => [flag, true])) : undefined;
      },
    ]),
  ),
};
