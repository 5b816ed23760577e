import { requireCustomerKey, type Rule } from "../../rule-kit";

export const domainKms: Rule = {
  name: "sagemaker-domain-kms",
  description: "Studio home directories and app volumes are encrypted with a customer managed key.",
  risk: "An AWS key cannot be restricted to your principals, and its use cannot be revoked.",
  fix: "Set kmsKeyId: <ARN of a customer managed key>. Changing it replaces the domain.",
  severity: "high",
  control: { reference: "SC-28", specification: "Protection of information at rest" },
  publicIds: ["Checkov CKV_AWS_187", "near Prowler efs_encryption_at_rest_enabled"],
  resource: {
    "aws:sagemaker/domain:Domain": ({ props }, report) =>
      requireCustomerKey(props, ["kmsKeyId"], "home directories and app volumes", report),
  },
};
