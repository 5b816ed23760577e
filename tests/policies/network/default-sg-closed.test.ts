import { defaultSgClosed } from "@cloister/policy-pack/rules/network/default-sg-closed";
import { UNKNOWN } from "../../helpers/judge";
import { type StackCase, testRule } from "../table";

const adopted = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";
const vpc = { type: "aws:ec2/vpc:Vpc", name: "vpc", props: { cidrBlock: "10.0.0.0/16" } };
const group = { type: adopted, name: "default", props: { vpcId: UNKNOWN }, propertyDependencies: { vpcId: ["vpc"] } };
const rules = [
  "aws:ec2/securityGroupRule:SecurityGroupRule",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
];
const inDefault = /^This rule belongs to a default security group, so whatever names no group may use it\. Put it/;

testRule(defaultSgClosed, {
  resource: [
    { it: "accepts the group without rules", inputs: { vpcId: UNKNOWN } },
    { it: "accepts empty lists", inputs: { vpcId: "vpc-1", ingress: [], egress: [] } },
    {
      it: "refuses ingress, also from itself",
      inputs: { ingress: [{ protocol: "-1", self: true }] },
      want: [/^The default security group has ingress rules.* Leave ingress out/],
    },
    { it: "refuses egress", inputs: { egress: [{ protocol: "-1", cidrBlocks: ["10.0.0.0/16"] }] }, want: [/has egress rules/] },
    { it: "refuses both", inputs: { ingress: [{ self: true }], egress: [{ self: true }] }, want: [/ingress/, /egress/] },
    { it: "counts rules known only later as rules", inputs: { ingress: [UNKNOWN] }, want: [/ingress/] },
  ],
  stack: [
    { it: "accepts a VPC whose group is adopted", resources: [vpc, group] },
    {
      it: "refuses a VPC whose group nobody adopts",
      resources: [vpc],
      want: [["vpc", /^Nothing adopts this VPC's default security group.* Write new aws\.ec2\.DefaultSecurityGroup\("vpc-default-group"/]],
    },
    { it: "tells which of two VPCs it is", resources: [vpc, group, { ...vpc, name: "other" }], want: [["other", /Nothing adopts/]] },
    { it: "accepts a VPC that is exempt", resources: [vpc], settings: { exemptVpcs: ["vpc"] } },
    {
      it: "refuses a VPC when another is exempt",
      resources: [vpc],
      settings: { exemptVpcs: ["other"] },
      want: [["vpc", /Nothing adopts/]],
    },
    ...rules.flatMap((type): StackCase[] => [
      {
        it: `refuses a ${type.split(":")[2]} in the VPC's defaultSecurityGroupId`,
        resources: [
          vpc,
          group,
          { type, name: "rule", props: { securityGroupId: UNKNOWN }, propertyDependencies: { securityGroupId: ["vpc"] } },
        ],
        want: [["rule", inDefault]],
      },
      {
        it: `refuses a ${type.split(":")[2]} in the adopted group`,
        resources: [vpc, group, { type, name: "rule", propertyDependencies: { securityGroupId: ["default"] } }],
        want: [["rule", inDefault]],
      },
      {
        it: `accepts a ${type.split(":")[2]} in a group of its own`,
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
