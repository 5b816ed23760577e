import { tlsOnly } from "@cloister/policy-pack/rules/s3/tls-only";
import { UNKNOWN, UNKNOWN_OBJECT } from "../../helpers/evaluate";
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
  /^No statement denies plain HTTP to all principals for all actions on the bucket and its objects, so data can be read in transit\. Add a statement/;

const good: [string, unknown][] = [
  ["as a JSON string", policyOf(denial)],
  ["as an object", { Statement: [denial] }],
  ["as the only statement, without a list or version", JSON.stringify({ Statement: denial })],
  [
    "among others",
    policyOf(
      { Effect: "Allow", Principal: { AWS: "arn:aws:iam::111122223333:root" }, Action: "s3:GetObject", Resource: `${arn}/*` },
      denial,
    ),
  ],
  ["for the principal AWS: *", policyOf({ ...denial, Principal: { AWS: "*" } })],
  ["for a list of principals with a star", policyOf({ ...denial, Principal: { AWS: ["*"] } })],
  ["with a boolean condition value", policyOf({ ...denial, Condition: { Bool: { "aws:SecureTransport": false } } })],
  ["with a list of condition values", policyOf({ ...denial, Condition: { Bool: { "aws:SecureTransport": ["false"] } } })],
  ["in upper and lower case", policyOf({ ...denial, Action: ["S3:*"], Condition: { bool: { "AWS:securetransport": "False" } } })],
  ["with BoolIfExists", policyOf({ ...denial, Condition: { BoolIfExists: { "aws:SecureTransport": "false" } } })],
  ["for all actions", policyOf({ ...denial, Action: "*" })],
  ["for every resource", policyOf({ ...denial, Resource: "*" })],
  ["for the bucket and its objects by one wildcard", policyOf({ ...denial, Resource: `${arn}*` })],
  [
    "for the bucket and its objects in two statements",
    policyOf({ ...denial, Sid: "Objects", Resource: `${arn}/*` }, { ...denial, Sid: "Bucket", Resource: [arn] }),
  ],
];
const bad: [string, unknown][] = [
  ["that only allows", policyOf({ ...denial, Effect: "Allow" })],
  ["for objects only", policyOf({ ...denial, Resource: [`${arn}/*`] })],
  ["for the bucket only", policyOf({ ...denial, Resource: arn })],
  ["for some of the objects", policyOf({ ...denial, Resource: [arn, `${arn}/public/*`] })],
  ["for objects with a prefix", policyOf({ ...denial, Resource: [`${arn}/public*`] })],
  ["for the objects of another bucket", policyOf({ ...denial, Resource: [arn, "arn:aws:s3:::other/*"] })],
  [
    "for the bucket, and for the objects of another bucket",
    policyOf({ ...denial, Resource: arn }, { ...denial, Resource: "arn:aws:s3:::other/*" }),
  ],
  [
    "for the bucket, and an Allow for its objects",
    policyOf({ ...denial, Resource: arn }, { ...denial, Effect: "Allow", Resource: `${arn}/*` }),
  ],
  [
    "for the bucket, and for one action on its objects",
    policyOf({ ...denial, Resource: arn }, { ...denial, Action: "s3:GetObject", Resource: `${arn}/*` }),
  ],
  [
    "for the bucket, and for one principal on its objects",
    policyOf({ ...denial, Resource: arn }, { ...denial, Principal: { AWS: "arn:aws:iam::111122223333:root" }, Resource: `${arn}/*` }),
  ],
  ["for one action", policyOf({ ...denial, Action: ["s3:GetObject", "s3:PutObject"] })],
  ["for one principal", policyOf({ ...denial, Principal: { AWS: "arn:aws:iam::111122223333:root" } })],
  ["for all principals except one", policyOf({ ...denial, Principal: undefined, NotPrincipal: { AWS: "arn:aws:iam::111122223333:root" } })],
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
    ...bad.flatMap(([how, policy]) => everywhere(`rejects a statement ${how}`, policy, [open])),
    ...everywhere("rejects a policy that is not JSON", "{ Statement: [", [
      /^policy is not valid JSON, so whether it denies plain HTTP cannot be determined\. Create the policy with JSON\.stringify/,
    ]),
    ...everywhere("accepts a policy that is unknown at preview", UNKNOWN),
    ...everywhere("accepts a statement that is unknown at preview", {
      Statement: [{ ...denial, Action: "s3:PutObject" }, UNKNOWN_OBJECT],
    }),
    ...everywhere("accepts a Deny for a bucket that is unknown at preview", {
      Statement: [{ ...denial, Resource: [UNKNOWN, UNKNOWN] }],
    }),
    ...everywhere("accepts a known Deny beside an unknown statement", {
      Statement: [denial, { Effect: "Allow", Principal: { AWS: UNKNOWN }, Action: "s3:GetObject", Resource: UNKNOWN }],
    }),
    { it: "rejects an empty policy", type: policyType, inputs: { bucket: "fraud-data", policy: "" }, want: [open] },
    { it: "evaluates a bucket without an inline policy only in the stack view", type: bucketType, inputs: { bucket: "fraud-data" } },
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
      it: "accepts an inline policy that is known or unknown",
      resources: [
        { ...bucket, props: { policy: policyOf(denial) } },
        { type: bucketV2, name: "other", props: { policy: UNKNOWN } },
      ],
    },
    {
      it: "rejects a bucket without a policy",
      resources: [bucket],
      want: [["data", /^This bucket has no policy, so it accepts plain HTTP .* Add an aws\.s3\.BucketPolicy\./]],
    },
    {
      it: "does not find the bucket policy by the Pulumi name",
      resources: [
        bucket,
        { type: bucketV2, name: "old" },
        { type: policyType, name: "old-policy", props: { bucket: "old" }, propertyDependencies: { bucket: ["data"] } },
      ],
      want: [["old", /has no policy/]],
    },
  ],
});
