// The proof that nothing inside reaches the outside: follows what routes, groups and resolvers let through, and prints each path that leaves. Pure.
import { itemsAt, look, spanOf, type StackResource, textAt } from "../rule-kit";
import { Graph } from "./graph";
import { Permit, permitOf, rangesOfList, vaguePermit } from "./egress";
import { type Place, Resolver, resolverParts } from "./resolver";
import { behind, label, lost, type Perimeter, perhaps, types, valueAt, type Way } from "./perimeter";

export type Verdict = "closed" | "open" | "cannot tell";

/** What was found about one subnet, interface, endpoint or resolver. */
export interface Proof {
  kind: "subnet" | "interface" | "endpoint" | "resolver";
  /** What is judged; for a subnet or VPC that is not in the graph, what of the graph is put there. */
  resource: StackResource;
  /** `closed` only when everything on the way is known and none of it leads out. */
  verdict: Verdict;
  /** `workload group -> subnet a -> route table x -> 0.0.0.0/0 -> internet gateway y`; those that leave, or those that could not be followed to their end. */
  paths: string[];
  /** VPC that a subnet or interface is in, or its id; absent when that can't be told. */
  vpc?: StackResource | string;
}

const ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation";
const MAIN_ASSOCIATION = "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation";
const DEFAULT_TABLE = "aws:ec2/defaultRouteTable:DefaultRouteTable";
const DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";
const DEFAULT_VPC = "aws:ec2/defaultVpc:DefaultVpc";
const ROUTE = "aws:ec2/route:Route";
const VPN_ROUTES = "aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation";
const SERVER_ROUTES = "aws:vpc/routeServerPropagation:RouteServerPropagation";
const ATTACHMENT = "aws:ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment";
const SERVICE_NETWORK = "aws:vpclattice/serviceNetwork:ServiceNetwork";
const SERVICE_NETWORK_ASSOCIATION = "aws:vpclattice/serviceNetworkVpcAssociation:ServiceNetworkVpcAssociation";

/** Where a route can lead, by the property that says so, and of which types that can be. `end` is what is known of one that is not in the graph. */
const targets: { property: string; about: string; types: string[]; end: Way["end"] }[] = [
  {
    property: "gatewayId",
    about: "gateway",
    types: ["aws:ec2/internetGateway:InternetGateway", "aws:ec2/carrierGateway:CarrierGateway", ...types.vpn, ...types.endpoint],
    end: "unknown",
  },
  { property: "natGatewayId", about: "NAT gateway", types: types.nat, end: "unknown" },
  {
    property: "egressOnlyGatewayId",
    about: "egress-only gateway",
    types: ["aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway"],
    end: "outside",
  },
  { property: "carrierGatewayId", about: "carrier gateway", types: ["aws:ec2/carrierGateway:CarrierGateway"], end: "outside" },
  { property: "localGatewayId", about: "local gateway", types: [], end: "outside" },
  {
    property: "transitGatewayId",
    about: "transit gateway",
    types: ["aws:ec2transitgateway/transitGateway:TransitGateway"],
    end: "outside",
  },
  { property: "coreNetworkArn", about: "core network", types: ["aws:networkmanager/coreNetwork:CoreNetwork"], end: "outside" },
  { property: "odbNetworkArn", about: "database network", types: ["aws:odb/network:Network"], end: "outside" },
  { property: "vpcPeeringConnectionId", about: "peering", types: types.peering, end: "outside" },
  { property: "vpcEndpointId", about: "endpoint", types: types.endpoint, end: "unknown" },
  { property: "networkInterfaceId", about: "network interface", types: types.interface, end: "unknown" },
  { property: "instanceId", about: "instance", types: ["aws:ec2/instance:Instance"], end: "unknown" },
];

/** Gateways to the internet, which no perimeter has on its inside. */
const internetGateways = /^(igw|eigw|cagw)-|:(InternetGateway|EgressOnlyInternetGateway|CarrierGateway)$/;

