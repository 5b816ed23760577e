// The proof that nothing inside reaches the outside: follows what routes, groups and resolvers let through, and prints each path that leaves. Pure.
import { coverEverything, isEverything, isPublic, itemsAt, look, objectsAt, spanOf, type StackResource, textAt, textsAt } from "../frame";
import { Graph } from "./graph";

export type Verdict = "closed" | "open" | "cannot tell";

/** What was found about one subnet, interface, endpoint or resolver. */
export interface Proof {
  kind: "subnet" | "interface" | "endpoint" | "resolver";
  resource: StackResource;
  /** `closed` only when everything on the way is known and none of it leads out. */
  verdict: Verdict;
  /** `workload group -> subnet a -> route table x -> 0.0.0.0/0 -> internet gateway y`; those that leave, or those that could not be followed to their end. */
  paths: string[];
  /** VPC that a subnet or interface is in, or its id; absent when that can't be told. */
  vpc?: StackResource | string;
}

export interface Perimeter {
  /** Names or ids of transit gateways, peerings, VPN gateways and forwarding rules whose other side belongs to the perimeter. */
  inside?: string[];
}

const types = {
  vpc: ["aws:ec2/vpc:Vpc", "aws:ec2/defaultVpc:DefaultVpc"],
  subnet: ["aws:ec2/subnet:Subnet", "aws:ec2/defaultSubnet:DefaultSubnet"],
  table: ["aws:ec2/routeTable:RouteTable", "aws:ec2/defaultRouteTable:DefaultRouteTable"],
  group: ["aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"],
  endpoint: ["aws:ec2/vpcEndpoint:VpcEndpoint"],
  prefixList: ["aws:ec2/managedPrefixList:ManagedPrefixList"],
  nat: ["aws:ec2/natGateway:NatGateway"],
  peering: ["aws:ec2/vpcPeeringConnection:VpcPeeringConnection"],
  vpn: ["aws:ec2/vpnGateway:VpnGateway"],
  service: ["aws:ec2/vpcEndpointService:VpcEndpointService"],
  firewall: ["aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation"],
  firewallConfig: ["aws:route53/resolverFirewallConfig:ResolverFirewallConfig"],
  ruleGroup: ["aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup"],
  domainList: ["aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList"],
};

/** Where a route can lead, by the property that says so: whether that is outside whatever it is called, and of which types it can be. */
const targets: { property: string; about: string; types: string[] }[] = [
  {
    property: "gatewayId",
    about: "gateway",
    types: ["aws:ec2/internetGateway:InternetGateway", "aws:ec2/carrierGateway:CarrierGateway", ...types.vpn, ...types.endpoint],
  },
  { property: "natGatewayId", about: "NAT gateway", types: types.nat },
  {
    property: "egressOnlyGatewayId",
    about: "egress-only gateway",
    types: ["aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway"],
  },
  { property: "carrierGatewayId", about: "carrier gateway", types: ["aws:ec2/carrierGateway:CarrierGateway"] },
  { property: "localGatewayId", about: "local gateway", types: [] },
  { property: "transitGatewayId", about: "transit gateway", types: ["aws:ec2transitgateway/transitGateway:TransitGateway"] },
  { property: "coreNetworkArn", about: "core network", types: ["aws:networkmanager/coreNetwork:CoreNetwork"] },
  { property: "vpcPeeringConnectionId", about: "peering", types: types.peering },
  { property: "vpcEndpointId", about: "endpoint", types: types.endpoint },
  { property: "networkInterfaceId", about: "network interface", types: ["aws:ec2/networkInterface:NetworkInterface"] },
  { property: "instanceId", about: "instance", types: ["aws:ec2/instance:Instance"] },
];

