import { requireCustomerKey, type Rule } from "../../rule-kit";

export const notebookKms: Rule = {
  name: "sagemaker-notebook-kms",
  description: "The volume of every notebook instance is encrypted with a customer managed key.",
  risk: "An AWS key cannot be restricted to your principals, and its use cannot be revoked.",
  fix: "Set kmsKeyId: <ARN of a customer managed key>. Changing it replaces the instance.",
  severity: "high",
  control: { reference: "SC-28", specification: "Protection of information at rest" },
  publicIds: [
    "Security Hub SageMaker.21",
    "Config sagemaker-notebook-instance-kms-key-configured",
    "Checkov CKV_AWS_22, CKV_AWS_187",
    "Prowler sagemaker_notebook_instance_encryption_enabled",
    "cdk-nag AwsSolutions-SM2",
  ],
  resource: {
    "aws:sagemaker/notebookInstance:NotebookInstance": ({ props }, report) =>
      requireCustomerKey(props, ["kmsKeyId"], "the volume of the notebook instance", report),
  },
};