interface Holder {
  subnets: string[];
  /** Where it names its groups; by the first, those of all that does not name others. */
  groups: string[][];
  /** A way that uses none of its interfaces. */
  bypass?: (props: object) => string | "unknown" | undefined;
  /** Whether it takes groups from somewhere that the proof does not read. */
  hasOtherGroups?: (props: object) => boolean;
  /** Whether it can be without a subnet, and reaches nothing then. */
  needsNone?: (props: object) => boolean;
  /** What it is a part of, whose subnets it uses, and whose groups besides its own. */
  of?: { property: string; types: string[] };
}

/** What has interfaces in subnets. */
const holders: Record<string, Holder> = {
  "aws:ec2/networkInterface:NetworkInterface": { subnets: ["subnetId"], groups: [["securityGroups"]] },
  "aws:ec2/instance:Instance": {
    subnets: ["subnetId"],
    groups: [["vpcSecurityGroupIds"]],
    hasOtherGroups: (props) =>
      look(props, "vpcSecurityGroupIds").state === "missing" &&
      ["launchTemplate", "securityGroups"].some((property) => look(props, property).state !== "missing"),
  },
  "aws:sagemaker/domain:Domain": {
    subnets: ["subnetIds"],
    groups: [
      ["defaultUserSettings", "securityGroups"],
      ["defaultSpaceSettings", "securityGroups"],
      ["domainSettings", "securityGroupIds"],
    ],
    bypass: (props) => unless(props, "appNetworkAccessType", "VpcOnly"),
  },
  "aws:sagemaker/userProfile:UserProfile": {
    subnets: [],
    groups: [["userSettings", "securityGroups"]],
    of: { property: "domainId", types: types.domain },
  },
  "aws:sagemaker/notebookInstance:NotebookInstance": {
    subnets: ["subnetId"],
    groups: [["securityGroups"]],
    bypass: (props) => unless(props, "directInternetAccess", "Disabled"),
  },
  "aws:sagemaker/model:Model": {
    subnets: ["vpcConfig", "subnets"],
    groups: [["vpcConfig", "securityGroupIds"]],
    needsNone: (props) => look(props, "vpcConfig").state === "missing",
    bypass(props) {
      const [network, isolation] = [look(props, "vpcConfig").state, look(props, "enableNetworkIsolation")];
      if (network === "known" || (isolation.state === "known" && String(isolation.value) === "true")) return undefined;
      return network === "unknown" || isolation.state === "unknown" ? "unknown" : "vpcConfig is not set";
    },
  },
};

/** What else names subnets, so that one that is not in the graph is seen. */
const inSubnets: Record<string, string[]> = {
  ...Object.fromEntries(Object.entries(holders).flatMap(([type, { subnets }]) => (subnets.length > 0 ? [[type, subnets]] : []))),
  "aws:ec2/vpcEndpoint:VpcEndpoint": ["subnetIds"],
  "aws:ec2/flowLog:FlowLog": ["subnetId"],
  [ASSOCIATION]: ["subnetId"],
};

/** What is put into a VPC, and asks its resolver; the property that says into which. */
const inVpcs: [type: string, property: string][] = [
  ...resolverParts,
  ...[...types.subnet, ...types.endpoint, ...types.domain].map((type): [string, string] => [type, "vpcId"]),
];

function unless(props: object, property: string, closed: string): string | "unknown" | undefined {
  const found = look(props, property);
  if (found.state === "unknown") return "unknown";
  const value = found.state === "known" ? String(found.value) : "not set";
  return value === closed ? undefined : `${property} is ${value}`;
}

/** Judges every subnet, interface, endpoint and resolver of a graph, in its order; then the subnets and VPCs of others that it puts something into. */
export function prove(resources: StackResource[], perimeter: Perimeter = {}): Proof[] {
  return new Prover(new Graph(resources), perimeter).all();
}

class Prover {
  private readonly inside: string[];
  private readonly resolver: Resolver;

  constructor(
    private readonly graph: Graph,
    perimeter: Perimeter,
  ) {
    this.inside = perimeter.inside ?? [];
    this.resolver = new Resolver(graph, perimeter);
  }

