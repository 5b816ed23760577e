import { sgNoOpenIngress } from "@cloister/policy-pack/rules/network/sg-no-open-ingress";
import { type TestResource, UNKNOWN, UNKNOWN_ARRAY } from "../../helpers/judge";
import { testRule } from "../table";

const group = "aws:ec2/securityGroup:SecurityGroup";
const defaultGroup = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";
const rule = "aws:ec2/securityGroupRule:SecurityGroupRule";
const ingressRule = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const egressRule = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const https = { protocol: "tcp", fromPort: 443, toPort: 443 };
const everybody = (range: string) =>
  new RegExp(`^Everybody \\(${range.replace(/[.]/g, "\\.")}\\) may connect as soon as .*\\. Name the security group that may`);
const office = ["203.0.113.0/24"];

const halves = ["0.0.0.0/1", "128.0.0.0/1"];
const together =
  /^The ranges 0\.0\.0\.0\/1, 128\.0\.0\.0\/1 together are everybody, .* Name the security group that may, or a private range\.$/;
const inVpc = { props: { vpcId: UNKNOWN }, propertyDependencies: { vpcId: ["vpc"] } };
const vpc: TestResource = { type: "aws:ec2/vpc:Vpc", name: "vpc", props: { cidrBlock: "10.20.0.0/16" } };
const workload: TestResource = { type: group, name: "workload", ...inVpc };
const from = (name: string, cidrIpv4: string): TestResource => ({
  type: ingressRule,
  name,
  props: { ipProtocol: "-1", cidrIpv4, securityGroupId: UNKNOWN },
  propertyDependencies: { securityGroupId: ["workload"] },
});
const wider = (range: string) =>
  new RegExp(
    `^The range ${range.replace(/[.]/g, "\\.")} may connect and is wider than that of the VPC \\(10\\.20\\.0\\.0/16.*Name the security group`,
  );

