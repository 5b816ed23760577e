import { readValueOrThrow, type Rule } from "../../rule-kit";
import { natAllowed, natSettings } from "./shared";

const fix = "Set connectivityType: \"private\", remove the gateway, or list the VPC in policy setting 'natVpcs'.";

export const noNatGateway: Rule = {
  name: "network-no-nat-gateway",
  description: "Every NAT gateway is private.",
  risk: "Every subnet that routes to a public NAT gateway can send data to the internet.",
  fix,
  severity: "high",
  control: { reference: "SC-7", specification: "Boundary protection" },
  publicIds: [],
  settings: natSettings,
  resource: {
    "aws:ec2/natGateway:NatGateway": ({ props }, report, settings) => {
      if (natAllowed(settings)) return;
      const kind = readValueOrThrow(props, "connectivityType");
      if (kind.state === "known" && kind.value === "private") return;
      report(
        `connectivityType is ${kind.state === "missing" ? 'not set, which means "public"' : `"${String(kind.value)}"`}, so every subnet that routes to this NAT gateway can send data to the internet. ${fix}`,
      );
    },
  },
};
