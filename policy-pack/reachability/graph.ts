// The resources of a stack as a graph: what refers to what, at preview by where a value comes from, once it is deployed by ids.
import { itemsAt, look, textAt, type StackResource } from "../frame";

/** What a property refers to. */
export interface Reference {
  /** Resources of the graph. */
  resources: StackResource[];
  /** Ids of things that are not in the graph. */
  foreign: string[];
  /** Whether it also refers to something of which nothing is known. */
  unknown: boolean;
}

/**
 * Properties that the provider fills in when nobody asks for them: for a new resource they are unknown at preview though they will be empty or of AWS's own making.
 * One that was asked for and is unknown was made from another resource.
 */
export const filledByProvider: Record<string, string[]> = {
  "aws:ec2/defaultRouteTable:DefaultRouteTable": ["propagatingVgws", "routes"],
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": ["egress", "ingress"],
  "aws:ec2/defaultSubnet:DefaultSubnet": ["ipv6CidrBlock"],
  "aws:ec2/eip:Eip": ["instance", "networkInterface"],
  "aws:ec2/instance:Instance": ["associatePublicIpAddress", "subnetId", "vpcSecurityGroupIds"],
  "aws:ec2/managedPrefixList:ManagedPrefixList": ["entries"],
  "aws:ec2/networkInterface:NetworkInterface": ["securityGroups"],
  "aws:ec2/route:Route": ["instanceId", "networkInterfaceId"],
  "aws:ec2/routeTable:RouteTable": ["propagatingVgws", "routes"],
  "aws:ec2/securityGroup:SecurityGroup": ["egress", "ingress"],
  "aws:ec2/subnet:Subnet": ["ipv6CidrBlock"],
  "aws:sagemaker/notebookInstance:NotebookInstance": ["securityGroups"],
};

/** A resource without what nobody asked for. */
function asAsked(one: StackResource): StackResource["props"] {
  const empty = (filledByProvider[one.type] ?? []).filter(
    (property) => look(one.props, property).state === "unknown" && one.sources(property).length === 0,
  );
  if (empty.length === 0) return one.props;
  return new Proxy(one.props, {
    get: (props, property, receiver) =>
      empty.includes(String(property)) ? undefined : (Reflect.get(props, property, receiver) as unknown),
  });
}

export class Graph {
  readonly resources: StackResource[];
  private readonly byId = new Map<string, StackResource>();

  constructor(given: StackResource[]) {
    const views = new Map<StackResource, StackResource>();
    for (const one of given)
      views.set(one, {
        ...one,
        props: asAsked(one),
        sources: (property) => one.sources(property).map((source) => views.get(source) ?? source),
      });
    this.resources = [...views.values()];
    for (const one of this.resources) for (const id of [textAt(one.props, "id"), textAt(one.props, "arn")]) if (id) this.byId.set(id, one);
  }

  ofType(...types: string[]): StackResource[] {
    return this.resources.filter(({ type }) => types.includes(type));
  }

  /** What `path` of a resource refers to, among resources of these types; of an element of one of its lists, such as a route written in its table, when that is given. */
  refer(from: StackResource, path: string[], types: string[], element?: { list: string; props: object }): Reference {
    const props = element?.props ?? from.props;
    const value = look(props, ...path);
    if (value.state === "missing") return { resources: [], foreign: [], unknown: false };
    const items = value.state === "unknown" ? [value] : itemsAt(props, ...path);
    const found = new Set<StackResource>();
    const foreign: string[] = [];
    let unknown = 0;
    for (const item of items) {
      if (item.state !== "known") unknown++;
      else {
        const one = this.byId.get(String(item.value));
        if (one) found.add(one);
        else foreign.push(String(item.value));
      }
    }
    // New resources have no ids yet; what the value was made from tells them. Ids that remain beyond those are of something else.
    const made = from.sources(element?.list ?? path[0]!).filter((one) => types.includes(one.type) && !found.has(one));
    const open = foreign.length + unknown;
    if (open > 0) for (const one of made) found.add(one);
    const told = value.state === "unknown" ? made.length > 0 : made.length >= open;
    return { resources: [...found], foreign: told ? [] : foreign, unknown: !told && unknown > 0 };
  }

  /** Resources of a type whose property refers to this one. */
  referring(to: StackResource, property: string, ...types: string[]): StackResource[] {
    return this.ofType(...types).filter((one) => this.refer(one, [property], [to.type]).resources.includes(to));
  }
}
