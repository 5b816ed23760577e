import { noInternetGateway } from "@cloister/policy-pack/rules/network/no-internet-gateway";
import { UNKNOWN } from "../../helpers/evaluate";
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
const open = /^This internet gateway connects a VPC to the internet\. Remove the gateway and use VPC endpoints/;
const elsewhere = /connects a VPC to the internet that policy setting 'natVpcs' does not list/;
const nat = { natVpcs: ["egress"] };

testRule(noInternetGateway, {
  resource: [
    { it: "rejects a gateway", type: gateway, inputs: { vpcId: "vpc-1" }, want: [open] },
    { it: "rejects a gateway for a VPC that is unknown at preview", type: gateway, inputs: { vpcId: UNKNOWN }, want: [open] },
    { it: "rejects a gateway without a VPC, because a VPC can be attached later", type: gateway, inputs: {}, want: [open] },
    { it: "rejects an attachment", type: attachment, inputs: { internetGatewayId: "igw-1", vpcId: "vpc-1" }, want: [open] },
    {
      it: "rejects an egress-only internet gateway",
      type: egressOnly,
      inputs: { vpcId: "vpc-1" },
      want: [/allows the whole VPC to send data to the internet over IPv6/],
    },
    {
      it: "rejects a carrier gateway",
      type: carrier,
      inputs: { vpcId: UNKNOWN },
      want: [/connects the VPC to a carrier network/],
    },
    { it: "evaluates a gateway only in the stack view with NAT", type: gateway, inputs: {}, settings: nat },
    { it: "evaluates an attachment only in the stack view with NAT", type: attachment, inputs: {}, settings: nat },
    {
      it: "rejects an egress-only internet gateway with NAT",
      type: egressOnly,
      inputs: {},
      settings: nat,
      want: [/NAT does not need it/],
    },
    { it: "rejects a carrier gateway with NAT", type: carrier, inputs: {}, settings: nat, want: [/NAT does not need it/] },
  ],
  stack: [
    { it: "does not report a gateway in the stack view without NAT", resources: [vpc("closed"), inVpc("way-out", "closed")] },
    { it: "accepts the gateway in a VPC with NAT", settings: nat, resources: [vpc("egress"), inVpc("way-out", "egress")] },
    {
      it: "accepts a gateway whose VPC is listed by ID",
      settings: { natVpcs: ["vpc-1"] },
      resources: [
        { ...vpc("egress"), props: { id: "vpc-1" } },
        inVpc("way-out", "egress"),
        { type: gateway, name: "literal", props: { vpcId: "vpc-1" } },
      ].slice(0, 2),
    },
    {
      it: "accepts a gateway that names the ID of a listed VPC",
      settings: { natVpcs: ["vpc-1"] },
      resources: [{ type: gateway, name: "way-out", props: { vpcId: "vpc-1" } }],
    },
    {
      it: "rejects a gateway for a VPC without NAT",
      settings: nat,
      resources: [vpc("egress"), vpc("closed"), inVpc("way-out", "egress"), inVpc("another", "closed")],
      want: [["another", elsewhere]],
    },
    {
      it: "rejects a gateway without a VPC",
      settings: nat,
      resources: [vpc("egress"), { type: gateway, name: "loose" }],
      want: [["loose", elsewhere]],
    },
    {
      it: "rejects a second gateway for the VPC",
      settings: nat,
      resources: [vpc("egress"), inVpc("way-out", "egress"), inVpc("second", "egress")],
      want: [["second", /The VPC already has an internet gateway, and this one adds a second egress path\. Remove this gateway/]],
    },
    {
      it: "accepts a gateway that is attached to the NAT VPC",
      settings: nat,
      resources: [
        vpc("egress"),
        { type: gateway, name: "way-out" },
        { type: attachment, name: "attached", propertyDependencies: { internetGatewayId: ["way-out"], vpcId: ["egress"] } },
      ],
    },
    {
      it: "rejects a gateway that is attached to another VPC",
      settings: nat,
      resources: [
        vpc("closed"),
        { type: gateway, name: "way-out" },
        { type: attachment, name: "attached", propertyDependencies: { internetGatewayId: ["way-out"], vpcId: ["closed"] } },
      ],
      want: [["attached", elsewhere]],
    },
    {
      it: "rejects an attachment of a gateway of another stack",
      settings: nat,
      resources: [
        vpc("closed"),
        { type: attachment, name: "attached", props: { internetGatewayId: "igw-1" }, propertyDependencies: { vpcId: ["closed"] } },
      ],
      want: [["attached", elsewhere]],
    },
  ],
});
