import { AwsError } from "../aws-error";
import { type PatchCall, patchedService, validateFirst } from "../service";
import { type Tag, withTags } from "./tags";

/** The request identifies a bucket by its ARN. moto accepts tags for a bucket that does not exist. */
async function bucketExists({ moto, caller, input }: PatchCall): Promise<void> {
  const bucket = /^arn:[^:]*:s3:::([^/]+)$/.exec(String(input.ResourceArn))?.[1];
  if (bucket === undefined) return;
  const { Buckets } = (await moto("s3", "ListBuckets", {}, { account: caller.account })) as { Buckets?: { Name: string }[] };
  if (!Buckets?.some(({ Name }) => Name === bucket)) throw new AwsError("NoSuchBucket", "The specified bucket does not exist", 404);
}

/** Source: Amazon S3 User Guide "Using cost allocation S3 bucket tags", restrictions. */
async function tagsFit(call: PatchCall): Promise<void> {
  const tags = (call.input.Tags ?? []) as Tag[];
  const invalid = (message: string) => new AwsError("InvalidTag", message);
  if (tags.some(({ Key }) => /^aws:/i.test(Key))) throw invalid("System tags cannot be added/updated by requester");
  const { account } = call.caller;
  const bucket = String(call.input.ResourceArn).split(":::")[1];
  const { TagSet = [] } = (await call.moto("s3", "GetBucketTagging", { Bucket: bucket }, { account }).catch(() => ({}))) as {
    TagSet?: Tag[];
  };
  if (withTags(TagSet, tags).length > 50) throw invalid("A bucket can have at most 50 tags.");
}

/** S3 Control shares the credential scope of S3 but has another service model. */
export const s3control = patchedService({
  scope: "s3",
  model: "s3control",
  claims: ({ target }) => target.startsWith("/v20180820/"),
  throttling: { code: "SlowDown", status: 503 },
  patches: {
    ListTagsForResource: validateFirst(bucketExists),
    TagResource: validateFirst(bucketExists, tagsFit),
    UntagResource: validateFirst(bucketExists),
  },
});
