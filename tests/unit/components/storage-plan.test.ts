// What is in the way of buckets that settings bring, for what AWS could tell, and how the look-up reads AWS's answers. Does not prove that AWS words them so: the texts are those of the provider's errors.
import assert from "node:assert/strict";
import { type AwsContext } from "@cloister/components/aws/context";
import { rolePath as pathOf, rolesAt } from "@cloister/components/identity/role-path";
import { preflightStorage } from "@cloister/components/storage";
import { lookupStorage } from "@cloister/components/storage/lookup";
import { planStorage } from "@cloister/components/storage/plan";
import { perimeterPolicy } from "@cloister/components/storage/policy";
import { type StorageFindings, type StorageRequest, type FoundBucket, type FoundKey } from "@cloister/components/storage/request";
import { bucketSettings, perimeterSettings } from "@cloister/components/storage/settings";
import { settingsProblems } from "@cloister/components/stack/config";
import { z } from "zod";
import { useMocks } from "../../helpers/mocks";

const workRolePath = (context: AwsContext, name: string) => rolesAt(context, pathOf(context, name, "work"));

const context = { accountId: "111122223333", region: "eu-central-1", partition: "aws" };
const keyArn = "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d";
const deployRoleArns = ["arn:aws:iam::111122223333:role/platform/Deployer"];
const dataRoles = { rolePath: workRolePath(context, "fraud-dev") };
const schema = bucketSettings("a bucket");
const bring = (more: object = {}) => ({ existing: { bucketName: "theirs", keyArn, policy: "enclose", ...more } });

interface Given {
  data?: object;
  models?: object;
  request?: Partial<StorageRequest>;
  bucket?: FoundBucket;
  key?: Partial<FoundKey> | null;
}
const requestOf = ({ data = {}, models = {}, request }: Given): StorageRequest => ({
  ...context,
  name: "fraud-dev",
  purge: false,
  buckets: [
    { path: "cloister-environment:data", settings: schema.parse(data) },
    { path: "cloister-environment:models", settings: schema.parse(models) },
  ],
  perimeterAccess: { dataRoles, deployRoleArns },
  ...request,
});
const findingsOf = ({ bucket = { state: "found", region: context.region }, key = {} }: Given): StorageFindings => ({
  buckets: { theirs: bucket },
  keys: key ? { [keyArn]: { state: "Enabled", usage: "ENCRYPT_DECRYPT", spec: "SYMMETRIC_DEFAULT", manager: "CUSTOMER", ...key } } : {},
});
const problemsOf = (given: Given) => planStorage(requestOf(given), findingsOf(given)).problems;
const ours = (owner: string) =>
  perimeterPolicy({ owner, bucketArn: "arn:aws:s3:::theirs", keyArn, dataRoles, vpcEndpointIds: ["vpce-1"], deployRoleArns });
const found = (policy?: string): FoundBucket => ({ state: "found", region: context.region, ...(policy && { policy }) });

