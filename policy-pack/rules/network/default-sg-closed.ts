import { isPresent, type Rule, stringsAt } from "../../rule-kit";

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
  risk: "A resource without a security group gets the default security group. AWS creates this group with rules that allow all traffic from its members and all outbound traffic.",
  fix: "Adopt the default security group without rules: new aws.ec2.DefaultSecurityGroup(name, { vpcId }).",
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
      description: "Pulumi names of VPCs whose default security group need not be adopted.",
    },
  },
  resource: {
    [adopted]: ({ props }, report) => {
      for (const direction of ["ingress", "egress"])
        if (isPresent(props, direction))
          report(
            `The default security group has ${direction} rules, which apply to every resource without a security group. Remove ${direction} and define these rules in another security group.`,
          );
    },
  },
  stack(resources, report, settings) {
    // A rule whose group ID comes from a VPC is in the default security group: the VPC has no other group as an output.
    for (const rule of resources.filter(({ type }) => separateRules.includes(type)))
      if (rule.sources("securityGroupId").some(({ type }) => type === vpcType || type === adopted))
        report(
          rule,
          "This rule is in a default security group, so it applies to every resource without a security group. Define the rule in another security group.",
        );
    const groups = resources.filter(({ type }) => type === adopted);
    const exempt = stringsAt(settings, "exemptVpcs");
    for (const vpc of resources.filter(({ type, name }) => type === vpcType && !exempt.includes(name)))
      if (!groups.some(({ sources }) => sources("vpcId").includes(vpc)))
        report(
          vpc,
          `The default security group of this VPC is not adopted, so it allows traffic between its members and to all addresses. Adopt the group: new aws.ec2.DefaultSecurityGroup("${vpc.name}-default-group", { vpcId: vpc.id }).`,
        );
  },
};
