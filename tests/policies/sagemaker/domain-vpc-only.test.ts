import { domainVpcOnly } from "@cloister/policy-pack/rules/sagemaker/domain-vpc-only";
import { UNKNOWN } from "../../helpers/evaluate";
import { testRule } from "../table";

testRule(domainVpcOnly, {
  resource: [
    { it: "accepts appNetworkAccessType VpcOnly", inputs: { appNetworkAccessType: "VpcOnly" } },
    {
      it: "rejects a missing value, which SageMaker defaults to internet access",
      inputs: {},
      want: [/appNetworkAccessType is not set, which means "PublicInternetOnly"/],
    },
    { it: "rejects an empty appNetworkAccessType", inputs: { appNetworkAccessType: "" }, want: [/is not set/] },
    {
      it: "rejects a public domain in a VPC",
      inputs: { appNetworkAccessType: "PublicInternetOnly", vpcId: "vpc-1", subnetIds: ["subnet-1"] },
      want: [/is "PublicInternetOnly", so apps reach the internet .* Set appNetworkAccessType: "VpcOnly"\./],
    },
    { it: "rejects VpcOnly in another spelling", inputs: { appNetworkAccessType: "vpconly" }, want: [/is "vpconly"/] },
    { it: "reports 'unknown' for a value that is unknown at preview", inputs: { appNetworkAccessType: UNKNOWN }, outcome: "unknown" },
    { it: "rejects a missing value while other values are unknown at preview", inputs: { vpcId: UNKNOWN }, want: [/is not set/] },
  ],
});
