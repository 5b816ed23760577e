import { tlsOnly } from "@cloister/policy-pack/rules/s3/tls-only";
import { UNKNOWN, UNKNOWN_OBJECT } from "../../helpers/judge";
import { type ResourceCase, testRule } from "../table";

const policyType = "aws:s3/bucketPolicy:BucketPolicy";
const bucketType = "aws:s3/bucket:Bucket";
const bucketV2 = "aws:s3/bucketV2:BucketV2";
const arn = "arn:aws:s3:::fraud-data";
const denial = {
  Effect: "Deny",
  Principal: "*" as unknown,
  Action: "s3:*" as unknown,
  Resource: [arn, `${arn}/*`] as unknown,
  Condition: { Bool: { "aws:SecureTransport": "false" } } as unknown,
};
const policyOf = (...Statement: unknown[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const open =
  /^No statement refuses plain HTTP for everybody, every action, the bucket and its objects, so data can be read on the way\. Add a statement/;

const good: [string, unknown][] = [
  ["as text", policyOf(denial)],
  ["as an object", { Statement: [denial] }],
  ["as the only statement, without a list or version", JSON.stringify({ Statement: denial })],
  [
    "among others",
    policyOf(
      { Effect: "Allow", Principal: { AWS: "arn:aws:iam::111122223333:root" }, Action: "s3:GetObject", Resource: `${arn}/*` },
      denial,
    ),
  ],
  ["for AWS: *", policyOf({ ...denial, Principal: { AWS: "*" } })],
  ["for a list of principals with a star", policyOf({ ...denial, Principal: { AWS: ["*"] } })],
  ["with the boolean", policyOf({ ...denial, Condition: { Bool: { "aws:SecureTransport": false } } })],
  ["with a list", policyOf({ ...denial, Condition: { Bool: { "aws:SecureTransport": ["false"] } } })],
  ["with other cases of letters", policyOf({ ...denial, Action: ["S3:*"], Condition: { bool: { "AWS:securetransport": "False" } } })],
  ["with BoolIfExists", policyOf({ ...denial, Condition: { BoolIfExists: { "aws:SecureTransport": "false" } } })],
  ["for all actions", policyOf({ ...denial, Action: "*" })],
  ["for every resource", policyOf({ ...denial, Resource: "*" })],
  ["for bucket and objects by one star", policyOf({ ...denial, Resource: `${arn}*` })],
];
const bad: [string, unknown][] = [
  ["that only allows", policyOf({ ...denial, Effect: "Allow" })],
  ["for objects only", policyOf({ ...denial, Resource: [`${arn}/*`] })],
  ["for the bucket only", policyOf({ ...denial, Resource: arn })],
  ["for a part of the objects", policyOf({ ...denial, Resource: [arn, `${arn}/public/*`] })],
  ["for names that begin alike", policyOf({ ...denial, Resource: [`${arn}/public*`] })],
  ["for the objects of another bucket", policyOf({ ...denial, Resource: [arn, "arn:aws:s3:::other/*"] })],
  ["for one action", policyOf({ ...denial, Action: ["s3:GetObject", "s3:PutObject"] })],
  ["for one principal", policyOf({ ...denial, Principal: { AWS: "arn:aws:iam::111122223333:root" } })],
  ["for all but some", policyOf({ ...denial, Principal: undefined, NotPrincipal: { AWS: "arn:aws:iam::111122223333:root" } })],
  ["for services", policyOf({ ...denial, Principal: { Service: "*" } })],
  ["for TLS instead of plain HTTP", policyOf({ ...denial, Condition: { Bool: { "aws:SecureTransport": "true" } } })],
  ["under another operator", policyOf({ ...denial, Condition: { StringNotEquals: { "aws:SecureTransport": "false" } } })],
  [
    "that a second condition narrows",
    policyOf({ ...denial, Condition: { Bool: { "aws:SecureTransport": "false" }, StringEquals: { "aws:SourceVpc": "vpc-1" } } }),
  ],
  [
    "that a second key narrows",
    policyOf({ ...denial, Condition: { Bool: { "aws:SecureTransport": "false", "aws:ViaAWSService": "false" } } }),
  ],
  ["without a condition", policyOf({ ...denial, Condition: undefined })],
];
const everywhere = (it: string, policy: unknown, want: RegExp[] = []): ResourceCase[] =>
  [policyType, bucketType, bucketV2].map((type) => ({
    it: `${it} (${type.split(":")[2]})`,
    type,
    inputs: { bucket: "fraud-data", policy },
    want,
  }));
const bucket = { type: bucketType, name: "data" };

testRule(tlsOnly, {
  resource: [
    ...good.flatMap(([how, policy]) => everywhere(`accepts a Deny ${how}`, policy)),
    ...bad.flatMap(([how, policy]) => everywhere(`refuses a statement ${how}`, policy, [open])),
    ...everywhere("refuses a text that is no JSON", "{ Statement: [", [
      /^policy is no readable JSON, so nobody can tell .* Write it with JSON\.stringify/,
    ]),
    ...everywhere("judges a policy known only later when it is known", UNKNOWN),
    ...everywhere("judges a statement known only later when it is known", {
      Statement: [{ ...denial, Action: "s3:PutObject" }, UNKNOWN_OBJECT],
    }),
    ...everywhere("judges a Deny of a bucket known only later when it is known", {
      Statement: [{ ...denial, Resource: [UNKNOWN, UNKNOWN] }],
    }),
    ...everywhere("accepts a known Deny beside what is not known", {
      Statement: [denial, { Effect: "Allow", Principal: { AWS: UNKNOWN }, Action: "s3:GetObject", Resource: UNKNOWN }],
    }),
    { it: "refuses an empty policy", type: policyType, inputs: { bucket: "fraud-data", policy: "" }, want: [open] },
    { it: "leaves a bucket without a policy of its own to the stack view", type: bucketType, inputs: { bucket: "fraud-data" } },
  ],
  stack: [
    {
      it: "accepts a bucket with a policy",
      resources: [bucket, { type: policyType, name: "tls", props: { policy: UNKNOWN }, propertyDependencies: { bucket: ["data"] } }],
    },
    {
      it: "accepts a policy that names the bucket",
      resources: [
        { ...bucket, props: { bucket: "fraud-data" } },
        { type: policyType, name: "tls", props: { bucket: "fraud-data" } },
      ],
    },
    {
      it: "accepts an inline policy, known or not",
      resources: [
        { ...bucket, props: { policy: policyOf(denial) } },
        { type: bucketV2, name: "other", props: { policy: UNKNOWN } },
      ],
    },
    {
      it: "refuses a bucket without a policy",
      resources: [bucket],
      want: [["data", /^This bucket has no policy, so plain HTTP is accepted\. Add aws\.s3\.BucketPolicy\./]],
    },
    {
      it: "does not go by names of resources",
      resources: [
        bucket,
        { type: bucketV2, name: "old" },
        { type: policyType, name: "old-policy", props: { bucket: "old" }, propertyDependencies: { bucket: ["data"] } },
      ],
      want: [["old", /has no policy/]],
    },
  ],
});
