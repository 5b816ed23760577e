// The proof of reachability on small graphs, each at preview (new ids unknown, known only where they come from) and deployed (ids, as in an exported state), and on
// the graph of our own environment with one resource added or changed. It proves nothing about network ACLs and endpoint policies, which the proof does not read.
import assert from "node:assert/strict";
import {
  type DeployedResource,
  filledByProvider,
  graphOfState,
  type Perimeter,
  type Proof,
  prove,
} from "@cloister/policy-pack/reachability";
import { asPlanned, type TestResource, UNKNOWN, viewsOf } from "../helpers/judge";
import { REGION, runProgram } from "../helpers/mocks";
import { assertFound, mutants } from "../helpers/mutants";
import { exampleEnvironment } from "../programs/example-environment";
import { stackOf } from "../programs/violations";

/** A resource of a graph; `ref(name)` in its props stands for the id of another, `ref(name, property)` for another of its outputs. */
interface Part {
  type: string;
  name: string;
  props: Record<string, unknown>;
}
class Ref {
  constructor(
    readonly name: string,
    readonly property: string,
    /** Others that it may stand for instead, for all that a preview knows. */
    readonly others: string[] = [],
  ) {}
}
const ref = (name: string, property = "id") => new Ref(name, property);
const either = (name: string, ...others: string[]) => new Ref(name, "id", others);
const part = (type: string, name: string, props: Record<string, unknown> = {}): Part => ({ type, name, props });

const prefixes: Record<string, string> = {
  Vpc: "vpc",
  DefaultVpc: "vpc",
  Subnet: "subnet",
  RouteTable: "rtb",
  Route: "r-rtb",
  SecurityGroup: "sg",
  NetworkInterface: "eni",
  Instance: "i",
  InternetGateway: "igw",
  EgressOnlyInternetGateway: "eigw",
  NatGateway: "nat",
  VpnGateway: "vgw",
  VpcEndpoint: "vpce",
  VpcPeeringConnection: "pcx",
  ManagedPrefixList: "pl",
  ResolverFirewallRuleGroup: "rslvr-frg",
  ResolverFirewallDomainList: "rslvr-fdl",
  ResolverRule: "rslvr-rr",
  Domain: "d",
};
const kindOf = ({ type }: Part) => type.split(":").at(-1)!;

/** What AWS makes of a part besides its id: ids of what comes with it. */
const outputs: Record<string, (name: string) => Record<string, unknown>> = {
  Vpc: (name) => ({
    mainRouteTableId: `rtb-main-${name}`,
    defaultRouteTableId: `rtb-main-${name}`,
    defaultSecurityGroupId: `sg-main-${name}`,
  }),
  VpcEndpoint: (name) => ({ prefixListId: `pl-of-${name}` }),
  VpcEndpointService: (name) => ({ serviceName: `com.amazonaws.vpce.${REGION}.vpce-svc-${name}` }),
  Instance: (name) => ({ primaryNetworkInterfaceId: `eni-of-${name}` }),
};
const urnOf = (one: Part) => `urn:pulumi:dev::p::${one.type}::${one.name}`;

/** Replaces references in a value, and tells which there were. */
function filled(value: unknown, fill: (to: Ref) => unknown, seen: string[]): unknown {
  if (value instanceof Ref) {
    seen.push(value.name, ...value.others);
    return fill(value);
  }
  if (Array.isArray(value)) return value.map((one) => filled(one, fill, seen));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, filled(one, fill, seen)]));
}

function rendered(parts: Part[], fill: (to: Ref) => unknown) {
  return parts.map((one) => {
    const propertyDependencies: Record<string, string[]> = {};
    const props = Object.fromEntries(
      Object.entries(one.props).map(([key, value]) => {
        const seen: string[] = [];
        const result = filled(value, fill, seen);
        if (seen.length > 0) propertyDependencies[key] = seen;
        return [key, result];
      }),
    );
    return { one, props, propertyDependencies };
  });
}

/** As a preview sees it: what AWS makes of all parts is unknown. */
const atPreview = (parts: Part[]) =>
  viewsOf(
    asPlanned(
      rendered(parts, () => UNKNOWN).map(
        ({ one, props, propertyDependencies }): TestResource => ({ type: one.type, name: one.name, props, propertyDependencies }),
      ),
    ),
  );

/** As an exported state has it. */
const deployed = (parts: Part[]) => graphOfState(stateOf(parts));

function stateOf(parts: Part[]): DeployedResource[] {
  const byName = new Map(parts.map((one) => [one.name, one]));
  const find = (name: string) => byName.get(name) ?? assert.fail(`no part is called '${name}'`);
  /** What comes with a VPC and is adopted has the id and the VPC of that, not one of its own. */
  const adopted = (one: Part): Record<string, unknown> => {
    const origin: unknown = one.props.defaultRouteTableId ?? one.props.vpcId;
    if (!(origin instanceof Ref)) return {};
    if (kindOf(one) === "DefaultRouteTable") return { id: valueOf(origin), vpcId: valueOf(ref(origin.name)) };
    return kindOf(one) === "DefaultSecurityGroup" ? { id: valueOf(ref(origin.name, "defaultSecurityGroupId")) } : {};
  };
  const made = (one: Part): Record<string, unknown> => ({
    id: `${prefixes[kindOf(one)] ?? "id"}-${one.name}`,
    ...outputs[kindOf(one)]?.(one.name),
    ...adopted(one),
  });
  const valueOf = ({ name, property }: Ref): unknown => made(find(name))[property] ?? assert.fail(`'${name}' has no ${property}`);
  return rendered(parts, valueOf).map(({ one, props, propertyDependencies }) => {
    const { id, ...rest } = made(one);
    return {
      urn: urnOf(one),
      type: one.type,
      id: String(id),
      custom: true,
      inputs: props,
      outputs: { ...props, ...rest },
      propertyDependencies: Object.fromEntries(
        Object.entries(propertyDependencies).map(([key, names]) => [key, names.map((name) => urnOf(find(name)))]),
      ),
    };
  });
}

const VPC = "aws:ec2/vpc:Vpc";
const SUBNET = "aws:ec2/subnet:Subnet";
const TABLE = "aws:ec2/routeTable:RouteTable";
const MAIN = "aws:ec2/defaultRouteTable:DefaultRouteTable";
const ROUTE = "aws:ec2/route:Route";
const ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation";
const IGW = "aws:ec2/internetGateway:InternetGateway";
const EGRESS_ONLY = "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway";
const NAT = "aws:ec2/natGateway:NatGateway";
const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const OUT = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint";
const DOMAIN = "aws:sagemaker/domain:Domain";
const PROFILE = "aws:sagemaker/userProfile:UserProfile";
const MODEL = "aws:sagemaker/model:Model";
const NIC = "aws:ec2/networkInterface:NetworkInterface";
const INSTANCE = "aws:ec2/instance:Instance";
const ATTACHMENT = "aws:ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment";
const PEERING = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection";
const MAIN_ASSOCIATION = "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation";
const PROPAGATION = "aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation";
const LIST = "aws:ec2/managedPrefixList:ManagedPrefixList";
const FIREWALL = "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation";
const RULES = "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup";
const RULE = "aws:route53/resolverFirewallRule:ResolverFirewallRule";
const CONFIG = "aws:route53/resolverFirewallConfig:ResolverFirewallConfig";
const DOMAINS = "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList";
const FORWARDING_RULE = "aws:route53/resolverRule:ResolverRule";
const FORWARDING = "aws:route53/resolverRuleAssociation:ResolverRuleAssociation";
const ZONE = "aws:route53/zone:Zone";
const ZONE_ASSOCIATION = "aws:route53/zoneAssociation:ZoneAssociation";