describe("plan of buckets", () => {
  const right: { it: string; given: Given }[] = [
    { it: "buckets of ours", given: {} },
    {
      it: "buckets of ours that age and are locked",
      given: {
        data: { noncurrentDays: 1, transition: { days: 30, storageClass: "STANDARD_IA" }, objectLock: { mode: "COMPLIANCE", days: 7 } },
      },
    },
    {
      it: "a locked bucket that may be purged",
      given: { data: { objectLock: { mode: "GOVERNANCE", days: 7 } }, request: { purge: true } },
    },
    { it: "a brought bucket without a policy", given: { data: bring() } },
    { it: "a brought bucket with the policy that we gave it", given: { data: bring(), bucket: found(ours("fraud-dev")) } },
    { it: "a brought bucket whose own policy stays", given: { data: bring({ policy: "leave" }), bucket: found('{"Statement":[]}') } },
    { it: "a brought bucket, and purge, which leaves it alone", given: { data: bring(), request: { purge: true } } },
  ];
  for (const { it: what, given } of right) it(`takes ${what}`, () => assert.deepEqual(problemsOf(given), []));

  const wrong: { it: string; given: Given; says: RegExp[] }[] = [
    {
      it: "a bucket that does not exist",
      given: { data: bring(), bucket: { state: "missing" } },
      says: [/^'cloister-environment:data\.existing\.bucketName' is 'theirs', which does not exist\. Make it, or leave out `existing`/],
    },
    {
      it: "a bucket of another account",
      given: { data: bring(), bucket: { state: "refused" } },
      says: [/data\.existing\.bucketName' is 'theirs', which is a bucket of another account, or .*Name one of account 111122223333/],
    },
    {
      it: "a bucket of another region",
      given: { models: bring(), bucket: { state: "found", region: "eu-west-1" } },
      says: [
        /^'cloister-environment:models\.existing\.bucketName' is 'theirs', a bucket in eu-west-1\. The network reaches buckets of eu-central-1 only/,
      ],
    },
    {
      it: "a bucket of a region that AWS does not name",
      given: { data: bring(), bucket: { state: "found" } },
      says: [/is 'theirs', a bucket in another region\./],
    },
    {
      it: "to enclose a bucket with a policy of others",
      given: { data: bring(), bucket: found('{"Statement":[]}') },
      says: [
        /data\.existing\.policy' is 'enclose', and 'theirs' has a policy already \(its Id: somebody else\), .*delete-bucket-policy --bucket theirs\. Or write 'leave'/,
      ],
    },
    {
      it: "to enclose a bucket of another environment, whose name begins alike",
      given: { data: bring(), bucket: found(ours("fraud-dev-2")) },
      says: [/has a policy already \(its Id: cloister\/fraud-dev-2\)/],
    },
    {
      it: "the same bucket twice",
      given: { data: bring(), models: bring() },
      says: [/^'cloister-environment:models\.existing\.bucketName' is 'theirs', and so is that of 'cloister-environment:data'/],
    },
    {
      it: "a key of another region",
      given: { data: bring({ keyArn: keyArn.replace("eu-central-1", "eu-west-1") }) },
      says: [/data\.existing\.keyArn' is arn:.*, a key of eu-west-1; .* Name one of eu-central-1\./],
    },
    {
      it: "a key of another account",
      given: { data: bring({ keyArn: keyArn.replace("111122223333", "999988887777") }) },
      says: [/a key of account 999988887777\. Name one of account 111122223333/],
    },
    { it: "a key that does not exist", given: { data: bring(), key: null }, says: [/keyArn' is arn:.*, which does not exist/] },
    {
      it: "a key that is off",
      given: { data: bring(), key: { state: "Disabled" } },
      says: [/whose state is Disabled, .* Enable it: aws kms enable-key --key-id arn:.*0a1b2c3d$/],
    },
    {
      it: "a key that will be deleted",
      given: { data: bring(), key: { state: "PendingDeletion" } },
      says: [/whose state is PendingDeletion, .* aws kms cancel-key-deletion --key-id .* aws kms enable-key/],
    },
    {
      it: "a key that signs",
      given: { data: bring(), key: { usage: "SIGN_VERIFY", spec: "RSA_2048" } },
      says: [/a RSA_2048 key for SIGN_VERIFY; S3 uses symmetric keys/],
    },
    { it: "a key that AWS manages", given: { data: bring(), key: { manager: "AWS" } }, says: [/a key that AWS manages/] },
    {
      it: "what is kept by its owner",
      given: {
        data: {
          ...bring(),
          noncurrentDays: 1,
          transition: { days: 30, storageClass: "GLACIER_IR" },
          objectLock: { mode: "GOVERNANCE", days: 1 },
        },
      },
      says: [/data\.noncurrentDays' is set, and `existing`/, /data\.transition' is set/, /data\.objectLock' is set/],
    },
    {
      it: "a purge of what nobody can delete",
      given: { data: { objectLock: { mode: "COMPLIANCE", days: 30 } }, request: { purge: true } },
      says: [/data\.objectLock\.mode' is 'COMPLIANCE', and `purge` is true: for 30 days nobody can delete/],
    },
    {
      it: "more roles than AWS takes, before anything is made",
      given: {
        request: {
          perimeterAccess: {
            dataRoles,
            deployRoleArns: Array.from({ length: 40 }, (_, i) => `arn:aws:iam::111122223333:role/${"p".repeat(500)}/r${i}`),
          },
        },
      },
      says: [
        /^'cloister-environment:data' and 'cloister-environment:models' can't be closed: the bucket policy would have \d+ characters, and AWS takes 20480/,
      ],
    },
    {
      it: "everything at once",
      given: { data: bring(), models: bring({ bucketName: "other" }), bucket: { state: "missing" }, key: { state: "Disabled" } },
      says: [
        /data\.existing\.bucketName' is 'theirs', which does not exist/,
        /data\.existing\.keyArn' .* state is Disabled/,
        /models\.existing\.bucketName' is 'other', which does not exist/,
        /models\.existing\.keyArn' .* state is Disabled/,
      ],
    },
  ];
  for (const { it: what, given, says } of wrong)
    it(`refuses ${what}`, () => {
      const problems = problemsOf(given);
      assert.equal(problems.length, says.length, problems.join("\n"));
      says.forEach((pattern, i) => assert.match(problems[i]!, pattern));
    });
});

describe("look at buckets", () => {
  const request = requestOf({ data: bring() });
  const answer = { bucketRegion: context.region };
  const key = { keyState: "Enabled", keyUsage: "ENCRYPT_DECRYPT", keySpec: "SYMMETRIC_DEFAULT", keyManager: "CUSTOMER" };
  /** A refusal in the provider's words. */
  const fails = (text: string) => () => {
    throw Object.assign(new Error(text), { details: text });
  };
  type Answers = Record<string, (inputs: Record<string, unknown>) => Record<string, unknown> | undefined>;
  const lookAt = async (answers: Answers, given = request) => {
    const world = await useMocks({ project: "it", stack: "it", config: {}, answers });
    const findings = await lookupStorage(given, {});
    return { findings, asked: world.calls.map(({ token }) => token.split(":").at(-1)) };
  };
  const all: Answers = { getBucket: () => answer, getBucketPolicy: () => ({ policy: "{}" }), getKey: () => key };
  const seen = { state: "Enabled", usage: "ENCRYPT_DECRYPT", spec: "SYMMETRIC_DEFAULT", manager: "CUSTOMER" };

  it("finds a bucket, its policy and its key", async () =>
    assert.deepEqual((await lookAt(all)).findings, {
      buckets: { theirs: { state: "found", region: context.region, policy: "{}" } },
      keys: { [keyArn]: seen },
    }));

  it("asks nothing when nothing is brought", async () => assert.deepEqual((await lookAt({}, requestOf({}))).asked, []));

  it("asks once for what is named twice", async () =>
    assert.deepEqual((await lookAt(all, requestOf({ data: bring(), models: bring() }))).asked.sort(), [
      "getBucket",
      "getBucketPolicy",
      "getKey",
    ]));

  it("asks for no key of another region or account", async () => {
    const keys = ["eu-west-1", "999988887777"].map((other, i) => keyArn.replace(i === 0 ? "eu-central-1" : "111122223333", other));
    const given = requestOf({ data: bring({ keyArn: keys[0] }), models: bring({ bucketName: "other", keyArn: keys[1] }) });
    assert.ok(!(await lookAt(all, given)).asked.includes("getKey"));
  });

  const table: { it: string; answers: Answers; want: FoundBucket }[] = [
    { it: "no policy", answers: { getBucketPolicy: fails("reading S3 Bucket (theirs) Policy: couldn't find resource") }, want: found() },
    {
      it: "no policy, in AWS's words",
      answers: { getBucketPolicy: fails("api error NoSuchBucketPolicy: The bucket policy does not exist") },
      want: found(),
    },
    { it: "no bucket", answers: { getBucket: fails("reading S3 Bucket (theirs): couldn't find resource") }, want: { state: "missing" } },
    {
      it: "a bucket that is not ours to see",
      answers: { getBucket: fails("HeadBucket, https response error StatusCode: 403, api error Forbidden: Forbidden") },
      want: { state: "refused" },
    },
    {
      it: "a bucket of another account that lets us in",
      answers: {
        getBucketPolicy: fails("GetBucketPolicy, StatusCode: 405, api error MethodNotAllowed: The specified method is not allowed"),
      },
      want: { state: "refused" },
    },
    {
      it: "a bucket of another region",
      answers: { getBucket: () => ({ bucketRegion: "eu-west-1" }) },
      want: { state: "found", region: "eu-west-1" },
    },
    {
      it: "a bucket of a region that AWS does not name",
      answers: { getBucket: fails("HeadBucket, https response error StatusCode: 301, api error MovedPermanently") },
      want: { state: "found" },
    },
  ];
  for (const { it: what, answers, want } of table)
    it(`tells ${what}`, async () => assert.deepEqual((await lookAt({ ...all, ...answers })).findings.buckets, { theirs: want }));

  it("tells a key that does not exist", async () =>
    assert.deepEqual((await lookAt({ ...all, getKey: fails("api error NotFoundException: Key 'x' does not exist") })).findings.keys, {}));

  it("does not take missing rights or an outage for an answer", async () => {
    await assert.rejects(
      lookAt({ ...all, getKey: fails("AccessDeniedException: not authorized to perform kms:DescribeKey") }),
      /kms:DescribeKey/,
    );
    await assert.rejects(lookAt({ ...all, getBucket: fails("StatusCode: 500, InternalError") }), /InternalError/);
  });

  it("and plan go together", async () => {
    await useMocks({ project: "it", stack: "it", config: {}, answers: { ...all, getBucket: () => undefined } });
    const { problems } = await preflightStorage(request);
    assert.match(problems.join("\n"), /^'cloister-environment:data\.existing\.bucketName' is 'theirs', which does not exist[^\n]*$/);
  });
});

describe("settings of buckets", () => {
  const settings = z.strictObject({ data: schema, ...perimeterSettings() });
  const told = (data: object) => settingsProblems("it", settings, { data: JSON.stringify(data) }).problems.join("\n");
  const table: { it: string; data: object; says: RegExp }[] = [
    {
      it: "a brought bucket without its key",
      data: { existing: { bucketName: "theirs", policy: "leave" } },
      says: /'it:data\.existing\.keyArn' is missing; allowed is the ARN of a key, not of an alias/,
    },
    {
      it: "an alias for a key",
      data: bring({ keyArn: "arn:aws:kms:eu-central-1:111122223333:alias/x" }),
      says: /allowed is the ARN of a key, not of an alias/,
    },
    {
      it: "a brought bucket without a word about its policy",
      data: bring({ policy: undefined }),
      says: /'it:data\.existing\.policy' is missing; allowed is one of enclose, leave/,
    },
    {
      it: "any bucket",
      data: bring({ bucketName: "fraud-dev*" }),
      says: /existing\.bucketName' is "fraud-dev\*"; allowed is the name of a bucket/,
    },
    {
      it: "an archive",
      data: { transition: { days: 30, storageClass: "DEEP_ARCHIVE" } },
      says: /storageClass' is "DEEP_ARCHIVE"; allowed is one of STANDARD_IA/,
    },
    {
      it: "a transition sooner than AWS makes it",
      data: { transition: { days: 29, storageClass: "STANDARD_IA" } },
      says: /transition\.days' is 29; allowed is/,
    },
    { it: "a lock of no days", data: { objectLock: { mode: "GOVERNANCE", days: 0 } }, says: /objectLock\.days' is 0; allowed is/ },
    {
      it: "a lock without a mode",
      data: { objectLock: { days: 1 } },
      says: /objectLock\.mode' is missing; allowed is one of GOVERNANCE, COMPLIANCE/,
    },
    { it: "versions that go at once", data: { noncurrentDays: 0 }, says: /noncurrentDays' is 0; allowed is/ },
  ];
  for (const { it: what, data, says } of table) it(`refuse ${what}`, () => assert.match(told(data), says));

  it("need nothing", () =>
    assert.deepEqual(settings.parse({}), { data: {}, deployRoleArns: [], breakGlassRoleArns: [], serviceRoleArns: [] }));

  it("refuse roles with wildcards, and more than a policy has room for", () => {
    for (const list of [["arn:aws:iam::111122223333:role/*"], Array.from({ length: 21 }, (_, i) => `arn:aws:iam::111122223333:role/r${i}`)])
      for (const name of ["deployRoleArns", "breakGlassRoleArns", "serviceRoleArns"])
        assert.ok(!settings.safeParse({ [name]: list }).success, name);
  });
});