testRule(sgNoOpenIngress, {
  resource: [
    {
      it: "tells once of everything beside a range",
      type: group,
      inputs: { ingress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0", "10.0.0.0/8"] }] },
      want: [everybody("0.0.0.0/0")],
    },
    { it: "accepts a group without rules", type: group, inputs: { vpcId: UNKNOWN } },
    {
      it: "accepts private ranges",
      type: group,
      inputs: { ingress: [{ ...https, cidrBlocks: ["10.0.0.0/16", "172.20.0.0/14", "192.168.1.0/24"], ipv6CidrBlocks: ["fd00::/8"] }] },
    },
    {
      it: "accepts a source group, itself and a prefix list",
      type: group,
      inputs: { ingress: [{ ...https, securityGroups: ["sg-1"], self: true, prefixListIds: ["pl-1"] }] },
    },
    {
      it: "refuses everybody",
      type: group,
      inputs: { ingress: [{ ...https, cidrBlocks: ["0.0.0.0/0"] }] },
      want: [everybody("0.0.0.0/0")],
    },
    {
      it: "refuses everybody over IPv6",
      type: group,
      inputs: { ingress: [{ ...https, ipv6CidrBlocks: ["::/0"] }] },
      want: [everybody("::/0")],
    },
    {
      it: "refuses a range of length 0 in any spelling",
      type: group,
      inputs: { ingress: [{ ...https, cidrBlocks: ["10.1.2.3/0"], ipv6CidrBlocks: ["0:0:0:0:0:0:0:0/0"] }] },
      want: [everybody("10.1.2.3/0"), everybody("0:0:0:0:0:0:0:0/0")],
    },
    {
      it: "refuses everybody beside itself and a group",
      type: group,
      inputs: { ingress: [{ ...https, self: true, securityGroups: ["sg-1"], cidrBlocks: ["0.0.0.0/0"] }] },
      want: [everybody("0.0.0.0/0")],
    },
    {
      it: "refuses everybody on any port",
      type: group,
      inputs: { ingress: [{ protocol: "udp", fromPort: 5353, toPort: 5353, cidrBlocks: ["0.0.0.0/0"] }] },
      want: [/Everybody/],
    },
    {
      it: "refuses two halves of the internet",
      type: group,
      inputs: {
        ingress: [
          { ...https, cidrBlocks: ["0.0.0.0/1"] },
          { ...https, cidrBlocks: ["128.0.0.0/1"] },
        ],
      },
      want: [/public range 0\.0\.0\.0\/1/, /public range 128\.0\.0\.0\/1/, /together are everybody/],
    },
    {
      it: "refuses half the internet, which begins with addresses nobody has",
      type: group,
      inputs: { ingress: [{ ...https, cidrBlocks: ["0.0.0.0/1"] }] },
      want: [/public range 0\.0\.0\.0\/1 may connect/],
    },
    {
      it: "refuses a range that begins private and ends public",
      type: group,
      inputs: { ingress: [{ ...https, cidrBlocks: ["10.0.0.0/7"] }] },
      want: [/public range 10\.0\.0\.0\/7/],
    },
    {
      it: "refuses a public range",
      type: group,
      inputs: { ingress: [{ ...https, cidrBlocks: ["203.0.113.7/32"] }] },
      want: [/The public range 203\.0\.113\.7\/32 may connect.* list it in allowedSources\./],
    },
    {
      it: "accepts a public range within one that is listed",
      type: group,
      inputs: { ingress: [{ ...https, cidrBlocks: ["203.0.113.7/32"] }] },
      settings: { allowedSources: office },
    },
    {
      it: "refuses a public range wider than one that is listed",
      type: group,
      inputs: { ingress: [{ ...https, cidrBlocks: ["203.0.112.0/23"] }] },
      settings: { allowedSources: office },
      want: [/203\.0\.112\.0\/23/],
    },
    {
      it: "refuses everybody, whatever is listed",
      type: group,
      inputs: { ingress: [{ ...https, cidrBlocks: ["0.0.0.0/0"] }] },
      settings: { allowedSources: ["0.0.0.0/0"] },
      want: [everybody("0.0.0.0/0")],
    },
    { it: "leaves egress to its own rule", type: group, inputs: { egress: [{ ...https, cidrBlocks: ["0.0.0.0/0"] }] } },
    { it: "judges a range known only later when it is known", type: group, inputs: { ingress: [{ ...https, cidrBlocks: [UNKNOWN] }] } },
    { it: "judges rules known only later when they are known", type: group, inputs: { ingress: UNKNOWN_ARRAY } },
    {
      it: "judges what is known beside a range that is not",
      type: group,
      inputs: { ingress: [{ ...https, cidrBlocks: [UNKNOWN, "0.0.0.0/0"] }, UNKNOWN] },
      want: [everybody("0.0.0.0/0")],
    },
    { it: "accepts a default group without rules", type: defaultGroup, inputs: { vpcId: "vpc-1" } },
    {
      it: "refuses everybody in a default group",
      type: defaultGroup,
      inputs: { ingress: [{ ...https, cidrBlocks: ["0.0.0.0/0"] }] },
      want: [everybody("0.0.0.0/0")],
    },
    { it: "accepts a separate rule for a private range", type: rule, inputs: { type: "ingress", ...https, cidrBlocks: ["10.0.0.0/8"] } },
    {
      it: "refuses a separate rule for everybody",
      type: rule,
      inputs: { type: "ingress", ...https, cidrBlocks: ["0.0.0.0/0"], ipv6CidrBlocks: ["::/0"] },
      want: [everybody("0.0.0.0/0"), everybody("::/0")],
    },
    { it: "leaves a separate egress rule to its own rule", type: rule, inputs: { type: "egress", ...https, cidrBlocks: ["0.0.0.0/0"] } },
    {
      it: "judges a separate rule of a direction known only later when it is known",
      type: rule,
      inputs: { type: UNKNOWN, ...https, cidrBlocks: ["0.0.0.0/0"] },
    },
    { it: "accepts an ingress rule for a group", type: ingressRule, inputs: { ipProtocol: "tcp", referencedSecurityGroupId: UNKNOWN } },
    { it: "accepts an ingress rule for a prefix list", type: ingressRule, inputs: { ipProtocol: "tcp", prefixListId: "pl-1" } },
    {
      it: "refuses an ingress rule for everybody",
      type: ingressRule,
      inputs: { ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" },
      want: [everybody("0.0.0.0/0")],
    },
    {
      it: "refuses an ingress rule for everybody over IPv6",
      type: ingressRule,
      inputs: { ipProtocol: "-1", cidrIpv6: "::/0" },
      want: [everybody("::/0")],
    },
    {
      it: "leaves an egress rule to its own rule",
      type: egressRule,
      inputs: { ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" },
      outcome: "not-applicable",
    },
  ],
  stack: [
    {
      it: "refuses separate rules of one group that are everybody together, whatever is listed",
      resources: [vpc, workload, ...halves.map((half) => from(half, half))],
      settings: { allowedSources: halves },
      want: [["workload", together]],
    },
    {
      it: "refuses a half in a group and one beside it",
      resources: [
        { type: defaultGroup, name: "workload", props: { ingress: [{ ...https, cidrBlocks: halves.slice(0, 1) }] } },
        {
          type: rule,
          name: "half",
          props: { type: "ingress", ...https, cidrBlocks: halves.slice(1) },
          propertyDependencies: { securityGroupId: ["workload"] },
        },
      ],
      want: [["workload", together]],
    },
    { it: "accepts one half, which the resource view judges", resources: [workload, vpc, from("half", halves[0]!)] },
    {
      it: "advises against private ranges wider than the VPC's",
      resources: [
        vpc,
        { ...workload, props: { ...workload.props, ingress: [{ ...https, cidrBlocks: ["10.0.0.0/8", "10.20.0.0/16", "10.99.0.0/16"] }] } },
        from("wide", "172.16.0.0/12"),
        from("same", "10.20.0.0/16"),
      ],
      advice: [
        ["workload", wider("10.0.0.0/8")],
        ["wide", wider("172.16.0.0/12")],
      ],
    },
    {
      it: "takes the widest of the VPC's ranges",
      resources: [
        vpc,
        {
          type: "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation",
          name: "more",
          props: { cidrBlock: "172.16.0.0/12" },
          propertyDependencies: { vpcId: ["vpc"] },
        },
        workload,
        from("as-wide", "172.16.0.0/12"),
        from("wider", "10.0.0.0/8"),
      ],
      advice: [["wider", wider("10.0.0.0/8")]],
    },
    {
      it: "advises nothing where the VPC's range is not known",
      resources: [
        { ...vpc, props: { cidrBlock: UNKNOWN } },
        workload,
        from("wide", "10.0.0.0/8"),
        { type: ingressRule, name: "elsewhere", props: { securityGroupId: "sg-1", cidrIpv4: "10.0.0.0/8" } },
      ],
    },
    {
      it: "advises against a prefix list that nobody looked at, and accepts those that are listed",
      resources: ["pl-1", "pl-2"].map((prefixListId) => ({
        type: ingressRule,
        name: prefixListId,
        props: { ipProtocol: "tcp", prefixListId },
      })),
      settings: { allowedPrefixLists: ["pl-2"] },
      advice: [["pl-1", /^What the prefix list pl-1 holds can't be read here, and all of it may connect\. Name the security group/]],
    },
  ],
});