  all(): Proof[] {
    return [
      ...this.graph.resources.flatMap((resource) => {
        if (types.subnet.includes(resource.type)) return [this.proof("subnet", resource, this.waysOfSubnet(resource))];
        if (types.endpoint.includes(resource.type)) return [this.proof("endpoint", resource, this.waysOfEndpoint(resource))];
        if (types.vpc.includes(resource.type)) return [this.proof("resolver", resource, this.resolver.waysOf(resource))];
        return holders[resource.type] ? [this.proof("interface", resource, this.waysOfInterfaces(resource))] : [];
      }),
      ...this.proofsOfOthers(),
    ];
  }

  private proof(kind: Proof["kind"], resource: StackResource, ways: Way[], vpc: Place | undefined = this.vpcOf(kind, resource)): Proof {
    const out = ways.filter(({ end }) => end === "outside");
    const told = out.length > 0 ? out : ways;
    return {
      kind,
      resource,
      verdict: out.length > 0 ? "open" : ways.length > 0 ? "cannot tell" : "closed",
      paths: [...new Set(told.map(({ path }) => path.join(" -> ")))],
      ...(vpc && { vpc }),
    };
  }

  private vpcOf(kind: Proof["kind"], resource: StackResource): Place | undefined {
    if (kind === "resolver") return resource;
    const subnets = kind === "interface" ? this.subnetsOf(resource) : [resource];
    const homes = subnets.map((one) => this.graph.refer(one, ["vpcId"], types.vpc));
    return homes[0]?.resources[0] ?? homes[0]?.foreign[0];
  }

  /** Subnets that are not in the graph, tables that are not and get routes here, and VPCs that are not: each by the first resource that names it. */
  private proofsOfOthers(): Proof[] {
    const { graph } = this;
    const named = (among: [type: string, path: string[]][], of: string[]) => {
      const found = new Map<string, StackResource>();
      for (const [type, path] of among)
        for (const one of graph.ofType(type)) {
          const { foreign, unknown } = graph.refer(one, path, of);
          for (const id of [...foreign, ...(unknown ? [""] : [])]) if (!found.has(id)) found.set(id, one);
        }
      return [...found];
    };
    return [
      ...named(Object.entries(inSubnets), types.subnet).map(([id, by]) => this.proof("subnet", by, this.waysOfForeignSubnet(id))),
      // What else is in such a table is for its own stack to tell.
      ...named([[ROUTE, ["routeTableId"]]], [...types.table, ...types.vpc]).flatMap(([id, by]) => {
        const ways = id ? this.waysOfForeignTable(id) : [];
        return ways.length > 0 ? [this.proof("subnet", by, behind(`subnets of route table ${id}`, ways))] : [];
      }),
      ...named(
        inVpcs.map(([type, property]) => [type, [property]]),
        types.vpc,
      ).map(([id, by]) => this.proof("resolver", by, this.resolver.waysOf(id || "a VPC that is not known yet"), id || undefined)),
    ];
  }

  private isInside(...names: string[]): boolean {
    return names.some((name) => this.inside.includes(name));
  }

  /** Ways out of a subnet; `seen` are the NAT gateways on the way. */
  private waysOfSubnet(subnet: StackResource, seen: StackResource[] = []): Way[] {
    const hasIpv6 = ["ipv6CidrBlock", "ipv6Native", "assignIpv6AddressOnCreation", "ipv6NetmaskLength"].some((property) => {
      const value = look(subnet.props, property);
      return value.state === "unknown" || (value.state === "known" && value.value !== false);
    });
    const ways = this.waysOfTables(subnet, seen)
      // Without addresses of its own nothing in the subnet uses routes of that family.
      .filter(({ destinations }) => hasIpv6 || !destinations || destinations.some((one) => spanOf(one)?.kind !== "ipv6"));
    return behind(label(subnet), [...ways, ...this.waysOfServiceNetworks(subnet)]);
  }

