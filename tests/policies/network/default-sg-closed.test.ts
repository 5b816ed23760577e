import { defaultSgClosed } from "@cloister/policy-pack/rules/network/default-sg-closed";
import { UNKNOWN } from "../../helpers/evaluate";
import { type StackCase, testRule } from "../table";

const adopted = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";
const vpc = { type: "aws:ec2/vpc:Vpc", name: "vpc", props: { cidrBlock: "10.0.0.0/16" } };
const group = { type: adopted, name: "default", props: { vpcId: UNKNOWN }, propertyDependencies: { vpcId: ["vpc"] } };
const rules = [
  "aws:ec2/securityGroupRule:SecurityGroupRule",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
];
const inDefault =
  /^This rule is in a default security group, so it applies to every resource without a security group\. Define the rule in another security group\./;

testRule(defaultSgClosed, {
  resource: [
    { it: "accepts a default security group without rules", inputs: { vpcId: UNKNOWN } },
    { it: "accepts empty lists", inputs: { vpcId: "vpc-1", ingress: [], egress: [] } },
    {
      it: "rejects ingress rules from self",
      inputs: { ingress: [{ protocol: "-1", self: true }] },
      want: [/^The default security group has ingress rules, which apply to every resource without a security group\. Remove ingress/],
    },
    { it: "rejects egress rules", inputs: { egress: [{ protocol: "-1", cidrBlocks: ["10.0.0.0/16"] }] }, want: [/has egress rules/] },
    {
      it: "rejects ingress and egress rules",
      inputs: { ingress: [{ self: true }], egress: [{ self: true }] },
      want: [/ingress/, /egress/],
    },
    { it: "counts rules that are unknown at preview as rules", inputs: { ingress: [UNKNOWN] }, want: [/ingress/] },
  ],
  stack: [
    { it: "accepts a VPC with an adopted default security group", resources: [vpc, group] },
    {
      it: "rejects a VPC whose default security group is not adopted",
      resources: [vpc],
      want: [
        [
          "vpc",
          /^The default security group of this VPC is not adopted, so it allows traffic .* Adopt the group: new aws\.ec2\.DefaultSecurityGroup\("vpc-default-group"/,
        ],
      ],
    },
    {
      it: "names the VPC whose default security group is not adopted",
      resources: [vpc, group, { ...vpc, name: "other" }],
      want: [["other", /is not adopted/]],
    },
    { it: "accepts a VPC in exemptVpcs", resources: [vpc], settings: { exemptVpcs: ["vpc"] } },
    {
      it: "rejects a VPC when exemptVpcs names another VPC",
      resources: [vpc],
      settings: { exemptVpcs: ["other"] },
      want: [["vpc", /is not adopted/]],
    },
    ...rules.flatMap((type): StackCase[] => [
      {
        it: `rejects a ${type.split(":")[2]} in the VPC's defaultSecurityGroupId`,
        resources: [
          vpc,
          group,
          { type, name: "rule", props: { securityGroupId: UNKNOWN }, propertyDependencies: { securityGroupId: ["vpc"] } },
        ],
        want: [["rule", inDefault]],
      },
      {
        it: `rejects a ${type.split(":")[2]} in the adopted default security group`,
        resources: [vpc, group, { type, name: "rule", propertyDependencies: { securityGroupId: ["default"] } }],
        want: [["rule", inDefault]],
      },
      {
        it: `accepts a ${type.split(":")[2]} in a separate security group`,
        resources: [
          vpc,
          group,
          { type: "aws:ec2/securityGroup:SecurityGroup", name: "own", propertyDependencies: { vpcId: ["vpc"] } },
          { type, name: "rule", propertyDependencies: { securityGroupId: ["own"] } },
        ],
      },
    ]),
  ],
});
