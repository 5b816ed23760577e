import {
  conditionCount,
  conditionValues,
  containsUnknown,
  isAnyPrincipal,
  statementValues,
  type ResourceView,
  type Report,
  type Rule,
  type Statement,
  statementsOf,
  stringAt,
} from "../../rule-kit";
import { bucketTypes, relatedResources } from "./shared";

const policyType = "aws:s3/bucketPolicy:BucketPolicy";
const fix =
  'Add a statement { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: [bucketArn, bucketArn + "/*"], Condition: { Bool: { "aws:SecureTransport": "false" } } }.';

/**
 * Whether ARNs cover a bucket and all its objects. One ARN with a wildcard covers both. Two ARNs are the bucket ARN
 * and the bucket ARN with `/*`, also in several statements.
 */
const coversBucket = (resources: string[]) =>
  resources.some((arn) => (arn.endsWith("*") && !arn.includes("/")) || resources.includes(`${arn}/*`));

/** Values of aws:SecureTransport when it is the only condition key: another key would narrow the Deny. */
const secureTransportValues = (statement: Statement) =>
  conditionCount(statement) === 1
    ? ["Bool", "BoolIfExists"].flatMap((operator) => conditionValues(statement, operator, "aws:SecureTransport"))
    : [];

/** A Deny for only one action, or only some principals or requests, does not block all plain HTTP access. */
const deniesPlainHttp = (statement: Statement) =>
  stringAt(statement, "Effect") === "Deny" &&
  isAnyPrincipal(statement) &&
  statementValues(statement, "Action").some((action) => ["s3:*", "*"].includes(action.toLowerCase())) &&
  secureTransportValues(statement).includes("false");

function evaluate({ props }: Pick<ResourceView, "props">, report: Report): void {
  const statements = statementsOf(props, "policy");
  if (statements === "unknown") return;
  if (statements === "unreadable")
    return report(
      "policy is not valid JSON, so whether it denies plain HTTP cannot be determined. Create the policy with JSON.stringify or pulumi.jsonStringify.",
    );
  const denied = statements.filter(deniesPlainHttp).flatMap((statement) => statementValues(statement, "Resource"));
  // A statement with unknown values can be the required statement.
  if (!coversBucket(denied) && !containsUnknown(props, "policy"))
    report(
      `No statement denies plain HTTP to all principals for all actions on the bucket and its objects, so data can be read in transit. ${fix}`,
    );
}

export const tlsOnly: Rule = {
  name: "s3-tls-only",
  description: "Every bucket denies requests without TLS.",
  risk: "Data sent over plain HTTP can be read and changed in transit.",
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
    [policyType]: evaluate,
    ...Object.fromEntries(
      bucketTypes.map((type) => [
        type,
        // A bucket without an inline policy has a separate policy or no policy. The stack view checks which.
        (bucket: ResourceView, report: Report) => {
          const statements = statementsOf(bucket.props, "policy");
          if (statements === "unreadable" || (Array.isArray(statements) && statements.length > 0)) evaluate(bucket, report);
        },
      ]),
    ),
  },
  stack(resources, report) {
    for (const bucket of resources.filter(({ type }) => bucketTypes.includes(type))) {
      const inline = statementsOf(bucket.props, "policy");
      if (relatedResources(bucket, resources, [policyType]).length === 0 && Array.isArray(inline) && inline.length === 0)
        report(
          bucket,
          `This bucket has no policy, so it accepts plain HTTP and data can be read in transit. Add an aws.s3.BucketPolicy. ${fix}`,
        );
    }
  },
};
