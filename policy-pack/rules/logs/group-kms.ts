import { requireCustomerKey, type Rule } from "../../rule-kit";

/** The rule includes log groups that a program creates for SageMaker (`/aws/sagemaker/…`). */
export const groupKms: Rule = {
  name: "log-group-kms",
  description: "Every log group is encrypted with a customer managed key.",
  risk: "Logs contain the output of code, including data.",
  fix: "Set kmsKeyId: <ARN of a customer managed key> with a key policy that allows logs.<region>.amazonaws.com.",
  severity: "medium",
  control: { reference: "SC-28", specification: "Protection of information at rest" },
  publicIds: [
    "Checkov CKV_AWS_158",
    "Prowler cloudwatch_log_group_kms_encryption_enabled",
    "Trivy AWS-0017",
    "Config cloudwatch-log-group-encrypted",
    "cdk-nag CloudWatchLogGroupEncrypted",
  ],
  resource: {
    "aws:cloudwatch/logGroup:LogGroup": ({ props }, report) => requireCustomerKey(props, ["kmsKeyId"], "the log events", report),
  },
};
