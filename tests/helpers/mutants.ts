// Our own network with one thing added or changed, as somebody might on a bad day: each makes a way out, or one that can't be followed, and the proof has to find it.
// They run on what a program registers and on what is really deployed, so they refer to what they find by its id where it has one.
import assert from "node:assert/strict";
import { type DeployedResource, type Proof } from "@cloister/policy-pack/reachability";
import { type TestResource, UNKNOWN } from "./judge";

export interface Mutant {
  it: string;
  mutate(own: TestResource[]): TestResource[];
  /** What has to be found, and how it has to be called. */
  kind: Proof["kind"];
  verdict: Proof["verdict"];
}

const VPC = "aws:ec2/vpc:Vpc";
const SUBNET = "aws:ec2/subnet:Subnet";
const TABLE = "aws:ec2/routeTable:RouteTable";
const ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation";
const ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint";
const DOMAIN = "aws:sagemaker/domain:Domain";
const FIREWALL = "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation";
const RULES = "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup";
const RULE = "aws:route53/resolverFirewallRule:ResolverFirewallRule";
const CONFIG = "aws:route53/resolverFirewallConfig:ResolverFirewallConfig";
const DOMAINS = "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList";

const propsOf = (one: TestResource) => (one.props ?? {}) as Record<string, unknown>;
const first = (own: TestResource[], type: string) => own.find((one) => one.type === type) ?? assert.fail(`there is no ${type}`);

/** A resource to add. It has an id once the others have. */
function made(own: TestResource[], type: string, name: string, props: object = {}, refs: Record<string, TestResource> = {}): TestResource {
  const isDeployed = typeof propsOf(first(own, VPC)).id === "string";
  const ids = Object.fromEntries(Object.entries(refs).map(([property, to]) => [property, propsOf(to).id ?? UNKNOWN]));
  return {
    type,
    name: `mutant-${name}`,
    props: { ...props, ...ids, ...(isDeployed && { id: `id-of-${name}` }) },
    propertyDependencies: Object.fromEntries(Object.entries(refs).map(([property, to]) => [property, [to.name]])),
  };
}

const everything = { destinationCidrBlock: "0.0.0.0/0" };
const routed = (own: TestResource[], props: object, refs: Record<string, TestResource> = {}) =>
  made(own, "aws:ec2/route:Route", "route", props, { routeTableId: first(own, TABLE), ...refs });
/** With a route into the first table. */
const withRoute = (props: object) => (own: TestResource[]) => [...own, routed(own, props)];

/** With other props of the first of a type whose name ends so; `without` are properties that no longer come from where they came from. */
const changed =
  (type: string, props: object, { without = [], ending = "" }: { without?: string[]; ending?: string } = {}) =>
  (own: TestResource[]): TestResource[] => {
    const target = own.find((one) => one.type === type && one.name.endsWith(ending)) ?? assert.fail(`there is no ${type} *${ending}`);
    const from = Object.entries(target.propertyDependencies ?? {}).filter(([property]) => !without.includes(property));
    const other = { ...target, props: { ...target.props, ...props }, propertyDependencies: Object.fromEntries(from) };
    return own.map((one) => (one === target ? other : one));
  };

/** With a rule group on the VPC that does this to every name. */
function withRules(own: TestResource[], priority: number, action: string): TestResource[] {
  const group = made(own, RULES, "rules");
  const names = made(own, DOMAINS, "names", { domains: ["*."] });
  const rule = made(own, RULE, "rule", { priority: 1, action }, { firewallRuleGroupId: group, firewallDomainListId: names });
  return [
    ...own,
    group,
    names,
    rule,
    made(own, FIREWALL, "firewall", { priority }, { vpcId: first(own, VPC), firewallRuleGroupId: group }),
  ];
}