/** What has interfaces in subnets, and where it says so. `bypass` names a way that uses none of them. */
const holders: Record<string, { subnets: string[]; groups: string[]; bypass?: (props: object) => string | "unknown" | undefined }> = {
  "aws:ec2/networkInterface:NetworkInterface": { subnets: ["subnetId"], groups: ["securityGroups"] },
  "aws:ec2/instance:Instance": { subnets: ["subnetId"], groups: ["vpcSecurityGroupIds"] },
  "aws:sagemaker/domain:Domain": {
    subnets: ["subnetIds"],
    groups: ["defaultUserSettings", "securityGroups"],
    bypass: (props) => unless(props, "appNetworkAccessType", "VpcOnly"),
  },
  "aws:sagemaker/notebookInstance:NotebookInstance": {
    subnets: ["subnetId"],
    groups: ["securityGroups"],
    bypass: (props) => unless(props, "directInternetAccess", "Disabled"),
  },
  "aws:sagemaker/model:Model": {
    subnets: ["vpcConfig", "subnets"],
    groups: ["vpcConfig", "securityGroupIds"],
    bypass(props) {
      const network = look(props, "vpcConfig").state;
      if (network === "known" || look(props, "enableNetworkIsolation").state === "known") return undefined;
      return network === "unknown" ? "unknown" : "vpcConfig is not set";
    },
  },
};

function unless(props: object, property: string, closed: string): string | "unknown" | undefined {
  const found = look(props, property);
  if (found.state === "unknown") return "unknown";
  const value = found.state === "known" ? String(found.value) : "not set";
  return value === closed ? undefined : `${property} is ${value}`;
}

/** A path that leaves, or one that can't be followed further, and the destinations that take it; without a list, any. */
interface Way {
  path: string[];
  destinations?: string[];
  end: "outside" | "unknown";
}

/** `internet gateway y` */
const label = (resource: StackResource) => `${words(resource.type)} ${resource.name}`;
/** `resolver of vpc-0123` */
const resolverOf = ({ props }: StackResource, property: string) =>
  `resolver of ${textAt(props, property) ?? "a VPC that is not known yet"}`;
const words = (type: string) =>
  type
    .split(":")
    .at(-1)!
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();

function overlap(a: string, b: string): boolean {
  const [x, y] = [spanOf(a), spanOf(b)];
  return x !== undefined && y !== undefined && x.kind === y.kind && x.start < y.end && y.start < x.end;
}

/** Judges every subnet, interface, endpoint and resolver of a graph, in its order. */
export function prove(resources: StackResource[], perimeter: Perimeter = {}): Proof[] {
  return new Prover(new Graph(resources), perimeter.inside ?? []).all();
}

class Prover {
  constructor(
    private readonly graph: Graph,
    private readonly inside: string[],
  ) {}

  all(): Proof[] {
    return this.graph.resources.flatMap((resource) => {
      if (types.subnet.includes(resource.type)) return [this.proof("subnet", resource, this.waysOfSubnet(resource))];
      if (types.endpoint.includes(resource.type)) return [this.proof("endpoint", resource, this.waysOfEndpoint(resource))];
      if (types.vpc.includes(resource.type)) return [this.proof("resolver", resource, this.waysOfResolver(resource))];
      if (types.firewall.includes(resource.type) && this.isElsewhere(resource, "vpcId"))
        return [this.proof("resolver", resource, this.waysOfFirewalls(resolverOf(resource, "vpcId"), [resource]))];
      if (types.firewallConfig.includes(resource.type) && this.isElsewhere(resource, "resourceId"))
        return [this.proof("resolver", resource, this.waysOfFailure(resolverOf(resource, "resourceId"), resource))];
      return holders[resource.type] ? [this.proof("interface", resource, this.waysOfInterfaces(resource))] : [];
    });
  }

  private proof(kind: Proof["kind"], resource: StackResource, ways: Way[]): Proof {
    const out = ways.filter(({ end }) => end === "outside");
    const told = out.length > 0 ? out : ways;
    const vpc = this.vpcOf(kind, resource);
    return {
      kind,
      resource,
      verdict: out.length > 0 ? "open" : ways.length > 0 ? "cannot tell" : "closed",
      paths: [...new Set(told.map(({ path }) => path.join(" -> ")))],
      ...(vpc ? { vpc } : {}),
    };
  }

  private vpcOf(kind: Proof["kind"], resource: StackResource): StackResource | string | undefined {
    const subnets = kind === "interface" ? this.graph.refer(resource, holders[resource.type]!.subnets, types.subnet).resources : [resource];
    if (kind === "resolver") return resource;
    const homes = subnets.map((one) => this.graph.refer(one, ["vpcId"], types.vpc));
    return homes[0]?.resources[0] ?? homes[0]?.foreign[0];
  }

  private isInside(ids: string[]): boolean {
    return ids.some((id) => this.inside.includes(id));
  }

