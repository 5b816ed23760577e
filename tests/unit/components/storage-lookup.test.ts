// Tests how the lookup of existing buckets interprets the provider's responses and errors.
// Does not prove that the provider returns these errors.
import assert from "node:assert/strict";
import { problemText } from "@cloister/components/stack/preflight";
import { preflightStorage } from "@cloister/components/storage";
import { lookupStorage } from "@cloister/components/storage/lookup";
import { type FoundBucket } from "@cloister/components/storage/request";
import { context, existingBucket, foundBucket, keyArn, storageRequest } from "../../helpers/storage";
import { useMocks } from "../../helpers/mocks";
import { note, recordNotes } from "../../helpers/recording";

recordNotes(__filename);

type Answers = Record<string, (inputs: Record<string, unknown>) => Record<string, unknown> | undefined>;

/** Creates an error with the provider's error message. */
const fails = (text: string) => () => {
  throw Object.assign(new Error(text), { details: text });
};

const request = storageRequest({ data: existingBucket() });
const answers: Answers = {
  getBucket: () => ({ bucketRegion: context.region }),
  getBucketPolicy: () => ({ policy: "{}" }),
  getKey: () => ({ keyState: "Enabled", keyUsage: "ENCRYPT_DECRYPT", keySpec: "SYMMETRIC_DEFAULT", keyManager: "CUSTOMER" }),
};

async function lookup(given: Answers, of = request) {
  const world = await useMocks({ project: "it", stack: "it", config: {}, answers: given });
  const findings = await lookupStorage(of, {});
  note({ findings, calls: world.calls.map(({ token, inputs }) => JSON.stringify([token, inputs])).sort() });
  return { findings, calls: world.calls.map(({ token }) => token.split(":").at(-1)) };
}

describe("storage lookup", () => {
  it("finds a bucket, its policy and its key", async () =>
    assert.deepEqual((await lookup(answers)).findings, {
      buckets: { lake: { state: "found", region: context.region, policy: "{}" } },
      keys: { [keyArn]: { state: "Enabled", usage: "ENCRYPT_DECRYPT", spec: "SYMMETRIC_DEFAULT", manager: "CUSTOMER" } },
    }));

  it("makes no call without existing buckets", async () => assert.deepEqual((await lookup({}, storageRequest({}))).calls, []));

  it("makes one call for a bucket and a key that are named twice", async () =>
    assert.deepEqual((await lookup(answers, storageRequest({ data: existingBucket(), models: existingBucket() }))).calls.sort(), [
      "getBucket",
      "getBucketPolicy",
      "getKey",
    ]));

  it("does not look up a key in another region or account", async () => {
    const of = storageRequest({
      data: existingBucket({ keyArn: keyArn.replace("eu-central-1", "eu-west-1") }),
      models: existingBucket({ bucketName: "other", keyArn: keyArn.replace("111122223333", "999988887777") }),
    });
    assert.ok(!(await lookup(answers, of)).calls.includes("getKey"));
  });

  const table: { it: string; answers: Answers; want: FoundBucket }[] = [
    {
      it: "a bucket without a policy",
      answers: { getBucketPolicy: fails("reading S3 Bucket (lake) Policy: couldn't find resource") },
      want: foundBucket(),
    },
    {
      it: "a bucket without a policy from an AWS API error",
      answers: { getBucketPolicy: fails("api error NoSuchBucketPolicy: The bucket policy does not exist") },
      want: foundBucket(),
    },
    {
      it: "that a bucket is missing",
      answers: { getBucket: fails("reading S3 Bucket (lake): couldn't find resource") },
      want: { state: "missing" },
    },
    {
      it: "a bucket that the deploy role has no permission for",
      answers: { getBucket: fails("HeadBucket, https response error StatusCode: 403, api error Forbidden: Forbidden") },
      want: { state: "inaccessible" },
    },
    {
      it: "a bucket in another account with public access",
      answers: {
        getBucketPolicy: fails("GetBucketPolicy, StatusCode: 405, api error MethodNotAllowed: The specified method is not allowed"),
      },
      want: { state: "inaccessible" },
    },
    {
      it: "a bucket in another region",
      answers: { getBucket: () => ({ bucketRegion: "eu-west-1" }) },
      want: { state: "found", region: "eu-west-1" },
    },
    {
      it: "a bucket in a region that AWS does not report",
      answers: { getBucket: fails("HeadBucket, https response error StatusCode: 301, api error MovedPermanently") },
      want: { state: "found" },
    },
  ];
  for (const { it: what, answers: given, want } of table)
    it(`reports ${what}`, async () => assert.deepEqual((await lookup({ ...answers, ...given })).findings.buckets, { lake: want }));

  it("reports that a key is missing", async () =>
    assert.deepEqual(
      (await lookup({ ...answers, getKey: fails("api error NotFoundException: Key 'x' does not exist") })).findings.keys,
      {},
    ));

  it("fails when permissions for a key are missing, and during an outage", async () => {
    await assert.rejects(
      lookup({ ...answers, getKey: fails("AccessDeniedException: not authorized to perform kms:DescribeKey") }),
      /kms:DescribeKey/,
    );
    await assert.rejects(lookup({ ...answers, getBucket: fails("StatusCode: 500, InternalError") }), /InternalError/);
  });

  it("passes the findings to the plan", async () => {
    await useMocks({ project: "it", stack: "it", config: {}, answers: { ...answers, getBucket: () => undefined } });
    const { problems } = await preflightStorage(request);
    assert.match(
      problems.map(problemText).join("\n"),
      /^'cloister-environment:data\.existing\.bucketName' must be the name of an existing bucket[^\n]*$/,
    );
  });
});
