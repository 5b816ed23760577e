import { noInternetGateway } from "@cloister/policy-pack/rules/network/no-internet-gateway";
import { UNKNOWN } from "../../helpers/judge";
import { testRule } from "../table";

const gateway = "aws:ec2/internetGateway:InternetGateway";
const attachment = "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment";
const egressOnly = "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway";
const carrier = "aws:ec2/carrierGateway:CarrierGateway";
const vpc = (name: string) => ({ type: "aws:ec2/vpc:Vpc", name });
const inVpc = (name: string, vpcName: string) => ({
  type: gateway,
  name,
  props: { vpcId: UNKNOWN },
  propertyDependencies: { vpcId: [vpcName] },
});
const open = /^This internet gateway opens a way to and from the internet\. Remove it\./;
const elsewhere = /is for no VPC that natVpcs names/;
const nat = { natVpcs: ["egress"] };

testRule(noInternetGateway, {
  resource: [
    { it: "refuses a gateway", type: gateway, inputs: { vpcId: "vpc-1" }, want: [open] },
    { it: "refuses a gateway of a VPC known only later", type: gateway, inputs: { vpcId: UNKNOWN }, want: [open] },
    { it: "refuses a gateway without a VPC, which can be attached later", type: gateway, inputs: {}, want: [open] },
    { it: "refuses an attachment", type: attachment, inputs: { internetGatewayId: "igw-1", vpcId: "vpc-1" }, want: [open] },
    {
      it: "refuses an egress-only gateway",
      type: egressOnly,
      inputs: { vpcId: "vpc-1" },
      want: [/lets everything inside send data to the internet over IPv6/],
    },
    {
      it: "refuses a carrier gateway",
      type: carrier,
      inputs: { vpcId: UNKNOWN },
      want: [/connects the VPC to a telecommunication network/],
    },
    { it: "leaves a gateway to the stack view, with NAT", type: gateway, inputs: {}, settings: nat },
    { it: "leaves an attachment to the stack view, with NAT", type: attachment, inputs: {}, settings: nat },
    { it: "refuses an egress-only gateway with NAT too", type: egressOnly, inputs: {}, settings: nat, want: [/NAT is no reason/] },
    { it: "refuses a carrier gateway with NAT too", type: carrier, inputs: {}, settings: nat, want: [/NAT is no reason/] },
  ],
  stack: [
    { it: "has nothing to add without NAT", resources: [vpc("closed"), inVpc("way-out", "closed")] },
    { it: "accepts the gateway of a VPC with NAT", settings: nat, resources: [vpc("egress"), inVpc("way-out", "egress")] },
    {
      it: "accepts it by the VPC's id",
      settings: { natVpcs: ["vpc-1"] },
      resources: [
        { ...vpc("egress"), props: { id: "vpc-1" } },
        inVpc("way-out", "egress"),
        { type: gateway, name: "literal", props: { vpcId: "vpc-1" } },
      ].slice(0, 2),
    },
    {
      it: "accepts a gateway for an id that is listed",
      settings: { natVpcs: ["vpc-1"] },
      resources: [{ type: gateway, name: "way-out", props: { vpcId: "vpc-1" } }],
    },
    {
      it: "refuses a gateway for another VPC",
      settings: nat,
      resources: [vpc("egress"), vpc("closed"), inVpc("way-out", "egress"), inVpc("another", "closed")],
      want: [["another", elsewhere]],
    },
    {
      it: "refuses a gateway for no VPC",
      settings: nat,
      resources: [vpc("egress"), { type: gateway, name: "loose" }],
      want: [["loose", elsewhere]],
    },
    {
      it: "refuses a second gateway for the VPC",
      settings: nat,
      resources: [vpc("egress"), inVpc("way-out", "egress"), inVpc("second", "egress")],
      want: [["second", /NAT needs one internet gateway for a VPC; this is another/]],
    },
    {
      it: "accepts a gateway that an attachment puts into the VPC",
      settings: nat,
      resources: [
        vpc("egress"),
        { type: gateway, name: "way-out" },
        { type: attachment, name: "attached", propertyDependencies: { internetGatewayId: ["way-out"], vpcId: ["egress"] } },
      ],
    },
    {
      it: "refuses a gateway that an attachment puts elsewhere",
      settings: nat,
      resources: [
        vpc("closed"),
        { type: gateway, name: "way-out" },
        { type: attachment, name: "attached", propertyDependencies: { internetGatewayId: ["way-out"], vpcId: ["closed"] } },
      ],
      want: [["attached", elsewhere]],
    },
    {
      it: "refuses an attachment of a gateway of another stack",
      settings: nat,
      resources: [
        vpc("closed"),
        { type: attachment, name: "attached", props: { internetGatewayId: "igw-1" }, propertyDependencies: { vpcId: ["closed"] } },
      ],
      want: [["attached", elsewhere]],
    },
  ],
});