  /** Ways out of a subnet; `seen` are the NAT gateways on the way. */
  private waysOfSubnet(subnet: StackResource, seen: StackResource[] = []): Way[] {
    const found = this.tableOf(subnet);
    if (typeof found === "string") return [{ path: [label(subnet), found], end: "unknown" }];
    const hasIpv6 = ["ipv6CidrBlock", "ipv6Native", "assignIpv6AddressOnCreation", "ipv6NetmaskLength"].some((property) => {
      const value = look(subnet.props, property);
      return value.state === "unknown" || (value.state === "known" && value.value !== false);
    });
    const ways = this.waysOfTable(found, seen)
      // Without addresses of its own nothing in the subnet uses routes of that family.
      .filter(({ destinations }) => hasIpv6 || !destinations || destinations.some((one) => spanOf(one)?.kind !== "ipv6"));
    const strays = this.graph
      .ofType("aws:ec2/route:Route")
      .filter((route) => this.graph.refer(route, ["routeTableId"], [...types.table, ...types.vpc]).unknown)
      .map((route): Way => ({ path: [label(route), "a table that is not known yet"], end: "unknown" }));
    return [...ways, ...strays].map((way) => ({ ...way, path: [label(subnet), ...way.path] }));
  }

  /** The table that a subnet uses: its own, else the main one of its VPC, for which the VPC stands when nothing adopts it. A text says why it can't be told. */
  private tableOf(subnet: StackResource): StackResource | string {
    const { graph } = this;
    const associations = graph.ofType("aws:ec2/routeTableAssociation:RouteTableAssociation");
    const own = associations.find((one) => graph.refer(one, ["subnetId"], types.subnet).resources.includes(subnet));
    if (own) return this.known(own, "routeTableId", types.table);
    const vague = associations.find((one) => graph.refer(one, ["subnetId"], types.subnet).unknown);
    if (vague) return `${label(vague)}, whose subnet is not known yet`;
    const [vpc, why] = [graph.refer(subnet, ["vpcId"], types.vpc), "its VPC"];
    const home = vpc.resources[0];
    if (!home) return `main route table of ${vpc.foreign[0] ?? why}, which is not in this graph`;
    const main = graph.referring(home, "vpcId", "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation")[0];
    if (main) return this.known(main, "routeTableId", types.table);
    const adopted = graph.ofType("aws:ec2/defaultRouteTable:DefaultRouteTable").find((table) => {
      const reference = graph.refer(table, ["defaultRouteTableId"], types.vpc);
      return reference.resources.includes(home) || this.isMainTableOf(home, reference.foreign);
    });
    return adopted ?? home;
  }

  private isMainTableOf(vpc: StackResource, ids: string[]): boolean {
    return ["mainRouteTableId", "defaultRouteTableId"].some((property) => ids.includes(textAt(vpc.props, property) ?? "-"));
  }

  private known(from: StackResource, property: string, of: string[]): StackResource | string {
    const { resources, foreign } = this.graph.refer(from, [property], of);
    return resources[0] ?? `route table ${foreign[0] ?? "that is not known yet"}, which is not in this graph`;
  }

  private waysOfTable(table: StackResource, seen: StackResource[]): Way[] {
    const { graph } = this;
    const isVpc = types.vpc.includes(table.type);
    const routes = graph.ofType("aws:ec2/route:Route").filter((route) => {
      const { resources, foreign } = graph.refer(route, ["routeTableId"], [...types.table, ...types.vpc]);
      return resources.includes(table) || (isVpc && this.isMainTableOf(table, foreign));
    });
    const ways = routes.flatMap((route) => this.waysOfRoute(route, undefined, seen));
    const inline = look(table.props, "routes");
    if (inline.state === "unknown") ways.push({ path: ["routes that are not known yet"], end: "unknown" });
    for (const item of itemsAt(table.props, "routes"))
      if (item.state === "known") ways.push(...this.waysOfRoute(table, { list: "routes", props: item.value as object }, seen));
      else ways.push({ path: ["a route that is not known yet"], end: "unknown" });
    const vpns = [
      { from: table, property: "propagatingVgws" },
      ...graph
        .ofType("aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation")
        .filter((one) => graph.refer(one, ["routeTableId"], [...types.table, ...types.vpc]).resources.includes(table))
        .map((from) => ({ from, property: "vpnGatewayId" })),
    ];
    for (const { from, property } of vpns) {
      const { resources, foreign, unknown } = graph.refer(from, [property], types.vpn);
      const path = (name: string) => ["routes that a VPN propagates", name];
      for (const name of [...resources.map(label), ...foreign])
        if (!this.isInside([...foreign, ...resources.map((one) => one.name)])) ways.push({ path: path(name), end: "outside" });
      // Outside whichever it is, unless one of those that are meant.
      if (unknown) ways.push({ path: path("a VPN gateway that is not known yet"), end: this.inside.length === 0 ? "outside" : "unknown" });
    }
    const at = isVpc ? `main route table of ${table.name}` : label(table);
    return together(ways).map((way) => ({ ...way, path: [at, ...way.path] }));
  }