  /** Of a subnet that is not in the graph only the table is known that the graph gives it, if any. */
  private waysOfForeignSubnet(id: string): Way[] {
    if (id && this.isInside(id)) return [];
    const here = `subnet ${id || "that is not known yet"}, which is not in this graph`;
    const own = id ? this.graph.attached(ASSOCIATION, "subnetId", types.subnet, id) : { sure: [], maybe: [] };
    if (own.sure.length === 0) return [lost(here)];
    return behind(
      here,
      own.sure.flatMap((one) => this.waysOfTableOf(one, [])),
    );
  }

  private waysOfForeignTable(id: string): Way[] {
    const { sure } = this.graph.attached(ROUTE, "routeTableId", [...types.table, ...types.vpc], id);
    return together(sure.flatMap((route) => this.waysOfRoute(route, undefined, [])));
  }

  /** By the table that a subnet has of its own, else by the main one of its VPC. */
  private waysOfTables(subnet: StackResource, seen: StackResource[]): Way[] {
    const { graph } = this;
    const own = graph.attached(ASSOCIATION, "subnetId", types.subnet, subnet);
    if (own.sure.length > 0) return own.sure.flatMap((one) => this.waysOfTableOf(one, seen));
    const vague = own.maybe.map((one) => lost(`${label(one)}, whose subnet is not known yet`));
    const { resources, foreign, sure } = graph.refer(subnet, ["vpcId"], types.vpc);
    const [vpc] = resources;
    if (!vpc || !sure) return [...vague, lost(`main route table of ${foreign[0] ?? "its VPC"}, which is not in this graph`)];
    return [...vague, ...this.waysOfMainTable(vpc, seen)];
  }

  /** By the table that an association names. */
  private waysOfTableOf(association: StackResource, seen: StackResource[]): Way[] {
    const { resources, foreign, unknown, sure } = this.graph.refer(association, ["routeTableId"], types.table);
    const ways = resources.flatMap((table) => this.waysOfTable(table, seen));
    return [
      ...(sure ? ways : perhaps(ways)),
      ...foreign.map((id) => lost(`route table ${id}, which is not in this graph`)),
      ...(unknown ? [lost("route table that is not known yet, which is not in this graph")] : []),
    ];
  }

  /** By the main table of a VPC: one that was made so, else the one that AWS made, for which the VPC stands when nothing adopts it. */
  private waysOfMainTable(vpc: StackResource, seen: StackResource[]): Way[] {
    const { graph } = this;
    const made = graph.attached(MAIN_ASSOCIATION, "vpcId", types.vpc, vpc);
    if (made.sure.length > 0) return made.sure.flatMap((one) => this.waysOfTableOf(one, seen));
    const vague = made.maybe.map((one) => lost(`${label(one)}, whose VPC is not known yet`));
    const [main, first] = ["mainRouteTableId", "defaultRouteTableId"].map((property) => textAt(vpc.props, property));
    if (main && first && main !== first) {
      const table = graph.ofType(...types.table).find(({ props }) => textAt(props, "id") === main);
      return [...vague, ...(table ? this.waysOfTable(table, seen) : [lost(`route table ${main}, which is not in this graph`)])];
    }
    const adopted = this.adoptedOf(vpc);
    const tables = adopted.sure.length > 0 ? adopted.sure : [vpc];
    return [
      ...vague,
      ...tables.flatMap((table) => this.waysOfTable(table, seen)),
      ...perhaps(adopted.maybe.flatMap((table) => this.waysOfTable(table, seen))),
    ];
  }

  /** Tables that adopt the one that AWS made with a VPC. They go by its id, at preview by that of the VPC. */
  private adoptedOf(vpc: StackResource) {
    const byId = this.graph.attached(DEFAULT_TABLE, "defaultRouteTableId", types.vpc, vpc);
    const byVpc = this.graph.attached(DEFAULT_TABLE, "vpcId", types.vpc, vpc);
    const sure = [...new Set([...byId.sure, ...byVpc.sure])];
    return { sure, maybe: byId.maybe.filter((one) => !sure.includes(one)) };
  }

