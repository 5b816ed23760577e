import { AwsError } from "../aws-error";
import { type PatchCall, patchedService, validateFirst } from "../service";

/** A bucket is named by its ARN here. The base keeps tags for it whether there is one or not. */
async function namedExists({ moto, caller, input }: PatchCall): Promise<void> {
  const bucket = /^arn:[^:]*:s3:::([^/]+)$/.exec(String(input.ResourceArn))?.[1];
  if (bucket === undefined) return;
  const { Buckets } = (await moto("s3", "ListBuckets", {}, { account: caller.account })) as { Buckets?: { Name: string }[] };
  if (!Buckets?.some(({ Name }) => Name === bucket)) throw new AwsError("NoSuchBucket", "The specified bucket does not exist", 404);
}

/** S3 Control signs as S3 does, and has a model of its own. */
export const s3control = patchedService({
  scope: "s3",
  model: "s3control",
  claims: ({ target }) => target.startsWith("/v20180820/"),
  throttling: { code: "SlowDown", status: 503 },
  patches: {
    ListTagsForResource: validateFirst(namedExists),
    TagResource: validateFirst(namedExists),
    UntagResource: validateFirst(namedExists),
  },
});
