import { isPresent, type Rule, textsAt } from "../../rule-kit";

const adopted = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";
const vpcType = "aws:ec2/vpc:Vpc";
const separateRules = [
  "aws:ec2/securityGroupRule:SecurityGroupRule",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
];

export const defaultSgClosed: Rule = {
  name: "network-default-sg-closed",
  description: "The default security group of every VPC has no rules.",
  why: "Whatever names no group gets the default one; as AWS makes it, its members reach each other and everything outside.",
  fix: "Adopt it without rules: new aws.ec2.DefaultSecurityGroup(name, { vpcId }).",
  severity: "high",
  control: { reference: "SC-7", specification: "Boundary protection" },
  publicIds: [
    "Security Hub EC2.2",
    "Config vpc-default-security-group-closed",
    "Checkov CKV2_AWS_12",
    "Prowler ec2_securitygroup_default_restrict_traffic",
    "Trivy AWS-0173",
    "cdk-nag VPCDefaultSecurityGroupClosed",
  ],
  settings: {
    exemptVpcs: {
      type: "array",
      items: { type: "string" },
      default: [],
      description: "Pulumi names of VPCs whose default group need not be adopted.",
    },
  },
  resource: {
    [adopted]: ({ props }, report) => {
      for (const direction of ["ingress", "egress"])
        if (isPresent(props, direction))
          report(
            `The default security group has ${direction} rules, so whatever names no group may use them. Leave ${direction} out; write the rules on a group of their own.`,
          );
    },
  },
  stack(resources, report, settings) {
    // Of a VPC's outputs only the default group can be what a rule belongs to.
    for (const rule of resources.filter(({ type }) => separateRules.includes(type)))
      if (rule.sources("securityGroupId").some(({ type }) => type === vpcType || type === adopted))
        report(rule, "This rule belongs to a default security group, so whatever names no group may use it. Put it on a group of its own.");
    const groups = resources.filter(({ type }) => type === adopted);
    const exempt = textsAt(settings, "exemptVpcs");
    for (const vpc of resources.filter(({ type, name }) => type === vpcType && !exempt.includes(name)))
      if (!groups.some(({ sources }) => sources("vpcId").includes(vpc)))
        report(
          vpc,
          `Nothing adopts this VPC's default security group, so it lets its members reach each other and everything outside. Write new aws.ec2.DefaultSecurityGroup("${vpc.name}-default-group", { vpcId: vpc.id }).`,
        );
  },
};
