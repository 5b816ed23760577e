// Finds the route table that a subnet uses, and the paths of all routes in that table.
import { itemsAt, readValue, type StackResource, stringAt } from "../rule-kit";
import { pathsOfVpnPropagation } from "./gateways";
import { label, mergeDestinations, type NetworkPath, notInStack, prefixed, uncertain, unknownAtPreview, unknownPath } from "./network-path";
import { ROUTE, TABLE_ASSOCIATION, types } from "./resource-types";
import { pathsOfRoute } from "./routes";
import { type Scope } from "./scope";

const MAIN_ASSOCIATION = "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation";
const DEFAULT_TABLE = "aws:ec2/defaultRouteTable:DefaultRouteTable";
const DEFAULT_VPC = "aws:ec2/defaultVpc:DefaultVpc";
const VPN_PROPAGATION = "aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation";
const ROUTE_SERVER_PROPAGATION = "aws:vpc/routeServerPropagation:RouteServerPropagation";

/** Paths through the route table that a subnet is associated with, else through the main route table of its VPC. */
export function pathsOfSubnetTable(scope: Scope, subnet: StackResource, visited: StackResource[]): NetworkPath[] {
  const { graph } = scope;
  const associations = graph.attached(TABLE_ASSOCIATION, "subnetId", types.subnet, subnet);
  if (associations.certain.length > 0)
    return associations.certain.flatMap((association) => pathsOfAssociation(scope, association, visited));
  const unclear = associations.possible.map((association) => unknownPath(`${label(association)} (subnet unknown at preview)`));
  const { resources, foreign, certain } = graph.refer(subnet, ["vpcId"], types.vpc);
  const [vpc] = resources;
  if (!vpc || !certain) return [...unclear, unknownPath(`main route table of ${foreign[0] ?? "its VPC"} (not in this stack)`)];
  return [...unclear, ...pathsOfMainTable(scope, vpc, visited)];
}

/** Paths through the route table that an association names. */
export function pathsOfAssociation(scope: Scope, association: StackResource, visited: StackResource[]): NetworkPath[] {
  const { resources, foreign, unknown, certain } = scope.graph.refer(association, ["routeTableId"], types.table);
  const paths = resources.flatMap((table) => pathsOfTable(scope, table, visited));
  return [
    ...(certain ? paths : uncertain(paths)),
    ...foreign.map((id) => unknownPath(notInStack("route table", id))),
    ...(unknown ? [unknownPath(unknownAtPreview("route table"))] : []),
  ];
}

/**
 * Paths through the main route table of a VPC: the table that replaced the default table, else the default table.
 * The VPC itself represents a default table that no resource adopts.
 */
function pathsOfMainTable(scope: Scope, vpc: StackResource, visited: StackResource[]): NetworkPath[] {
  const { graph } = scope;
  const replaced = graph.attached(MAIN_ASSOCIATION, "vpcId", types.vpc, vpc);
  if (replaced.certain.length > 0) return replaced.certain.flatMap((association) => pathsOfAssociation(scope, association, visited));
  const unclear = replaced.possible.map((association) => unknownPath(`${label(association)} (VPC unknown at preview)`));
  const [mainId, defaultId] = ["mainRouteTableId", "defaultRouteTableId"].map((property) => stringAt(vpc.props, property));
  if (mainId && defaultId && mainId !== defaultId) {
    const table = graph.ofType(...types.table).find(({ props }) => stringAt(props, "id") === mainId);
    return [...unclear, ...(table ? pathsOfTable(scope, table, visited) : [unknownPath(notInStack("route table", mainId))])];
  }
  const adopted = adoptedTables(scope, vpc);
  const tables = adopted.certain.length > 0 ? adopted.certain : [vpc];
  return [
    ...unclear,
    ...tables.flatMap((table) => pathsOfTable(scope, table, visited)),
    ...uncertain(adopted.possible.flatMap((table) => pathsOfTable(scope, table, visited))),
  ];
}

/** Resources that adopt the default route table of a VPC, found by the table's ID, or at preview by the VPC. */
function adoptedTables({ graph }: Scope, vpc: StackResource) {
  const byId = graph.attached(DEFAULT_TABLE, "defaultRouteTableId", types.vpc, vpc);
  const byVpc = graph.attached(DEFAULT_TABLE, "vpcId", types.vpc, vpc);
  const certain = [...new Set([...byId.certain, ...byVpc.certain])];
  return { certain, possible: byId.possible.filter((table) => !certain.includes(table)) };
}

/**
 * Paths through main route tables of VPCs that are not in the stack, or that cannot be determined. A resource can adopt
 * such a table, or make it the main table.
 */
