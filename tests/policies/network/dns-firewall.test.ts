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
const allowing = (...domains: string[]): TestResource[] => [
  { type: "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList", name: "some", props: { domains } },
  {
    type: "aws:route53/resolverFirewallRule:ResolverFirewallRule",
    name: "allowed",
    props: { action: "ALLOW", priority: 100, firewallRuleGroupId: UNKNOWN, firewallDomainListId: UNKNOWN },
    propertyDependencies: { firewallRuleGroupId: ["rules"], firewallDomainListId: ["some"] },
  },
];
const endpoint: TestResource = {
  type: "aws:ec2/vpcEndpoint:VpcEndpoint",
  name: "sts",
  props: { vpcId: "vpc-other", subnetIds: ["subnet-other"], serviceName: "com.amazonaws.eu-central-1.sts" },
};
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
      it: "refuses it where everything is to be proven: rules of others may come first",
      resources: firewall("BLOCK", "vpc-other"),
      settings: { requireClosed: true },
      want: [["firewall", /can not be proven.*resolver of vpc-other -> rules of other stacks.*name it in the pack's config \(inside\)/]],
    },
    {
      it: "refuses a VPC of another stack that gets an endpoint and no firewall",
      resources: [endpoint],
      want: [["sts", /can not be proven.*resolver of vpc-other -> rules of other stacks.*name it in the pack's config \(inside\)/]],
    },
    { it: "accepts it when the VPC has one elsewhere", resources: [endpoint], settings: { inside: ["vpc-other"] } },
    { it: "accepts it with one that blocks", resources: [endpoint, ...firewall("BLOCK", "vpc-other")] },
    {
      it: "refuses names of others that are allowed",
      resources: [vpc, ...firewall("BLOCK"), ...allowing("sts.eu-central-1.amazonaws.com.", "evil.example.", "*.co.uk.")],
      want: [["vpc", /names of others that DNS Firewall allows \(evil\.example\., \*\.co\.uk\.\)\..*\(allowedDomains\)/]],
    },
    {
      it: "accepts those that the config allows",
      resources: [vpc, ...firewall("BLOCK"), ...allowing("pypi.bank.example.", "*.eu-central-1.amazonaws.com.")],
      settings: { allowedDomains: ["*.bank.example"] },
    },
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
