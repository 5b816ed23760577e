import { evaluateReachability } from "../../reachability";
import { type Rule, stringsAt } from "../../rule-kit";
import { isNatVpc, natSettings } from "./shared";

export const reachability: Rule = {
  name: "network-reachability",
  description: "No subnet, interface or endpoint has a network path that leaves the perimeter.",
  risk: "Each part of an egress path can look harmless: a route table, a route, a security group. Data leaves through all of these parts together.",
  fix: "Remove one part of the reported path, or list the target in policy setting 'inside' when the network behind the target belongs to you.",
  severity: "critical",
  control: { reference: "SC-7", specification: "Boundary protection" },
  publicIds: ["Network Access Analyzer"],
  settings: {
    ...natSettings,
    requireClosed: {
      type: "boolean",
      default: false,
      description:
        "Whether to also reject paths that cannot be determined, such as paths of a subnet or route table of another stack. For stacks that create their whole network.",
    },
    inside: {
      type: "array",
      items: { type: "string" },
      default: [],
      description:
        "Targets inside the perimeter. Names or IDs of transit gateways, peering connections, VPN gateways, network interfaces, service networks and entries without routes (such as VPC links). Names of your endpoint services in other accounts, or of endpoints to your services. IDs of closed subnets of other stacks. An internet gateway is never inside.",
    },
  },
  stack(resources, report, settings) {
    const rejected = settings.requireClosed === true ? ["open", "unknown"] : ["open"];
    for (const { kind, resource, verdict, paths, vpc } of evaluateReachability(resources, { inside: stringsAt(settings, "inside") })) {
      // network-dns-firewall evaluates resolvers, so that resolvers can be exempted separately.
      if (!rejected.includes(verdict) || kind === "resolver" || (kind !== "endpoint" && isNatVpc(vpc, settings))) continue;
      const subject = kind === "subnet" && !resource.type.endsWith("Subnet") ? "A subnet that this resource names" : `This ${kind}`;
      const path = `${paths[0]}${paths.length > 1 ? `, and ${paths.length - 1} similar paths` : ""}`;
      if (verdict === "unknown")
        report(
          resource,
          `${subject} has a network path that cannot be determined, so data can leave the perimeter unnoticed: ${path}. Add the missing resource to the stack, list this resource in policy setting 'inside' when it belongs to you, or set 'requireClosed' to false.`,
        );
      else
        report(
          resource,
          `${subject} has a network path that leaves the perimeter: ${path}. Remove one part of this path, or list the target in policy setting 'inside' when the network behind the target belongs to you.`,
        );
    }
  },
};
