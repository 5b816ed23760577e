import { sgNoOpenEgress } from "@cloister/policy-pack/rules/network/sg-no-open-egress";
import { type TestResource, UNKNOWN, UNKNOWN_ARRAY } from "../../helpers/evaluate";
import { testRule } from "../table";
import { prefixListCases } from "./prefix-lists";

const group = "aws:ec2/securityGroup:SecurityGroup";
const rule = "aws:ec2/securityGroupRule:SecurityGroupRule";
const egressRule = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const any = { protocol: "-1", fromPort: 0, toPort: 0 };
const everything = (range: string) =>
  new RegExp(
    `^Egress to all addresses \\(${range.replace(/[.]/g, "\\.")}\\) is allowed, so data can leave by any route\\. Set referencedSecurityGroupId`,
  );

const vpc = (name: string): TestResource => ({ type: "aws:ec2/vpc:Vpc", name });
/** A security group in a VPC, with a rule that allows HTTPS to all addresses. */
const httpsOf = (name: string): TestResource[] => [
  { type: group, name: `${name}-group`, props: { vpcId: UNKNOWN }, propertyDependencies: { vpcId: [name] } },
  {
    type: egressRule,
    name: `${name}-https`,
    props: { securityGroupId: UNKNOWN, ipProtocol: "tcp", fromPort: 443, toPort: 443, cidrIpv4: "0.0.0.0/0" },
    propertyDependencies: { securityGroupId: [`${name}-group`] },
  },
];

const together = (...ranges: string[]) =>
  new RegExp(`^Egress to ${ranges.join(", ").replace(/[.]/g, "\\.")} together allows all addresses, so data can leave by any route\\. Set`);
/** Separate rules of a security group, one for each CIDR range. */
const separate = (of: Pick<TestResource, "props" | "propertyDependencies">, ...ranges: string[]): TestResource[] =>
  ranges.map((range, i) => ({
    type: egressRule,
    name: `part-${i}`,
    props: { ipProtocol: "-1", [range.includes(":") ? "cidrIpv6" : "cidrIpv4"]: range, ...of.props },
    propertyDependencies: of.propertyDependencies ?? {},
  }));
const ofGroup = (name: string) => ({ props: { securityGroupId: UNKNOWN }, propertyDependencies: { securityGroupId: [name] } });
const byId = (id: string) => ({ props: { securityGroupId: id } });
const workload: TestResource = { type: group, name: "workload", props: { vpcId: "vpc-1" } };

