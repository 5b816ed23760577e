import { dnsFirewall } from "@cloister/policy-pack/rules/network/dns-firewall";
import { type TestResource, UNKNOWN } from "../../helpers/judge";
import { testRule } from "../table";

// That every state of a firewall is told apart is shown by tests/policies/reachability.test.ts; here only what the guardrail makes of it.

const vpc: TestResource = { type: "aws:ec2/vpc:Vpc", name: "vpc" };
const firewall = (action: string, vpcId?: string): TestResource[] => [
  { type: "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList", name: "names", props: { domains: ["*"] } },
  { type: "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup", name: "rules" },
  {
    type: "aws:route53/resolverFirewallRule:ResolverFirewallRule",
    name: "rest",
    props: { action, priority: 200, firewallRuleGroupId: UNKNOWN, firewallDomainListId: UNKNOWN },
    propertyDependencies: { firewallRuleGroupId: ["rules"], firewallDomainListId: ["names"] },
  },
  {
    type: "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation",
    name: "firewall",
    props: { vpcId: vpcId ?? UNKNOWN, firewallRuleGroupId: UNKNOWN, priority: 101 },
    propertyDependencies: { firewallRuleGroupId: ["rules"], ...(vpcId === undefined && { vpcId: ["vpc"] }) },
  },
];
const forwarding: TestResource[] = [
  { type: "aws:route53/resolverRule:ResolverRule", name: "corporate", props: { ruleType: "FORWARD" } },
  {
    type: "aws:route53/resolverRuleAssociation:ResolverRuleAssociation",
    name: "forwarding",
    props: { vpcId: UNKNOWN, resolverRuleId: UNKNOWN },
    propertyDependencies: { vpcId: ["vpc"], resolverRuleId: ["corporate"] },
  },
];

testRule(dnsFirewall, {
  stack: [
    { it: "accepts a VPC whose resolver refuses the rest", resources: [vpc, ...firewall("BLOCK")] },
    {
      it: "refuses a VPC without a firewall",
      resources: [vpc],
      want: [
        [
          "vpc",
          /Names that are asked for reach the outside: resolver of vpc -> any name, without DNS Firewall\. Put a rule group on the VPC/,
        ],
      ],
    },
    {
      it: "refuses a firewall that only alerts",
      resources: [vpc, ...firewall("ALERT")],
      want: [["vpc", /DNS Firewall that does not block the rest/]],
    },
    {
      it: "refuses one that only alerts in a VPC of another stack",
      resources: firewall("ALERT", "vpc-other"),
      want: [["firewall", /resolver of vpc-other -> DNS Firewall that does not block the rest/]],
    },
    { it: "accepts one that blocks in a VPC of another stack", resources: firewall("BLOCK", "vpc-other") },
    {
      it: "refuses one that lets through when it fails",
      resources: [
        vpc,
        ...firewall("BLOCK"),
        {
          type: "aws:route53/resolverFirewallConfig:ResolverFirewallConfig",
          name: "config",
          props: { resourceId: UNKNOWN, firewallFailOpen: "ENABLED" },
          propertyDependencies: { resourceId: ["vpc"] },
        },
      ],
      want: [["vpc", /firewallFailOpen/]],
    },
    {
      it: "refuses a rule that forwards questions",
      resources: [vpc, ...firewall("BLOCK"), ...forwarding],
      want: [["vpc", /forwarding rule corporate/]],
    },
    {
      it: "accepts one to servers that are said to be inside",
      resources: [vpc, ...firewall("BLOCK"), ...forwarding],
      settings: { inside: ["corporate"] },
    },
    {
      it: "accepts rules of another stack: another rule, or that stack, tells",
      resources: [
        vpc,
        {
          ...firewall("BLOCK").at(-1)!,
          props: { firewallRuleGroupId: "rslvr-frg-1", vpcId: UNKNOWN },
          propertyDependencies: { vpcId: ["vpc"] },
        },
      ],
    },
    {
      it: "refuses them where everything is to be proven",
      resources: [
        vpc,
        {
          ...firewall("BLOCK").at(-1)!,
          props: { firewallRuleGroupId: "rslvr-frg-1", vpcId: UNKNOWN },
          propertyDependencies: { vpcId: ["vpc"] },
        },
      ],
      settings: { requireClosed: true },
      want: [["vpc", /It can not be proven which names reach the outside: .* DNS Firewall rules that are not known/]],
    },
  ],
});
