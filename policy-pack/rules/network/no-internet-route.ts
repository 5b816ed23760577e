import {
  groupByOwner,
  coverAllAddresses,
  isPresent,
  readValue,
  objectsAt,
  ownerOf,
  type ResourceView,
  type Report,
  type Rule,
  type Settings,
  parseCidr,
  type StackResource,
  stringAt,
  stringsAt,
} from "../../rule-kit";
import { Graph, routeTargets } from "../../reachability";
import { prefixListsOf } from "./prefix-lists";
import { natAllowed, natSettings } from "./shared";

/** A route from one of the three resource types that define routes. */
interface Route {
  destinations: string[];
  props: object;
}

const separate = (props: object): Route[] => [{ props, destinations: texts(props, "destinationCidrBlock", "destinationIpv6CidrBlock") }];
const inline = (props: object): Route[] =>
  objectsAt(props, "routes").map((route) => ({ props: route, destinations: texts(route, "cidrBlock", "ipv6CidrBlock") }));
const texts = (props: object, ...names: string[]) => names.flatMap((name) => stringAt(props, name) ?? []);

const routeType = "aws:ec2/route:Route";
const mainTableType = "aws:ec2/defaultRouteTable:DefaultRouteTable";
const routesIn: Record<string, (props: object) => Route[]> = {
  [routeType]: separate,
  "aws:ec2/routeTable:RouteTable": inline,
  [mainTableType]: inline,
};
const isTable = ({ type }: StackResource) => type !== routeType && routesIn[type] !== undefined;

/** Properties that name the target of a route. */
const targets = routeTargets.map(({ property }) => property);

const internetGateways: Record<string, string> = {
  "aws:ec2/internetGateway:InternetGateway": "an internet gateway",
  "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway": "an egress-only internet gateway",
  "aws:ec2/carrierGateway:CarrierGateway": "a carrier gateway",
  "aws:ec2/natGateway:NatGateway": "a NAT gateway",
};

const fix = "Remove the route and use VPC endpoints for AWS services.";

/**
 * Names the gateway to the internet that a route leads to. Undefined when the route leads to no such gateway, or when
 * the target is unknown at preview.
 */
function internetTarget(route: object, settings: Settings): string | undefined {
  if (isPresent(route, "egressOnlyGatewayId")) return "an egress-only internet gateway";
  if (isPresent(route, "carrierGatewayId")) return "a carrier gateway";
  if (natAllowed(settings)) return undefined;
  if (isPresent(route, "natGatewayId")) return "a NAT gateway";
  return stringAt(route, "gatewayId")?.startsWith("igw-") ? "an internet gateway" : undefined;
}

/** Whether a route to all addresses is accepted because of its target. */
function isAccepted(route: object, settings: Settings): boolean {
  const listed = stringsAt(settings, "allowedTargets");
  return targets.some((property) => {
    const target = readValue(route, property);
    if (target.state === "missing") return false;
    // The update evaluates an unknown target, when the target can be listed or can be a target that NAT needs.
    if (target.state === "unknown") return listed.length > 0 || natAllowed(settings) || property === "gatewayId";
    const id = String(target.value);
    const staysInside = property === "gatewayId" && /^(vgw-|vpce-|local$)/.test(id);
    return listed.includes(id) || staysInside || (natAllowed(settings) && /^(igw|nat)-/.test(id));
  });
}

function evaluateRoutes(routes: Route[], report: Report, settings: Settings): void {
  const widest = Number(settings.minPrefixLength ?? 8);
  for (const { destinations, props } of routes) {
    const gateway = internetTarget(props, settings);
    if (gateway) {
      report(`A route leads to ${gateway}, so resources in the associated subnets can send data to the internet. ${fix}`);
      continue;
    }
    for (const destination of destinations) {
      const range = parseCidr(destination);
      if (!range || isAccepted(props, settings)) continue;
      if (range.prefix === 0)
        report(
          `A route sends all traffic (${destination}) to a target that policy setting 'allowedTargets' does not list, so data can leave the VPC. ${fix} A firewall endpoint, transit gateway or peering connection can be listed in 'allowedTargets'.`,
        );
      else if (range.family === "ipv4" && range.prefix < widest)
        report(
          `A route sends ${destination}, which is wider than /${widest}, to a target that policy setting 'allowedTargets' does not list, so data can leave the VPC. Set the exact CIDR ranges as destinations, or list the target in 'allowedTargets'.`,
        );
    }
  }
  const combined = combinedProblem(routes, settings);
  if (combined) report(combined);
}

/** Reports routes that together send all traffic of an address family out, although no single route does. */
function combinedProblem(routes: Route[], settings: Settings): string | undefined {
  const destinations = routes.filter(({ props }) => !isAccepted(props, settings)).flatMap((route) => route.destinations);
  if (destinations.some((destination) => parseCidr(destination)?.prefix === 0) || !coverAllAddresses(destinations)) return undefined;
  return `The routes ${[...new Set(destinations)].join(", ")} together send all traffic out of the VPC. ${fix}`;
}

