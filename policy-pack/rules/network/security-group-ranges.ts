import { objectsAt, textAt, textsAt } from "../../frame";

export type Direction = "ingress" | "egress";

/** The ranges of each rule that a resource holds for a direction; rules of groups and prefix lists have none. */
type Ranges = (props: object, direction: Direction) => string[];

const lists = (rule: object) => ["cidrBlocks", "ipv6CidrBlocks"].flatMap((property) => textsAt(rule, property));
const singles = (rule: object) => ["cidrIpv4", "cidrIpv6"].flatMap((property) => textAt(rule, property) ?? []);

/** Where security groups' rules are written: inline, and in two kinds of separate resources. */
export const rangesIn: Record<string, Ranges> = {
  "aws:ec2/securityGroup:SecurityGroup": (props, direction) => objectsAt(props, direction).flatMap(lists),
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": (props, direction) => objectsAt(props, direction).flatMap(lists),
  "aws:ec2/securityGroupRule:SecurityGroupRule": (props, direction) => (textAt(props, "type") === direction ? lists(props) : []),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": (props, direction) => (direction === "ingress" ? singles(props) : []),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": (props, direction) => (direction === "egress" ? singles(props) : []),
};
