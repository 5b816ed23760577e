import { AwsError } from "../aws-error";
import { type HttpAnswer } from "../http";
import { partitionOf, type Patch, type PatchCall, patchedService, validateFirst } from "../service";
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

/** Source: Amazon S3 User Guide "Access points naming rules, restrictions, and limitations". */
function nameFits({ input }: PatchCall): void {
  const name = String(input.Name);
  if (!/^[a-z0-9][a-z0-9-]{1,48}[a-z0-9]$/.test(name) || name.endsWith("-s3alias"))
    throw new AwsError("InvalidRequest", `The name '${name}' is not valid for an access point.`);
}

const missing = () => new AwsError("NoSuchAccessPoint", "The specified accesspoint does not exist", 404);

const accessPoint = ({ moto, caller, input }: PatchCall) =>
  moto("s3control", "GetAccessPoint", { AccountId: caller.account, Name: input.Name }, { account: caller.account }).catch(() => undefined);

/** moto creates an access point for a bucket that does not exist, and replaces one of the same name. */
async function canBeCreated(call: PatchCall): Promise<void> {
  await bucketExists({ ...call, input: { ResourceArn: `arn:aws:s3:::${String(call.input.Bucket)}` } });
  if (await accessPoint(call))
    throw new AwsError(
      "AccessPointAlreadyOwnedByYou",
      "Your previous request to create the named accesspoint succeeded and you already own it.",
      409,
    );
}

async function accessPointExists(call: PatchCall): Promise<void> {
  if (!(await accessPoint(call))) throw missing();
}

const changed = (answer: HttpAnswer, change: (body: string) => string): HttpAnswer => ({
  ...answer,
  body: Buffer.from(change(answer.body.toString())),
});

/** moto has one region for all access points. */
const inRegion = (answer: HttpAnswer, { caller: { region } }: PatchCall): HttpAnswer =>
  changed(answer, (body) => body.replaceAll("us-east-1", region).replaceAll("arn:aws:", `arn:${partitionOf(region)}:`));

/** moto stores the tags of the request under the ARN of another region. */
const createAccessPoint: Patch = async (call) => {
  nameFits(call);
  await canBeCreated(call);
  const answer = inRegion(await call.forward(), call);
  const tags = /<Tags>.*<\/Tags>/s.exec(call.request.body.toString())?.[0];
  const arn = /<AccessPointArn>([^<]+)</.exec(answer.body.toString())?.[1];
  if (answer.status >= 300 || !tags || !arn) return answer;
  const tagged = await call.send({
    ...call.request,
    method: "POST",
    target: `/v20180820/tags/${encodeURIComponent(arn)}`,
    body: Buffer.from(`<TagResourceRequest xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/">${tags}</TagResourceRequest>`),
  });
  return tagged.status >= 300 ? tagged : answer;
};

/**
 * moto answers that every policy is public.
 * Source: Amazon S3 User Guide "The meaning of 'public'": an access point with a VPC is never public.
 */
const getPolicyStatus: Patch = async (call) => {
  const answer = await call.forward();
  const { NetworkOrigin } = (await accessPoint(call)) ?? {};
  return NetworkOrigin === "VPC" ? changed(answer, (body) => body.replace(/(<IsPublic>)\w+/, "$1false")) : answer;
};

/** S3 Control shares the credential scope of S3 but has another service model. */
export const s3control = patchedService({
  scope: "s3",
  model: "s3control",
  claims: ({ target }) => target.startsWith("/v20180820/"),
  throttling: { code: "SlowDown", status: 503 },
  leftovers: [{ type: "AccessPoint", operation: "ListAccessPoints", list: "AccessPointList", id: "Name" }],
  patches: {
    CreateAccessPoint: createAccessPoint,
    DeleteAccessPoint: validateFirst(accessPointExists),
    GetAccessPoint: async (call) => inRegion(await call.forward(), call),
    GetAccessPointPolicyStatus: getPolicyStatus,
    ListTagsForResource: validateFirst(bucketExists),
    TagResource: validateFirst(bucketExists, tagsFit),
    UntagResource: validateFirst(bucketExists),
  },
});
