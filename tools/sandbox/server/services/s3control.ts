import { AwsError } from "../aws-error";
import { type PatchCall, patchedService, validateFirst } from "../service";

/** The request identifies a bucket by its ARN. moto accepts tags for a bucket that does not exist. */
async function bucketExists({ moto, caller, input }: PatchCall): Promise<void> {
  const bucket = /^arn:[^:]*:s3:::([^/]+)$/.exec(String(input.ResourceArn))?.[1];
  if (bucket === undefined) return;
  const { Buckets } = (await moto("s3", "ListBuckets", {}, { account: caller.account })) as { Buckets?: { Name: string }[] };
  if (!Buckets?.some(({ Name }) => Name === bucket)) throw new AwsError("NoSuchBucket", "The specified bucket does not exist", 404);
}

/** S3 Control shares the credential scope of S3 but has another service model. */
export const s3control = patchedService({
  scope: "s3",
  model: "s3control",
  claims: ({ target }) => target.startsWith("/v20180820/"),
  throttling: { code: "SlowDown", status: 503 },
  patches: {
    ListTagsForResource: validateFirst(bucketExists),
    TagResource: validateFirst(bucketExists),
    UntagResource: validateFirst(bucketExists),
  },
});