  /** VPCs whose main table this is, or was made to be. */
  private standsFor(table: StackResource): StackResource[] {
    const { graph } = this;
    if (types.vpc.includes(table.type)) return [table];
    return graph.ofType(...types.vpc).filter((vpc) => {
      if (this.adoptedOf(vpc).sure.includes(table)) return true;
      const { sure } = graph.attached(MAIN_ASSOCIATION, "vpcId", types.vpc, vpc);
      return sure.some((one) => graph.refer(one, ["routeTableId"], types.table).resources.includes(table));
    });
  }

  /** What of a type is for a table, and what may be: one whose table the VPC tells of is for its main one, or for another that was looked up by the VPC. */
  private attachedTo(table: StackResource, type: string) {
    const { graph } = this;
    const among = [...types.table, ...types.vpc];
    const stands = this.standsFor(table);
    const isKnown = (one: StackResource) => look(one.props, "routeTableId").state === "known";
    const found = graph.attached(type, "routeTableId", among, table, ...stands);
    const direct = found.sure.filter((one) => !isKnown(one) || graph.refer(one, ["routeTableId"], among).resources.includes(table));
    const { resources, sure } = graph.refer(table, ["vpcId"], types.vpc);
    const home = (sure ? resources : graph.ofType(...types.vpc)).filter((vpc) => !stands.includes(vpc));
    const other = graph.attached(type, "routeTableId", among, ...home).sure.filter((one) => !isKnown(one) && !direct.includes(one));
    return { sure: direct, maybe: [...found.maybe, ...other] };
  }

  private waysOfTable(table: StackResource, seen: StackResource[]): Way[] {
    const isVpc = types.vpc.includes(table.type);
    const routes = this.attachedTo(table, ROUTE);
    const ways = [
      ...routes.sure.flatMap((route) => this.waysOfRoute(route, undefined, seen)),
      ...routes.maybe.flatMap((route) =>
        behind(`${label(route)}, whose table is not known yet`, perhaps(this.waysOfRoute(route, undefined, seen))),
      ),
    ];
    if (table.type === DEFAULT_VPC)
      ways.push({ path: ["0.0.0.0/0", "internet gateway that AWS makes with a default VPC"], destinations: ["0.0.0.0/0"], end: "outside" });
    if (look(table.props, "routes").state === "unknown") ways.push(lost("routes that are not known yet"));
    for (const item of itemsAt(table.props, "routes"))
      if (item.state === "known") ways.push(...this.waysOfRoute(table, { list: "routes", props: item.value as object }, seen));
      else ways.push(lost("a route that is not known yet"));
    const vpns = this.attachedTo(table, VPN_ROUTES);
    ways.push(
      ...this.waysOfVpn(table, "propagatingVgws"),
      ...vpns.sure.flatMap((one) => this.waysOfVpn(one, "vpnGatewayId")),
      ...perhaps(vpns.maybe.flatMap((one) => this.waysOfVpn(one, "vpnGatewayId"))),
    );
    const servers = this.attachedTo(table, SERVER_ROUTES);
    ways.push(...[...servers.sure, ...servers.maybe].map((one) => lost(`routes of ${label(one)}`)));
    return behind(isVpc ? `main route table of ${table.name}` : label(table), together(ways));
  }

  private waysOfVpn(from: StackResource, property: string): Way[] {
    const { resources, foreign, unknown } = this.graph.refer(from, [property], types.vpn);
    const path = (name: string) => ["routes that a VPN propagates", name];
    return [
      ...resources.filter(({ name }) => !this.isInside(name)).map((one): Way => ({ path: path(label(one)), end: "outside" })),
      ...foreign.filter((id) => !this.isInside(id)).map((id): Way => ({ path: path(id), end: "outside" })),
      // Outside whichever it is, unless one of those that are meant.
      ...(unknown ? [{ path: path("a VPN gateway that is not known yet"), end: this.unlessInside("outside") }] : []),
    ];
  }

