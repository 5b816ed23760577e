import { lookNow, type Rule } from "../../rule-kit";

export const notebookNoDirectInternet: Rule = {
  name: "sagemaker-notebook-no-direct-internet",
  description: "No notebook instance has internet access of its own.",
  why: "The instance gets a second network interface that leads to the internet, whatever its subnet.",
  fix: 'Write directInternetAccess: "Disabled", with subnetId and securityGroups. It replaces the instance.',
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
      const access = lookNow(props, "directInternetAccess");
      if (access.state === "known" && access.value === "Disabled") return;
      const found = access.state === "missing" ? 'is not set, which means "Enabled"' : `is "${String(access.value)}"`;
      report(
        `directInternetAccess ${found}, so the notebook reaches the internet past your VPC. Write directInternetAccess: "Disabled", with subnetId and securityGroups.`,
      );
    },
  },
};
