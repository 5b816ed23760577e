import { noNatGateway } from "@cloister/policy-pack/rules/network/no-nat-gateway";
import { UNKNOWN } from "../../helpers/judge";
import { testRule } from "../table";

testRule(noNatGateway, {
  resource: [
    { it: "accepts a private one", inputs: { connectivityType: "private", subnetId: UNKNOWN } },
    {
      it: "refuses a public one",
      inputs: { connectivityType: "public", subnetId: "subnet-1", allocationId: "eipalloc-1" },
      want: [/^This NAT gateway is public: everything behind it reaches the internet\. Remove it, write connectivityType: "private"/],
    },
    {
      it: "refuses what AWS makes public by itself",
      inputs: { subnetId: "subnet-1" },
      want: [/is public, which is what AWS makes of a missing connectivityType/],
    },
    {
      it: "refuses a regional one, which has a VPC and no subnet",
      inputs: { availabilityMode: "regional", vpcId: "vpc-1" },
      want: [/is public/],
    },
    { it: "says that it cannot judge a value known only later", inputs: { connectivityType: UNKNOWN }, outcome: "unknown" },
    { it: "accepts a public one with NAT", inputs: { connectivityType: "public" }, settings: { natVpcs: ["egress"] } },
  ],
});
