import { requireCustomerKey, type Rule } from "../../rule-kit";

/** Groups of SageMaker that are made beforehand (`/aws/sagemaker/…`) are no exception. */
export const groupKms: Rule = {
  name: "log-group-kms",
  description: "Every log group is under a customer managed key.",
  why: "Logs repeat what code prints, data included.",
  fix: "Write kmsKeyId: <ARN of a customer managed key> whose policy lets logs.<region>.amazonaws.com use it.",
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
    "aws:cloudwatch/logGroup:LogGroup": ({ props }, report) => requireCustomerKey(props, ["kmsKeyId"], "what is logged", report),
  },
};
