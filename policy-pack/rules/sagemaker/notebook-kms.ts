import { requireCustomerKey, type Rule } from "../../rule-kit";

export const notebookKms: Rule = {
  name: "sagemaker-notebook-kms",
  description: "The volume of every notebook instance is under a customer managed key.",
  why: "Without a key of your own you can neither restrict who reads it nor withdraw it.",
  fix: "Write kmsKeyId: <ARN of a customer managed key>. It replaces the instance.",
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
      requireCustomerKey(props, ["kmsKeyId"], "the notebook's volume", report),
  },
};
