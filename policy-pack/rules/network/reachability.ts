import { type Rule, textsAt } from "../../rule-kit";
import { prove } from "../../reachability";
import { isNatVpc, natSettings } from "./shared";

export const reachability: Rule = {
  name: "network-reachability",
  description: "No subnet, interface or endpoint has a path that leaves the perimeter.",
  why: "Each part of a way out can look harmless: a table here, a route there, a group elsewhere. Data leaves by all of them together.",
  fix: "Remove one part of the path that is printed, or name the target in the pack's config (inside) when its other side belongs to you.",
  severity: "critical",
  control: { reference: "SC-7", specification: "Boundary protection" },
  publicIds: ["Network Access Analyzer"],
  settings: {
    ...natSettings,
    requireClosed: {
      type: "boolean",
      default: false,
      description:
        "Whether to refuse also what can not be proven closed, such as a subnet that is not in the stack, or whose route table is not. For stacks that make their whole network.",
    },
    inside: {
      type: "array",
      items: { type: "string" },
      default: [],
      description:
        "Names or ids of transit gateways, peerings, VPN gateways, network interfaces and service networks whose other side belongs to the perimeter, names of endpoint services of yours in other accounts, and ids of subnets that are not in the stack and closed. An internet gateway is never inside.",
    },
  },
  stack(resources, report, settings) {
    const refused = settings.requireClosed === true ? ["open", "cannot tell"] : ["open"];
    for (const { kind, resource, verdict, paths, vpc } of prove(resources, { inside: textsAt(settings, "inside") })) {
      // The resolver is judged by network-dns-firewall, which can be exempted by itself.
      if (!refused.includes(verdict) || kind === "resolver" || (kind !== "endpoint" && isNatVpc(vpc, settings))) continue;
      const what = kind === "subnet" && !resource.type.endsWith("Subnet") ? "A subnet that this resource names" : `This ${kind}`;
      const more = paths.length > 1 ? `, and ${paths.length - 1} more like it` : "";
      if (verdict === "cannot tell")
        report(
          resource,
          `${what} can not be proven closed: ${paths[0]}${more}. Make what is missing part of the stack, name it in the pack's config (inside) when it belongs to you, or leave requireClosed at false.`,
        );
      else
        report(
          resource,
          `${what} has a path that leaves the perimeter: ${paths[0]}${more}. Remove one part of it, or name the target in the pack's config (inside) when its other side belongs to you.`,
        );
    }
  },
};
