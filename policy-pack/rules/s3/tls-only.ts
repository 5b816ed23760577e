import {
  conditionCount,
  conditionValues,
  holdsUnknown,
  isEverybody,
  membersOf,
  type ResourceView,
  type Report,
  type Rule,
  type Statement,
  statementsOf,
  textAt,
} from "../../rule-kit";
import { bucketTypes, companionsOf } from "./shared";

const policyType = "aws:s3/bucketPolicy:BucketPolicy";
const fix =
  'Add a statement { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: [bucketArn, bucketArn + "/*"], Condition: { Bool: { "aws:SecureTransport": "false" } } }.';

/** A bucket and all its objects: a star that reaches both, or the bucket's ARN with and without a slash and star at its end. */
const reachesAll = (resources: string[]) =>
  resources.some((arn) => (arn.endsWith("*") && !arn.includes("/")) || resources.includes(`${arn}/*`));

/** Values of the only condition, if it asks for transport: a second one would narrow the Deny. */
const transportIn = (statement: Statement) =>
  conditionCount(statement) === 1
    ? ["Bool", "BoolIfExists"].flatMap((operator) => conditionValues(statement, operator, "aws:SecureTransport"))
    : [];

/** A Deny on objects only, on one action, for some principals or in some cases leaves a way over plain HTTP. */
const deniesPlainHttp = (statement: Statement) =>
  textAt(statement, "Effect") === "Deny" &&
  isEverybody(statement) &&
  membersOf(statement, "Action").some((action) => ["s3:*", "*"].includes(action.toLowerCase())) &&
  reachesAll(membersOf(statement, "Resource")) &&
  transportIn(statement).includes("false");

function judge({ props }: Pick<ResourceView, "props">, report: Report): void {
  const statements = statementsOf(props, "policy");
  if (statements === "unknown") return;
  if (statements === "unreadable")
    return report(
      "policy is no readable JSON, so nobody can tell whether it refuses plain HTTP. Write it with JSON.stringify or pulumi.jsonStringify.",
    );
  // A statement that is known only in part may be the one.
  if (!statements.some(deniesPlainHttp) && !holdsUnknown(props, "policy"))
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
