// Evaluates subnets, route tables and VPCs of other stacks that this stack uses. Only what this stack adds to them is
// known.
import { type StackResource } from "../rule-kit";
import { type DnsResolver, resolverParts } from "./dns-resolver";
import { interfaceTypes } from "./interfaces";
import { type NetworkPath, prefixed, unknownAtPreview } from "./network-path";
import { ROUTE, TABLE_ASSOCIATION, types } from "./resource-types";
import { pathsOfForeignMainTables } from "./route-tables";
import { type Scope } from "./scope";
import { pathsOfForeignSubnet, pathsOfForeignTable } from "./subnets";

/** A property that names a resource. */
type Naming = [type: string, path: string[]];

const subnetNamings: Naming[] = [
  ...Object.entries(interfaceTypes).flatMap(([type, { subnets }]): Naming[] => (subnets.length > 0 ? [[type, subnets]] : [])),
  ["aws:ec2/vpcEndpoint:VpcEndpoint", ["subnetIds"]],
  ["aws:ec2/flowLog:FlowLog", ["subnetId"]],
  [TABLE_ASSOCIATION, ["subnetId"]],
];
const tableNamings: Naming[] = [[ROUTE, ["routeTableId"]]];
/** Resource types that are created in a VPC, and that use or change the resolver of the VPC. */
const vpcNamings: Naming[] = [
  ...resolverParts.map(([type, property]): Naming => [type, [property]]),
  ...[...types.subnet, ...types.endpoint, ...types.domain].map((type): Naming => [type, ["vpcId"]]),
];

interface ForeignResource {
  kind: "subnet" | "resolver";
  /** The first resource of the stack that names the subnet or VPC. */
  namedBy: StackResource;
  paths: NetworkPath[];
  /** ID of the VPC, when the ID is known. */
  vpc?: string;
}

/**
 * IDs that name resources of these types outside the stack, each with the first resource that names it. An unknown
 * ID is `""`.
 */
function foreignIds({ graph }: Scope, namings: Naming[], among: string[]): [id: string, namedBy: StackResource][] {
  const found = new Map<string, StackResource>();
  for (const [type, path] of namings)
    for (const resource of graph.ofType(type)) {
      const { foreign, unknown } = graph.refer(resource, path, among);
      for (const id of [...foreign, ...(unknown ? [""] : [])]) if (!found.has(id)) found.set(id, resource);
    }
  return [...found];
}

export function foreignResources(scope: Scope, resolver: DnsResolver): ForeignResource[] {
  return [
    ...foreignIds(scope, subnetNamings, types.subnet).map(
      ([id, namedBy]): ForeignResource => ({ kind: "subnet", namedBy, paths: pathsOfForeignSubnet(scope, id) }),
    ),
    // The other routes of this route table are evaluated in the stack that creates the table.
    ...foreignIds(scope, tableNamings, [...types.table, ...types.vpc]).flatMap(([id, namedBy]): ForeignResource[] => {
      const paths = id ? pathsOfForeignTable(scope, id) : [];
      return paths.length > 0 ? [{ kind: "subnet", namedBy, paths: prefixed(`subnets of route table ${id}`, paths) }] : [];
    }),
    ...pathsOfForeignMainTables(scope).flatMap(({ namedBy, paths }): ForeignResource[] =>
      paths.length > 0 ? [{ kind: "subnet", namedBy, paths }] : [],
    ),
    ...foreignIds(scope, vpcNamings, types.vpc).map(
      ([id, namedBy]): ForeignResource => ({
        kind: "resolver",
        namedBy,
        paths: resolver.pathsOf(id || unknownAtPreview("VPC")),
        ...(id && { vpc: id }),
      }),
    ),
  ];
}
