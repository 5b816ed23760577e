import { isPresent, type Rule } from "../../rule-kit";

/** Security groups without a subnet have no effect: security groups only apply inside a VPC. */
export const notebookInVpc: Rule = {
  name: "sagemaker-notebook-in-vpc",
  description: "Every notebook instance is in a subnet and security groups of the VPC.",
  risk: "Outside of a VPC, the notebook instance has unrestricted network access. Without security groups, it gets the default security group of the VPC.",
  fix: "Set subnetId: <private subnet> and securityGroups: [<group>].",
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
        report(
          "subnetId is not set, so the notebook instance runs in a network managed by SageMaker and can reach the internet. Set subnetId: <private subnet>.",
        );
      if (!isPresent(props, "securityGroups"))
        report(
          "securityGroups is not set, so the notebook instance gets the default security group of the VPC. Set securityGroups: [<ID of a security group with egress to the endpoints only>].",
        );
    },
  },
};