  private waysOfRoute(from: StackResource, element: { list: string; props: object } | undefined, seen: StackResource[]): Way[] {
    const props = element?.props ?? from.props;
    const destinations = this.destinationsOf(from, props, element);
    const via = (path: string[], end: Way["end"], more?: string[]): Way => ({
      path: [...(destinations?.text ? [destinations.text] : ["destinations that are not known yet"]), ...path],
      end,
      ...((more ?? destinations?.ranges) ? { destinations: more ?? destinations!.ranges } : {}),
    });
    const ways: Way[] = [];
    let led = false;
    for (const target of targets) {
      const reference = this.graph.refer(from, [target.property], target.types, element);
      const { resources, foreign, unknown } = reference;
      if (resources.length + foreign.length === 0 && !unknown) continue;
      led = true;
      const names = [...foreign, ...resources.map((one) => one.name)];
      if (this.isInside(names)) continue;
      // Of a list in a table the sources are those of all its routes; each may be meant, so each is followed.
      for (const one of resources) ways.push(...this.beyond(one, seen).map(({ path, end }) => via(path, end)));
      for (const id of foreign) {
        if (target.property === "gatewayId" && (id === "local" || id.startsWith("vpce-"))) continue;
        const end = ["natGatewayId", "networkInterfaceId", "instanceId", "vpcEndpointId"].includes(target.property) ? "unknown" : "outside";
        const isGateway = target.property !== "gatewayId" || /^(igw|vgw|cagw|eigw)-/.test(id);
        ways.push(via([`${target.about} ${id}`], isGateway ? end : "unknown"));
      }
      if (unknown) {
        // What these are lies outside, whichever of them it is.
        const out = ["egressOnlyGatewayId", "carrierGatewayId", "localGatewayId", "transitGatewayId", "coreNetworkArn"];
        const end = out.includes(target.property) && this.inside.length === 0 ? "outside" : "unknown";
        ways.push(via([`${target.about} that is not known yet`], end));
      }
    }
    if (!led) ways.push(via(["a target that this proof does not know"], "unknown"));
    return ways;
  }

  /** What lies behind the target of a route. */
  private beyond(target: StackResource, seen: StackResource[]): Way[] {
    const here = label(target);
    if (types.endpoint.includes(target.type)) {
      const isBalancer = textAt(target.props, "vpcEndpointType") === "GatewayLoadBalancer";
      return isBalancer ? [{ path: [here, "what inspects the traffic"], end: "unknown" }] : [];
    }
    if (types.nat.includes(target.type)) {
      if (seen.includes(target)) return [];
      const { resources, foreign, unknown } = this.graph.refer(target, ["subnetId"], types.subnet);
      const ways = resources.flatMap((subnet) => this.waysOfSubnet(subnet, [...seen, target]));
      if (foreign.length > 0 || unknown || resources.length === 0)
        ways.push({ path: [`subnet ${foreign[0] ?? "that is not known yet"}, which is not in this graph`], end: "unknown" });
      return ways.map((way) => ({ ...way, path: [here, ...way.path] }));
    }
    if (types.peering.includes(target.type)) {
      // What comes over a peering gets no further than the peer VPC, which is judged by itself when it is in the graph.
      const peer = this.graph.refer(target, ["peerVpcId"], types.vpc);
      if (peer.resources.length > 0) return [];
      return [{ path: [here, peer.foreign[0] ?? "a VPC that is not known yet"], end: peer.unknown ? "unknown" : "outside" }];
    }
    if (["aws:ec2/networkInterface:NetworkInterface", "aws:ec2/instance:Instance"].includes(target.type))
      return [{ path: [here, "wherever it forwards to"], end: "unknown" }];
    return [{ path: [here], end: "outside" }];
  }

