// Adds or changes one resource in an environment's network, so that an egress path opens or cannot be determined.
// The changes apply to registered and to deployed resources, so they refer to a resource by ID when the ID is known.
import assert from "node:assert/strict";
import { type DeployedResource, type ReachabilityResult } from "@cloister/policy-pack/reachability";
import { type TestResource, UNKNOWN } from "./evaluate";

export interface Mutant {
  it: string;
  mutate(stack: TestResource[]): TestResource[];
  /** The verdict that the evaluation must report. */
  kind: ReachabilityResult["kind"];
  verdict: ReachabilityResult["verdict"];
}

const VPC = "aws:ec2/vpc:Vpc";
const SUBNET = "aws:ec2/subnet:Subnet";
const TABLE = "aws:ec2/routeTable:RouteTable";
const ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation";
const ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint";
const DOMAIN = "aws:sagemaker/domain:Domain";
const FIREWALL = "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation";
const RULE_GROUP = "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup";
const RULE = "aws:route53/resolverFirewallRule:ResolverFirewallRule";
const CONFIG = "aws:route53/resolverFirewallConfig:ResolverFirewallConfig";
const DOMAIN_LIST = "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList";

const propsOf = (resource: TestResource) => (resource.props ?? {}) as Record<string, unknown>;
const first = (stack: TestResource[], type: string) =>
  stack.find((resource) => resource.type === type) ?? assert.fail(`no resource of type ${type}`);

/** A resource to add, with an ID when the stack is deployed. */
function newResource(
  stack: TestResource[],
  type: string,
  name: string,
  props: object = {},
  references: Record<string, TestResource> = {},
): TestResource {
  const isDeployed = typeof propsOf(first(stack, VPC)).id === "string";
  const ids = Object.fromEntries(Object.entries(references).map(([property, to]) => [property, propsOf(to).id ?? UNKNOWN]));
  return {
    type,
    name: `mutant-${name}`,
    props: { ...props, ...ids, ...(isDeployed && { id: `id-of-${name}` }) },
    propertyDependencies: Object.fromEntries(Object.entries(references).map(([property, to]) => [property, [to.name]])),
  };
}

const allIpv4 = { destinationCidrBlock: "0.0.0.0/0" };
const newRoute = (stack: TestResource[], props: object, references: Record<string, TestResource> = {}) =>
  newResource(stack, "aws:ec2/route:Route", "route", props, { routeTableId: first(stack, TABLE), ...references });
/** Adds a route to the first route table. */
const withRoute = (props: object) => (stack: TestResource[]) => [...stack, newRoute(stack, props)];

/**
 * Changes the first resource of a type whose name has this ending. `without` lists properties that lose their sources.
 */
const withChange =
  (type: string, props: object, { without = [], ending = "" }: { without?: string[]; ending?: string } = {}) =>
  (stack: TestResource[]): TestResource[] => {
    const target =
      stack.find((resource) => resource.type === type && resource.name.endsWith(ending)) ??
      assert.fail(`no resource of type ${type} *${ending}`);
    const from = Object.entries(target.propertyDependencies ?? {}).filter(([property]) => !without.includes(property));
    const other = { ...target, props: { ...target.props, ...props }, propertyDependencies: Object.fromEntries(from) };
    return stack.map((resource) => (resource === target ? other : resource));
  };

/** Associates a rule group with one rule for all domains. */
function withFirewallRule(stack: TestResource[], priority: number, action: string): TestResource[] {
  const group = newResource(stack, RULE_GROUP, "rules");
  const domains = newResource(stack, DOMAIN_LIST, "names", { domains: ["*."] });
  const rule = newResource(stack, RULE, "rule", { priority: 1, action }, { firewallRuleGroupId: group, firewallDomainListId: domains });
  return [
    ...stack,
    group,
    domains,
    rule,
    newResource(stack, FIREWALL, "firewall", { priority }, { vpcId: first(stack, VPC), firewallRuleGroupId: group }),
  ];
}

function withOpenProfile(stack: TestResource[]): TestResource[] {
  const group = newResource(stack, "aws:ec2/securityGroup:SecurityGroup", "open", {}, { vpcId: first(stack, VPC) });
  const rule = newResource(
    stack,
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    "rule",
    { cidrIpv4: "0.0.0.0/0" },
    { securityGroupId: group },
  );
  const userSettings = { securityGroups: [propsOf(group).id ?? UNKNOWN] };
  const profile = newResource(
    stack,
    "aws:sagemaker/userProfile:UserProfile",
    "profile",
    { userSettings },
    { domainId: first(stack, DOMAIN) },
  );
  profile.propertyDependencies = { ...profile.propertyDependencies, userSettings: [group.name] };
  return [...withRoute({ ...allIpv4, gatewayId: "igw-1" })(stack), group, rule, profile];
}

