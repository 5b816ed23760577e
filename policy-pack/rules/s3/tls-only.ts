import {
  conditionValues,
  isEverybody,
  membersOf,
  type ResourceView,
  type Report,
  type Rule,
  type Statement,
  statementsOf,
  textAt,
} from "../../frame";
import { bucketTypes, companionsOf } from "./shared";

const policyType = "aws:s3/bucketPolicy:BucketPolicy";
const fix =
  'Add a statement { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: [bucketArn, bucketArn + "/*"], Condition: { Bool: { "aws:SecureTransport": "false" } } }.';

/** Bucket and objects: a `*`, or an ARN with and one without a slash and star at its end. */
const reachesAll = (resources: string[]) =>
  resources.includes("*") ||
  (resources.some((arn) => arn.endsWith("/*")) && resources.some((arn) => !arn.endsWith("/*"))) ||
  resources.some((arn) => /[^/]\*$/.test(arn));

/** A Deny on objects only, on one action, or for some principals leaves a way over plain HTTP. */
const deniesPlainHttp = (statement: Statement) =>
  textAt(statement, "Effect") === "Deny" &&
  isEverybody(statement) &&
  membersOf(statement, "Action").some((action) => ["s3:*", "*"].includes(action.toLowerCase())) &&
  reachesAll(membersOf(statement, "Resource")) &&
  conditionValues(statement, "Bool", "aws:SecureTransport").includes("false");

function judge({ props }: Pick<ResourceView, "props">, report: Report): void {
  const statements = statementsOf(props, "policy");
  if (statements === "unknown") return;
  if (statements === "unreadable")
    return report(
      "policy is no readable JSON, so nobody can tell whether it refuses plain HTTP. Write it with JSON.stringify or pulumi.jsonStringify.",
    );
  if (!statements.some(deniesPlainHttp))
    report(
      `No statement refuses plain HTTP for everybody, every action, the bucket and its objects, so data can be read on the way. ${fix}`,
    );
}

export const tlsOnly: Rule = {
  name: "s3-tls-only",
  description: "Every bucket refuses requests without TLS.",
  why: "Data sent over plain HTTP can be read and changed on the way.",
  fix,
  severity: "high",
  control: { reference: "SC-8", specification: "Transmission confidentiality and integrity" },
  publicIds: [
    "Security Hub S3.5",
    "Config s3-bucket-ssl-requests-only",
    "Checkov CKV_AWS_379",
    "Prowler s3_bucket_secure_transport_policy",
    "cdk-nag AwsSolutions-S10",
  ],
  resource: {
    [policyType]: judge,
    ...Object.fromEntries(
      bucketTypes.map((type) => [
        type,
        // A bucket without an inline policy has a separate one, or none: that shows between resources.
        (bucket: ResourceView, report: Report) => {
          const statements = statementsOf(bucket.props, "policy");
          if (statements === "unreadable" || (Array.isArray(statements) && statements.length > 0)) judge(bucket, report);
        },
      ]),
    ),
  },
  stack(resources, report) {
    for (const bucket of resources.filter(({ type }) => bucketTypes.includes(type))) {
      const inline = statementsOf(bucket.props, "policy");
      if (companionsOf(bucket, resources, [policyType]).length === 0 && Array.isArray(inline) && inline.length === 0)
        report(bucket, `This bucket has no policy, so plain HTTP is accepted. Add aws.s3.BucketPolicy. ${fix}`);
    }
  },
};
