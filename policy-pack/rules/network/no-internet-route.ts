import {
  byOwner,
  coverEverything,
  isPresent,
  look,
  objectsAt,
  ownerOf,
  type ResourceView,
  type Report,
  type Rule,
  type Settings,
  spanOf,
  type StackResource,
  textAt,
  textsAt,
} from "../../rule-kit";
import { natAllowed, natSettings } from "./shared";

/** A route as one of three resources writes it. */
interface Route {
  destinations: string[];
  props: object;
}

const own = (props: object): Route[] => [{ props, destinations: texts(props, "destinationCidrBlock", "destinationIpv6CidrBlock") }];
const inline = (props: object): Route[] =>
  objectsAt(props, "routes").map((route) => ({ props: route, destinations: texts(route, "cidrBlock", "ipv6CidrBlock") }));
const texts = (props: object, ...names: string[]) => names.flatMap((name) => textAt(props, name) ?? []);

const routeType = "aws:ec2/route:Route";
const mainTableType = "aws:ec2/defaultRouteTable:DefaultRouteTable";
const routesIn: Record<string, (props: object) => Route[]> = {
  [routeType]: own,
  "aws:ec2/routeTable:RouteTable": inline,
  [mainTableType]: inline,
};
const isTable = ({ type }: StackResource) => type !== routeType && routesIn[type] !== undefined;

/** Properties that name where a route leads. */
const targets = [
  "gatewayId",
  "natGatewayId",
  "egressOnlyGatewayId",
  "carrierGatewayId",
  "localGatewayId",
  "networkInterfaceId",
  "transitGatewayId",
  "vpcPeeringConnectionId",
  "vpcEndpointId",
  "coreNetworkArn",
];

const waysOut: Record<string, string> = {
  "aws:ec2/internetGateway:InternetGateway": "an internet gateway",
  "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway": "an egress-only gateway",
  "aws:ec2/carrierGateway:CarrierGateway": "a carrier gateway",
  "aws:ec2/natGateway:NatGateway": "a NAT gateway",
};

const fix = "Remove the route; reach AWS services by VPC endpoints.";

/** Why the target of a route is a way out, whatever the destination; nothing when it is none, or can't be told yet. */
function wayOut(route: object, settings: Settings): string | undefined {
  if (isPresent(route, "egressOnlyGatewayId")) return "an egress-only gateway";
  if (isPresent(route, "carrierGatewayId")) return "a carrier gateway";
  if (natAllowed(settings)) return undefined;
  if (isPresent(route, "natGatewayId")) return "a NAT gateway";
  return textAt(route, "gatewayId")?.startsWith("igw-") ? "an internet gateway" : undefined;
}

/** Whether a destination of everything is accepted for a route, because of where it leads. */
function isAccepted(route: object, settings: Settings): boolean {
  const listed = textsAt(settings, "allowedTargets");
  return targets.some((property) => {
    const target = look(route, property);
    if (target.state === "missing") return false;
    // Known once its resource exists; judged then, if it could be one that is listed, or one that NAT needs.
    if (target.state === "unknown") return listed.length > 0 || natAllowed(settings) || property === "gatewayId";
    const id = String(target.value);
    const inside = property === "gatewayId" && /^(vgw-|vpce-|local$)/.test(id);
    return listed.includes(id) || inside || (natAllowed(settings) && /^(igw|nat)-/.test(id));
  });
}

function judgeRoutes(routes: Route[], report: Report, settings: Settings): void {
  const widest = Number(settings.minPrefixLength ?? 8);
  for (const { destinations, props } of routes) {
    const way = wayOut(props, settings);
    if (way) {
      report(`A route leads to ${way}, so what is in its subnets reaches the internet. ${fix}`);
      continue;
    }
    for (const destination of destinations) {
      const span = spanOf(destination);
      if (!span || isAccepted(props, settings)) continue;
      if (span.prefix === 0)
        report(
          `A route sends everything (${destination}) to a target that the pack's config does not list. ${fix} A firewall, transit gateway or peering can be listed in allowedTargets.`,
        );
      else if (span.kind === "ipv4" && span.prefix < widest)
        report(
          `A route sends ${destination}, more than a /${widest}, to a target that the pack's config does not list. Name the ranges that are meant, or list the target in allowedTargets.`,
        );
    }
  }
  const joined = joinedProblem(routes, settings);
  if (joined) report(joined);
}

