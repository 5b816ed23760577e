// Renders small test stacks for the reachability tests in two ways: at preview (ids of new resources are unknown) and
// deployed (an exported state).
import assert from "node:assert/strict";
import { type DeployedResource, resourcesFromState } from "@cloister/policy-pack/reachability";
import { asPlanned, stackResources, type TestResource, UNKNOWN } from "../../helpers/evaluate";
import { REGION } from "../../helpers/mocks";

/**
 * A resource of a test stack. Its properties refer to the ID of another resource by `idOf(name)`, and to another output
 * by `idOf(name, property)`.
 */
export interface Part {
  type: string;
  name: string;
  props: Record<string, unknown>;
}

export class Reference {
  constructor(
    readonly name: string,
    readonly property: string,
    /** Other resources that the reference can refer to, as far as the preview can determine. */
    readonly others: string[] = [],
  ) {}
}

export const idOf = (name: string, property = "id") => new Reference(name, property);
/** The ID of one of several resources: a preview does not show which resource. */
export const oneOf = (name: string, ...others: string[]) => new Reference(name, "id", others);
export const part = (type: string, name: string, props: Record<string, unknown> = {}): Part => ({ type, name, props });

const idPrefixes: Record<string, string> = {
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

/** Outputs besides the ID: IDs of resources that AWS creates with a resource. */
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
const urnOf = (part: Part) => `urn:pulumi:dev::p::${part.type}::${part.name}`;

/** Replaces references in a value, and adds the names of the referenced resources to `sources`. */
function resolve(value: unknown, valueOf: (to: Reference) => unknown, sources: string[]): unknown {
  if (value instanceof Reference) {
    sources.push(value.name, ...value.others);
    return valueOf(value);
  }
  if (Array.isArray(value)) return value.map((item) => resolve(item, valueOf, sources));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, valueOf, sources)]));
}

function render(parts: Part[], valueOf: (to: Reference) => unknown) {
  return parts.map((part) => {
    const propertyDependencies: Record<string, string[]> = {};
    const props = Object.fromEntries(
      Object.entries(part.props).map(([key, value]) => {
        const sources: string[] = [];
        const resolved = resolve(value, valueOf, sources);
        if (sources.length > 0) propertyDependencies[key] = sources;
        return [key, resolved];
      }),
    );
    return { part, props, propertyDependencies };
  });
}

/** Renders the resources as a preview shows them: every output is unknown. */
export const atPreview = (parts: Part[]) =>
  stackResources(
    asPlanned(
      render(parts, () => UNKNOWN).map(
        ({ part, props, propertyDependencies }): TestResource => ({ type: part.type, name: part.name, props, propertyDependencies }),
      ),
    ),
  );

/** Renders the resources as an exported state shows them. */
export const deployed = (parts: Part[]) => resourcesFromState(exportedState(parts));

export function exportedState(parts: Part[]): DeployedResource[] {
  const byName = new Map(parts.map((part) => [part.name, part]));
  const find = (name: string) => byName.get(name) ?? assert.fail(`no resource is named '${name}'`);
  /** An adopted resource keeps the ID that AWS gave the resource at creation. */
  const adopted = (part: Part): Record<string, unknown> => {
    const origin: unknown = part.props.defaultRouteTableId ?? part.props.vpcId;
    if (!(origin instanceof Reference)) return {};
    if (kindOf(part) === "DefaultRouteTable") return { id: valueOf(origin), vpcId: valueOf(idOf(origin.name)) };
    return kindOf(part) === "DefaultSecurityGroup" ? { id: valueOf(idOf(origin.name, "defaultSecurityGroupId")) } : {};
  };
  const outputsOf = (part: Part): Record<string, unknown> => ({
    id: `${idPrefixes[kindOf(part)] ?? "id"}-${part.name}`,
    ...outputs[kindOf(part)]?.(part.name),
    ...adopted(part),
  });
  const valueOf = ({ name, property }: Reference): unknown =>
    outputsOf(find(name))[property] ?? assert.fail(`'${name}' has no ${property}`);
  return render(parts, valueOf).map(({ part, props, propertyDependencies }) => {
    const { id, ...rest } = outputsOf(part);
    return {
      urn: urnOf(part),
      type: part.type,
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
