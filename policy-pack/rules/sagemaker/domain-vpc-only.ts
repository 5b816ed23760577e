import { lookNow, type Rule } from "../../rule-kit";

/** A `vpcId` does not help: a domain always has one, also when its apps use the network that SageMaker manages. */
export const domainVpcOnly: Rule = {
  name: "sagemaker-domain-vpc-only",
  description: "Studio's traffic stays inside the VPC.",
  why: "Otherwise apps reach the internet through a network that SageMaker manages, beside your VPC.",
  fix: 'Write appNetworkAccessType: "VpcOnly" and give the domain private subnets. On a domain that exists this replaces it.',
  severity: "critical",
  control: { reference: "SC-7", specification: "Boundary protection" },
  publicIds: ["Config sagemaker-domain-in-vpc"],
  resource: {
    "aws:sagemaker/domain:Domain": ({ props }, report) => {
      const access = lookNow(props, "appNetworkAccessType");
      if (access.state === "known" && access.value === "VpcOnly") return;
      const found = access.state === "missing" ? 'is not set, which means "PublicInternetOnly"' : `is "${String(access.value)}"`;
      report(
        `appNetworkAccessType ${found}, so apps reach the internet through a network that SageMaker manages, beside your VPC. Write appNetworkAccessType: "VpcOnly".`,
      );
    },
  },
};