  private unlessInside(end: Way["end"]): Way["end"] {
    return this.inside.length === 0 ? end : "unknown";
  }

  private waysOfRoute(from: StackResource, element: { list: string; props: object } | undefined, seen: StackResource[]): Way[] {
    const props = element?.props ?? from.props;
    const destinations = this.destinationsOf(from, props, element);
    const via = (path: string[], end: Way["end"]): Way => ({
      path: [destinations?.text ?? "destinations that are not known yet", ...path],
      end,
      ...(destinations?.ranges && { destinations: destinations.ranges }),
    });
    const ways: Way[] = [];
    let led = false;
    for (const target of targets) {
      const { resources, foreign, unknown } = this.graph.refer(from, [target.property], target.types, element);
      if (resources.length + foreign.length === 0 && !unknown) continue;
      led = true;
      // Of a list in a table the sources are those of all its routes; each may be meant, so each is followed.
      for (const one of resources)
        if (internetGateways.test(one.type) || !this.isInside(one.name, textAt(one.props, "id") ?? ""))
          ways.push(...this.beyond(one, seen).map(({ path, end }) => via(path, end)));
      for (const id of foreign) {
        if (this.isInside(id) && !internetGateways.test(id)) continue;
        if (target.property === "gatewayId") {
          // The route of a gateway endpoint is for a list of its service's addresses.
          const isOfEndpoint = id.startsWith("vpce-") && destinations !== undefined && !destinations.isWritten;
          if (id === "local" || isOfEndpoint) continue;
        }
        ways.push(via([`${target.about} ${id}`], /^(igw|vgw|cagw|eigw)-/.test(id) ? "outside" : target.end));
      }
      // What some of these are lies outside, whichever of them it is.
      if (unknown)
        ways.push(
          via(
            [`${target.about} that is not known yet`],
            target.property === "vpcPeeringConnectionId" ? "unknown" : this.unlessInside(target.end),
          ),
        );
    }
    if (!led) ways.push(via(["a target that this proof does not know"], "unknown"));
    return ways;
  }

  /** What lies behind the target of a route. */
  private beyond(target: StackResource, seen: StackResource[]): Way[] {
    const here = label(target);
    if (types.endpoint.includes(target.type)) {
      const kind = look(target.props, "vpcEndpointType");
      if (kind.state === "missing" || (kind.state === "known" && kind.value === "Gateway")) return [];
      return [lost(here, "what inspects the traffic")];
    }
    if (types.nat.includes(target.type)) {
      if (seen.includes(target)) return [];
      const { resources, foreign, unknown } = this.graph.refer(target, ["subnetId"], types.subnet);
      const ways = resources.flatMap((subnet) => this.waysOfSubnet(subnet, [...seen, target]));
      if (foreign.length > 0 || unknown || resources.length === 0)
        ways.push(lost(`subnet ${foreign[0] ?? "that is not known yet"}, which is not in this graph`));
      return behind(here, ways);
    }
    if (types.peering.includes(target.type)) {
      // What comes over a peering gets no further than the VPC at its other end, which is judged by itself when both are in the graph.
      return ["vpcId", "peerVpcId"].flatMap((end): Way[] => {
        const { resources, foreign, unknown } = this.graph.refer(target, [end], types.vpc);
        if (foreign.length > 0) return [{ path: [here, foreign[0]!], end: "outside" }];
        return unknown || resources.length === 0 ? [lost(here, "a VPC that is not known yet")] : [];
      });
    }
    if (types.interface.includes(target.type)) return [lost(here, "wherever it forwards to")];
    return [{ path: [here], end: "outside" }];
  }

