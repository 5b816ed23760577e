import { sgNoOpenIngress } from "@cloister/policy-pack/rules/network/sg-no-open-ingress";
import { type TestResource, UNKNOWN, UNKNOWN_ARRAY } from "../../helpers/evaluate";
import { testRule } from "../table";
import { prefixListCases } from "./prefix-lists";

const group = "aws:ec2/securityGroup:SecurityGroup";
const defaultGroup = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";
const rule = "aws:ec2/securityGroupRule:SecurityGroupRule";
const ingressRule = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const egressRule = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const https = { protocol: "tcp", fromPort: 443, toPort: 443 };
const everybody = (range: string) =>
  new RegExp(
    `^Ingress from all addresses \\(${range.replace(/[.]/g, "\\.")}\\) is allowed, so any host can connect .*\\. Set referencedSecurityGroupId`,
  );
const office = ["203.0.113.0/24"];

const halves = ["0.0.0.0/1", "128.0.0.0/1"];
const together =
  /^Ingress from 0\.0\.0\.0\/1, 128\.0\.0\.0\/1 together allows all addresses, .* Set referencedSecurityGroupId: .*, or a private CIDR range\.$/;
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
    `^Ingress from ${range.replace(/[.]/g, "\\.")} is allowed, which is wider than the VPC \\(10\\.20\\.0\\.0/16.*Specify a security group`,
  );

/** An ingress rule from a prefix list of the stack. */
const listed = (props: object): TestResource[] => [
  { type: "aws:ec2/managedPrefixList:ManagedPrefixList", name: "list", props },
  { type: ingressRule, name: "rule", props: { ipProtocol: "-1", prefixListId: UNKNOWN }, propertyDependencies: { prefixListId: ["list"] } },
];

