import { readValueOrThrow, type Rule } from "../../rule-kit";

export const notebookNoDirectInternet: Rule = {
  name: "sagemaker-notebook-no-direct-internet",
  description: "No notebook instance has direct internet access.",
  risk: "The instance gets a second network interface with a path to the internet, whatever its subnet.",
  fix: 'Set directInternetAccess: "Disabled", subnetId and securityGroups. Changing it replaces the instance.',
  severity: "critical",
  control: { reference: "SC-7", specification: "Boundary protection" },
  publicIds: [
    "Security Hub SageMaker.1",
    "Config sagemaker-notebook-no-direct-internet-access",
    "Checkov CKV_AWS_122",
    "Prowler sagemaker_notebook_instance_without_direct_internet_access_configured",
    "cdk-nag AwsSolutions-SM3",
  ],
  resource: {
    "aws:sagemaker/notebookInstance:NotebookInstance": ({ props }, report) => {
      const access = readValueOrThrow(props, "directInternetAccess");
      if (access.state === "known" && access.value === "Disabled") return;
      const found = access.state === "missing" ? 'is not set, which means "Enabled"' : `is "${String(access.value)}"`;
      report(
        `directInternetAccess ${found}, so the notebook instance reaches the internet through an interface that bypasses the VPC. Set directInternetAccess: "Disabled", subnetId and securityGroups.`,
      );
    },
  },
};