export function pathsOfForeignMainTables(scope: Scope): { namedBy: StackResource; paths: NetworkPath[] }[] {
  const { graph } = scope;
  const vpcs = graph.ofType(...types.vpc);
  const adopted = new Set(vpcs.flatMap((vpc) => adoptedTables(scope, vpc).certain));
  const step = "subnets with the main route table of a VPC that is not in this stack";
  const tables = graph
    .ofType(DEFAULT_TABLE)
    .filter((table) => !adopted.has(table))
    .map((namedBy) => ({ namedBy, paths: prefixed(step, pathsOfTable(scope, namedBy, [])) }));
  const associations = graph
    .ofType(MAIN_ASSOCIATION)
    .filter((association) => {
      const { foreign, unknown } = graph.refer(association, ["vpcId"], types.vpc);
      return foreign.length > 0 || unknown;
    })
    .map((namedBy) => ({ namedBy, paths: prefixed(step, pathsOfAssociation(scope, namedBy, [])) }));
  return [...tables, ...associations];
}

/** VPCs that have this route table as their main table. */
function vpcsWithMainTable(scope: Scope, table: StackResource): StackResource[] {
  const { graph } = scope;
  if (types.vpc.includes(table.type)) return [table];
  return graph.ofType(...types.vpc).filter((vpc) => {
    if (adoptedTables(scope, vpc).certain.includes(table)) return true;
    const { certain } = graph.attached(MAIN_ASSOCIATION, "vpcId", types.vpc, vpc);
    return certain.some((association) => graph.refer(association, ["routeTableId"], types.table).resources.includes(table));
  });
}

/**
 * Resources of a type that belong, or can belong, to a route table. The table ID can come from an output of the VPC.
 * The resource then belongs to the main table, or to a table that the program looked up by the VPC.
 */
function attachedToTable(scope: Scope, table: StackResource, type: string) {
  const { graph } = scope;
  const among = [...types.table, ...types.vpc];
  const vpcs = vpcsWithMainTable(scope, table);
  const hasKnownTable = (resource: StackResource) => readValue(resource.props, "routeTableId").state === "known";
  const found = graph.attached(type, "routeTableId", among, table, ...vpcs);
  const direct = found.certain.filter(
    (resource) => !hasKnownTable(resource) || graph.refer(resource, ["routeTableId"], among).resources.includes(table),
  );
  const { resources, certain } = graph.refer(table, ["vpcId"], types.vpc);
  const otherVpcs = (certain ? resources : graph.ofType(...types.vpc)).filter((vpc) => !vpcs.includes(vpc));
  const byOtherVpc = graph
    .attached(type, "routeTableId", among, ...otherVpcs)
    .certain.filter((resource) => !hasKnownTable(resource) && !direct.includes(resource));
  return { certain: direct, possible: [...found.possible, ...byOtherVpc] };
}

/** Paths of all routes in a route table. */
export function pathsOfTable(scope: Scope, table: StackResource, visited: StackResource[]): NetworkPath[] {
  const paths = [
    ...pathsOfSeparateRoutes(scope, table, visited),
    ...pathsOfInlineRoutes(scope, table, visited),
    ...pathsOfPropagatedRoutes(scope, table),
  ];
  const isVpc = types.vpc.includes(table.type);
  return prefixed(isVpc ? `main route table of ${table.name}` : label(table), mergeDestinations(paths));
}

function pathsOfSeparateRoutes(scope: Scope, table: StackResource, visited: StackResource[]): NetworkPath[] {
  const routes = attachedToTable(scope, table, ROUTE);
  return [
    ...routes.certain.flatMap((route) => pathsOfRoute(scope, route, undefined, visited)),
    ...routes.possible.flatMap((route) =>
      prefixed(`${label(route)} (route table unknown at preview)`, uncertain(pathsOfRoute(scope, route, undefined, visited))),
    ),
  ];
}

function pathsOfInlineRoutes(scope: Scope, table: StackResource, visited: StackResource[]): NetworkPath[] {
  const paths: NetworkPath[] = [];
  if (table.type === DEFAULT_VPC)
    paths.push({ steps: ["0.0.0.0/0", "internet gateway of the default VPC"], destinations: ["0.0.0.0/0"], end: "outside" });
  if (readValue(table.props, "routes").state === "unknown") paths.push(unknownPath(unknownAtPreview("routes")));
  for (const item of itemsAt(table.props, "routes"))
    if (item.state === "known") paths.push(...pathsOfRoute(scope, table, { list: "routes", props: item.value as object }, visited));
    else paths.push(unknownPath(unknownAtPreview("route")));
  return paths;
}

function pathsOfPropagatedRoutes(scope: Scope, table: StackResource): NetworkPath[] {
  const vpns = attachedToTable(scope, table, VPN_PROPAGATION);
  const routeServers = attachedToTable(scope, table, ROUTE_SERVER_PROPAGATION);
  return [
    ...pathsOfVpnPropagation(scope, table, "propagatingVgws"),
    ...vpns.certain.flatMap((propagation) => pathsOfVpnPropagation(scope, propagation, "vpnGatewayId")),
    ...uncertain(vpns.possible.flatMap((propagation) => pathsOfVpnPropagation(scope, propagation, "vpnGatewayId"))),
    ...[...routeServers.certain, ...routeServers.possible].map((propagation) => unknownPath(`routes of ${label(propagation)}`)),
  ];
}