  /** Where a route's traffic goes to; nothing when that is not known yet. Without ranges, a list whose addresses are not known. */
  private destinationsOf(
    from: StackResource,
    props: object,
    element?: { list: string; props: object },
  ): { text: string; ranges?: string[] } | undefined {
    const ranges = ["destinationCidrBlock", "destinationIpv6CidrBlock", "cidrBlock", "ipv6CidrBlock"].flatMap(
      (name) => textAt(props, name) ?? [],
    );
    if (ranges.length > 0) return { text: ranges.join(", "), ranges };
    const lists = this.graph.refer(from, ["destinationPrefixListId"], types.prefixList, element);
    if (lists.resources.length > 0) {
      const entries = lists.resources.map((list) => this.rangesOfList(list));
      const all = entries.every((one) => one !== undefined) ? entries.flat() : undefined;
      return { text: lists.resources.map(label).join(", "), ...(all ? { ranges: all } : {}) };
    }
    return lists.foreign.length > 0 ? { text: `prefix list ${lists.foreign[0]}` } : undefined;
  }

  /** Ranges of a prefix list; nothing when not all are known. */
  private rangesOfList(list: StackResource): string[] | undefined {
    const separate = this.graph.referring(list, "prefixListId", "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry");
    const found = [
      ...itemsAt(list.props, "entries").map((item) => (item.state === "known" ? textAt(item.value, "cidr") : undefined)),
      ...separate.map(({ props }) => textAt(props, "cidr")),
    ];
    const isKnown = look(list.props, "entries").state !== "unknown" && found.every((one) => one !== undefined);
    return isKnown ? (found as string[]) : undefined;
  }

  private waysOfInterfaces(holder: StackResource): Way[] {
    const { subnets, groups, bypass } = holders[holder.type]!;
    const here = label(holder);
    const around = bypass?.(holder.props);
    if (around === "unknown") return [{ path: [here, "a network that is not known yet"], end: "unknown" }];
    if (around) return [{ path: [here, around, "a network of the service", "internet"], end: "outside" }];
    const homes = this.graph.refer(holder, subnets, types.subnet);
    const permits = this.permitsOf(holder, groups, homes.resources);
    const address = this.addressOf(holder, homes.resources);
    const ways: Way[] = [
      ...homes.resources.flatMap((subnet) => this.waysOfSubnet(subnet)),
      ...homes.foreign.map((id): Way => ({ path: [`subnet ${id}, which is not in this graph`], end: "unknown" })),
      ...(homes.unknown ? [{ path: ["a subnet that is not known yet"], end: "unknown" } as Way] : []),
    ];
    if (homes.resources.length + homes.foreign.length === 0 && !homes.unknown && holder.type === "aws:ec2/instance:Instance")
      ways.push({ path: ["the subnet that AWS or a launch template picks"], end: "unknown" });
    return permits.flatMap((permit) =>
      ways.flatMap((way) => {
        const passes = permit.lets(way.destinations);
        if (passes === "no") return [];
        return [
          {
            path: [here, ...(address ? [address] : []), permit.name, ...way.path],
            end: passes === "unknown" ? ("unknown" as const) : way.end,
          },
        ];
      }),
    );
  }

  /** Public addresses of an interface, in words. */
  private addressOf(holder: StackResource, subnets: StackResource[]): string | undefined {
    const property = holder.type === "aws:ec2/instance:Instance" ? "instance" : "networkInterface";
    const [given] = [
      ...this.graph.referring(holder, property, "aws:ec2/eip:Eip"),
      ...this.graph.referring(holder, `${property}Id`, "aws:ec2/eipAssociation:EipAssociation"),
    ];
    if (given) return `public address ${given.name}`;
    const isMapped = subnets.some(({ props }) => textOf(props, "mapPublicIpOnLaunch") === "true");
    return textOf(holder.props, "associatePublicIpAddress") === "true" || isMapped ? "public address of the subnet" : undefined;
  }

