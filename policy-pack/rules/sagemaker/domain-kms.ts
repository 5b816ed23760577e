import { requireCustomerKey, type Rule } from "../../rule-kit";

export const domainKms: Rule = {
  name: "sagemaker-domain-kms",
  description: "Home directories and app volumes of Studio are under a customer managed key.",
  why: "Without a key of your own you can neither restrict who reads it nor withdraw it.",
  fix: "Write kmsKeyId: <ARN of a customer managed key>. It can only be set when the domain is made; later it replaces the domain.",
  severity: "high",
  control: { reference: "SC-28", specification: "Protection of information at rest" },
  publicIds: ["Checkov CKV_AWS_187", "near Prowler efs_encryption_at_rest_enabled"],
  resource: {
    "aws:sagemaker/domain:Domain": ({ props }, report) =>
      requireCustomerKey(props, ["kmsKeyId"], "what people keep in their home directories and volumes", report),
  },
};
