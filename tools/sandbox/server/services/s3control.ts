import { type MendCall, type MendedService, refuseWhen } from "../patched-service";
import { AwsError } from "../native-service";

/** A bucket is named by its ARN here. The base keeps tags for it whether there is one or not. */
async function namedExists({ base, caller, input }: MendCall): Promise<void> {
  const bucket = /^arn:[^:]*:s3:::([^/]+)$/.exec(String(input.ResourceArn))?.[1];
  if (bucket === undefined) return;
  const { Buckets } = (await base("s3", "ListBuckets", {}, { account: caller.account })) as { Buckets?: { Name: string }[] };
  if (!Buckets?.some(({ Name }) => Name === bucket)) throw new AwsError("NoSuchBucket", "The specified bucket does not exist", 404);
}

/** S3 Control signs as S3 does, and has a model of its own. */
export const s3control: MendedService = {
  scope: "s3",
  model: "s3control",
  mends: {
    ListTagsForResource: refuseWhen(namedExists),
    TagResource: refuseWhen(namedExists),
    UntagResource: refuseWhen(namedExists),
  },
};
