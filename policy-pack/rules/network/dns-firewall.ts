import { evaluateReachability } from "../../reachability";
import { type Rule, stringsAt } from "../../rule-kit";

const fix =
  "Associate a rule group that allows the required domains and ends with BLOCK for '*' (ResolverFirewallRuleGroupAssociation), set firewallFailOpen: \"DISABLED\", and list third-party domains in policy setting 'allowedDomains'.";

const foreignVpcFix = "When another stack associates such a rule group, list the VPC in policy setting 'inside'.";

/**
 * A VPC of another stack is evaluated as soon as this stack creates a resource in the VPC. The rules of that VPC cannot
 * be read, so it is rejected unless this stack associates a rule group, or the settings list the VPC.
 */
export const dnsFirewall: Rule = {
  name: "network-dns-firewall",
  description: "The resolver of every VPC answers only allowed domains.",
  risk: "The owner of a domain can read every query below it. A resolver that answers all domains is an egress path without a gateway.",
  fix,
  severity: "medium",
  control: { reference: "SC-7", specification: "Boundary protection" },
  publicIds: [],
  settings: {
    requireClosed: {
      type: "boolean",
      default: false,
      description: "Whether to reject answers that cannot be determined too, such as those of a rule group or VPC of another stack.",
    },
    inside: {
      type: "array",
      items: { type: "string" },
      default: [],
      description:
        "Names or IDs of forwarding rules whose name servers belong to the perimeter, and IDs of VPCs whose DNS Firewall another stack creates.",
    },
    allowedDomains: {
      type: "array",
      items: { type: "string" },
      default: [],
      description:
        "Domains that a resolver can answer besides AWS domains and the private hosted zones of the VPC, such as `pypi.bank.example`. `*.bank.example` stands for all names below that domain. The owner of a domain can read every query.",
    },
  },
  stack(resources, report, settings) {
    const perimeter = { inside: stringsAt(settings, "inside"), allowedDomains: stringsAt(settings, "allowedDomains") };
    const rejected = settings.requireClosed === true ? ["open", "unknown"] : ["open"];
    for (const { kind, resource, verdict, paths, vpc } of evaluateReachability(resources, perimeter)) {
      if (kind !== "resolver") continue;
      const isUnknownVpc = typeof vpc === "string" && verdict === "unknown";
      const hasNoFirewallHere = isUnknownVpc && !resource.type.endsWith(":ResolverFirewallRuleGroupAssociation");
      if (!rejected.includes(verdict) && !hasNoFirewallHere) continue;
      const problem =
        verdict === "open" ? "DNS queries can leave the perimeter" : "Whether DNS queries can leave the perimeter cannot be determined";
      report(resource, `${problem}: ${paths.join("; ")}. ${fix}${isUnknownVpc ? ` ${foreignVpcFix}` : ""}`);
    }
  },
};