function withLooseProfile(own: TestResource[]): TestResource[] {
  const group = made(own, "aws:ec2/securityGroup:SecurityGroup", "loose", {}, { vpcId: first(own, VPC) });
  const rule = made(
    own,
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    "rule",
    { cidrIpv4: "0.0.0.0/0" },
    { securityGroupId: group },
  );
  const userSettings = { securityGroups: [propsOf(group).id ?? UNKNOWN] };
  const profile = made(own, "aws:sagemaker/userProfile:UserProfile", "profile", { userSettings }, { domainId: first(own, DOMAIN) });
  profile.propertyDependencies = { ...profile.propertyDependencies, userSettings: [group.name] };
  return [...withRoute({ ...everything, gatewayId: "igw-1" })(own), group, rule, profile];
}

/** A subnet on the main table, which AWS makes with the VPC, and a route into that. */
function withOpenMainTable(own: TestResource[]): TestResource[] {
  const vpc = first(own, VPC);
  const route = made(own, "aws:ec2/route:Route", "route", { ...everything, gatewayId: "igw-1" }, { routeTableId: vpc });
  return [
    ...own,
    made(own, SUBNET, "subnet", {}, { vpcId: vpc }),
    { ...route, props: { ...route.props, routeTableId: propsOf(vpc).mainRouteTableId ?? UNKNOWN } },
  ];
}