  /** Where a route's traffic goes to; nothing when that is not known yet. Without ranges, a list whose addresses are not known. */
  private destinationsOf(
    from: StackResource,
    props: object,
    element?: { list: string; props: object },
  ): { text: string; ranges?: string[]; isWritten?: true } | undefined {
    const ranges = ["destinationCidrBlock", "destinationIpv6CidrBlock", "cidrBlock", "ipv6CidrBlock"].flatMap(
      (name) => textAt(props, name) ?? [],
    );
    if (ranges.length > 0) return { text: ranges.join(", "), isWritten: true, ...(ranges.every(spanOf) && { ranges }) };
    const { resources, foreign, unknown } = this.graph.refer(
      from,
      ["destinationPrefixListId"],
      [...types.prefixList, ...types.endpoint],
      element,
    );
    const names = [...resources.map(label), ...foreign.map((id) => `prefix list ${id}`)];
    if (names.length === 0) return undefined;
    const entries = resources.map((list) => (types.prefixList.includes(list.type) ? rangesOfList(this.graph, list) : undefined));
    const isKnown = foreign.length === 0 && !unknown && entries.every((one) => one !== undefined);
    return { text: names.join(", "), ...(isKnown && { ranges: (entries as string[][]).flat() }) };
  }

  /** Services that a subnet's interfaces reach without a route, by a service network of VPC Lattice. */
  private waysOfServiceNetworks(subnet: StackResource): Way[] {
    const { resources, foreign, sure } = this.graph.refer(subnet, ["vpcId"], types.vpc);
    const there = this.graph.attached(SERVICE_NETWORK_ASSOCIATION, "vpcIdentifier", types.vpc, ...resources, ...foreign);
    const associations = sure ? [...there.sure, ...there.maybe] : this.graph.ofType(SERVICE_NETWORK_ASSOCIATION);
    return associations.flatMap((one) => {
      const { resources, foreign, unknown } = this.graph.refer(one, ["serviceNetworkIdentifier"], [SERVICE_NETWORK]);
      const names = [...resources.map(({ name }) => name), ...foreign].filter((name) => !this.isInside(name));
      return [...names, ...(unknown ? ["that is not known yet"] : [])].map((name) =>
        lost(`service network ${name}`, "services that may be another account's"),
      );
    });
  }

  /** A holder, or what it is a part of. */
  private hostsOf(holder: StackResource) {
    const { of } = holders[holder.type]!;
    if (!of) return { resources: [holder], foreign: [], unknown: false };
    const found = this.graph.refer(holder, [of.property], of.types);
    return { ...found, unknown: found.unknown || found.resources.length + found.foreign.length === 0 };
  }

  private subnetsOf(holder: StackResource): StackResource[] {
    return this.hostsOf(holder).resources.flatMap((host) => this.graph.refer(host, holders[host.type]!.subnets, types.subnet).resources);
  }

  private waysOfInterfaces(holder: StackResource): Way[] {
    const { resources, foreign, unknown } = this.hostsOf(holder);
    return behind(label(holder), [
      ...resources.flatMap((host) => this.waysOfHost(holder, host)),
      ...foreign.map((id) => lost(`${id}, which is not in this graph`)),
      ...(unknown ? [lost("what it is a part of, which is not known yet")] : []),
    ]);
  }

