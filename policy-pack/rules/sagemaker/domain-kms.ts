import { requireCustomerKey, type Rule } from "../../rule-kit";

export const domainKms: Rule = {
  name: "sagemaker-domain-kms",
  description: "Home directories and app volumes of Studio are encrypted with a customer managed key.",
  risk: "A key of AWS cannot be restricted to your principals, and its use cannot be revoked.",
  fix: "Write kmsKeyId: <ARN of a customer managed key>. Changing it replaces the domain.",
  severity: "high",
  control: { reference: "SC-28", specification: "Protection of information at rest" },
  publicIds: ["Checkov CKV_AWS_187", "near Prowler efs_encryption_at_rest_enabled"],
  resource: {
    "aws:sagemaker/domain:Domain": ({ props }, report) =>
      requireCustomerKey(props, ["kmsKeyId"], "home directories and app volumes", report),
  },
};
