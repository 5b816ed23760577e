// Defines resources of test stacks that several test files use.
import { type ReachabilityResult } from "@cloister/policy-pack/reachability";
import { idOf, type Part, part } from "./render";

export const VPC = "aws:ec2/vpc:Vpc";
export const SUBNET = "aws:ec2/subnet:Subnet";
export const TABLE = "aws:ec2/routeTable:RouteTable";
export const MAIN_TABLE = "aws:ec2/defaultRouteTable:DefaultRouteTable";
export const ROUTE = "aws:ec2/route:Route";
export const ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation";
export const INTERNET_GATEWAY = "aws:ec2/internetGateway:InternetGateway";
export const EGRESS_ONLY = "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway";
export const NAT = "aws:ec2/natGateway:NatGateway";
export const GROUP = "aws:ec2/securityGroup:SecurityGroup";
export const EGRESS_RULE = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
export const ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint";
export const DOMAIN = "aws:sagemaker/domain:Domain";
export const PROFILE = "aws:sagemaker/userProfile:UserProfile";
export const MODEL = "aws:sagemaker/model:Model";
export const NETWORK_INTERFACE = "aws:ec2/networkInterface:NetworkInterface";
export const INSTANCE = "aws:ec2/instance:Instance";
export const NOTEBOOK = "aws:sagemaker/notebookInstance:NotebookInstance";
export const GROUP_ATTACHMENT = "aws:ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment";
export const PEERING = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection";
export const MAIN_ASSOCIATION = "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation";
export const VPN_PROPAGATION = "aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation";
export const PREFIX_LIST = "aws:ec2/managedPrefixList:ManagedPrefixList";
export const FIREWALL = "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation";
export const RULE_GROUP = "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup";
export const RULE = "aws:route53/resolverFirewallRule:ResolverFirewallRule";
export const CONFIG = "aws:route53/resolverFirewallConfig:ResolverFirewallConfig";
export const DOMAIN_LIST = "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList";
export const FORWARDING_RULE = "aws:route53/resolverRule:ResolverRule";
export const FORWARDING = "aws:route53/resolverRuleAssociation:ResolverRuleAssociation";
export const ZONE = "aws:route53/zone:Zone";
export const ZONE_ASSOCIATION = "aws:route53/zoneAssociation:ZoneAssociation";

export const vpc = part(VPC, "vpc", { cidrBlock: "10.0.0.0/16" });
export const subnet = part(SUBNET, "a", { vpcId: idOf("vpc"), cidrBlock: "10.0.0.0/24" });
export const table = part(TABLE, "table", { vpcId: idOf("vpc") });
export const association = part(ASSOCIATION, "association", { subnetId: idOf("a"), routeTableId: idOf("table") });
export const igw = part(INTERNET_GATEWAY, "igw", { vpcId: idOf("vpc") });
export const stackReference = part("pulumi:pulumi:StackReference", "other-stack");
export const network = [vpc, subnet, table, association];
export const route = (props: Record<string, unknown>, name = "route") => part(ROUTE, name, { routeTableId: idOf("table"), ...props });
export const allIpv4 = { destinationCidrBlock: "0.0.0.0/0" };
export const toInternet = [igw, route({ ...allIpv4, gatewayId: idOf("igw") })];

/** The network with Studio, and these egress rules in Studio's security group. */
export const studio = (rules: Record<string, unknown>[] = [], domain: Record<string, unknown> = {}) => [
  ...network,
  part(GROUP, "workload", { vpcId: idOf("vpc") }),
  ...rules.map((props, i) => part(EGRESS_RULE, `rule-${i}`, { securityGroupId: idOf("workload"), ipProtocol: "-1", ...props })),
  part(DOMAIN, "studio", {
    appNetworkAccessType: "VpcOnly",
    subnetIds: [idOf("a")],
    vpcId: idOf("vpc"),
    defaultUserSettings: { securityGroups: [idOf("workload")] },
    ...domain,
  }),
];

/** DNS Firewall rules: priority, action, domains. */
type Rules = [number, string, string[]][];
/** A rule group that is associated with the VPC. */
export const ruleGroup = (name: string, priority: number, rules: Rules) => [
  part(RULE_GROUP, name),
  part(FIREWALL, `firewall-${name}`, { vpcId: idOf("vpc"), firewallRuleGroupId: idOf(name), priority }),
  ...rules.flatMap(([order, action, domains]) => [
    part(DOMAIN_LIST, `${name}-domains-${order}`, { domains }),
    part(RULE, `${name}-${order}`, {
      priority: order,
      action,
      firewallRuleGroupId: idOf(name),
      firewallDomainListId: idOf(`${name}-domains-${order}`),
    }),
  ]),
];
/** A VPC and a DNS Firewall with these rules. */
export const firewall = (...rules: Rules) => [vpc, ...ruleGroup("rules", 101, rules)];
export const blocking = firewall([20, "BLOCK", ["*"]]);
/** The same parts, with other properties in the parts of one type. */
export const withProps = (parts: Part[], type: string, props: Record<string, unknown>) =>
  parts.map((part) => (part.type === type ? { ...part, props: { ...part.props, ...props } } : part));

/** The closed network, and a route table with a route out of the perimeter that no subnet uses. */
export const networkAndOpenTable = [
  ...network,
  igw,
  part(TABLE, "open", { vpcId: idOf("vpc") }),
  part(ROUTE, "out", { routeTableId: idOf("open"), ...allIpv4, gatewayId: idOf("igw") }),
];
export const openMainTable = part(MAIN_TABLE, "main", {
  defaultRouteTableId: idOf("vpc", "defaultRouteTableId"),
  routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: idOf("igw") }],
});
export const parameter = part("aws:ssm/parameter:Parameter", "parameter");
export const openGroup = [
  part(GROUP, "open-group", { vpcId: idOf("vpc") }),
  part(EGRESS_RULE, "open-group-rule", { securityGroupId: idOf("open-group"), ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" }),
];
export const forwarding = part(FORWARDING_RULE, "corporate", { ruleType: "FORWARD" });

type Evaluated = [kind: ReachabilityResult["kind"], name: string];
export const subnetA: Evaluated = ["subnet", "a"];
export const studioDomain: Evaluated = ["interface", "studio"];
export const resolverOfVpc: Evaluated = ["resolver", "vpc"];