const vpc = part(VPC, "vpc", { cidrBlock: "10.0.0.0/16" });
const subnet = part(SUBNET, "a", { vpcId: ref("vpc"), cidrBlock: "10.0.0.0/24" });
const table = part(TABLE, "table", { vpcId: ref("vpc") });
const association = part(ASSOCIATION, "association", { subnetId: ref("a"), routeTableId: ref("table") });
const igw = part(IGW, "igw", { vpcId: ref("vpc") });
const elsewhere = part("pulumi:pulumi:StackReference", "elsewhere");
const network = [vpc, subnet, table, association];
const route = (props: Record<string, unknown>, name = "route") => part(ROUTE, name, { routeTableId: ref("table"), ...props });
const everything = { destinationCidrBlock: "0.0.0.0/0" };
const toInternet = [igw, route({ ...everything, gatewayId: ref("igw") })];

/** Network with Studio in it, whose group lets out this. */
const studio = (rules: Record<string, unknown>[] = [], domain: Record<string, unknown> = {}) => [
  ...network,
  part(GROUP, "workload", { vpcId: ref("vpc") }),
  ...rules.map((props, i) => part(OUT, `rule-${i}`, { securityGroupId: ref("workload"), ipProtocol: "-1", ...props })),
  part(DOMAIN, "studio", {
    appNetworkAccessType: "VpcOnly",
    subnetIds: [ref("a")],
    vpcId: ref("vpc"),
    defaultUserSettings: { securityGroups: [ref("workload")] },
    ...domain,
  }),
];

/** Rules of a DNS firewall: priority, action, names. */
type Rules = [number, string, string[]][];
/** A group of rules on the VPC. */
const ruleGroup = (name: string, priority: number, rules: Rules) => [
  part(RULES, name),
  part(FIREWALL, `firewall-${name}`, { vpcId: ref("vpc"), firewallRuleGroupId: ref(name), priority }),
  ...rules.flatMap(([order, action, domains]) => [
    part(DOMAINS, `${name}-names-${order}`, { domains }),
    part(RULE, `${name}-${order}`, {
      priority: order,
      action,
      firewallRuleGroupId: ref(name),
      firewallDomainListId: ref(`${name}-names-${order}`),
    }),
  ]),
];
/** VPC under a DNS firewall with these rules. */
const firewall = (...rules: Rules) => [vpc, ...ruleGroup("rules", 101, rules)];
const blocking = firewall([20, "BLOCK", ["*"]]);
/** Parts with the props of those of one type changed. */
const but = (parts: Part[], type: string, props: Record<string, unknown>) =>
  parts.map((one) => (one.type === type ? { ...one, props: { ...one.props, ...props } } : one));

