import { readValueOrThrow, type Rule } from "../../rule-kit";

/** A domain always has a `vpcId`, even when its apps use the network managed by SageMaker. */
export const domainVpcOnly: Rule = {
  name: "sagemaker-domain-vpc-only",
  description: "Studio traffic stays inside the VPC.",
  risk: "Otherwise apps reach the internet through a network managed by SageMaker that bypasses the VPC.",
  fix: 'Set appNetworkAccessType: "VpcOnly" and private subnets. AWS updates an existing domain only while no app runs.',
  severity: "critical",
  control: { reference: "SC-7", specification: "Boundary protection" },
  publicIds: ["Config sagemaker-domain-in-vpc"],
  resource: {
    "aws:sagemaker/domain:Domain": ({ props }, report) => {
      const access = readValueOrThrow(props, "appNetworkAccessType");
      if (access.state === "known" && access.value === "VpcOnly") return;
      const found = access.state === "missing" ? 'is not set, which means "PublicInternetOnly"' : `is "${String(access.value)}"`;
      report(
        `appNetworkAccessType ${found}, so apps reach the internet through a network managed by SageMaker that bypasses the VPC. Set appNetworkAccessType: "VpcOnly".`,
      );
    },
  },
};
