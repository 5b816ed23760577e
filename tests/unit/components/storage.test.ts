// Bucket policies, decided request by request. Does not prove that S3 decides so: it is a small evaluator of ours.
import assert from "node:assert/strict";
import { dataActions, logBucketPolicy, perimeterPolicy } from "@cloister/components/storage/policy";
import { decide, type Request, statementsOf } from "./policies";

const bucketArn = "arn:aws:s3:::data";
const keyArn = "arn:aws:kms:eu-central-1:111122223333:key/ours";
const deployer = "arn:aws:iam::111122223333:role/platform/Deployer";
const policy = perimeterPolicy({ bucketArn, keyArn, vpcEndpointIds: ["vpce-ours"], exemptRoleArns: [deployer] });

const algorithm = "s3:x-amz-server-side-encryption";
const key = "s3:x-amz-server-side-encryption-aws-kms-key-id";
/** A request of a person, over TLS, from the internet. */
const outside = {
  "aws:SecureTransport": "true",
  "aws:PrincipalIsAWSService": "false",
  "aws:ViaAWSService": "false",
  "aws:PrincipalArn": "arn:aws:iam::111122223333:role/fraud-dev-execution",
};
/** The same from Studio, through our endpoint. */
const inside = { ...outside, "aws:SourceVpce": "vpce-ours" };
const put = (context: Record<string, string>): Request => ({ action: "s3:PutObject", resource: `${bucketArn}/x`, context });
const get = (context: Record<string, string>): Request => ({ action: "s3:GetObject", resource: `${bucketArn}/x`, context });

describe("policy of a data bucket", () => {
  const table: { it: string; request: Request; want: "denied" | "silent" }[] = [
    { it: "reading from inside", request: get(inside), want: "silent" },
    { it: "reading without TLS", request: get({ ...inside, "aws:SecureTransport": "false" }), want: "denied" },
    {
      it: "looking at the bucket's settings without TLS",
      request: { action: "s3:GetBucketVersioning", resource: bucketArn, context: { ...inside, "aws:SecureTransport": "false" } },
      want: "denied",
    },
    {
      it: "reading without TLS, as the deployer",
      request: get({ "aws:SecureTransport": "false", "aws:PrincipalArn": deployer }),
      want: "denied",
    },
    { it: "reading from the internet", request: get(outside), want: "denied" },
    { it: "reading through another endpoint", request: get({ ...inside, "aws:SourceVpce": "vpce-theirs" }), want: "denied" },
    { it: "reading without a principal", request: get({ "aws:SecureTransport": "true" }), want: "denied" },
    {
      it: "listing from the internet",
      request: { action: "s3:ListBucketVersions", resource: bucketArn, context: outside },
      want: "denied",
    },
    {
      it: "deleting a version from the internet",
      request: { action: "s3:DeleteObjectVersion", resource: `${bucketArn}/x`, context: outside },
      want: "denied",
    },
    { it: "reading from the internet, as the deployer", request: get({ ...outside, "aws:PrincipalArn": deployer }), want: "silent" },
    { it: "reading as an AWS service", request: get({ ...outside, "aws:PrincipalIsAWSService": "true" }), want: "silent" },
    { it: "reading through an AWS service", request: get({ ...outside, "aws:ViaAWSService": "true" }), want: "silent" },
    {
      it: "changing the policy from the internet: IAM decides",
      request: { action: "s3:PutBucketPolicy", resource: bucketArn, context: outside },
      want: "silent",
    },
    {
      it: "reading the settings from the internet: IAM decides",
      request: { action: "s3:GetBucketPolicy", resource: bucketArn, context: outside },
      want: "silent",
    },
    { it: "putting without headers, under the bucket's default", request: put(inside), want: "silent" },
    { it: "putting under our key", request: put({ ...inside, [algorithm]: "aws:kms", [key]: keyArn }), want: "silent" },
    { it: "putting under KMS, without a key", request: put({ ...inside, [algorithm]: "aws:kms" }), want: "silent" },
    { it: "putting under S3's own key", request: put({ ...inside, [algorithm]: "AES256" }), want: "denied" },
    { it: "putting under a foreign key", request: put({ ...inside, [algorithm]: "aws:kms", [key]: `${keyArn}2` }), want: "denied" },
    {
      it: "putting under a foreign key, as the deployer",
      request: put({ ...outside, "aws:PrincipalArn": deployer, [key]: `${keyArn}2` }),
      want: "denied",
    },
  ];
  for (const { it: what, request, want } of table)
    it(`${want === "denied" ? "refuses" : "lets IAM decide"} ${what}`, () => assert.equal(decide(policy, request), want));

  it("allows nobody anything", () =>
    assert.ok(statementsOf(policy).every(({ Effect, Principal }) => Effect === "Deny" && Principal === "*")));

  it("has a perimeter of what moves or shows data, and nothing else", () => {
    for (const action of dataActions)
      assert.match(action, /^s3:(Get|Put|Delete|Restore)Object\*?$|^s3:(AbortMultipartUpload|ListBucket\*|ListMultipartUploadParts)$/);
  });
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