export const mutants: Mutant[] = [
  {
    it: "a route to an internet gateway",
    mutate(own) {
      const gateway = made(own, "aws:ec2/internetGateway:InternetGateway", "igw");
      return [...own, gateway, routed(own, everything, { gatewayId: gateway })];
    },
    kind: "subnet",
    verdict: "open",
  },
  {
    it: "a route to an internet gateway of another stack",
    mutate: withRoute({ ...everything, gatewayId: "igw-1" }),
    kind: "subnet",
    verdict: "open",
  },
  {
    it: "a route to one address outside",
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
    it: "a route to a peering of another stack",
    mutate: withRoute({ destinationCidrBlock: "10.9.0.0/16", vpcPeeringConnectionId: "pcx-1" }),
    kind: "subnet",
    verdict: "open",
  },
  {
    it: "a route to a peering that others asked for",
    mutate(own) {
      const peering = made(
        own,
        "aws:ec2/vpcPeeringConnection:VpcPeeringConnection",
        "peering",
        { vpcId: "vpc-theirs" },
        { peerVpcId: first(own, VPC) },
      );
      return [...own, peering, routed(own, { destinationCidrBlock: "10.9.0.0/16" }, { vpcPeeringConnectionId: peering })];
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
    mutate: withRoute({ ...everything, natGatewayId: "nat-1" }),
    kind: "subnet",
    verdict: "cannot tell",
  },
  {
    it: "routes in a table",
    mutate: changed(TABLE, { routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: "igw-1" }] }),
    kind: "subnet",
    verdict: "open",
  },
  { it: "a VPN that propagates into a table", mutate: changed(TABLE, { propagatingVgws: ["vgw-1"] }), kind: "subnet", verdict: "open" },
  {
    it: "an association with a table of another stack",
    mutate: changed(ASSOCIATION, { routeTableId: "rtb-other" }, { without: ["routeTableId"] }),
    kind: "subnet",
    verdict: "cannot tell",
  },
  { it: "a subnet on the main table, and a route out in that", mutate: withOpenMainTable, kind: "subnet", verdict: "open" },
  {
    it: "a subnet without a table in a VPC of another stack",
    mutate: (own) => [...own, made(own, SUBNET, "subnet", { vpcId: "vpc-other" })],
    kind: "subnet",
    verdict: "cannot tell",
  },
  {
    it: "a service network in the VPC",
    mutate: (own) => [
      ...own,
      made(
        own,
        "aws:vpclattice/serviceNetworkVpcAssociation:ServiceNetworkVpcAssociation",
        "lattice",
        { serviceNetworkIdentifier: "sn-1" },
        { vpcIdentifier: first(own, VPC) },
      ),
    ],
    kind: "subnet",
    verdict: "cannot tell",
  },
  {
    it: "Studio by the service's own network",
    mutate: changed(DOMAIN, { appNetworkAccessType: "PublicInternetOnly" }),
    kind: "interface",
    verdict: "open",
  },
  {
    it: "Studio in a subnet of another stack",
    mutate: changed(DOMAIN, { subnetIds: ["subnet-other"] }, { without: ["subnetIds"] }),
    kind: "interface",
    verdict: "cannot tell",
  },
  { it: "a profile with a group that lets out everything, and a route out", mutate: withLooseProfile, kind: "interface", verdict: "open" },
  {
    it: "a model that is not in isolation",
    mutate: (own) => [...own, made(own, "aws:sagemaker/model:Model", "model", { enableNetworkIsolation: false })],
    kind: "interface",
    verdict: "open",
  },
  {
    it: "an endpoint to a service of another account",
    mutate: (own) => [...own, made(own, ENDPOINT, "endpoint", { serviceName: "com.amazonaws.vpce.eu-central-1.vpce-svc-1" })],
    kind: "endpoint",
    verdict: "open",
  },
  { it: "a firewall that only alerts", mutate: changed(RULE, { action: "ALERT" }, { ending: "rest" }), kind: "resolver", verdict: "open" },
  {
    it: "a firewall without its last rule",
    mutate: (own) => own.filter(({ type, name }) => type !== RULE || !name.endsWith("rest")),
    kind: "resolver",
    verdict: "open",
  },
  { it: "a VPC without its firewall", mutate: (own) => own.filter(({ type }) => type !== FIREWALL), kind: "resolver", verdict: "open" },
  { it: "rules before ours that let everything through", mutate: (own) => withRules(own, 100, "ALLOW"), kind: "resolver", verdict: "open" },
  {
    it: "a firewall that lets through when it fails",
    mutate: changed(CONFIG, { firewallFailOpen: "ENABLED" }),
    kind: "resolver",
    verdict: "open",
  },
  {
    it: "a list of allowed names that has all of them",
    mutate: changed(DOMAINS, { domains: ["*"] }, { ending: "allowed" }),
    kind: "resolver",
    verdict: "open",
  },
  {
    it: "a list of allowed names with one of a stranger",
    mutate: changed(DOMAINS, { domains: ["sts.eu-central-1.amazonaws.com.", "evil.example."] }, { ending: "allowed" }),
    kind: "resolver",
    verdict: "open",
  },
  {
    it: "a forwarding rule of another stack",
    mutate: (own) => [
      ...own,
      made(
        own,
        "aws:route53/resolverRuleAssociation:ResolverRuleAssociation",
        "forwarding",
        { resolverRuleId: "rslvr-rr-1" },
        { vpcId: first(own, VPC) },
      ),
    ],
    kind: "resolver",
    verdict: "open",
  },
];

/** Fails unless the proofs of a mutant's graph find what it changed. */
export function assertFound({ it: title, kind, verdict }: Mutant, proofs: Proof[]): void {
  const found = proofs.filter((one) => one.kind === kind && one.verdict !== "closed");
  assert.ok(found.length > 0, `${title}: was not found`);
  assert.ok(
    found.some((one) => one.verdict === verdict),
    `${title}: ${found.map((one) => `${one.verdict}: ${one.paths.join("; ")}`).join("\n")}`,
  );
}

/** What is deployed, as tests hold resources: by URN, with what AWS made of them. */
export const resourcesOfState = (deployed: DeployedResource[]): TestResource[] =>
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

/** And back. */
export const stateOf = (resources: TestResource[]): DeployedResource[] =>
  resources.map(({ type, name, props, propertyDependencies }) => ({
    urn: name,
    type,
    custom: true,
    id: String((props as { id?: unknown }).id),
    outputs: { ...props },
    propertyDependencies,
  }));
