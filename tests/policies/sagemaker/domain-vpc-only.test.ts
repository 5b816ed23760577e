import { domainVpcOnly } from "@cloister/policy-pack/rules/sagemaker/domain-vpc-only";
import { UNKNOWN } from "../../helpers/judge";
import { testRule } from "../table";

testRule(domainVpcOnly, {
  resource: [
    { it: "accepts VpcOnly", inputs: { appNetworkAccessType: "VpcOnly" } },
    {
      it: "refuses the value that SageMaker takes by itself",
      inputs: {},
      want: [/appNetworkAccessType is not set, which means "PublicInternetOnly"/],
    },
    { it: "refuses an empty value", inputs: { appNetworkAccessType: "" }, want: [/is not set/] },
    {
      it: "refuses a public domain, whatever VPC it is in",
      inputs: { appNetworkAccessType: "PublicInternetOnly", vpcId: "vpc-1", subnetIds: ["subnet-1"] },
      want: [/is "PublicInternetOnly", so apps reach the internet .* Write appNetworkAccessType: "VpcOnly"\./],
    },
    { it: "refuses another spelling, which AWS refuses too", inputs: { appNetworkAccessType: "vpconly" }, want: [/is "vpconly"/] },
    { it: "says that it cannot judge a value known only later", inputs: { appNetworkAccessType: UNKNOWN }, outcome: "unknown" },
    { it: "judges beside other values known only later", inputs: { vpcId: UNKNOWN }, want: [/is not set/] },
  ],
});