/** Adds a subnet that uses the main route table of the VPC, and adds a route out of the perimeter to that table. */
function withOpenMainTable(stack: TestResource[]): TestResource[] {
  const vpc = first(stack, VPC);
  const route = newResource(stack, "aws:ec2/route:Route", "route", { ...allIpv4, gatewayId: "igw-1" }, { routeTableId: vpc });
  return [
    ...stack,
    newResource(stack, SUBNET, "subnet", {}, { vpcId: vpc }),
    { ...route, props: { ...route.props, routeTableId: propsOf(vpc).mainRouteTableId ?? UNKNOWN } },
  ];
}

export const mutants: Mutant[] = [
  {
    it: "a route to an internet gateway",
    mutate(stack) {
      const gateway = newResource(stack, "aws:ec2/internetGateway:InternetGateway", "igw");
      return [...stack, gateway, newRoute(stack, allIpv4, { gatewayId: gateway })];
    },
    kind: "subnet",
    verdict: "open",
  },
  {
    it: "a route to an internet gateway of another stack",
    mutate: withRoute({ ...allIpv4, gatewayId: "igw-1" }),
    kind: "subnet",
    verdict: "open",
  },
  {
    it: "a route to one public address",
    mutate: withRoute({ destinationCidrBlock: "198.51.100.7/32", gatewayId: "igw-1" }),
    kind: "subnet",
    verdict: "open",
  },
  {
    it: "a route to a transit gateway",
    mutate: withRoute({ destinationCidrBlock: "10.0.0.0/8", transitGatewayId: "tgw-1" }),
    kind: "subnet",
    verdict: "open",
  },
  {
    it: "a route to a peering connection of another stack",
    mutate: withRoute({ destinationCidrBlock: "10.9.0.0/16", vpcPeeringConnectionId: "pcx-1" }),
    kind: "subnet",
    verdict: "open",
  },
  {
    it: "a route to a peering connection that another account requested",
    mutate(stack) {
      const peering = newResource(
        stack,
        "aws:ec2/vpcPeeringConnection:VpcPeeringConnection",
        "peering",
        { vpcId: "vpc-theirs" },
        { peerVpcId: first(stack, VPC) },
      );
      return [...stack, peering, newRoute(stack, { destinationCidrBlock: "10.9.0.0/16" }, { vpcPeeringConnectionId: peering })];
    },
    kind: "subnet",
    verdict: "open",
  },
  {
    it: "a route to a VPN gateway",
    mutate: withRoute({ destinationCidrBlock: "192.168.0.0/16", gatewayId: "vgw-1" }),
    kind: "subnet",
    verdict: "open",
  },
  {
    it: "a route to a NAT gateway of another stack",
    mutate: withRoute({ ...allIpv4, natGatewayId: "nat-1" }),
    kind: "subnet",
    verdict: "unknown",
  },
  {
    it: "an inline route in a route table",
    mutate: withChange(TABLE, { routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: "igw-1" }] }),
    kind: "subnet",
    verdict: "open",
  },
  {
    it: "a VPN gateway that propagates routes",
    mutate: withChange(TABLE, { propagatingVgws: ["vgw-1"] }),
    kind: "subnet",
    verdict: "open",
  },
  {
    it: "an association with a route table of another stack",
    mutate: withChange(ASSOCIATION, { routeTableId: "rtb-other" }, { without: ["routeTableId"] }),
    kind: "subnet",
    verdict: "unknown",
  },
  { it: "a subnet on the main route table with a route out", mutate: withOpenMainTable, kind: "subnet", verdict: "open" },
  {
    it: "a subnet without a route table in a VPC of another stack",
    mutate: (stack) => [...stack, newResource(stack, SUBNET, "subnet", { vpcId: "vpc-other" })],
    kind: "subnet",
    verdict: "unknown",
  },
  {
    it: "a service network in the VPC",
    mutate: (stack) => [
      ...stack,
      newResource(
        stack,
        "aws:vpclattice/serviceNetworkVpcAssociation:ServiceNetworkVpcAssociation",
        "lattice",
        { serviceNetworkIdentifier: "sn-1" },
        { vpcIdentifier: first(stack, VPC) },
      ),
    ],
    kind: "subnet",
    verdict: "unknown",
  },
  {
    it: "Studio on the network managed by SageMaker",
    mutate: withChange(DOMAIN, { appNetworkAccessType: "PublicInternetOnly" }),
    kind: "interface",
    verdict: "open",
  },
  {
    it: "Studio in a subnet of another stack",
    mutate: withChange(DOMAIN, { subnetIds: ["subnet-other"] }, { without: ["subnetIds"] }),
    kind: "interface",
    verdict: "unknown",
  },
  {
    it: "a user profile with a security group that allows all egress, and a route out of the perimeter",
    mutate: withOpenProfile,
    kind: "interface",
    verdict: "open",
  },
  {
    it: "a model without network isolation",
    mutate: (stack) => [...stack, newResource(stack, "aws:sagemaker/model:Model", "model", { enableNetworkIsolation: false })],
    kind: "interface",
    verdict: "open",
  },
  {
    it: "an endpoint for a service in another account",
    mutate: (stack) => [...stack, newResource(stack, ENDPOINT, "endpoint", { serviceName: "com.amazonaws.vpce.eu-central-1.vpce-svc-1" })],
    kind: "endpoint",
    verdict: "open",
  },
  {
    it: "a DNS Firewall that only alerts",
    mutate: withChange(RULE, { action: "ALERT" }, { ending: "rest" }),
    kind: "resolver",
    verdict: "open",
  },
  {
    it: "a DNS Firewall without the last rule",
    mutate: (stack) => stack.filter(({ type, name }) => type !== RULE || !name.endsWith("rest")),
    kind: "resolver",
    verdict: "open",
  },
  {
    it: "a VPC without the DNS Firewall",
    mutate: (stack) => stack.filter(({ type }) => type !== FIREWALL),
    kind: "resolver",
    verdict: "open",
  },
  {
    it: "a rule group that allows all domains before the existing rules",
    mutate: (stack) => withFirewallRule(stack, 100, "ALLOW"),
    kind: "resolver",
    verdict: "open",
  },
  {
    it: "a DNS Firewall that fails open",
    mutate: withChange(CONFIG, { firewallFailOpen: "ENABLED" }),
    kind: "resolver",
    verdict: "open",
  },
  {
    it: "a list of allowed domains with all domains",
    mutate: withChange(DOMAIN_LIST, { domains: ["*"] }, { ending: "allowed" }),
    kind: "resolver",
    verdict: "open",
  },
  {
    it: "a list of allowed domains with a third-party domain",
    mutate: withChange(DOMAIN_LIST, { domains: ["sts.eu-central-1.amazonaws.com.", "evil.example."] }, { ending: "allowed" }),
    kind: "resolver",
    verdict: "open",
  },
  {
    it: "a forwarding rule of another stack",
    mutate: (stack) => [
      ...stack,
      newResource(
        stack,
        "aws:route53/resolverRuleAssociation:ResolverRuleAssociation",
        "forwarding",
        { resolverRuleId: "rslvr-rr-1" },
        { vpcId: first(stack, VPC) },
      ),
    ],
    kind: "resolver",
    verdict: "open",
  },
];

