import { type Rule, textsAt } from "../../rule-kit";
import { prove } from "../../reachability";

const fix =
  "Put a rule group on the VPC that allows the names that are needed and ends with BLOCK for '*' (ResolverFirewallRuleGroupAssociation), leave firewallFailOpen at DISABLED, and list names that are not AWS's in the pack's config (allowedDomains).";

const others = "Put such a group on it here, or name it in the pack's config (inside) if that is done elsewhere.";

/** A VPC of another stack is judged as well once this one puts something into it: what rules it has there is not seen from here, so it is refused unless the stack brings rules, or the config names it. */
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
      description:
        "Whether to refuse also what can not be proven closed, such as a rule group of another stack, or a VPC of another stack.",
    },
    inside: {
      type: "array",
      items: { type: "string" },
      default: [],
      description:
        "Names or ids of forwarding rules whose servers belong to the perimeter, and ids of VPCs of other stacks whose DNS Firewall is made there.",
    },
    allowedDomains: {
      type: "array",
      items: { type: "string" },
      default: [],
      description:
        "Names that a resolver may answer besides AWS's own and those of the VPC's private zones, such as `pypi.bank.example`; `*.bank.example` is all names below that one. Whoever owns one reads what is asked for below it.",
    },
  },
  stack(resources, report, settings) {
    const perimeter = { inside: textsAt(settings, "inside"), allowedDomains: textsAt(settings, "allowedDomains") };
    const refused = settings.requireClosed === true ? ["open", "cannot tell"] : ["open"];
    for (const { kind, resource, verdict, paths, vpc } of prove(resources, perimeter)) {
      if (kind !== "resolver") continue;
      const isOfOthers = typeof vpc === "string" && verdict === "cannot tell";
      if (!refused.includes(verdict) && !(isOfOthers && !resource.type.endsWith(":ResolverFirewallRuleGroupAssociation"))) continue;
      const says = verdict === "open" ? "Names that are asked for reach the outside" : "It can not be proven which names reach the outside";
      report(resource, `${says}: ${paths.join("; ")}. ${fix}${isOfOthers ? ` ${others}` : ""}`);
    }
  },
};
