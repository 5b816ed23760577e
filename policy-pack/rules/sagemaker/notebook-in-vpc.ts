import { isPresent, type Rule } from "../../rule-kit";

/** Groups without a subnet look protected and are not: they only count inside a VPC. */
export const notebookInVpc: Rule = {
  name: "sagemaker-notebook-in-vpc",
  description: "Every notebook instance is in a subnet and security groups of yours.",
  why: "Outside of a VPC nothing limits what it reaches; without groups of its own it gets the VPC's default one.",
  fix: "Write subnetId: <private subnet> and securityGroups: [<group>].",
  severity: "high",
  control: { reference: "SC-7", specification: "Boundary protection" },
  publicIds: [
    "Security Hub SageMaker.2",
    "Config sagemaker-notebook-instance-inside-vpc",
    "Checkov CKV_AWS_306",
    "Prowler sagemaker_notebook_instance_vpc_settings_configured",
    "cdk-nag AwsSolutions-SM1",
  ],
  resource: {
    "aws:sagemaker/notebookInstance:NotebookInstance": ({ props }, report) => {
      if (!isPresent(props, "subnetId"))
        report("subnetId is not set, so the notebook runs in a network that SageMaker manages. Write subnetId: <private subnet>.");
      if (!isPresent(props, "securityGroups"))
        report(
          "securityGroups is not set, so the notebook gets the VPC's default group. Write securityGroups: [<group that reaches only the endpoints>].",
        );
    },
  },
};
