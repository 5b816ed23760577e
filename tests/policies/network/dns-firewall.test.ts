import { dnsFirewall } from "@cloister/policy-pack/rules/network/dns-firewall";
import { type TestResource, UNKNOWN } from "../../helpers/evaluate";
import { testRule } from "../table";

// Tests what the guardrail reports. tests/policies/reachability covers the states of a DNS Firewall.

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
    { it: "accepts a DNS Firewall that blocks all other domains", resources: [vpc, ...firewall("BLOCK")] },
    {
      it: "rejects a VPC without a DNS Firewall",
      resources: [vpc],
      want: [["vpc", /^DNS queries can leave the perimeter: resolver of vpc -> any domain \(no DNS Firewall\)\. Associate a rule group/]],
    },
    {
      it: "rejects a DNS Firewall that only alerts",
      resources: [vpc, ...firewall("ALERT")],
      want: [["vpc", /DNS Firewall without a BLOCK rule for all other domains/]],
    },
    {
      it: "rejects a DNS Firewall that only alerts in a VPC of another stack",
      resources: firewall("ALERT", "vpc-other"),
      want: [["firewall", /resolver of vpc-other -> DNS Firewall without a BLOCK rule for all other domains/]],
    },
    { it: "accepts a DNS Firewall that blocks in a VPC of another stack", resources: firewall("BLOCK", "vpc-other") },
    {
      it: "rejects such a firewall with requireClosed, because rules of other stacks can precede its rules",
      resources: firewall("BLOCK", "vpc-other"),
      settings: { requireClosed: true },
      want: [
        [
          "firewall",
          /cannot be determined.*resolver of vpc-other -> DNS Firewall rules of other stacks.*list the VPC in policy setting 'inside'/,
        ],
      ],
    },
    {
      it: "rejects a VPC of another stack that gets an endpoint and no DNS Firewall",
      resources: [endpoint],
      want: [
        [
          "sts",
          /cannot be determined.*resolver of vpc-other -> DNS Firewall rules of other stacks.*list the VPC in policy setting 'inside'/,
        ],
      ],
    },
    { it: "accepts a VPC of another stack that is listed in inside", resources: [endpoint], settings: { inside: ["vpc-other"] } },
    {
      it: "accepts a VPC of another stack that gets an endpoint and a DNS Firewall",
      resources: [endpoint, ...firewall("BLOCK", "vpc-other")],
    },
    {
      it: "rejects allowed third-party domains",
      resources: [vpc, ...firewall("BLOCK"), ...allowing("sts.eu-central-1.amazonaws.com.", "evil.example.", "*.co.uk.")],
      want: [
        ["vpc", /third-party domains that DNS Firewall allows \(evil\.example\., \*\.co\.uk\.\)\..* in policy setting 'allowedDomains'/],
      ],
    },
    {
      it: "accepts third-party domains in allowedDomains",
      resources: [vpc, ...firewall("BLOCK"), ...allowing("pypi.bank.example.", "*.eu-central-1.amazonaws.com.")],
      settings: { allowedDomains: ["*.bank.example"] },
    },
    {
      it: "rejects a DNS Firewall that fails open",
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
      it: "rejects a forwarding rule",
      resources: [vpc, ...firewall("BLOCK"), ...forwarding],
      want: [["vpc", /forwarding rule corporate/]],
    },
    {
      it: "accepts a forwarding rule to name servers inside the perimeter",
      resources: [vpc, ...firewall("BLOCK"), ...forwarding],
      settings: { inside: ["corporate"] },
    },
    {
      it: "accepts a rule group of another stack",
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
      it: "rejects a rule group of another stack with requireClosed",
      resources: [
        vpc,
        {
          ...firewall("BLOCK").at(-1)!,
          props: { firewallRuleGroupId: "rslvr-frg-1", vpcId: UNKNOWN },
          propertyDependencies: { vpcId: ["vpc"] },
        },
      ],
      settings: { requireClosed: true },
      want: [["vpc", /Whether DNS queries can leave the perimeter cannot be determined: .* DNS Firewall rules that cannot be determined/]],
    },
  ],
});