testRule(sgNoOpenEgress, {
  resource: [
    {
      it: "reports one violation for all addresses beside a CIDR range",
      type: group,
      inputs: { egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0", "10.0.0.0/8"] }] },
      want: [everything("0.0.0.0/0")],
    },
    {
      it: "accepts a security group without rules, because the provider removes the default rule",
      type: group,
      inputs: { vpcId: "vpc-1" },
    },
    { it: "accepts an empty list of rules", type: group, inputs: { egress: [] } },
    {
      it: "accepts a security group, self and the S3 prefix list",
      type: group,
      inputs: { egress: [{ ...any, securityGroups: ["sg-1"], self: true, prefixListIds: ["pl-1"] }] },
    },
    { it: "accepts private CIDR ranges", type: group, inputs: { egress: [{ ...any, cidrBlocks: ["10.0.0.0/16"] }] } },
    {
      it: "rejects all addresses",
      type: group,
      inputs: { egress: [{ ...any, cidrBlocks: ["0.0.0.0/0"], ipv6CidrBlocks: ["::/0"] }] },
      want: [everything("0.0.0.0/0"), everything("::/0")],
    },
    {
      it: "rejects all addresses beside a security group",
      type: group,
      inputs: { egress: [{ ...any, self: true, securityGroups: ["sg-1"], cidrBlocks: ["0.0.0.0/0"] }] },
      want: [everything("0.0.0.0/0")],
    },
    {
      it: "rejects four quarters of the addresses",
      type: group,
      inputs: { egress: ["0.0.0.0/2", "64.0.0.0/2", "128.0.0.0/2", "192.0.0.0/2"].map((range) => ({ ...any, cidrBlocks: [range] })) },
      want: [/^Egress to 0\.0\.0\.0\/2, .* together allows all addresses/],
    },
    {
      it: "accepts three quarters of the addresses",
      type: group,
      inputs: { egress: [{ ...any, cidrBlocks: ["0.0.0.0/2", "64.0.0.0/2", "128.0.0.0/2"] }] },
    },
    { it: "ignores ingress, which has its own guardrail", type: group, inputs: { ingress: [{ ...any, cidrBlocks: ["0.0.0.0/0"] }] } },
    { it: "accepts rules that are unknown at preview", type: group, inputs: { egress: UNKNOWN_ARRAY } },
    {
      it: "evaluates the known CIDR ranges when one is unknown at preview",
      type: group,
      inputs: { egress: [UNKNOWN, { ...any, cidrBlocks: [UNKNOWN, "::/0"] }] },
      want: [everything("::/0")],
    },
    { it: "accepts a separate rule for a CIDR range", type: rule, inputs: { type: "egress", ...any, cidrBlocks: ["10.0.0.0/16"] } },
    {
      it: "rejects a separate rule to all addresses",
      type: rule,
      inputs: { type: "egress", ...any, cidrBlocks: ["0.0.0.0/0"] },
      want: [everything("0.0.0.0/0")],
    },
    {
      it: "ignores a separate ingress rule, which has its own guardrail",
      type: rule,
      inputs: { type: "ingress", ...any, cidrBlocks: ["0.0.0.0/0"] },
    },
    { it: "accepts an egress rule for the endpoints", type: egressRule, inputs: { ipProtocol: "tcp", referencedSecurityGroupId: UNKNOWN } },
    { it: "accepts an egress rule for a prefix list", type: egressRule, inputs: { ipProtocol: "tcp", prefixListId: UNKNOWN } },
    {
      it: "rejects an egress rule to all addresses",
      type: egressRule,
      inputs: { ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" },
      want: [everything("0.0.0.0/0")],
    },
    {
      it: "rejects an egress rule for all IPv6 traffic",
      type: egressRule,
      inputs: { ipProtocol: "-1", cidrIpv6: "::/0" },
      want: [everything("::/0")],
    },
    {
      it: "ignores an ingress rule, which has its own guardrail",
      type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      inputs: { ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" },
      outcome: "not-applicable",
    },
  ],
  stack: [
    {
      it: "accepts HTTPS to all addresses in a NAT VPC",
      resources: [vpc("open"), ...httpsOf("open")],
      settings: { natVpcs: ["open"] },
    },
    {
      it: "rejects HTTPS to all addresses in another VPC",
      resources: [vpc("open"), vpc("closed"), ...httpsOf("open"), ...httpsOf("closed")],
      settings: { natVpcs: ["open"] },
      want: [["closed-https", everything("0.0.0.0/0")]],
    },
    {
      it: "rejects an inline rule in another VPC",
      resources: [vpc("open"), { type: group, name: "loose", props: { vpcId: "vpc-1", egress: [{ ...any, cidrBlocks: ["0.0.0.0/0"] }] } }],
      settings: { natVpcs: ["open"] },
      want: [["loose", everything("0.0.0.0/0")]],
    },
    {
      it: "rejects two separate rules of one security group that together allow all addresses",
      resources: [workload, ...separate(ofGroup("workload"), "0.0.0.0/1", "128.0.0.0/1")],
      want: [["workload", together("0.0.0.0/1", "128.0.0.0/1")]],
    },
    {
      it: "rejects two halves of the IPv6 addresses",
      resources: [workload, ...separate(ofGroup("workload"), "::/1", "8000::/1")],
      want: [["workload", together("::/1", "8000::/1")]],
    },
    {
      it: "rejects quarters in inline rules and both kinds of separate rules",
      resources: [
        { ...workload, props: { egress: [{ ...any, cidrBlocks: ["0.0.0.0/2"] }] } },
        {
          type: rule,
          name: "older",
          props: { type: "egress", ...any, cidrBlocks: ["64.0.0.0/2", "128.0.0.0/2"] },
          ...{ propertyDependencies: { securityGroupId: ["workload"] } },
        },
        ...separate(ofGroup("workload"), "192.0.0.0/2"),
      ],
      want: [["workload", together("0.0.0.0/2", "64.0.0.0/2", "128.0.0.0/2", "192.0.0.0/2")]],
    },
    {
      it: "rejects halves in a security group that also has them as inline rules after a refresh",
      resources: [
        { ...workload, props: { id: "sg-1", egress: [{ ...any, cidrBlocks: ["0.0.0.0/1", "128.0.0.0/1"] }] } },
        ...separate(byId("sg-1"), "0.0.0.0/1", "128.0.0.0/1"),
      ],
      want: [["workload", together("0.0.0.0/1", "128.0.0.0/1")]],
    },
    {
      it: "rejects halves in a security group of another stack, on the first rule",
      resources: separate(byId("sg-1"), "0.0.0.0/1", "128.0.0.0/1"),
      want: [["part-0", together("0.0.0.0/1", "128.0.0.0/1")]],
    },
    {
      it: "accepts halves in different security groups, families and directions, and three quarters",
      resources: [
        workload,
        { ...workload, name: "other" },
        ...separate(ofGroup("workload"), "0.0.0.0/1", "8000::/1"),
        ...separate(ofGroup("other"), "128.0.0.0/2", "192.0.0.0/2").map((item) => ({ ...item, name: `other-${item.name}` })),
        {
          type: rule,
          name: "in",
          props: { type: "ingress", ...any, cidrBlocks: ["128.0.0.0/1"] },
          propertyDependencies: { securityGroupId: ["workload"] },
        },
      ],
    },
    {
      it: "does not combine rules of unknown security groups",
      resources: separate({ props: { securityGroupId: UNKNOWN } }, "0.0.0.0/1", "128.0.0.0/1"),
    },
    {
      it: "does not repeat violations of the resource view",
      resources: [workload, ...separate(ofGroup("workload"), "0.0.0.0/0", "128.0.0.0/1")],
    },
    {
      it: "accepts halves in a NAT VPC",
      resources: [
        vpc("open"),
        { ...workload, props: { vpcId: UNKNOWN }, propertyDependencies: { vpcId: ["open"] } },
        ...separate(ofGroup("workload"), "0.0.0.0/1", "128.0.0.0/1"),
      ],
      settings: { natVpcs: ["open"] },
    },
    {
      it: "advises against a prefix list that is not in allowedPrefixLists",
      resources: [
        { ...workload, props: { egress: [{ ...any, prefixListIds: ["pl-1"] }] } },
        { type: egressRule, name: "listed", props: { ipProtocol: "tcp", prefixListId: "pl-2" } },
      ],
      advice: [
        [
          "workload",
          /^Egress to prefix list pl-1 is allowed, and its CIDR ranges cannot be read\. .* add it to policy setting 'allowedPrefixLists'\.$/,
        ],
        ["listed", /^Egress to prefix list pl-2 is allowed/],
      ],
    },
    {
      it: "accepts the prefix list of an endpoint and a listed prefix list, and advises against a prefix list that is unknown at preview",
      resources: [
        { type: "aws:ec2/vpcEndpoint:VpcEndpoint", name: "s3", props: { prefixListId: "pl-1" } },
        ...["pl-1", "pl-2", UNKNOWN].map((prefixListId, i) => ({
          type: egressRule,
          name: `list-${i}`,
          props: { ipProtocol: "tcp", prefixListId },
        })),
        {
          type: egressRule,
          name: "of-s3",
          props: { ipProtocol: "tcp", prefixListId: "pl-3" },
          propertyDependencies: { prefixListId: ["s3"] },
        },
      ],
      settings: { allowedPrefixLists: ["pl-2"] },
      advice: [["list-2", /^Egress to a prefix list that is unknown at preview is allowed, and its CIDR ranges cannot be read/]],
    },
    ...prefixListCases({
      direction: "egress",
      groups: [group],
      separate: egressRule,
      all: (range) =>
        new RegExp(`^Egress to all addresses \\(${range} in prefix list 'list'\\) is allowed, .* Set referencedSecurityGroupId`),
      together: /^Egress to 0\.0\.0\.0\/1, 128\.0\.0\.0\/1 together allows all addresses/,
      unreadable: /^Egress to prefix list '?[\w-]+'? is allowed, and its CIDR ranges cannot be read\. Set the prefix list/,
    }),
    {
      it: "accepts a prefix list of the stack with all addresses in a NAT VPC",
      resources: [
        { type: "aws:ec2/vpc:Vpc", name: "egress" },
        { type: group, name: "workload", propertyDependencies: { vpcId: ["egress"] } },
        { type: "aws:ec2/managedPrefixList:ManagedPrefixList", name: "list", props: { entries: [{ cidr: "0.0.0.0/0" }] } },
        {
          type: egressRule,
          name: "rule",
          props: { ipProtocol: "-1", prefixListId: UNKNOWN },
          propertyDependencies: { prefixListId: ["list"], securityGroupId: ["workload"] },
        },
      ],
      settings: { natVpcs: ["egress"] },
    },
  ],
});