/** Fails unless the results report the change of a mutant. */
export function assertFound({ it: title, kind, verdict }: Mutant, results: ReachabilityResult[]): void {
  const found = results.filter((resource) => resource.kind === kind && resource.verdict !== "closed");
  assert.ok(found.length > 0, `${title}: is not reported`);
  assert.ok(
    found.some((resource) => resource.verdict === verdict),
    `${title}: ${found.map((resource) => `${resource.verdict}: ${resource.paths.join("; ")}`).join("\n")}`,
  );
}

/** Converts deployed resources to test resources, named by URN and with outputs. */
export const testResourcesFromState = (deployed: DeployedResource[]): TestResource[] =>
  deployed
    .filter(({ custom }) => custom !== false)
    .map(({ urn, type, id, inputs, outputs, propertyDependencies }) => ({
      type,
      name: urn,
      props: { ...inputs, ...outputs, id },
      propertyDependencies: Object.fromEntries(
        Object.entries(propertyDependencies ?? {}).map(([property, urns]) => [property, urns ?? []]),
      ),
    }));

/** Converts test resources to deployed resources. */
export const stateOf = (resources: TestResource[]): DeployedResource[] =>
  resources.map(({ type, name, props, propertyDependencies }) => ({
    urn: name,
    type,
    custom: true,
    id: String((props as { id?: unknown }).id),
    outputs: { ...props },
    propertyDependencies,
  }));
