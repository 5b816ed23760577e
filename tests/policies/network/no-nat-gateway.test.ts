import { noNatGateway } from "@cloister/policy-pack/rules/network/no-nat-gateway";
import { UNKNOWN } from "../../helpers/evaluate";
import { testRule } from "../table";

testRule(noNatGateway, {
  resource: [
    { it: "accepts a private NAT gateway", inputs: { connectivityType: "private", subnetId: UNKNOWN } },
    {
      it: "rejects a public NAT gateway",
      inputs: { connectivityType: "public", subnetId: "subnet-1", allocationId: "eipalloc-1" },
      want: [
        /^connectivityType is "public", so every subnet that routes to this NAT gateway can send data to the internet\. Set connectivityType: "private"/,
      ],
    },
    {
      it: "rejects a missing value, which means public",
      inputs: { subnetId: "subnet-1" },
      want: [/^connectivityType is not set, which means "public"/],
    },
    {
      it: "rejects a regional NAT gateway, which has a VPC and no subnet",
      inputs: { availabilityMode: "regional", vpcId: "vpc-1" },
      want: [/connectivityType is/],
    },
    { it: "reports 'unknown' for a value that is unknown at preview", inputs: { connectivityType: UNKNOWN }, outcome: "unknown" },
    {
      it: "accepts a public NAT gateway when natVpcs lists a VPC",
      inputs: { connectivityType: "public" },
      settings: { natVpcs: ["egress"] },
    },
  ],
});