  /** What the groups of an interface let out. One that names none has the default group of its VPC. */
  private permitsOf(holder: StackResource, path: string[], subnets: StackResource[]): Permit[] {
    const { resources, foreign, unknown } = this.graph.refer(holder, path, types.group);
    const permits = [
      ...resources.map((group) => this.permitOf(group)),
      ...foreign.map((id) => new Permit(`security group ${id}, which is not in this graph`, [], true)),
      ...(unknown ? [new Permit("a security group that is not known yet", [], true)] : []),
    ];
    if (permits.length > 0) return permits;
    const adopted = subnets.flatMap((subnet) =>
      this.graph
        .refer(subnet, ["vpcId"], types.vpc)
        .resources.flatMap((vpc) => this.graph.referring(vpc, "vpcId", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")),
    );
    if (adopted.length > 0) return [...new Set(adopted)].map((group) => this.permitOf(group));
    return [new Permit("default security group", ["0.0.0.0/0", "::/0"], false)];
  }

  private permitOf(group: StackResource): Permit {
    const ranges: string[] = [];
    let unknown = look(group.props, "egress").state === "unknown";
    let aws = false;
    const take = (from: StackResource, names: string[], listName: string, element?: { list: string; props: object }) => {
      const props = element?.props ?? from.props;
      for (const name of names) {
        if (look(props, name).state === "unknown") unknown = true;
        for (const item of itemsAt(props, name)) if (item.state !== "known") unknown = true;
        ranges.push(...textsAt(props, name));
      }
      const lists = this.graph.refer(from, [listName], [...types.prefixList, ...types.endpoint], element);
      for (const list of lists.resources) {
        if (types.endpoint.includes(list.type)) aws = true;
        else {
          const found = this.rangesOfList(list);
          if (found) ranges.push(...found);
          else unknown = true;
        }
      }
      if (lists.foreign.length > 0 || lists.unknown) unknown = true;
    };
    for (const props of objectsAt(group.props, "egress"))
      take(group, ["cidrBlocks", "ipv6CidrBlocks"], "prefixListIds", { list: "egress", props });
    for (const rule of this.graph.referring(group, "securityGroupId", "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"))
      take(rule, ["cidrIpv4", "cidrIpv6"], "prefixListId");
    for (const rule of this.graph.referring(group, "securityGroupId", "aws:ec2/securityGroupRule:SecurityGroupRule"))
      if (textAt(rule.props, "type") !== "ingress") take(rule, ["cidrBlocks", "ipv6CidrBlocks"], "prefixListIds");
    return new Permit(label(group), ranges, unknown, aws);
  }

  private waysOfEndpoint(endpoint: StackResource): Way[] {
    const here = label(endpoint);
    const kind = textAt(endpoint.props, "vpcEndpointType");
    const own = this.graph.refer(endpoint, ["serviceName"], types.service);
    if (own.resources.length > 0) return [];
    if (kind === "Resource" || kind === "ServiceNetwork")
      return [{ path: [here, "a resource that may be another account's"], end: "unknown" }];
    const service = textAt(endpoint.props, "serviceName");
    if (!service) return [{ path: [here, "a service that is not known yet"], end: "unknown" }];
    if (this.graph.ofType(...types.service).some(({ props }) => textAt(props, "serviceName") === service)) return [];
    const isOfAws = /^((com|cn\.com)\.amazonaws\.|aws\.(api|sagemaker)\.)/.test(service) && !/\.vpce-svc-/.test(service);
    return isOfAws || this.inside.includes(service) ? [] : [{ path: [here, `service of another account ${service}`], end: "outside" }];
  }

  private waysOfResolver(vpc: StackResource): Way[] {
    const { graph } = this;
    const support = look(vpc.props, "enableDnsSupport");
    if (support.state === "known" && String(support.value) === "false") return [];
    const here = `resolver of ${vpc.name}`;
    const ways: Way[] = [];
    for (const one of graph.referring(vpc, "vpcId", "aws:route53/resolverRuleAssociation:ResolverRuleAssociation")) {
      const { resources, foreign } = graph.refer(one, ["resolverRuleId"], ["aws:route53/resolverRule:ResolverRule"]);
      const rule = resources[0];
      if (rule && textAt(rule.props, "ruleType") === "SYSTEM") continue;
      if (!this.isInside([...foreign, ...resources.map(({ name }) => name)]))
        ways.push({ path: [here, `forwarding rule ${rule?.name ?? foreign[0] ?? one.name}`], end: "outside" });
    }
    const config = graph.referring(vpc, "resourceId", types.firewallConfig[0]!)[0];
    return [
      ...ways,
      ...(config ? this.waysOfFailure(here, config) : []),
      ...this.waysOfFirewalls(here, graph.referring(vpc, "vpcId", types.firewall[0]!)),
    ];
  }

  /** Whether a property names a VPC that is not in the graph. */
  private isElsewhere(resource: StackResource, property: string): boolean {
    const { resources, foreign, unknown } = this.graph.refer(resource, [property], types.vpc);
    return resources.length === 0 && (foreign.length > 0 || unknown);
  }

  private waysOfFailure(here: string, config: StackResource): Way[] {
    if (textAt(config.props, "firewallFailOpen") !== "ENABLED") return [];
    return [{ path: [here, "any name while DNS Firewall does not answer (firewallFailOpen)"], end: "outside" }];
  }

  /** What the rule groups on one resolver let through; one that blocks the rest is enough. */
  private waysOfFirewalls(here: string, associations: StackResource[]): Way[] {
    const states = associations.map((one) => {
      const { resources } = this.graph.refer(one, ["firewallRuleGroupId"], types.ruleGroup);
      return resources[0] ? this.stateOfFirewall(resources[0]) : "unknown";
    });
    if (states.includes("blocks")) return [];
    if (states.includes("unknown")) return [{ path: [here, "DNS Firewall rules that are not known"], end: "unknown" }];
    const why = associations.length > 0 ? "DNS Firewall that does not block the rest" : "any name, without DNS Firewall";
    return [{ path: [here, why], end: "outside" }];
  }

  /** Whether a group of rules ends in a refusal of every name, before anything allows every name. */
  private stateOfFirewall(group: StackResource): "blocks" | "lets" | "unknown" {
    const { graph } = this;
    const rules = graph.referring(group, "firewallRuleGroupId", "aws:route53/resolverFirewallRule:ResolverFirewallRule");
    const read = rules.map((rule) => {
      const list = graph.refer(rule, ["firewallDomainListId"], types.domainList).resources[0];
      const domains = list && look(list.props, "domains").state !== "unknown" ? textsAt(list.props, "domains") : undefined;
      return {
        priority: Number(textOf(rule.props, "priority") ?? Number.NaN),
        blocks: textAt(rule.props, "action") === "BLOCK" && look(rule.props, "qType").state === "missing",
        all: domains?.some((domain) => domain === "*" || domain === "*."),
      };
    });
    if (read.some(({ priority, all }) => Number.isNaN(priority) || all === undefined)) return "unknown";
    const [first] = read.filter(({ all }) => all).sort((a, b) => a.priority - b.priority);
    return first?.blocks ? "blocks" : "lets";
  }
}

/** What a security group lets out by address; what it lets to other groups stays inside. */
class Permit {
  constructor(
    readonly name: string,
    private readonly ranges: string[],
    private readonly unknown: boolean,
    /** Addresses of an AWS service, such as those of S3. */
    private readonly aws = false,
  ) {}

  lets(destinations: string[] | undefined): "yes" | "no" | "unknown" {
    if (!destinations) {
      if (this.ranges.some(isEverything)) return "yes";
      return this.aws || this.unknown || this.ranges.length > 0 ? "unknown" : "no";
    }
    if (this.ranges.some((range) => destinations.some((one) => overlap(range, one)))) return "yes";
    // Of an AWS service only that its addresses are public is known here.
    if (this.aws && (coverEverything(destinations) || destinations.some(isPublic))) return "yes";
    return this.unknown ? "unknown" : "no";
  }
}

const textOf = (props: object, property: string) => {
  const found = look(props, property);
  return found.state === "known" ? String(found.value) : undefined;
};

/** Ways of one table that differ in their destination only are one way: two halves of everything read as such. */
function together(ways: Way[]): Way[] {
  const joined = new Map<string, Way>();
  for (const way of ways) {
    const key = JSON.stringify([way.path.slice(1), way.end, way.destinations === undefined]);
    const same = joined.get(key);
    if (!same) joined.set(key, way);
    else
      joined.set(key, {
        ...same,
        path: [`${same.path[0]}, ${way.path[0]}`, ...same.path.slice(1)],
        ...(same.destinations ? { destinations: [...same.destinations, ...way.destinations!] } : {}),
      });
  }
  return [...joined.values()];
}
