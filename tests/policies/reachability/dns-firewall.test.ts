import { UNKNOWN } from "../../helpers/evaluate";
import { idOf, part } from "./render";
import { FIREWALL, RULE, DOMAIN_LIST, vpc, ruleGroup, firewall, blocking, withProps, resolverOfVpc } from "./stack";
import { testReachability } from "./table";

testReachability("DNS Firewall rules", [
  {
    it: "rules that allow some domains and block all other domains",
    parts: firewall([10, "ALLOW", ["*.amazonaws.com"]], [20, "BLOCK", ["*"]]),
    of: resolverOfVpc,
    verdict: "closed",
  },
  {
    it: "rules that only block some domains",
    parts: firewall([10, "BLOCK", ["bad.example"]]),
    of: resolverOfVpc,
    verdict: "open",
    path: "DNS Firewall without a BLOCK rule for all other domains",
  },
  {
    it: "a rule that allows all domains before a rule that blocks all domains",
    parts: firewall([10, "ALLOW", ["*"]], [20, "BLOCK", ["*"]]),
    of: resolverOfVpc,
    verdict: "open",
  },
  {
    it: "rules that only alert",
    parts: firewall([10, "ALERT", ["*"]]),
    of: resolverOfVpc,
    verdict: "open",
  },
  {
    it: "a rule group of another stack",
    parts: [vpc, part(FIREWALL, "firewall", { vpcId: idOf("vpc"), firewallRuleGroupId: "rslvr-frg-1" })],
    of: resolverOfVpc,
    verdict: "unknown",
  },
  {
    it: "a rule that blocks one query type only",
    parts: withProps(blocking, RULE, { qType: "A" }),
    of: resolverOfVpc,
    verdict: "open",
    path: "DNS Firewall without a BLOCK rule for all other domains",
  },
  {
    it: "a rule group that allows all domains before a rule group that blocks all domains",
    parts: [...blocking, ...ruleGroup("before", 100, [[1, "ALLOW", ["*"]]])],
    of: resolverOfVpc,
    verdict: "open",
  },
  {
    it: "a rule group that allows all domains after a rule group that blocks all domains",
    parts: [...blocking, ...ruleGroup("after", 102, [[1, "ALLOW", ["*"]]])],
    of: resolverOfVpc,
    verdict: "closed",
  },
  {
    it: "a rule group of another stack before a rule group that blocks all domains",
    parts: [
      ...blocking,
      part(FIREWALL, "foreign", { vpcId: idOf("vpc"), firewallRuleGroupId: "rslvr-frg-of-another-stack", priority: 100 }),
    ],
    of: resolverOfVpc,
    verdict: "unknown",
  },
  {
    it: "a rule group of another stack after a rule group that blocks all domains",
    parts: [
      ...blocking,
      part(FIREWALL, "foreign", { vpcId: idOf("vpc"), firewallRuleGroupId: "rslvr-frg-of-another-stack", priority: 200 }),
    ],
    of: resolverOfVpc,
    verdict: "closed",
  },
  {
    it: "two rule groups with unknown priorities",
    parts: withProps([...blocking, ...ruleGroup("other", 100, [[1, "ALLOW", ["*"]]])], FIREWALL, { priority: UNKNOWN }),
    of: resolverOfVpc,
    previewOnly: true,
    verdict: "unknown",
  },
  {
    it: "a rule that allows all domains after a rule that blocks all domains",
    parts: firewall([9, "BLOCK", ["*"]], [10, "ALLOW", ["*"]]),
    of: resolverOfVpc,
    verdict: "closed",
  },
  {
    it: "a rule with an unknown domain list before a rule that blocks all other domains",
    parts: [
      ...blocking,
      part(RULE, "some", {
        priority: 5,
        action: "ALLOW",
        firewallRuleGroupId: idOf("rules"),
        firewallDomainListId: "rslvr-fdl-of-another-stack",
      }),
    ],
    of: resolverOfVpc,
    verdict: "unknown",
  },
  {
    it: "a rule that alerts on DNS threats before a rule that blocks all other domains",
    parts: [
      ...blocking,
      part(RULE, "threats", {
        priority: 5,
        action: "ALERT",
        firewallRuleGroupId: idOf("rules"),
        dnsThreatProtection: "DNS_TUNNELING",
        confidenceThreshold: "LOW",
      }),
    ],
    of: resolverOfVpc,
    verdict: "open",
  },
  {
    it: "a rule that blocks DNS threats before a rule that blocks all other domains",
    parts: [
      ...blocking,
      part(RULE, "threats", {
        priority: 5,
        action: "BLOCK",
        firewallRuleGroupId: idOf("rules"),
        dnsThreatProtection: "DNS_TUNNELING",
        confidenceThreshold: "LOW",
      }),
    ],
    of: resolverOfVpc,
    verdict: "closed",
  },
  {
    it: "a rule that allows all domains in an unknown rule group",
    parts: [
      ...blocking,
      part(DOMAIN_LIST, "all", { domains: ["*"] }),
      part(RULE, "stray", { priority: 1, action: "ALLOW", firewallRuleGroupId: UNKNOWN, firewallDomainListId: idOf("all") }),
    ],
    of: resolverOfVpc,
    previewOnly: true,
    verdict: "unknown",
  },
  {
    it: "a rule group that allows all domains in an unknown VPC",
    parts: [...blocking, ...withProps(ruleGroup("stray", 100, [[1, "ALLOW", ["*"]]]), FIREWALL, { vpcId: UNKNOWN })],
    of: resolverOfVpc,
    previewOnly: true,
    verdict: "unknown",
  },
]);