/** What is wrong with routes that together send everything out in one family, though none does by itself. */
function joinedProblem(routes: Route[], settings: Settings): string | undefined {
  const destinations = routes.filter(({ props }) => !isAccepted(props, settings)).flatMap((route) => route.destinations);
  if (destinations.some((one) => spanOf(one)?.prefix === 0) || !coverEverything(destinations)) return undefined;
  return `The routes ${[...new Set(destinations)].join(", ")} together send everything out. ${fix}`;
}

const judge = ({ type, props }: ResourceView, report: Report, settings: Settings) => judgeRoutes(routesIn[type]!(props), report, settings);

/** Gateways of the same stack that a route or table leads to: their ids are unknown at preview, where they come from is not. */
function gatewaysOf(resource: StackResource, settings: Settings): StackResource[] {
  const properties = resource.type === routeType ? targets : ["routes"];
  const accepted = natAllowed(settings) ? ["aws:ec2/internetGateway:InternetGateway", "aws:ec2/natGateway:NatGateway"] : [];
  return properties
    .flatMap((property) => resource.sources(property))
    .filter(({ type }) => waysOut[type] !== undefined && !accepted.includes(type));
}

/** The table that a route is in: one of the stack, the main one of a VPC by that VPC, or one that only its id tells. */
function tableOf(route: StackResource, resources: StackResource[]): StackResource | string | undefined {
  const vpcs = resources.filter(({ type }) => type === "aws:ec2/vpc:Vpc");
  const found = ownerOf(route, "routeTableId", [...resources.filter(isTable), ...vpcs]);
  // Of a VPC's outputs only the main table can be what a route is in.
  const adopted = resources.find((one) => one.type === mainTableType && one.sources("defaultRouteTableId").some((vpc) => vpc === found));
  return adopted ?? found;
}

/** Whether a table, with the separate routes into it, leads to the internet. */
export function leadsOut(table: StackResource, resources: StackResource[], settings: Settings): boolean {
  const parts = [table, ...resources.filter((one) => one.type === routeType && tableOf(one, resources) === table)];
  let found = false;
  const note = () => void (found = true);
  judgeRoutes(
    parts.flatMap(({ type, props }) => routesIn[type]!(props)),
    note,
    settings,
  );
  return found || parts.some((part) => gatewaysOf(part, settings).length > 0);
}

export const noInternetRoute: Rule = {
  name: "network-no-internet-route",
  description: "No route leads to the internet.",
  why: "A route to a gateway is the second half of a way out.",
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
      description: "Ids of transit gateways, firewall endpoints and peerings that may get everything.",
    },
    minPrefixLength: { type: "integer", default: 8, description: "Shortest prefix of an IPv4 destination to a target that is not listed." },
  },
  resource: Object.fromEntries(Object.keys(routesIn).map((type) => [type, judge])),
  stack(resources, report, settings) {
    for (const resource of resources.filter(({ type }) => routesIn[type]))
      for (const gateway of gatewaysOf(resource, settings))
        report(
          resource,
          `A route leads to ${waysOut[gateway.type]} (${gateway.name}), so what is in its subnets reaches the internet. ${fix}`,
        );
    // Routes into one table, each harmless, can send everything out together. After a refresh a table shows separate ones as its own as well.
    for (const { on, parts } of byOwner(resources, (one) => (isTable(one) ? one : tableOf(one, resources)), Object.keys(routesIn))) {
      if (!parts.some(({ type }) => type === routeType)) continue;
      const problem = joinedProblem(
        parts.flatMap(({ type, props }) => routesIn[type]!(props)),
        settings,
      );
      if (problem) report(on, problem);
    }
  },
};