  /** Ways of a holder by the subnets of its host. */
  private waysOfHost(holder: StackResource, host: StackResource): Way[] {
    const { subnets, bypass, needsNone } = holders[host.type]!;
    const around = bypass?.(host.props);
    if (around === "unknown") return [lost("a network that is not known yet")];
    if (around) return [{ path: [around, "a network of the service", "internet"], end: "outside" }];
    const homes = this.graph.refer(host, subnets, types.subnet);
    const address = this.addressOf(holder, homes.resources);
    const ways: Way[] = [
      ...homes.resources.flatMap((subnet) => this.waysOfSubnet(subnet)),
      ...homes.foreign.flatMap((id) => this.waysOfForeignSubnet(id)),
      ...(homes.unknown ? [lost("a subnet that is not known yet")] : []),
    ];
    if (homes.resources.length + homes.foreign.length === 0 && !homes.unknown && !needsNone?.(host.props))
      ways.push(lost("the subnet that AWS or a launch template picks"));
    return this.permitsOf(holder, host, homes.resources).flatMap((permit) =>
      ways.flatMap((way) => {
        const passes = permit.lets(way.destinations);
        if (passes === "no") return [];
        return [
          {
            path: [...(address ? [address] : []), permit.name, ...way.path],
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
      ...this.graph.attached("aws:ec2/eip:Eip", property, types.interface, holder).sure,
      ...this.graph.attached("aws:ec2/eipAssociation:EipAssociation", `${property}Id`, types.interface, holder).sure,
    ];
    if (given) return `public address ${given.name}`;
    const isMapped = subnets.some(({ props }) => valueAt(props, "mapPublicIpOnLaunch") === "true");
    return valueAt(holder.props, "associatePublicIpAddress") === "true" || isMapped ? "public address of the subnet" : undefined;
  }

  /** What the groups of an interface let out. One that names none has those of what it is a part of, else the default group of its VPC. */
  private permitsOf(holder: StackResource, host: StackResource, subnets: StackResource[]): Permit[] {
    const { graph } = this;
    const { groups, hasOtherGroups } = holders[holder.type]!;
    const [first, ...more] = groups.map((path) => this.permitsAt(holder, path)) as [Permit[], ...Permit[][]];
    const attached = types.interface.includes(holder.type)
      ? graph.attached(ATTACHMENT, "networkInterfaceId", types.interface, holder)
      : { sure: [], maybe: [] };
    const added = [
      ...more.flat(),
      ...attached.sure.flatMap((one) => this.permitsAt(one, ["securityGroupId"])),
      ...attached.maybe
        .filter((one) => this.permitsAt(one, ["securityGroupId"]).some(({ letsNothing }) => !letsNothing))
        .map((one) => vaguePermit(`security group of ${label(one)}, whose interface is not known yet`)),
      ...(hasOtherGroups?.(holder.props) ? [vaguePermit("security groups of a launch template")] : []),
    ];
    const own = first.length > 0 ? [...first, ...added] : added;
    // Apps of a profile are in the groups of both.
    if (host !== holder) return [...own, ...this.permitsOf(host, host, subnets)];
    if (first.length > 0 || hasOtherGroups?.(holder.props)) return own;
    return [...own, ...this.defaultPermits(subnets)];
  }

  private permitsAt(from: StackResource, path: string[]): Permit[] {
    const { resources, foreign, unknown } = this.graph.refer(from, path, types.group);
    return [
      ...resources.map((group) => permitOf(this.graph, group)),
      ...foreign.map((id) => vaguePermit(`security group ${id}, which is not in this graph`)),
      ...(unknown ? [vaguePermit("a security group that is not known yet")] : []),
    ];
  }

  private defaultPermits(subnets: StackResource[]): Permit[] {
    const adopted = subnets.flatMap((subnet) =>
      this.graph
        .refer(subnet, ["vpcId"], types.vpc)
        .resources.flatMap((vpc) => this.graph.attached(DEFAULT_GROUP, "vpcId", types.vpc, vpc).sure),
    );
    if (adopted.length > 0) return [...new Set(adopted)].map((group) => permitOf(this.graph, group));
    return [new Permit("default security group", ["0.0.0.0/0", "::/0"], false)];
  }

  private waysOfEndpoint(endpoint: StackResource): Way[] {
    const here = label(endpoint);
    const kind = textAt(endpoint.props, "vpcEndpointType");
    if (kind === "Resource" || kind === "ServiceNetwork") return [lost(here, "a resource that may be another account's")];
    const own = this.graph.refer(endpoint, ["serviceName"], types.service);
    if (own.resources.length > 0 && own.sure) return [];
    const service = textAt(endpoint.props, "serviceName");
    if (!service) return [lost(here, "a service that is not known yet")];
    if (this.isInside(service) || this.graph.ofType(...types.service).some(({ props }) => textAt(props, "serviceName") === service))
      return [];
    const isOfAws = /^((com|cn\.com)\.amazonaws\.|aws\.(api|sagemaker)\.)/.test(service) && !/\.vpce-svc-/.test(service);
    return isOfAws ? [] : [{ path: [here, `service of another account ${service}`], end: "outside" }];
  }
}

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
