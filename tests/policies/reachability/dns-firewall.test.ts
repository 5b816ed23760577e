import { UNKNOWN } from "../../helpers/evaluate";
import { idOf, part } from "./render";
import { FIREWALL, RULE, DOMAIN_LIST, vpc, ruleGroup, firewall, blocking, withProps, resolverOfVpc } from "./stack";
import { testReachability } from "./table";

testReachability("DNS Firewall rules", [
  {
    it: "rules that allow some domains and block the rest",
    parts: firewall([10, "ALLOW", ["*.amazonaws.com"]], [20, "BLOCK", ["*"]]),
    of: resolverOfVpc,
    verdict: "closed",
  },
  {
    it: "rules that block some domains only",
    parts: firewall([10, "BLOCK", ["bad.example"]]),
    of: resolverOfVpc,
    verdict: "open",
    path: "DNS Firewall without a BLOCK rule for all other domains",
  },
  {
    it: "a rule that allows all domains before one that blocks them",
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
    it: "a group that allows all domains before a group that blocks them",
    parts: [...blocking, ...ruleGroup("before", 100, [[1, "ALLOW", ["*"]]])],
    of: resolverOfVpc,
    verdict: "open",
  },
  {
    it: "a group that allows all domains after a group that blocks them",
    parts: [...blocking, ...ruleGroup("after", 102, [[1, "ALLOW", ["*"]]])],
    of: resolverOfVpc,
    verdict: "closed",
  },
  {
    it: "a group of another stack before a group that blocks all domains",
    parts: [
      ...blocking,
      part(FIREWALL, "foreign", { vpcId: idOf("vpc"), firewallRuleGroupId: "rslvr-frg-of-another-stack", priority: 100 }),
    ],
    of: resolverOfVpc,
    verdict: "unknown",
  },
  {
    it: "a group of another stack after a group that blocks all domains",
    parts: [
      ...blocking,
      part(FIREWALL, "foreign", { vpcId: idOf("vpc"), firewallRuleGroupId: "rslvr-frg-of-another-stack", priority: 200 }),
    ],
    of: resolverOfVpc,
    verdict: "closed",
  },
  {
    it: "two groups with unknown priorities",
    parts: withProps([...blocking, ...ruleGroup("other", 100, [[1, "ALLOW", ["*"]]])], FIREWALL, { priority: UNKNOWN }),
    of: resolverOfVpc,
    previewOnly: true,
    verdict: "unknown",
  },
  {
    it: "a rule that allows all domains after one that blocks them",
    parts: firewall([9, "BLOCK", ["*"]], [10, "ALLOW", ["*"]]),
    of: resolverOfVpc,
    verdict: "closed",
  },
  {
    it: "a rule with an unknown domain list before one that blocks the rest",
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
    it: "a rule that alerts on DNS threats before one that blocks the rest",
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
    it: "a rule that blocks DNS threats before one that blocks the rest",
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
    it: "a rule that allows all domains in an unknown group",
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
    it: "a group that allows all domains on an unknown VPC",
    parts: [...blocking, ...withProps(ruleGroup("stray", 100, [[1, "ALLOW", ["*"]]]), FIREWALL, { vpcId: UNKNOWN })],
    of: resolverOfVpc,
    previewOnly: true,
    verdict: "unknown",
  },
]);