const evaluate = ({ type, props }: ResourceView, report: Report, settings: Settings) =>
  evaluateRoutes(routesIn[type]!(props), report, settings);

/**
 * Gateways of the stack that a route or table leads to. Gateway IDs are unknown at preview, but the resources that a
 * value comes from are known.
 */
function gatewaysOf(resource: StackResource, settings: Settings): StackResource[] {
  const properties = resource.type === routeType ? targets : ["routes"];
  const accepted = natAllowed(settings) ? ["aws:ec2/internetGateway:InternetGateway", "aws:ec2/natGateway:NatGateway"] : [];
  return properties
    .flatMap((property) => resource.sources(property))
    .filter(({ type }) => internetGateways[type] !== undefined && !accepted.includes(type));
}

/** The route table of a route: a table of the stack, a VPC for its main table, or the ID of another table. */
function tableOf(route: StackResource, resources: StackResource[]): StackResource | string | undefined {
  const vpcs = resources.filter(({ type }) => type === "aws:ec2/vpc:Vpc");
  const found = ownerOf(route, "routeTableId", [...resources.filter(isTable), ...vpcs]);
  // A route whose table ID comes from a VPC is in the main route table: the VPC has no other table as an output.
  const adopted = resources.find(
    (resource) => resource.type === mainTableType && resource.sources("defaultRouteTableId").some((vpc) => vpc === found),
  );
  return adopted ?? found;
}

/** Whether a route table, including its separate routes, has a route to the internet. */
export function hasInternetRoute(table: StackResource, resources: StackResource[], settings: Settings): boolean {
  const parts = [table, ...resources.filter((resource) => resource.type === routeType && tableOf(resource, resources) === table)];
  let found = false;
  const onViolation = () => void (found = true);
  evaluateRoutes(
    parts.flatMap(({ type, props }) => routesIn[type]!(props)),
    onViolation,
    settings,
  );
  return found || parts.some((part) => gatewaysOf(part, settings).length > 0);
}

/** Routes of a resource whose destination is a prefix list of the stack, with the ranges of the list. */
function routesToLists(graph: Graph, resource: StackResource): Route[] {
  const property = "destinationPrefixListId";
  const destinationsOf = (element?: { list: string; props: object }) =>
    prefixListsOf(graph, resource, property, element).flatMap(({ ranges }) => ranges ?? []);
  return resource.type === routeType
    ? [{ props: resource.props, destinations: destinationsOf() }]
    : objectsAt(resource.props, "routes").map((props) => ({ props, destinations: destinationsOf({ list: "routes", props }) }));
}

export const noInternetRoute: Rule = {
  name: "network-no-internet-route",
  description: "No route leads to the internet.",
  risk: "With a route to a gateway, resources in the associated subnets can send data to the internet.",
  fix,
  severity: "critical",
  control: { reference: "SC-7", specification: "Boundary protection" },
  publicIds: ["Config no-unrestricted-route-to-igw", "cdk-nag VPCNoUnrestrictedRouteToIGW", "Checkov CKV2_AWS_44"],
  settings: {
    ...natSettings,
    allowedTargets: {
      type: "array",
      items: { type: "string" },
      default: [],
      description: "IDs of transit gateways, firewall endpoints and peering connections that a route can send all traffic to.",
    },
    minPrefixLength: {
      type: "integer",
      default: 8,
      description: "Shortest prefix length of an IPv4 destination whose target policy setting 'allowedTargets' does not list.",
    },
  },
  resource: Object.fromEntries(Object.keys(routesIn).map((type) => [type, evaluate])),
  stack(all, report, settings) {
    const graph = new Graph(all);
    const { resources } = graph;
    for (const resource of resources.filter(({ type }) => routesIn[type])) {
      const toLists = routesToLists(graph, resource).filter(({ destinations }) => destinations.length > 0);
      // The resource view reports a route to a gateway whose ID is known.
      evaluateRoutes(
        toLists.filter(({ props }) => !internetTarget(props, settings)),
        (message) => report(resource, message),
        settings,
      );
      for (const gateway of gatewaysOf(resource, settings))
        report(
          resource,
          `A route leads to ${internetGateways[gateway.type]} (${gateway.name}), so resources in the associated subnets can send data to the internet. ${fix}`,
        );
    }
    // Several routes of one table can together send all traffic out. After a refresh, a table also has its separate
    // routes as inline routes.
    for (const { on, parts } of groupByOwner(
      resources,
      (resource) => (isTable(resource) ? resource : tableOf(resource, resources)),
      Object.keys(routesIn),
    )) {
      const direct = parts.flatMap(({ type, props }) => routesIn[type]!(props));
      const toLists = parts.map((part) => routesToLists(graph, part));
      const isInline = !parts.some(({ type }) => type === routeType);
      // These combinations are reported above, or by the resource view.
      const isReported = [...(isInline ? [direct] : []), ...toLists].some((routes) => combinedProblem(routes, settings));
      const problem = isReported ? undefined : combinedProblem([...direct, ...toLists.flat()], settings);
      if (problem) report(on, problem);
    }
  },
};