testRule(sgNoOpenIngress, {
  resource: [
    {
      it: "reports one violation for all addresses beside a CIDR range",
      type: group,
      inputs: { ingress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0", "10.0.0.0/8"] }] },
      want: [everybody("0.0.0.0/0")],
    },
    { it: "accepts a security group without rules", type: group, inputs: { vpcId: UNKNOWN } },
    {
      it: "accepts private CIDR ranges",
      type: group,
      inputs: { ingress: [{ ...https, cidrBlocks: ["10.0.0.0/16", "172.20.0.0/14", "192.168.1.0/24"], ipv6CidrBlocks: ["fd00::/8"] }] },
    },
    {
      it: "accepts a source security group, self and a prefix list",
      type: group,
      inputs: { ingress: [{ ...https, securityGroups: ["sg-1"], self: true, prefixListIds: ["pl-1"] }] },
    },
    {
      it: "rejects all addresses",
      type: group,
      inputs: { ingress: [{ ...https, cidrBlocks: ["0.0.0.0/0"] }] },
      want: [everybody("0.0.0.0/0")],
    },
    {
      it: "rejects all IPv6 addresses",
      type: group,
      inputs: { ingress: [{ ...https, ipv6CidrBlocks: ["::/0"] }] },
      want: [everybody("::/0")],
    },
    {
      it: "rejects a CIDR range of length 0 in any spelling",
      type: group,
      inputs: { ingress: [{ ...https, cidrBlocks: ["10.1.2.3/0"], ipv6CidrBlocks: ["0:0:0:0:0:0:0:0/0"] }] },
      want: [everybody("10.1.2.3/0"), everybody("0:0:0:0:0:0:0:0/0")],
    },
    {
      it: "rejects all addresses beside self and a security group",
      type: group,
      inputs: { ingress: [{ ...https, self: true, securityGroups: ["sg-1"], cidrBlocks: ["0.0.0.0/0"] }] },
      want: [everybody("0.0.0.0/0")],
    },
    {
      it: "rejects all addresses on any port",
      type: group,
      inputs: { ingress: [{ protocol: "udp", fromPort: 5353, toPort: 5353, cidrBlocks: ["0.0.0.0/0"] }] },
      want: [/all addresses/],
    },
    {
      it: "rejects two halves of all addresses",
      type: group,
      inputs: {
        ingress: [
          { ...https, cidrBlocks: ["0.0.0.0/1"] },
          { ...https, cidrBlocks: ["128.0.0.0/1"] },
        ],
      },
      want: [/public range 0\.0\.0\.0\/1/, /public range 128\.0\.0\.0\/1/, /together allows all addresses/],
    },
    {
      it: "rejects half of all addresses, which starts with reserved addresses",
      type: group,
      inputs: { ingress: [{ ...https, cidrBlocks: ["0.0.0.0/1"] }] },
      want: [/public range 0\.0\.0\.0\/1 is allowed/],
    },
    {
      it: "rejects a CIDR range from private to public addresses",
      type: group,
      inputs: { ingress: [{ ...https, cidrBlocks: ["10.0.0.0/7"] }] },
      want: [/public range 10\.0\.0\.0\/7/],
    },
    {
      it: "rejects a public CIDR range",
      type: group,
      inputs: { ingress: [{ ...https, cidrBlocks: ["203.0.113.7/32"] }] },
      want: [/^Ingress from public range 203\.0\.113\.7\/32 is allowed.* can be listed in policy setting 'allowedSources'\./],
    },
    {
      it: "accepts a public CIDR range within allowedSources",
      type: group,
      inputs: { ingress: [{ ...https, cidrBlocks: ["203.0.113.7/32"] }] },
      settings: { allowedSources: office },
    },
    {
      it: "rejects a public CIDR range wider than allowedSources",
      type: group,
      inputs: { ingress: [{ ...https, cidrBlocks: ["203.0.112.0/23"] }] },
      settings: { allowedSources: office },
      want: [/203\.0\.112\.0\/23/],
    },
    {
      it: "rejects all addresses even when allowedSources lists them",
      type: group,
      inputs: { ingress: [{ ...https, cidrBlocks: ["0.0.0.0/0"] }] },
      settings: { allowedSources: ["0.0.0.0/0"] },
      want: [everybody("0.0.0.0/0")],
    },
    { it: "ignores egress, which has its own guardrail", type: group, inputs: { egress: [{ ...https, cidrBlocks: ["0.0.0.0/0"] }] } },
    { it: "accepts a CIDR range that is unknown at preview", type: group, inputs: { ingress: [{ ...https, cidrBlocks: [UNKNOWN] }] } },
    { it: "accepts rules that are unknown at preview", type: group, inputs: { ingress: UNKNOWN_ARRAY } },
    {
      it: "evaluates the known CIDR ranges when one is unknown at preview",
      type: group,
      inputs: { ingress: [{ ...https, cidrBlocks: [UNKNOWN, "0.0.0.0/0"] }, UNKNOWN] },
      want: [everybody("0.0.0.0/0")],
    },
    { it: "accepts a default security group without rules", type: defaultGroup, inputs: { vpcId: "vpc-1" } },
    {
      it: "rejects all addresses in a default security group",
      type: defaultGroup,
      inputs: { ingress: [{ ...https, cidrBlocks: ["0.0.0.0/0"] }] },
      want: [everybody("0.0.0.0/0")],
    },
    {
      it: "accepts a separate rule for a private CIDR range",
      type: rule,
      inputs: { type: "ingress", ...https, cidrBlocks: ["10.0.0.0/8"] },
    },
    {
      it: "rejects a separate rule for all addresses",
      type: rule,
      inputs: { type: "ingress", ...https, cidrBlocks: ["0.0.0.0/0"], ipv6CidrBlocks: ["::/0"] },
      want: [everybody("0.0.0.0/0"), everybody("::/0")],
    },
    {
      it: "ignores a separate egress rule, which has its own guardrail",
      type: rule,
      inputs: { type: "egress", ...https, cidrBlocks: ["0.0.0.0/0"] },
    },
    {
      it: "accepts a separate rule with a direction that is unknown at preview",
      type: rule,
      inputs: { type: UNKNOWN, ...https, cidrBlocks: ["0.0.0.0/0"] },
    },
    {
      it: "accepts an ingress rule for a security group",
      type: ingressRule,
      inputs: { ipProtocol: "tcp", referencedSecurityGroupId: UNKNOWN },
    },
    { it: "accepts an ingress rule for a prefix list", type: ingressRule, inputs: { ipProtocol: "tcp", prefixListId: "pl-1" } },
    {
      it: "rejects an ingress rule for all addresses",
      type: ingressRule,
      inputs: { ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" },
      want: [everybody("0.0.0.0/0")],
    },
    {
      it: "rejects an ingress rule for all IPv6 addresses",
      type: ingressRule,
      inputs: { ipProtocol: "-1", cidrIpv6: "::/0" },
      want: [everybody("::/0")],
    },
    {
      it: "ignores an egress rule, which has its own guardrail",
      type: egressRule,
      inputs: { ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" },
      outcome: "not-applicable",
    },
  ],
  stack: [
    {
      it: "rejects separate rules of one security group that together allow all addresses, even with allowedSources",
      resources: [vpc, workload, ...halves.map((half) => from(half, half))],
      settings: { allowedSources: halves },
      want: [["workload", together]],
    },
    {
      it: "rejects an inline half and a separate half",
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
    { it: "evaluates one half only in the resource view", resources: [workload, vpc, from("half", halves[0]!)] },
    {
      it: "advises against private CIDR ranges wider than the VPC",
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
      it: "compares CIDR ranges with the widest range of the VPC",
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
      it: "gives no advice when the VPC's CIDR range is unknown",
      resources: [
        { ...vpc, props: { cidrBlock: UNKNOWN } },
        workload,
        from("wide", "10.0.0.0/8"),
        { type: ingressRule, name: "elsewhere", props: { securityGroupId: "sg-1", cidrIpv4: "10.0.0.0/8" } },
      ],
    },
    {
      it: "advises against a prefix list that is not in allowedPrefixLists",
      resources: ["pl-1", "pl-2"].map((prefixListId) => ({
        type: ingressRule,
        name: prefixListId,
        props: { ipProtocol: "tcp", prefixListId },
      })),
      settings: { allowedPrefixLists: ["pl-2"] },
      advice: [["pl-1", /^Ingress from prefix list pl-1 is allowed, and its CIDR ranges cannot be read\. Specify a security group/]],
    },
    ...prefixListCases({
      direction: "ingress",
      groups: [group, defaultGroup],
      separate: ingressRule,
      all: (range) =>
        new RegExp(`^Ingress from all addresses \\(${range} in prefix list 'list'\\) is allowed, .* Set referencedSecurityGroupId`),
      together: /^Ingress from 0\.0\.0\.0\/1, 128\.0\.0\.0\/1 together allows all addresses/,
      unreadable: /^Ingress from prefix list '?[\w-]+'? is allowed, and its CIDR ranges cannot be read\. Specify a security group/,
      isPublicRejected: true,
    }),
    {
      it: "accepts a public range of a prefix list of the stack within allowedSources",
      resources: listed({ entries: [{ cidr: "203.0.113.0/25" }] }),
      settings: { allowedSources: office },
    },
    {
      it: "rejects a public range of a prefix list of the stack outside allowedSources",
      resources: listed({ entries: [{ cidr: "203.0.112.0/23" }] }),
      settings: { allowedSources: office, allowedPrefixLists: ["list"] },
      want: [["rule", /^Ingress from public range 203\.0\.112\.0\/23 in prefix list 'list' is allowed/]],
    },
  ],
});
