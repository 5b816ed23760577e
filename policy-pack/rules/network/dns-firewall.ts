import { type Rule, textsAt } from "../../frame";
import { prove } from "../../reachability";

const fix =
  "Put a rule group on the VPC that allows the names that are needed and ends with BLOCK for '*' (ResolverFirewallRuleGroupAssociation), and leave firewallFailOpen at DISABLED.";

/** A VPC of another stack has one there; only what this stack does to it is judged. */
export const dnsFirewall: Rule = {
  name: "network-dns-firewall",
  description: "The resolver of every VPC answers only names that are allowed.",
  why: "Whoever owns a domain reads what is asked for below it. A resolver that answers every name is a way out without a gateway.",
  fix,
  severity: "medium",
  control: { reference: "SC-7", specification: "Boundary protection" },
  publicIds: [],
  settings: {
    requireClosed: {
      type: "boolean",
      default: false,
      description: "Whether to refuse also what can not be proven closed, such as a rule group of another stack.",
    },
    inside: {
      type: "array",
      items: { type: "string" },
      default: [],
      description: "Names or ids of forwarding rules whose servers belong to the perimeter.",
    },
  },
  stack(resources, report, settings) {
    const refused = settings.requireClosed === true ? ["open", "cannot tell"] : ["open"];
    for (const { kind, resource, verdict, paths } of prove(resources, { inside: textsAt(settings, "inside") })) {
      if (kind !== "resolver" || !refused.includes(verdict)) continue;
      const says = verdict === "open" ? "Names that are asked for reach the outside" : "It can not be proven which names reach the outside";
      report(resource, `${says}: ${paths.join("; ")}. ${fix}`);
    }
  },
};