/** A closed network with a second table, which nothing uses and which leads out. */
const besideOpen = [
  ...network,
  igw,
  part(TABLE, "open", { vpcId: ref("vpc") }),
  part(ROUTE, "out", { routeTableId: ref("open"), ...everything, gatewayId: ref("igw") }),
];
const openMain = part(MAIN, "main", {
  defaultRouteTableId: ref("vpc", "defaultRouteTableId"),
  routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: ref("igw") }],
});
const parameter = part("aws:ssm/parameter:Parameter", "parameter");
const loose = [
  part(GROUP, "loose", { vpcId: ref("vpc") }),
  part(OUT, "loose-out", { securityGroupId: ref("loose"), ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" }),
];
const forwarding = part(FORWARDING_RULE, "corporate", { ruleType: "FORWARD" });

interface Case {
  it: string;
  parts: Part[];
  /** Name and kind of what is judged. */
  of: [Proof["kind"], string];
  verdict: Proof["verdict"];
  /** A part of the path. */
  path?: string;
  perimeter?: Perimeter;
  /** In a state everything is known. */
  onlyAtPreview?: true;
}
const ofA: Case["of"] = ["subnet", "a"];
const ofStudio: Case["of"] = ["interface", "studio"];
const ofVpc: Case["of"] = ["resolver", "vpc"];

const cases: Case[] = [
  { it: "a subnet whose table has no routes", parts: network, of: ofA, verdict: "closed" },
  {
    it: "a route to an internet gateway",
    parts: [...network, ...toInternet],
    of: ofA,
    verdict: "open",
    path: "subnet a -> route table table -> 0.0.0.0/0 -> internet gateway igw",
  },
  {
    it: "a route to an internet gateway of another stack",
    parts: [...network, route({ ...everything, gatewayId: "igw-0123" })],
    of: ofA,
    verdict: "open",
    path: "gateway igw-0123",
  },
  {
    it: "a route written in its table",
    parts: [
      vpc,
      subnet,
      association,
      igw,
      part(TABLE, "table", { vpcId: ref("vpc"), routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: ref("igw") }] }),
    ],
    of: ofA,
    verdict: "open",
    path: "0.0.0.0/0 -> internet gateway igw",
  },
  {
    it: "one public address only",
    parts: [...network, igw, route({ destinationCidrBlock: "198.51.100.7/32", gatewayId: ref("igw") })],
    of: ofA,
    verdict: "open",
    path: "198.51.100.7/32",
  },
  {
    it: "two halves of everything",
    parts: [
      ...network,
      igw,
      route({ destinationCidrBlock: "0.0.0.0/1", gatewayId: ref("igw") }),
      route({ destinationCidrBlock: "128.0.0.0/1", gatewayId: ref("igw") }, "other-half"),
    ],
    of: ofA,
    verdict: "open",
    path: "0.0.0.0/1, 128.0.0.0/1 -> internet gateway igw",
  },
  {
    it: "a gateway that no route leads to",
    parts: [...network, igw],
    of: ofA,
    verdict: "closed",
  },
  {
    it: "a route in a table that the subnet does not use",
    parts: [
      ...network,
      igw,
      part(TABLE, "other", { vpcId: ref("vpc") }),
      part(ROUTE, "out", { routeTableId: ref("other"), ...everything, gatewayId: ref("igw") }),
    ],
    of: ofA,
    verdict: "closed",
  },
  {
    it: "the main table, adopted and open, of a subnet without one of its own",
    parts: [
      vpc,
      subnet,
      igw,
      part(MAIN, "main", {
        defaultRouteTableId: ref("vpc", "defaultRouteTableId"),
        routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: ref("igw") }],
      }),
    ],
    of: ofA,
    verdict: "open",
    path: "default route table main",
  },
  {
    it: "the main table, adopted and empty",
    parts: [vpc, subnet, part(MAIN, "main", { defaultRouteTableId: ref("vpc", "defaultRouteTableId") })],
    of: ofA,
    verdict: "closed",
  },
  {
    it: "the main table that nothing adopts",
    parts: [vpc, subnet],
    of: ofA,
    verdict: "closed",
  },
  {
    it: "a route into the main table that nothing adopts",
    parts: [vpc, subnet, igw, part(ROUTE, "out", { routeTableId: ref("vpc", "mainRouteTableId"), ...everything, gatewayId: ref("igw") })],
    of: ofA,
    verdict: "open",
    path: "main route table of vpc -> 0.0.0.0/0",
  },
  {
    it: "an open table that was made the main one",
    parts: [vpc, subnet, table, ...toInternet, part(MAIN_ASSOCIATION, "main", { vpcId: ref("vpc"), routeTableId: ref("table") })],
    of: ofA,
    verdict: "open",
    path: "route table table",
  },
  {
    it: "an open main table beside a closed one of the subnet's own",
    parts: [
      ...network,
      igw,
      part(MAIN, "main", {
        defaultRouteTableId: ref("vpc", "defaultRouteTableId"),
        routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: ref("igw") }],
      }),
    ],
    of: ofA,
    verdict: "closed",
  },
  {
    it: "IPv6 through an egress-only gateway",
    parts: [
      vpc,
      part(SUBNET, "a", { vpcId: ref("vpc"), ipv6CidrBlock: "2001:db8::/64" }),
      table,
      association,
      part(EGRESS_ONLY, "six", { vpcId: ref("vpc") }),
      route({ destinationIpv6CidrBlock: "::/0", egressOnlyGatewayId: ref("six") }),
    ],
    of: ofA,
    verdict: "open",
    path: "::/0 -> egress only internet gateway six",
  },
  {
    it: "an egress-only gateway for a subnet without IPv6",
    parts: [
      ...network,
      part(EGRESS_ONLY, "six", { vpcId: ref("vpc") }),
      route({ destinationIpv6CidrBlock: "::/0", egressOnlyGatewayId: ref("six") }),
    ],
    of: ofA,
    verdict: "closed",
  },
  {
    it: "IPv6 through an internet gateway, with the block known only later",
    parts: [
      part(VPC, "vpc", { ipv6CidrBlock: "2001:db8::/56" }),
      part(SUBNET, "a", { vpcId: ref("vpc"), ipv6CidrBlock: ref("vpc") }),
      table,
      association,
      igw,
      route({ destinationIpv6CidrBlock: "::/0", gatewayId: ref("igw") }),
    ],
    of: ofA,
    verdict: "open",
  },
  {
    it: "NAT in a public subnet",
    parts: [
      ...network,
      igw,
      part(SUBNET, "public", { vpcId: ref("vpc") }),
      part(TABLE, "public-table", { vpcId: ref("vpc") }),
      part(ASSOCIATION, "public-association", { subnetId: ref("public"), routeTableId: ref("public-table") }),
      part(ROUTE, "public-route", { routeTableId: ref("public-table"), ...everything, gatewayId: ref("igw") }),
      part(NAT, "nat", { subnetId: ref("public") }),
      route({ ...everything, natGatewayId: ref("nat") }),
    ],
    of: ofA,
    verdict: "open",
    path: "0.0.0.0/0 -> nat gateway nat -> subnet public -> route table public-table -> 0.0.0.0/0 -> internet gateway igw",
  },
  {
    it: "NAT in a subnet that leads nowhere itself",
    parts: [
      ...network,
      part(SUBNET, "inner", { vpcId: ref("vpc") }),
      part(NAT, "nat", { subnetId: ref("inner"), connectivityType: "private" }),
      route({ ...everything, natGatewayId: ref("nat") }),
    ],
    of: ofA,
    verdict: "closed",
  },
  {
    it: "NAT that leads back to itself",
    parts: [
      ...network,
      part(NAT, "nat", { subnetId: ref("a"), connectivityType: "private" }),
      route({ ...everything, natGatewayId: ref("nat") }),
    ],
    of: ofA,
    verdict: "closed",
  },
  {
    it: "NAT of another stack",
    parts: [...network, route({ ...everything, natGatewayId: "nat-0123" })],
    of: ofA,
    verdict: "cannot tell",
    path: "NAT gateway nat-0123",
  },
  {
    it: "a transit gateway",
    parts: [...network, route({ destinationCidrBlock: "10.0.0.0/8", transitGatewayId: "tgw-1" })],
    of: ofA,
    verdict: "open",
    path: "10.0.0.0/8 -> transit gateway tgw-1",
  },
  {
    it: "a transit gateway of the perimeter",
    parts: [...network, route({ destinationCidrBlock: "10.0.0.0/8", transitGatewayId: "tgw-1" })],
    perimeter: { inside: ["tgw-1"] },
    of: ofA,
    verdict: "closed",
  },
  {
    it: "a peering with a VPC of this graph",
    parts: [
      ...network,
      part(VPC, "mirror"),
      part(PEERING, "peering", { vpcId: ref("vpc"), peerVpcId: ref("mirror") }),
      route({ destinationCidrBlock: "10.9.0.0/16", vpcPeeringConnectionId: ref("peering") }),
    ],
    of: ofA,
    verdict: "closed",
  },
  {
    it: "a peering with a VPC of somebody else",
    parts: [
      ...network,
      part(PEERING, "peering", { vpcId: ref("vpc"), peerVpcId: "vpc-theirs" }),
      route({ destinationCidrBlock: "10.9.0.0/16", vpcPeeringConnectionId: ref("peering") }),
    ],
    of: ofA,
    verdict: "open",
    path: "vpc peering connection peering -> vpc-theirs",
  },
  {
    it: "routes that a VPN propagates",
    parts: [
      ...network,
      part("aws:ec2/vpnGateway:VpnGateway", "vpn", { vpcId: ref("vpc") }),
      part(PROPAGATION, "propagation", {
        routeTableId: ref("table"),
        vpnGatewayId: ref("vpn"),
      }),
    ],
    of: ofA,
    verdict: "open",
    path: "routes that a VPN propagates -> vpn gateway vpn",
  },
  {
    it: "routes that a VPN gateway propagates, which another stack names",
    parts: [
      ...network.filter((one) => one !== table),
      elsewhere,
      part(TABLE, "table", { vpcId: ref("vpc"), propagatingVgws: [ref("elsewhere")] }),
    ],
    of: ofA,
    verdict: "open",
    path: "routes that a VPN propagates",
  },
  {
    it: "an instance that names no subnet",
    parts: [part(INSTANCE, "box", { ami: "ami-1" })],
    of: ["interface", "box"],
    verdict: "cannot tell",
    path: "the subnet that AWS or a launch template picks",
  },
  {
    it: "a route to a VPN gateway",
    parts: [
      ...network,
      part("aws:ec2/vpnGateway:VpnGateway", "vpn"),
      route({ destinationCidrBlock: "192.168.0.0/16", gatewayId: ref("vpn") }),
    ],
    of: ofA,
    verdict: "open",
  },
  {
    it: "a carrier gateway",
    parts: [...network, route({ ...everything, carrierGatewayId: "cagw-1" })],
    of: ofA,
    verdict: "open",
    path: "carrier gateway cagw-1",
  },
  {
    it: "the addresses of a prefix list to an internet gateway",
    parts: [
      ...network,
      igw,
      part(LIST, "partners", { entries: [{ cidr: "198.51.100.0/24" }] }),
      route({ destinationPrefixListId: ref("partners"), gatewayId: ref("igw") }),
    ],
    of: ofA,
    verdict: "open",
    path: "managed prefix list partners -> internet gateway igw",
  },
  {
    it: "the gateway endpoint of S3",
    parts: [
      ...network,
      part(ENDPOINT, "s3", { vpcId: ref("vpc"), serviceName: `com.amazonaws.${REGION}.s3`, vpcEndpointType: "Gateway" }),
      route({ destinationPrefixListId: "pl-1", gatewayId: ref("s3") }),
    ],
    of: ofA,
    verdict: "closed",
  },
  {
    it: "a network interface that may forward",
    parts: [...network, route({ ...everything, networkInterfaceId: "eni-1" })],
    of: ofA,
    verdict: "cannot tell",
  },
  {
    it: "a firewall that may let through",
    parts: [
      ...network,
      part(ENDPOINT, "inspection", {
        vpcId: ref("vpc"),
        vpcEndpointType: "GatewayLoadBalancer",
        serviceName: "com.amazonaws.vpce.x.vpce-svc-1",
      }),
      route({ ...everything, vpcEndpointId: ref("inspection") }),
    ],
    of: ofA,
    verdict: "cannot tell",
  },
  {
    it: "a table of another stack",
    parts: [vpc, subnet, part(ASSOCIATION, "association", { subnetId: ref("a"), routeTableId: "rtb-0123" })],
    of: ofA,
    verdict: "cannot tell",
    path: "route table rtb-0123, which is not in this graph",
  },
  {
    it: "the main table of a VPC of another stack",
    parts: [part(SUBNET, "a", { vpcId: "vpc-0123" })],
    of: ofA,
    verdict: "cannot tell",
    path: "main route table of vpc-0123",
  },
  {
    it: "a route whose table is not known",
    parts: [...network, part(ROUTE, "stray", { routeTableId: UNKNOWN, ...everything, gatewayId: "igw-1" })],
    of: ofA,
    onlyAtPreview: true,
    verdict: "cannot tell",
  },
  {
    it: "a route whose gateway is not known",
    parts: [...network, route({ ...everything, gatewayId: UNKNOWN })],
    of: ofA,
    onlyAtPreview: true,
    verdict: "cannot tell",
  },
  { it: "Studio in a closed subnet", parts: studio([{ cidrIpv4: "0.0.0.0/0" }]), of: ofStudio, verdict: "closed" },
  {
    it: "Studio in an open subnet, with a group that lets everything out",
    parts: [...studio([{ cidrIpv4: "0.0.0.0/0" }]), ...toInternet],
    of: ofStudio,
    verdict: "open",
    path: "domain studio -> security group workload -> subnet a -> route table table -> 0.0.0.0/0 -> internet gateway igw",
  },
  {
    it: "Studio in an open subnet, with a group that names groups only",
    parts: [...studio([{ referencedSecurityGroupId: ref("workload") }]), ...toInternet],
    of: ofStudio,
    verdict: "closed",
  },
  {
    it: "Studio in an open subnet, with a group for private addresses only and a route to public ones",
    parts: [...studio([{ cidrIpv4: "10.0.0.0/8" }]), igw, route({ destinationCidrBlock: "198.51.100.0/24", gatewayId: ref("igw") })],
    of: ofStudio,
    verdict: "closed",
  },
  {
    it: "Studio in an open subnet, with a group of another stack",
    parts: [...studio([], { defaultUserSettings: { securityGroups: ["sg-0123"] } }), ...toInternet],
    of: ofStudio,
    verdict: "cannot tell",
    path: "security group sg-0123",
  },
  {
    it: "Studio in an open subnet, with the VPC's default group",
    parts: [...studio([], { defaultUserSettings: {} }), ...toInternet],
    of: ofStudio,
    verdict: "open",
    path: "default security group",
  },
  {
    it: "Studio whose group lets out a prefix list that is wholly known",
    parts: [
      ...studio([{ prefixListId: ref("partners") }]),
      ...toInternet,
      part(LIST, "partners", { entries: [{ cidr: "198.51.100.0/24" }] }),
    ],
    of: ofStudio,
    verdict: "open",
  },
  {
    it: "Studio that goes by the service's own network",
    parts: studio([], { appNetworkAccessType: "PublicInternetOnly" }),
    of: ofStudio,
    verdict: "open",
    path: "appNetworkAccessType is PublicInternetOnly",
  },
  {
    it: "Studio in a subnet of another stack",
    parts: studio([{ cidrIpv4: "0.0.0.0/0" }], { subnetIds: ["subnet-0123"] }),
    of: ofStudio,
    verdict: "cannot tell",
    path: "subnet subnet-0123",
  },
  {
    it: "an instance with a public address",
    parts: [
      ...studio([{ cidrIpv4: "0.0.0.0/0" }]),
      ...toInternet,
      part(INSTANCE, "box", { subnetId: ref("a"), vpcSecurityGroupIds: [ref("workload")] }),
      part("aws:ec2/eip:Eip", "address", { instance: ref("box") }),
    ],
    of: ["interface", "box"],
    verdict: "open",
    path: "instance box -> public address address -> security group workload",
  },
  {
    it: "a model without a network",
    parts: [part(MODEL, "model")],
    of: ["interface", "model"],
    verdict: "open",
    path: "vpcConfig is not set",
  },
  {
    it: "a model in isolation",
    parts: [part(MODEL, "model", { enableNetworkIsolation: true })],
    of: ["interface", "model"],
    verdict: "closed",
  },
  {
    it: "an endpoint of AWS",
    parts: [vpc, part(ENDPOINT, "sts", { vpcId: ref("vpc"), serviceName: `com.amazonaws.${REGION}.sts` })],
    of: ["endpoint", "sts"],
    verdict: "closed",
  },
  {
    it: "an endpoint of Studio",
    parts: [vpc, part(ENDPOINT, "studio", { vpcId: ref("vpc"), serviceName: `aws.sagemaker.${REGION}.studio` })],
    of: ["endpoint", "studio"],
    verdict: "closed",
  },
  {
    it: "an endpoint to a service of another account",
    parts: [vpc, part(ENDPOINT, "vendor", { vpcId: ref("vpc"), serviceName: `com.amazonaws.vpce.${REGION}.vpce-svc-0123` })],
    of: ["endpoint", "vendor"],
    verdict: "open",
    path: "vpc endpoint vendor -> service of another account",
  },
  {
    it: "an endpoint to a service of this graph",
    parts: [
      vpc,
      part("aws:ec2/vpcEndpointService:VpcEndpointService", "mirror", { acceptanceRequired: true }),
      part(ENDPOINT, "to-mirror", { vpcId: ref("vpc"), serviceName: ref("mirror", "serviceName") }),
    ],
    of: ["endpoint", "to-mirror"],
    verdict: "closed",
  },
  {
    it: "an endpoint to what is not known",
    parts: [vpc, part(ENDPOINT, "some", { vpcId: ref("vpc"), serviceName: UNKNOWN })],
    of: ["endpoint", "some"],
    onlyAtPreview: true,
    verdict: "cannot tell",
  },
  { it: "a resolver without DNS Firewall", parts: [vpc], of: ofVpc, verdict: "open", path: "any name, without DNS Firewall" },
  {
    it: "a resolver that is off",
    parts: [part(VPC, "vpc", { enableDnsSupport: false })],
    of: ofVpc,
    verdict: "closed",
  },
  {
    it: "a resolver behind a firewall that lets some names through and blocks the rest",
    parts: firewall([10, "ALLOW", ["*.amazonaws.com"]], [20, "BLOCK", ["*"]]),
    of: ofVpc,
    verdict: "closed",
  },
  {
    it: "a resolver behind a firewall that blocks some names only",
    parts: firewall([10, "BLOCK", ["bad.example"]]),
    of: ofVpc,
    verdict: "open",
    path: "DNS Firewall that does not block the rest",
  },
  {
    it: "a resolver behind a firewall that lets everything through before it blocks",
    parts: firewall([10, "ALLOW", ["*"]], [20, "BLOCK", ["*"]]),
    of: ofVpc,
    verdict: "open",
  },
  {
    it: "a resolver behind a firewall that only alerts",
    parts: firewall([10, "ALERT", ["*"]]),
    of: ofVpc,
    verdict: "open",
  },
  {
    it: "a resolver behind a firewall of another stack",
    parts: [vpc, part(FIREWALL, "firewall", { vpcId: ref("vpc"), firewallRuleGroupId: "rslvr-frg-1" })],
    of: ofVpc,
    verdict: "cannot tell",
  },
  {
    it: "a resolver that answers without its firewall when that fails",
    parts: [...firewall([20, "BLOCK", ["*"]]), part(CONFIG, "config", { resourceId: ref("vpc"), firewallFailOpen: "ENABLED" })],
    of: ofVpc,
    verdict: "open",
    path: "firewallFailOpen",
  },
  {
    it: "a resolver behind a firewall that blocks questions of one kind only",
    parts: but(blocking, RULE, { qType: "A" }),
    of: ofVpc,
    verdict: "open",
    path: "DNS Firewall that does not block the rest",
  },
  {
    it: "the resolver of a VPC of another stack, behind a firewall of ours that only alerts",
    parts: but(firewall([20, "ALERT", ["*"]]), FIREWALL, { vpcId: "vpc-other" }).filter((one) => one !== vpc),
    of: ["resolver", "firewall-rules"],
    verdict: "open",
    path: "resolver of vpc-other -> DNS Firewall that does not block the rest",
  },
  {
    it: "the resolver of a VPC of another stack, behind a firewall of ours that blocks: others may come before it",
    parts: but(blocking, FIREWALL, { vpcId: "vpc-other" }).filter((one) => one !== vpc),
    of: ["resolver", "firewall-rules"],
    verdict: "cannot tell",
    path: "resolver of vpc-other -> rules of other stacks",
  },
  {
    it: "the same of a VPC of the perimeter",
    parts: but(blocking, FIREWALL, { vpcId: "vpc-other" }).filter((one) => one !== vpc),
    perimeter: { inside: ["vpc-other"] },
    of: ["resolver", "firewall-rules"],
    verdict: "closed",
  },
  {
    it: "the resolver of a VPC of another stack that gets a subnet",
    parts: [part(SUBNET, "a", { vpcId: "vpc-other" }), part(TABLE, "table", { vpcId: "vpc-other" }), association],
    of: ["resolver", "a"],
    verdict: "cannot tell",
    path: "resolver of vpc-other -> rules of other stacks",
  },
  {
    it: "the resolver of a VPC of another stack that we tell to answer when its firewall fails",
    parts: [part(CONFIG, "config", { resourceId: "vpc-other", firewallFailOpen: "ENABLED" })],
    of: ["resolver", "config"],
    verdict: "open",
    path: "firewallFailOpen",
  },
  {
    it: "a resolver that asks other servers",
    parts: [
      ...firewall([20, "BLOCK", ["*"]]),
      part(FORWARDING_RULE, "corporate", { ruleType: "FORWARD" }),
      part(FORWARDING, "forwarding", {
        vpcId: ref("vpc"),
        resolverRuleId: ref("corporate"),
      }),
    ],
    of: ofVpc,
    verdict: "open",
    path: "forwarding rule corporate",
  },

  // Main tables: adopted, replaced, and named by their VPC.
  {
    it: "the main table, adopted, with a separate route out",
    parts: [
      vpc,
      subnet,
      igw,
      part(MAIN, "main", { defaultRouteTableId: ref("vpc", "defaultRouteTableId") }),
      part(ROUTE, "out", { routeTableId: ref("main"), ...everything, gatewayId: ref("igw") }),
    ],
    of: ofA,
    verdict: "open",
    path: "default route table main -> 0.0.0.0/0 -> internet gateway igw",
  },
  {
    it: "the main table, adopted, with a route out that names it by the VPC",
    parts: [
      vpc,
      subnet,
      igw,
      part(MAIN, "main", { defaultRouteTableId: ref("vpc", "defaultRouteTableId") }),
      part(ROUTE, "out", { routeTableId: ref("vpc", "mainRouteTableId"), ...everything, gatewayId: ref("igw") }),
    ],
    of: ofA,
    verdict: "open",
    path: "default route table main -> 0.0.0.0/0 -> internet gateway igw",
  },
  {
    it: "a closed table that was made the main one, with a route out that names it by the VPC",
    parts: [
      vpc,
      subnet,
      table,
      igw,
      part(MAIN_ASSOCIATION, "main", { vpcId: ref("vpc"), routeTableId: ref("table") }),
      part(ROUTE, "out", { routeTableId: ref("vpc", "mainRouteTableId"), ...everything, gatewayId: ref("igw") }),
    ],
    of: ofA,
    onlyAtPreview: true,
    verdict: "open",
  },
  {
    it: "a table of the subnet's own, and a route out in one that the VPC tells of",
    parts: [...network, igw, part(ROUTE, "out", { routeTableId: ref("vpc", "mainRouteTableId"), ...everything, gatewayId: ref("igw") })],
    of: ofA,
    onlyAtPreview: true,
    verdict: "cannot tell",
  },
  {
    it: "an open table that was made the main one of a VPC that is not known",
    parts: [vpc, subnet, table, ...toInternet, part(MAIN_ASSOCIATION, "main", { vpcId: UNKNOWN, routeTableId: ref("table") })],
    of: ofA,
    onlyAtPreview: true,
    verdict: "cannot tell",
  },
  {
    it: "a default VPC, which comes with a way out",
    parts: [part("aws:ec2/defaultVpc:DefaultVpc", "vpc"), subnet],
    of: ofA,
    verdict: "open",
    path: "internet gateway that AWS makes with a default VPC",
  },
  {
    it: "a table of its own that may be an open one",
    parts: besideOpen.map((one) =>
      one === association ? part(ASSOCIATION, "association", { subnetId: ref("a"), routeTableId: either("table", "open") }) : one,
    ),
    of: ofA,
    onlyAtPreview: true,
    verdict: "cannot tell",
  },
  {
    it: "an open main table, and a closed one that may be another subnet's",
    parts: [
      vpc,
      subnet,
      table,
      igw,
      openMain,
      part(SUBNET, "b", { vpcId: ref("vpc") }),
      part(ASSOCIATION, "association", { subnetId: either("b", "a"), routeTableId: ref("table") }),
    ],
    of: ofA,
    onlyAtPreview: true,
    verdict: "open",
  },

  // Routes and what brings them.
  {
    it: "a gateway of another stack, beside an endpoint of this one in the same table",
    parts: [
      vpc,
      subnet,
      association,
      part(ENDPOINT, "s3", { vpcId: ref("vpc"), serviceName: `com.amazonaws.${REGION}.s3`, vpcEndpointType: "Gateway" }),
      part(TABLE, "table", {
        vpcId: ref("vpc"),
        routes: [
          { cidrBlock: "0.0.0.0/0", gatewayId: "igw-theirs" },
          { destinationPrefixListId: ref("s3", "prefixListId"), gatewayId: ref("s3") },
        ],
      }),
    ],
    of: ofA,
    verdict: "open",
    path: "gateway igw-theirs",
  },
  {
    it: "a gateway that a parameter names, beside an endpoint in the same table",
    parts: [
      vpc,
      subnet,
      association,
      parameter,
      part(ENDPOINT, "s3", { vpcId: ref("vpc"), serviceName: `com.amazonaws.${REGION}.s3`, vpcEndpointType: "Gateway" }),
      part(TABLE, "table", {
        vpcId: ref("vpc"),
        routes: [
          { cidrBlock: "0.0.0.0/0", gatewayId: ref("parameter") },
          { destinationPrefixListId: "pl-1", gatewayId: ref("s3") },
        ],
      }),
    ],
    of: ofA,
    verdict: "cannot tell",
  },
  {
    it: "a peering of the perimeter, and one that is not, in one table",
    parts: [
      vpc,
      subnet,
      association,
      part(PEERING, "friends", { vpcId: ref("vpc"), peerVpcId: "vpc-friends" }),
      part(PEERING, "strangers", { vpcId: ref("vpc"), peerVpcId: "vpc-strangers" }),
      part(TABLE, "table", {
        vpcId: ref("vpc"),
        routes: [
          { cidrBlock: "10.8.0.0/16", vpcPeeringConnectionId: ref("friends") },
          { cidrBlock: "10.9.0.0/16", vpcPeeringConnectionId: ref("strangers") },
        ],
      }),
    ],
    perimeter: { inside: ["friends"] },
    of: ofA,
    verdict: "open",
    path: "vpc peering connection strangers -> vpc-strangers",
  },
  {
    it: "an internet gateway that has the name of something inside",
    parts: [...network, ...toInternet],
    perimeter: { inside: ["igw", "igw-igw"] },
    of: ofA,
    verdict: "open",
  },
  {
    it: "a peering that a VPC of somebody else asked for",
    parts: [
      ...network,
      part(PEERING, "peering", { vpcId: "vpc-theirs", peerVpcId: ref("vpc") }),
      route({ destinationCidrBlock: "10.9.0.0/16", vpcPeeringConnectionId: ref("peering") }),
    ],
    of: ofA,
    verdict: "open",
    path: "vpc peering connection peering -> vpc-theirs",
  },
  {
    it: "a peering that is accepted here",
    parts: [
      ...network,
      part("aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter", "accepted", { vpcPeeringConnectionId: "pcx-1" }),
      route({ destinationCidrBlock: "10.9.0.0/16", vpcPeeringConnectionId: ref("accepted") }),
    ],
    of: ofA,
    verdict: "cannot tell",
  },
  {
    it: "routes that a VPN propagates into a table that is not known",
    parts: [
      ...network,
      part("aws:ec2/vpnGateway:VpnGateway", "vpn"),
      part(PROPAGATION, "propagation", { routeTableId: UNKNOWN, vpnGatewayId: ref("vpn") }),
    ],
    of: ofA,
    onlyAtPreview: true,
    verdict: "cannot tell",
  },
  {
    it: "routes of a route server",
    parts: [
      ...network,
      part("aws:vpc/routeServerPropagation:RouteServerPropagation", "bgp", { routeTableId: ref("table"), routeServerId: "rs-1" }),
    ],
    of: ofA,
    verdict: "cannot tell",
    path: "routes of route server propagation bgp",
  },
  {
    it: "an endpoint of a kind that is not known, which may inspect and let through",
    parts: [
      ...network,
      part(ENDPOINT, "inspection", { vpcId: ref("vpc"), vpcEndpointType: UNKNOWN, serviceName: "com.amazonaws.vpce.x.vpce-svc-1" }),
      route({ ...everything, gatewayId: ref("inspection") }),
    ],
    of: ofA,
    onlyAtPreview: true,
    verdict: "cannot tell",
  },
  {
    it: "everything to an endpoint of another stack",
    parts: [...network, route({ ...everything, gatewayId: "vpce-theirs" })],
    of: ofA,
    verdict: "cannot tell",
  },
  {
    it: "an instance that may forward",
    parts: [
      ...network,
      part(INSTANCE, "router", { subnetId: ref("a") }),
      route({ ...everything, networkInterfaceId: ref("router", "primaryNetworkInterfaceId") }),
    ],
    of: ofA,
    verdict: "cannot tell",
    path: "instance router -> wherever it forwards to",
  },
  {
    it: "a service network, whose services need no route",
    parts: [
      ...network,
      part("aws:vpclattice/serviceNetworkVpcAssociation:ServiceNetworkVpcAssociation", "lattice", {
        vpcIdentifier: ref("vpc"),
        serviceNetworkIdentifier: "sn-1",
      }),
    ],
    of: ofA,
    verdict: "cannot tell",
    path: "service network sn-1 -> services that may be another account's",
  },
  {
    it: "a service network of the perimeter",
    parts: [
      ...network,
      part("aws:vpclattice/serviceNetworkVpcAssociation:ServiceNetworkVpcAssociation", "lattice", {
        vpcIdentifier: ref("vpc"),
        serviceNetworkIdentifier: "sn-1",
      }),
    ],
    perimeter: { inside: ["sn-1"] },
    of: ofA,
    verdict: "closed",
  },

  // Groups.
  {
    it: "Studio in an open subnet, and a rule that lets out everything, of a group that is not known",
    parts: [...studio(), ...toInternet, part(OUT, "stray", { securityGroupId: UNKNOWN, ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" })],
    of: ofStudio,
    onlyAtPreview: true,
    verdict: "cannot tell",
  },
  {
    it: "Studio in an open subnet, and a rule between groups, of a group that is not known",
    parts: [
      ...studio(),
      ...toInternet,
      part(OUT, "stray", { securityGroupId: UNKNOWN, ipProtocol: "-1", referencedSecurityGroupId: ref("workload") }),
    ],
    of: ofStudio,
    onlyAtPreview: true,
    verdict: "closed",
  },
  {
    it: "Studio in an open subnet, with a group one of whose rules is not known",
    parts: [...but(studio(), GROUP, { egress: [UNKNOWN] }), ...toInternet],
    of: ofStudio,
    onlyAtPreview: true,
    verdict: "cannot tell",
  },
  {
    it: "Studio in an open subnet, whose group lets out a prefix list that gets an entry, or another does",
    parts: [
      ...studio([{ prefixListId: ref("partners") }]),
      ...toInternet,
      part(LIST, "partners", { entries: [] }),
      part("aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry", "entry", { prefixListId: UNKNOWN, cidr: "198.51.100.0/24" }),
    ],
    of: ofStudio,
    onlyAtPreview: true,
    verdict: "cannot tell",
  },
  {
    it: "Studio in an open subnet, whose spaces have a group that lets out everything",
    parts: [...studio([], { defaultSpaceSettings: { securityGroups: [ref("loose")] } }), ...loose, ...toInternet],
    of: ofStudio,
    verdict: "open",
    path: "domain studio -> security group loose",
  },
  {
    it: "a profile in an open subnet, with a group that lets out everything",
    parts: [
      ...studio(),
      ...loose,
      ...toInternet,
      part(PROFILE, "ana", { domainId: ref("studio"), userSettings: { securityGroups: [ref("loose")] } }),
    ],
    of: ["interface", "ana"],
    verdict: "open",
    path: "user profile ana -> security group loose -> subnet a -> route table table -> 0.0.0.0/0",
  },
  {
    it: "a profile in an open subnet, without a group of its own",
    parts: [...studio(), ...toInternet, part(PROFILE, "ana", { domainId: ref("studio") })],
    of: ["interface", "ana"],
    verdict: "closed",
  },
  {
    it: "a profile of a domain of another stack",
    parts: [part(PROFILE, "ana", { domainId: "d-0123" })],
    of: ["interface", "ana"],
    verdict: "cannot tell",
    path: "d-0123, which is not in this graph",
  },
  {
    it: "an interface in an open subnet, to which a group is added that lets out everything",
    parts: [
      ...studio(),
      ...loose,
      ...toInternet,
      part(NIC, "nic", { subnetId: ref("a"), securityGroups: [ref("workload")] }),
      part(ATTACHMENT, "added", { networkInterfaceId: ref("nic"), securityGroupId: ref("loose") }),
    ],
    of: ["interface", "nic"],
    verdict: "open",
    path: "network interface nic -> security group loose",
  },
  {
    it: "an instance in an open subnet, to whose interface a group is added that lets out everything",
    parts: [
      ...studio(),
      ...loose,
      ...toInternet,
      part(INSTANCE, "box", { subnetId: ref("a"), vpcSecurityGroupIds: [ref("workload")] }),
      part(ATTACHMENT, "added", { networkInterfaceId: ref("box", "primaryNetworkInterfaceId"), securityGroupId: ref("loose") }),
    ],
    of: ["interface", "box"],
    verdict: "open",
  },
  {
    it: "an interface in an open subnet, and a group that is added to one that is not known",
    parts: [
      ...studio(),
      ...loose,
      ...toInternet,
      part(NIC, "nic", { subnetId: ref("a"), securityGroups: [ref("workload")] }),
      part(ATTACHMENT, "added", { networkInterfaceId: UNKNOWN, securityGroupId: ref("loose") }),
    ],
    of: ["interface", "nic"],
    onlyAtPreview: true,
    verdict: "cannot tell",
  },
  {
    it: "an instance in an open subnet, with the groups of a launch template",
    parts: [
      ...network,
      ...toInternet,
      part("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "nothing", { vpcId: ref("vpc") }),
      part(INSTANCE, "box", { subnetId: ref("a"), launchTemplate: { id: "lt-1" } }),
    ],
    of: ["interface", "box"],
    verdict: "cannot tell",
    path: "security groups of a launch template",
  },
  {
    it: "a model that says it is not in isolation",
    parts: [part(MODEL, "model", { enableNetworkIsolation: false })],
    of: ["interface", "model"],
    verdict: "open",
    path: "vpcConfig is not set",
  },
  {
    it: "a model of which it is not known whether it is in isolation",
    parts: [part(MODEL, "model", { enableNetworkIsolation: UNKNOWN })],
    of: ["interface", "model"],
    onlyAtPreview: true,
    verdict: "cannot tell",
  },

  // Subnets and tables that are not in the graph.
  {
    it: "a subnet of another stack that gets an endpoint",
    parts: [part(ENDPOINT, "sts", { vpcId: "vpc-other", subnetIds: ["subnet-0123"], serviceName: `com.amazonaws.${REGION}.sts` })],
    of: ["subnet", "sts"],
    verdict: "cannot tell",
    path: "subnet subnet-0123, which is not in this graph",
  },
  {
    it: "a subnet of another stack that gets Studio",
    parts: studio([], { subnetIds: ["subnet-0123"] }),
    of: ["subnet", "studio"],
    verdict: "cannot tell",
    path: "subnet subnet-0123, which is not in this graph",
  },
  {
    it: "a subnet of another stack that belongs to the perimeter",
    parts: studio([], { subnetIds: ["subnet-0123"] }),
    perimeter: { inside: ["subnet-0123"] },
    of: ["subnet", "studio"],
    verdict: "closed",
  },
  {
    it: "a subnet of another stack that gets a table of ours",
    parts: [...besideOpen, part(ASSOCIATION, "theirs", { subnetId: "subnet-0123", routeTableId: ref("open") })],
    of: ["subnet", "theirs"],
    verdict: "open",
    path: "subnet subnet-0123, which is not in this graph -> route table open -> 0.0.0.0/0",
  },
  {
    it: "a table of another stack that gets a route out",
    parts: [igw, vpc, part(ROUTE, "out", { routeTableId: "rtb-0123", ...everything, gatewayId: ref("igw") })],
    of: ["subnet", "out"],
    verdict: "open",
    path: "subnets of route table rtb-0123 -> 0.0.0.0/0 -> internet gateway igw",
  },

  // Order and doubt among the rules of a DNS firewall.
  {
    it: "a resolver behind a group that lets everything through, before one that blocks",
    parts: [...blocking, ...ruleGroup("before", 100, [[1, "ALLOW", ["*"]]])],
    of: ofVpc,
    verdict: "open",
  },
  {
    it: "a resolver behind a group that lets everything through, after one that blocks",
    parts: [...blocking, ...ruleGroup("after", 102, [[1, "ALLOW", ["*"]]])],
    of: ofVpc,
    verdict: "closed",
  },
  {
    it: "a resolver behind a group of another stack, before one that blocks",
    parts: [...blocking, part(FIREWALL, "theirs", { vpcId: ref("vpc"), firewallRuleGroupId: "rslvr-frg-theirs", priority: 100 })],
    of: ofVpc,
    verdict: "cannot tell",
  },
  {
    it: "a resolver behind a group of another stack, after one that blocks",
    parts: [...blocking, part(FIREWALL, "theirs", { vpcId: ref("vpc"), firewallRuleGroupId: "rslvr-frg-theirs", priority: 200 })],
    of: ofVpc,
    verdict: "closed",
  },
  {
    it: "a resolver behind two groups whose order is not known",
    parts: but([...blocking, ...ruleGroup("other", 100, [[1, "ALLOW", ["*"]]])], FIREWALL, { priority: UNKNOWN }),
    of: ofVpc,
    onlyAtPreview: true,
    verdict: "cannot tell",
  },
  {
    it: "a resolver whose firewall lets everything through after it has blocked the rest",
    parts: firewall([9, "BLOCK", ["*"]], [10, "ALLOW", ["*"]]),
    of: ofVpc,
    verdict: "closed",
  },
  {
    it: "a resolver whose firewall allows names that are not known, before it blocks the rest",
    parts: [
      ...blocking,
      part(RULE, "some", { priority: 5, action: "ALLOW", firewallRuleGroupId: ref("rules"), firewallDomainListId: "rslvr-fdl-theirs" }),
    ],
    of: ofVpc,
    verdict: "cannot tell",
  },
  {
    it: "a resolver whose firewall only alerts of what looks like a threat, before it blocks the rest",
    parts: [
      ...blocking,
      part(RULE, "threats", {
        priority: 5,
        action: "ALERT",
        firewallRuleGroupId: ref("rules"),
        dnsThreatProtection: "DNS_TUNNELING",
        confidenceThreshold: "LOW",
      }),
    ],
    of: ofVpc,
    verdict: "open",
  },
  {
    it: "a resolver whose firewall blocks what looks like a threat, and then the rest",
    parts: [
      ...blocking,
      part(RULE, "threats", {
        priority: 5,
        action: "BLOCK",
        firewallRuleGroupId: ref("rules"),
        dnsThreatProtection: "DNS_TUNNELING",
        confidenceThreshold: "LOW",
      }),
    ],
    of: ofVpc,
    verdict: "closed",
  },
  {
    it: "a resolver whose firewall blocks, and a rule that lets everything through in a group that is not known",
    parts: [
      ...blocking,
      part(DOMAINS, "all", { domains: ["*"] }),
      part(RULE, "stray", { priority: 1, action: "ALLOW", firewallRuleGroupId: UNKNOWN, firewallDomainListId: ref("all") }),
    ],
    of: ofVpc,
    onlyAtPreview: true,
    verdict: "cannot tell",
  },
  {
    it: "a resolver whose firewall blocks, and a group that lets everything through on a VPC that is not known",
    parts: [...blocking, ...but(ruleGroup("stray", 100, [[1, "ALLOW", ["*"]]]), FIREWALL, { vpcId: UNKNOWN })],
    of: ofVpc,
    onlyAtPreview: true,
    verdict: "cannot tell",
  },
  {
    it: "a resolver of which it is not known whether it answers without its firewall",
    parts: [...blocking, part(CONFIG, "config", { resourceId: ref("vpc"), firewallFailOpen: UNKNOWN })],
    of: ofVpc,
    onlyAtPreview: true,
    verdict: "cannot tell",
  },
  {
    it: "a resolver that does as the profile says when its firewall fails",
    parts: [...blocking, part(CONFIG, "config", { resourceId: ref("vpc"), firewallFailOpen: "USE_LOCAL_RESOURCE_SETTING" })],
    of: ofVpc,
    verdict: "cannot tell",
  },
  {
    it: "a resolver, and one that answers without its firewall, of a VPC that is not known",
    parts: [...blocking, part(CONFIG, "config", { resourceId: UNKNOWN, firewallFailOpen: "ENABLED" })],
    of: ofVpc,
    onlyAtPreview: true,
    verdict: "cannot tell",
  },
  {
    it: "a resolver, and a forwarding rule for a VPC that is not known",
    parts: [...blocking, forwarding, part(FORWARDING, "forwarding", { vpcId: UNKNOWN, resolverRuleId: ref("corporate") })],
    of: ofVpc,
    onlyAtPreview: true,
    verdict: "cannot tell",
  },
  {
    it: "a resolver with two forwarding rules, one to servers of the perimeter",
    parts: [
      ...blocking,
      forwarding,
      part(FORWARDING, "forwarding", { vpcId: ref("vpc"), resolverRuleId: ref("corporate") }),
      part(FORWARDING, "theirs", { vpcId: ref("vpc"), resolverRuleId: "rslvr-rr-theirs" }),
    ],
    perimeter: { inside: ["corporate"] },
    of: ofVpc,
    verdict: "open",
    path: "forwarding rule rslvr-rr-theirs",
  },
  {
    it: "a resolver that has the rules of a profile",
    parts: [
      ...blocking,
      part("aws:route53/profilesAssociation:ProfilesAssociation", "profile", { resourceId: ref("vpc"), profileId: "rp-1" }),
    ],
    of: ofVpc,
    verdict: "cannot tell",
    path: "rules of profiles association profile",
  },

  // Names that a DNS firewall allows.
  ...(
    [
      ["*.eu-central-1.amazonaws.com.", "closed"],
      ["studio.eu-central-1.sagemaker.aws.", "closed"],
      ["API.AWS.", "closed"],
      ["sts.eu-central-1.api.aws.", "closed"],
      ["sts.cn-north-1.amazonaws.com.cn.", "closed"],
      ["*.eu-central-1.compute.internal.", "closed"],
      ["evil.example.", "open"],
      ["*.co.uk.", "open"],
      ["*.com.", "open"],
      ["evilamazonaws.com.", "open"],
      ["*amazonaws.com.", "open"],
      ["amazonaws.com.evil.example.", "open"],
    ] as const
  ).map(
    ([name, verdict]): Case => ({
      it: `a resolver whose firewall allows ${name}`,
      parts: firewall([10, "ALLOW", ["sts.eu-central-1.amazonaws.com.", name]], [20, "BLOCK", ["*."]]),
      of: ofVpc,
      verdict,
      ...(verdict === "open" && { path: `names of others that DNS Firewall allows (${name})` }),
    }),
  ),
  ...(
    [
      [["pypi.bank.example"], "pypi.bank.example.", "closed"],
      [["*.bank.example"], "pypi.bank.example.", "closed"],
      [["*.bank.example"], "*.dev.bank.example.", "closed"],
      [["*.bank.example"], "*.bank.example.", "closed"],
      [["*.bank.example"], "bank.example.", "open"],
      [["bank.example"], "pypi.bank.example.", "open"],
      [["pypi.bank.example"], "*.bank.example.", "open"],
      [["*"], "*.", "open"],
    ] as const
  ).map(
    ([allowedDomains, name, verdict]): Case => ({
      it: `a resolver whose firewall allows ${name} where ${allowedDomains[0]} is allowed`,
      parts: firewall([10, "ALLOW", [name]], [20, "BLOCK", ["*."]]),
      perimeter: { allowedDomains: [...allowedDomains] },
      of: ofVpc,
      verdict,
    }),
  ),
  // Names that a zone of the VPC answers, and nobody else.
  ...(
    [
      ["of the VPC", [part(ZONE, "zone", { name: "cloister.internal", vpcs: [{ vpcId: ref("vpc") }] })], "closed"],
      ["of another VPC", [part(VPC, "other"), part(ZONE, "zone", { name: "cloister.internal", vpcs: [{ vpcId: ref("other") }] })], "open"],
      ["of everybody", [part(ZONE, "zone", { name: "cloister.internal" })], "open"],
      ["of another name", [part(ZONE, "zone", { name: "internal.example", vpcs: [{ vpcId: ref("vpc") }] })], "open"],
      ["of a name that is not known", [part(ZONE, "zone", { name: UNKNOWN, vpcs: [{ vpcId: ref("vpc") }] })], "open"],
      [
        "that the VPC has joined",
        [part(ZONE, "zone", { name: "cloister.internal" }), part(ZONE_ASSOCIATION, "joined", { zoneId: ref("zone"), vpcId: ref("vpc") })],
        "closed",
      ],
      [
        "that another VPC has joined",
        [
          part(VPC, "other"),
          part(ZONE, "zone", { name: "cloister.internal" }),
          part(ZONE_ASSOCIATION, "joined", { zoneId: ref("zone"), vpcId: ref("other") }),
        ],
        "open",
      ],
    ] as const
  ).map(
    ([whose, zone, verdict]): Case => ({
      it: `a resolver whose firewall allows names of a zone ${whose}`,
      parts: [...firewall([10, "ALLOW", ["packages.cloister.internal.", "*.cloister.internal."]], [20, "BLOCK", ["*."]]), ...zone],
      of: ofVpc,
      verdict,
    }),
  ),
];

/** A value as if it, or one of the values in it, came from what only an update tells. */
function withUnknown(value: unknown): unknown[] {
  if (value instanceof Ref || typeof value !== "object" || value === null) return [UNKNOWN];
  const within = Array.isArray(value)
    ? value.flatMap((one, i) => withUnknown(one).map((other) => value.map((same: unknown, j) => (i === j ? other : same))))
    : Object.entries(value).flatMap(([key, one]) => withUnknown(one).map((other) => ({ ...value, [key]: other })));
  return [UNKNOWN, ...within];
}

describe("proof of reachability", () => {
  for (const [when, graphOf] of [
    ["at preview", atPreview],
    ["deployed", deployed],
  ] as const)
    describe(when, () => {
      for (const { it: title, parts, of, verdict, path, perimeter } of cases.filter((one) => when === "at preview" || !one.onlyAtPreview))
        it(`${verdict}: ${title}`, () => {
          const proofs = prove(graphOf(parts), perimeter);
          const found = proofs.find(({ kind, resource }) => kind === of[0] && resource.name === of[1]) ?? assert.fail("not judged");
          assert.equal(found.verdict, verdict, found.paths.join("\n"));
          assert.equal(found.paths.length > 0, verdict !== "closed");
          if (path)
            assert.ok(
              found.paths.some((one) => one.includes(path)),
              found.paths.join("\n"),
            );
        });
    });

  describe("by an exported state", () => {
    const secret = (rest: object) => ({ "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ...rest });
    const verdictOfA = (changed: DeployedResource[]) => prove(graphOfState(changed)).find(({ resource }) => resource.name === "a")?.verdict;
    const open = stateOf([...network, ...toInternet]);
    const withTable = (routeTableId: unknown) =>
      open.map((one) =>
        one.type === ROUTE ? { ...one, inputs: { ...one.inputs, routeTableId }, outputs: {}, propertyDependencies: {} } : one,
      );

    it("reads a secret that the export shows", () =>
      assert.equal(verdictOfA(withTable(secret({ plaintext: JSON.stringify("rtb-table") }))), "open"));
    it("can't tell where a secret that it does not show may lead", () =>
      assert.equal(verdictOfA(withTable(secret({ ciphertext: "AAAA" }))), "cannot tell"));
    it("does not count an association that is on its way out", () => {
      const old = stateOf(besideOpen).map((one) => (one.type === ASSOCIATION ? { ...one, delete: true } : one));
      const state = [
        ...old,
        ...stateOf([...besideOpen, part(MAIN_ASSOCIATION, "main", { vpcId: ref("vpc"), routeTableId: ref("open") })]),
      ].filter(({ type }, i) => i < old.length || type === MAIN_ASSOCIATION);
      assert.equal(verdictOfA(state), "open");
    });
  });

  it("leaves tables of other stacks alone that get no route out", () => {
    const inside = part(ROUTE, "inside", {
      routeTableId: "rtb-0123",
      destinationCidrBlock: "10.9.0.0/16",
      vpcPeeringConnectionId: "pcx-1",
    });
    assert.deepEqual(prove(deployed([inside]), { inside: ["pcx-1"] }), []);
    assert.equal(prove(deployed([inside]))[0]?.verdict, "open");
  });

  it("never says closed of a graph that was not, when one of its values became unknown", () => {
    const wrong: string[] = [];
    for (const { it: title, parts, of, perimeter } of cases.filter(({ verdict }) => verdict !== "closed"))
      for (const [i, one] of parts.entries())
        for (const [property, value] of Object.entries(one.props))
          for (const unknown of withUnknown(value)) {
            // What a provider fills in by itself is unknown for want of an answer when it comes from nowhere.
            const isFilled = unknown === UNKNOWN && filledByProvider[one.type]?.includes(property);
            const props = { ...one.props, [property]: isFilled ? ref("elsewhere") : unknown };
            const changed = parts.map((other, j) => (i === j ? { ...other, props } : other));
            const proofs = prove(atPreview([...changed, elsewhere]), perimeter);
            // A subnet or VPC of others is judged only where it is named.
            const found = proofs.find(({ kind, resource }) => kind === of[0] && resource.name === of[1]);
            if (found?.verdict === "closed") wrong.push(`${title}: ${one.name}.${property} as ${JSON.stringify(unknown)}`);
          }
    assert.deepEqual(wrong, []);
  });
});

describe("proof of reachability of our own environment", () => {
  for (const preview of [true, false])
    describe(preview ? "at preview" : "with everything known", () => {
      let own: TestResource[];
      before(async () => {
        const world = await exampleEnvironment({}, { preview });
        await runProgram("environment");
        own = preview ? asPlanned(stackOf(world)) : stackOf(world);
      });

      it("is closed: every subnet, interface and endpoint", () => {
        const proofs = prove(viewsOf(own));
        assert.deepEqual(
          proofs.filter(({ verdict }) => verdict !== "closed").map(({ resource, paths }) => [resource.name, paths]),
          [],
        );
        for (const kind of ["subnet", "interface", "endpoint", "resolver"] as const)
          assert.ok(
            proofs.some((one) => one.kind === kind),
            `no ${kind} was judged`,
          );
      });

      for (const mutant of mutants) it(`${mutant.verdict}: ${mutant.it}`, () => assertFound(mutant, prove(viewsOf(mutant.mutate(own)))));
    });
});
