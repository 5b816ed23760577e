import { lookNow, type Rule } from "../../rule-kit";
import { natAllowed, natSettings } from "./shared";

const fix = 'Remove it, write connectivityType: "private", or name the VPC in the pack\'s config (natVpcs).';

export const noNatGateway: Rule = {
  name: "network-no-nat-gateway",
  description: "No NAT gateway has a public address.",
  why: "Everything in the VPC can send data to the internet through it.",
  fix,
  severity: "high",
  control: { reference: "SC-7", specification: "Boundary protection" },
  publicIds: [],
  settings: natSettings,
  resource: {
    "aws:ec2/natGateway:NatGateway": ({ props }, report, settings) => {
      if (natAllowed(settings)) return;
      const kind = lookNow(props, "connectivityType");
      if (kind.state === "known" && kind.value === "private") return;
      report(
        `This NAT gateway is public${kind.state === "missing" ? ", which is what AWS makes of a missing connectivityType" : ""}: everything behind it reaches the internet. ${fix}`,
      );
    },
  },
};
